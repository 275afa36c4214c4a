from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.identification import police_cases
from opennrm.identification.police_cases import PoliceCaseCard
from opennrm.web import case_frame, page_acts, words
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.page_acts import Act, day, shown
from opennrm.web.procedure_forms import PoliceCaseForm, PoliceReviewForm

RECORD, REVIEW = "identification.police_case", "identification.review_police_case"


@require_http_methods(["GET", "HEAD", "POST"])
def police_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Whether the police opened a case, why not, and which other office looked at it."""
    one = case_frame.opened(request, case_id, "case_police_case")
    acts = _acts(request, one)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    answers = police_cases.answers(case_id)
    offices = agencies.offices(
        {card.office for card in answers} | {c.reviewed_by for c in answers if c.reviewed_by}
    )
    allowed = page_acts.may(one, RECORD, REVIEW)
    waits = bool(answers) and not answers[0].opened and answers[0].reviewed_on is None
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        "record_form": acts["record"].form,
        "review_form": acts["review"].form,
        "may_record": allowed["police_case"],
        "may_review": allowed["review_police_case"] and waits,
        "answers": [_rows(card, offices) for card in answers],
    }
    return case_frame.draw(request, one, "identification/police_case.html", context)


def _acts(request: HttpRequest, one: Opened) -> dict[str, Act]:
    case, by = one.case, one.actor
    return {
        "record": Act(
            RECORD,
            PoliceCaseForm(page_acts.sent(request, "record"), prefix="record"),
            lambda sent: police_cases.record(
                case=case,
                opened=sent.cleaned_data["opened"] == "yes",
                decided_on=sent.cleaned_data["decided_on"],
                reason=sent.cleaned_data["reason"],
                by=by,
            ),
            _("The answer of the police is recorded."),
        ),
        "review": Act(
            REVIEW,
            PoliceReviewForm(page_acts.sent(request, "review"), prefix="review"),
            lambda sent: police_cases.review(case=case, agrees=sent.cleaned_data["agrees"] == "yes", by=by),
            _("The review is recorded."),
        ),
    }


def _rows(card: PoliceCaseCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "key": __("Police case"),
            "tag": {"text": __("Opened"), "colour": "green"}
            if card.opened
            else {"text": __("Not opened"), "colour": "yellow"},
            "value": "",
        },
        {"key": __("Said by"), "value": shown(offices, card.office)},
        {"key": __("Day"), "value": day(card.decided_on)},
    ]
    if card.opened:
        return rows
    rows.append({"key": __("Why not"), "value": words.said(said.NOT_OPENED_REASONS, card.reason)})
    if card.reviewed_on is None:
        rows.append({"key": __("Review"), "value": __("Another office has not looked at it yet.")})
        return rows
    agrees = __("Agrees") if card.review_agrees else __("Does not agree: the police answer again")
    rows.append(
        {
            "key": __("Review"),
            "value": agrees,
            "hint": f"{shown(offices, card.reviewed_by)}, {day(card.reviewed_on)}",
        }
    )
    return rows
