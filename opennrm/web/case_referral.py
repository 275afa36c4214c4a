from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.duties import queries as duties
from opennrm.identification import referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.referral_rules import TELLS
from opennrm.identification.referrals import ReferralCard
from opennrm.web import case_frame, names, page_acts, words
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.forms import GovukForm, Radios
from opennrm.web.page_acts import Act, moment, shown
from opennrm.web.procedure_forms import Confirm
from opennrm.web.words import choices

REFER, ANSWER, REVIEW = (
    "identification.refer",
    "identification.answer_referral",
    "identification.review_referral",
)


class DeclineForm(GovukForm):
    """Why the office declines."""

    reason = forms.ChoiceField(
        label=_("Why does your office decline?"),
        choices=choices(words.DECLINE_REASONS),
        widget=Radios(small=True),
    )


class ReviewForm(GovukForm):
    """What another office decides on a decline."""

    takes = forms.ChoiceField(
        label=_("Does the office have to take this referral?"),
        choices=(("yes", _("Yes, it takes it")), ("no", _("No, another office is told"))),
        widget=Radios(small=True),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To whom the person was referred, what was shared, what each addressee answered, and who looked at a decline."""
    one = case_frame.opened(request, case_id, "case_referral")
    acts = _acts(request, one)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    found, offices = referrals.referrals(case_id), agencies.offices()
    allowed = page_acts.may(one, REFER, ANSWER, REVIEW)
    mine = {
        duty.kind for duty in duties.duties_of(case_id, open_only=True) if duty.holder_id in one.actor.offices
    }
    waits = any(card.state == "open" and card.office in one.actor.offices for card in found)
    declined = any(card.state == "declined" and card.office not in one.actor.offices for card in found)
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        "referrals": [_rows(card, offices) for card in found],
        "to_refer": [
            {"act": f"refer_{side}", "form": acts[f"refer_{side}"].form, "button": _button(side)}
            for side in Side
            if allowed["refer"] and TELLS[side] in mine
        ],
        "may_answer": allowed["answer_referral"] and waits,
        "may_review": allowed["review_referral"] and declined,
        **{f"{name}_form": acts[name].form for name in ("accept", "decline", "review")},
    }
    return case_frame.draw(request, one, "identification/referral.html", context)


def _button(side: Side) -> str:
    return __("Refer to the police") if side is Side.POLICE else __("Refer to the State Social Service")


def _acts(request: HttpRequest, one: Opened) -> dict[str, Act]:
    case, by = one.case, one.actor
    sent = page_acts.sent

    def refer(side: Side) -> Act:
        return Act(
            REFER,
            Confirm(sent(request, f"refer_{side}")),
            lambda _sent: referrals.refer(case=case, side=side, by=by),
            _("The person is referred. The other office owes an answer."),
        )

    return {
        **{f"refer_{side}": refer(side) for side in Side},
        "accept": Act(
            ANSWER,
            Confirm(sent(request, "accept")),
            lambda _sent: referrals.answer(case=case, accepts=True, by=by),
            _("Your office has accepted the referral."),
        ),
        "decline": Act(
            ANSWER,
            DeclineForm(sent(request, "decline"), prefix="decline"),
            lambda form: referrals.answer(
                case=case, accepts=False, reason=form.cleaned_data["reason"], by=by
            ),
            _("Declined. Another office looks at the reason."),
        ),
        "review": Act(
            REVIEW,
            ReviewForm(sent(request, "review"), prefix="review"),
            lambda form: referrals.review(case=case, takes=form.cleaned_data["takes"] == "yes", by=by),
            _("The review is recorded."),
        ),
    }


def _rows(card: ReferralCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    answered = moment(card.answered_at) if card.answered_at else ""
    reason = words.said(words.DECLINE_REASONS, card.reason) if card.reason else ""
    rows: list[dict[str, Any]] = [
        {
            "key": words.said(said.SIDES, card.side),
            "tag": {
                "text": words.said(said.REFERRAL_STATES, card.state),
                "colour": said.REFERRAL_COLOURS[card.state],
            },
            "value": shown(offices, card.office),
            "hint": ", ".join(part for part in (answered, reason) if part),
        },
        {"key": __("Referred"), "value": shown(offices, card.from_office), "hint": moment(card.made_at)},
        {"key": __("What was shared"), "several": _shared(card)},
    ]
    if card.state == "open" and card.answer_by:
        rows.insert(1, {"key": __("Answer"), "value": moment(card.answer_by)})
    if card.reviewed_at:
        by = shown(offices, card.review_office)
        rows.append({"key": __("Reviewed by"), "value": by, "hint": moment(card.reviewed_at)})
    return rows


def _shared(card: ReferralCard) -> list[str]:
    region = agencies.regions().get(str(card.shown.get("region") or ""))
    language = str(card.shown.get("language") or "")
    return [
        part
        for part in (
            str(card.shown.get("reference", "")),
            __("a child") if card.shown.get("child") else __("an adult"),
            names.language(language) if language else "",
            region.shown if region else "",
            __("In danger") if card.shown.get("in_danger") else "",
        )
        if part
    ]
