from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.identification import assessment_queries as queries
from opennrm.identification import assessments
from opennrm.identification.assessment_queries import AssessmentCard, ConferenceCard
from opennrm.identification.assessment_rules import (
    ELEMENTS,
    ConferenceOutcome,
    Element,
    View,
    disagreements,
)
from opennrm.identification.taking_part import offices_taking_part
from opennrm.web import case_frame, page_acts, words
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import HIDDEN, Opened
from opennrm.web.page_acts import Act, day, moment, shown
from opennrm.web.procedure_forms import AssessmentForm, ConferenceForm

ASSESS, CONFER = "identification.assess", "identification.confer"


@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How each agency sees the case, side by side; where they part, and what their conference came to."""
    one = case_frame.opened(request, case_id, "case_assessment")
    found = queries.assessments(case_id, by=one.actor)
    offices = agencies.offices()
    acts = _acts(request, one, found, offices)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary", *(["narrative"] if one.sees("narrative") else []))
    parted = disagreements([card.view for card in found])
    allowed = page_acts.may(one, ASSESS, CONFER)
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        "assess_form": acts["assess"].form,
        "confer_form": acts["confer"].form,
        "may_assess": allowed["assess"],
        "has_assessed": any(card.office in one.actor.offices for card in found),
        "may_confer": allowed["confer"] and bool(parted),
        "parted": ", ".join(words.said(said.ELEMENTS, name) for name in parted),
        "columns": [{"label": __("Element")}, *({"label": shown(offices, card.office)} for card in found)],
        "rows": _rows(found, child=one.case.fork == "child") if found else [],
        "conferences": [_conference(card, offices) for card in queries.conferences(case_id, by=one.actor)],
    }
    return case_frame.draw(request, one, "identification/assessment.html", context)


def _acts(
    request: HttpRequest, one: Opened, found: list[AssessmentCard], offices: dict[int, OfficeCard]
) -> dict[str, Act]:
    case, by = one.case, one.actor
    able = set(offices_taking_part(case.id))
    took_part = [(card.office, shown(offices, card.office)) for card in found if card.office in able]
    return {
        "assess": Act(
            ASSESS,
            AssessmentForm(page_acts.sent(request, "assess"), prefix="assess", child=case.fork == "child"),
            lambda sent: assessments.assess(
                case=case, view=_view(sent.cleaned_data), reasons=sent.cleaned_data["reasons"], by=by
            ),
            _("Your office's assessment is recorded."),
        ),
        "confer": Act(
            CONFER,
            ConferenceForm(page_acts.sent(request, "confer"), prefix="confer", offices=took_part),
            lambda sent: assessments.confer(
                case=case,
                held_on=sent.cleaned_data["held_on"],
                offices=sent.cleaned_data["offices"],
                outcome=ConferenceOutcome(sent.cleaned_data["outcome"]),
                minutes=sent.cleaned_data["minutes"],
                by=by,
            ),
            _("The conference is recorded."),
        ),
    }


def _view(answers: dict[str, Any]) -> View:
    means = answers.get("means")
    return View(Element(answers["act"]), Element(means) if means else None, Element(answers["purpose"]))


def _rows(found: list[AssessmentCard], *, child: bool) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            words.said(said.ELEMENTS, name),
            *(
                words.said(said.ANSWERS, card.view.answers()[name])
                if name in card.view.answers()
                else __("Not asked of a child")
                for card in found
            ),
        ]
        for name in ELEMENTS
        if not (child and name == "means")
    ]
    rows.append([__("What follows"), *(words.said(said.CONCLUSIONS, card.conclusion) for card in found)])
    rows.append([__("Reasons"), *(HIDDEN if card.reasons is None else card.reasons for card in found)])
    rows.append([__("Recorded"), *(moment(card.made_at) for card in found)])
    return rows


def _conference(card: ConferenceCard, offices: dict[int, OfficeCard]) -> dict[str, Any]:
    return {
        "day": day(card.held_on),
        "rows": [
            {"key": __("Who took part"), "several": [shown(offices, office) for office in card.offices]},
            {"key": __("What came of it"), "value": words.said(said.CONFERENCE_OUTCOMES, card.outcome)},
            {"key": __("Minutes"), "value": HIDDEN if card.minutes is None else card.minutes},
        ],
    }
