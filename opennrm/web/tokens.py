from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.access import bearer
from opennrm.access.bearer import LONGEST_LABEL, TokenCard
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.agencies.hooks import offices_of
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.web import duty_words, guards, words
from opennrm.web.forms import Checkboxes, GovukForm, Radios

ACTS: words.Words = {
    "add_note": _("Write a note"),
    "answer": _("Accept or decline an offer"),
    "answer_referral": _("Accept or decline a referral"),
    "answer_request": _("Answer or refuse a request for information"),
    "ask_information": _("Ask another office for information, or take that back"),
    "ask_review": _("Record that the person asks for a review"),
    "ask_status": _("Record that the person asks for official status, or no longer wants it"),
    "assess": _("Record your office's assessment"),
    "away": _("Say when you are away"),
    "close_case": _("Close a case"),
    "confer": _("Record a case conference"),
    "decide_review": _("Decide a decline or a dispute"),
    "dispute": _("Dispute a duty"),
    "exclude": _("Exclude an office or a person at work"),
    "fulfil": _("Say that a duty is done"),
    "interview": _("Arrange and record the joint interview"),
    "keep_agreements": _("Enter or end an agreement"),
    "keep_orders": _("Enter, refuse or end a legal order"),
    "keep_hooks": _("Try, pause and resume an address of a program"),
    "name_worker": _("Name a worker"),
    "offer": _("Offer a duty to another office"),
    "open_case": _("Enter a case"),
    "plan_meeting": _("Plan a meeting"),
    "police_case": _("Record whether a police case is opened"),
    "put_notice_aside": _("Put a notice aside"),
    "record_circumstance": _("Record what was learned of the person"),
    "record_consent": _("Record that the person agrees"),
    "record_decision": _("Record a decision"),
    "record_meeting": _("Record who came to a meeting and what it decided"),
    "record_need": _("Record a need"),
    "refer": _("Refer a person"),
    "resume": _("Go on with a duty"),
    "review_decline": _("Ask for a review of a decline"),
    "review_refusal": _("Decide whether a refusal to give information stands"),
    "review_police_case": _("Review why no police case is opened"),
    "withdraw_referral": _("Withdraw a referral that is not answered"),
    "review_referral": _("Review why a referral was declined"),
    "share": _("Record what the person agrees to share"),
    "sign_interview": _("Sign the joint interview"),
    "suspend": _("Put a duty off"),
    "tell_decision": _("Record that the person was told of a decision"),
    "guardian": _("Record who answers for a child"),
    "best_interest": _("Record a decision in the best interest of a child"),
    "withdraw_consent": _("Record that the person no longer agrees to share"),
    "waive": _("Record that the person does not want something"),
}
DAYS = (("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days, the longest")))


class TokenForm(GovukForm):
    """For what, how wide and how long."""

    label = forms.CharField(
        label=_("What is it for?"),
        help_text=_("For example the name of the program. No name of a person in a case."),
        max_length=LONGEST_LABEL,
    )
    acts = forms.MultipleChoiceField(
        label=_("What may the program do besides reading?"),
        help_text=_("Choose nothing for a program that only reads."),
        choices=lambda: [(act, words.said(ACTS, act)) for act in bearer.every_act()],
        required=False,
        widget=Checkboxes(small=True),
    )
    offices = forms.TypedMultipleChoiceField(
        label=_("For which of your offices?"),
        help_text=_("Choose nothing for all of them."),
        coerce=int,
        required=False,
        widget=Checkboxes(small=True),
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"), choices=DAYS, coerce=int, initial="30", widget=Radios(small=True)
    )

    def __init__(self, *args: Any, offices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(offices) > 1:
            self.fields["offices"].choices = offices  # type: ignore[attr-defined]
        else:
            del self.fields["offices"]


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that she made for programs: make one, which is shown once, and revoke."""
    actor = guards.actor_of(request)
    offices = agencies.offices(actor.offices)
    choices = [(id, card.shown) for id, card in offices.items()]
    made = request.method == "POST" and request.POST.get("act") == "make"
    form = TokenForm(request.POST if made else None, offices=choices)
    if request.method == "POST" and not made:
        bearer.revoke(token=_asked(request), by=actor)
        messages.success(
            request, __("The token is revoked. A program that brings it is refused from now on.")
        )
        return redirect("tokens")
    secret = ""
    if made and form.is_valid():
        given = form.cleaned_data
        _card, secret = bearer.make(
            label=given["label"],
            acts=given["acts"],
            offices=given.get("offices", []),
            days=given["days"],
            by=actor,
        )
        form = TokenForm(offices=choices)
    rows = [_row(card, offices) for card in _mine(actor)]
    shown = {"form": form, "secret": secret, "rows": rows, "hooks": bool(offices_of(actor))}
    return render(request, "access/tokens.html", shown)


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError as error:
        raise NotFound() from error


def _mine(actor: Actor) -> list[TokenCard]:
    now = clock.now()
    return [card for card in bearer.tokens_of(actor.officer or 0) if card.stands(now)]


def _row(card: TokenCard, offices: dict[int, agencies.OfficeCard]) -> dict[str, Any]:
    named = [offices[one].shown for one in sorted(card.offices) if one in offices]
    return {
        "id": card.id,
        "label": card.label,
        "may": "; ".join(words.said(ACTS, act) for act in sorted(card.acts)) or __("Only read"),
        "offices": ", ".join(named),
        "until": duty_words.moment(card.expires_at),
    }
