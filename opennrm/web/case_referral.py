from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.identification import referral_queries as queries
from opennrm.identification import referrals, rerouting
from opennrm.identification.interview_rules import Side
from opennrm.identification.policies import DOOR
from opennrm.identification.referral_rules import AgainReason
from opennrm.web import case_frame, page_acts, referral_rows
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.forms import GovukForm, Radios
from opennrm.web.page_acts import Act
from opennrm.web.procedure_forms import Confirm
from opennrm.web.referrals import ANSWER, WITHDRAW
from opennrm.web.words import choices

REFER, REVIEW = "identification.refer", "identification.review_referral"


class ReviewForm(GovukForm):
    """What another office decides on a decline."""

    takes = forms.ChoiceField(
        label=_("Does the office have to take this referral?"),
        choices=(("yes", _("Yes, it takes it")), ("no", _("No, another office is told"))),
        widget=Radios(small=True),
    )


class TellForm(GovukForm):
    """Which office is told after one declined or was asked no longer, and why the same again."""

    says_optional = False
    office = forms.TypedChoiceField(
        label=_("Which office is told now"), coerce=int, widget=Radios(small=True)
    )
    again = forms.ChoiceField(
        label=_("If it was told before, why again"),
        choices=choices(said.AGAIN_REASONS),
        required=False,
        widget=Radios(small=True),
    )

    def __init__(self, *args: Any, offices: list[tuple[int, str]], before: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        self.fields["office"].choices = offices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("office") in self.before and not cleaned.get("again"):
            self.add_error("again", _("This office was told before. Say why it is told again."))
        return cleaned

    def why(self) -> AgainReason | None:
        """Why the same office again; None where another is told."""
        given = self.cleaned_data.get("again")
        return AgainReason(given) if given else None


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To whom the person was referred, what was shared, what each addressee answered, and who looked at a decline."""
    one = case_frame.opened(request, case_id, "case_referral")
    acts = _acts(request, one)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    found, offices = queries.referrals(case_id), agencies.offices()
    declined = any(card.state == "declined" and card.office not in one.actor.offices for card in found)
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        "referrals": [
            {
                "rows": referral_rows.rows(card, offices),
                "id": card.id if card.is_open and DOOR.may(one.actor, ANSWER, card) else None,
                "withdraw": card.id if card.is_open and DOOR.may(one.actor, WITHDRAW, card) else None,
            }
            for card in found
        ],
        "to_refer": [
            {"act": f"refer_{side}", "form": acts[f"refer_{side}"].form, "button": _button(side)}
            for side in Side
            if referrals.may_refer(one.case, side, one.actor)
        ],
        "may_review": declined and DOOR.may(one.actor, REVIEW, one.case),
        "review_form": acts["review"].form,
    }
    return case_frame.draw(request, one, "identification/referral.html", context)


def _button(side: Side) -> str:
    return __("Refer to the police") if side is Side.POLICE else __("Refer to the State Social Service")


def _tell_form(request: HttpRequest, one: Opened, side: Side) -> GovukForm:
    """Nothing to fill in the first time: the procedure says which office it is."""
    told = rerouting.told_before(one.case.id, side)
    sent = page_acts.sent(request, f"refer_{side}")
    if not told or any(card.state == "open" for card in told):
        return Confirm(sent)
    before = {card.office for card in told}
    known = agencies.offices()
    again = __("told before")
    names = [
        (office, f"{known[office].shown} ({again})" if office in before else known[office].shown)
        for office in rerouting.offices_to_tell_now(one.case, side, told)
    ]
    return TellForm(sent, prefix=f"refer_{side}", offices=names, before=before)


def _acts(request: HttpRequest, one: Opened) -> dict[str, Act]:
    case, by = one.case, one.actor
    sent = page_acts.sent

    def refer(side: Side) -> Act:
        return Act(
            REFER,
            _tell_form(request, one, side),
            lambda form: referrals.refer(
                case=case,
                side=side,
                office=form.cleaned_data.get("office"),
                again=form.why() if isinstance(form, TellForm) else None,
                by=by,
            ),
            _("The person is referred. The other office owes an answer."),
        )

    return {
        **{f"refer_{side}": refer(side) for side in Side},
        "review": Act(
            REVIEW,
            ReviewForm(sent(request, "review"), prefix="review"),
            lambda form: referrals.review(case=case, takes=form.cleaned_data["takes"] == "yes", by=by),
            _("The review is recorded."),
        ),
    }
