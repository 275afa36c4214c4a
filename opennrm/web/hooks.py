from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import hooks as actions
from opennrm.agencies import queries as agencies
from opennrm.agencies.hook_rules import LONGEST_ADDRESS, HookState, LookState, Outcome, Why
from opennrm.agencies.hooks import HookCard, LookCard
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.web import duty_words, guards, words
from opennrm.web.forms import GovukForm, Radios

STATES: words.Words = {HookState.ON: _("Told to look"), HookState.PAUSED: _("Paused")}
WHY: words.Words = {
    Why.FAILING: _(
        "It was not reached for three days, so nothing is sent any more. See to it, then resume: a look is sent at once."
    ),
    Why.GONE: _(
        "It answered that it is gone, so nothing is sent any more. End it, or resume if that was wrong."
    ),
}
LOOKS: words.Words = {
    LookState.PENDING: _("Waits"),
    LookState.DELIVERED: _("Delivered"),
    LookState.GIVEN_UP: _("Given up"),
    LookState.DROPPED: _("Not sent"),
}
OUTCOMES: words.Words = {
    Outcome.REFUSED: _("the answer was not that it arrived"),
    Outcome.MOVED: _("the answer led elsewhere, and nobody follows"),
    Outcome.GONE: _("the answer was that it is gone"),
    Outcome.UNKNOWN_NAME: _("the name is unknown"),
    Outcome.NETWORK: _("its network is not allowed"),
    Outcome.UNREACHABLE: _("nobody answered there"),
    Outcome.CERTIFICATE: _("its certificate is not trusted"),
    Outcome.SLOW: _("no answer came in time"),
}
ACTS = {
    "look_now": (
        actions.look_now,
        _("A look is sent within two minutes. Load this page again to see how it ended."),
    ),
    "pause": (actions.pause, _("Paused. Nothing is sent until you resume it.")),
    "resume": (actions.resume, _("Resumed. A look is sent within two minutes.")),
    "end": (actions.end, _("Ended. Its secret is forgotten.")),
}


class HookForm(GovukForm):
    """Which address, and of which office."""

    office = forms.TypedChoiceField(label=_("Which office?"), coerce=int, widget=Radios(small=True))
    address = forms.CharField(
        label=_("Address of your office's program"),
        help_text=_("It begins with https:// and holds no password: the signature shows who sends."),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, offices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = offices[0][0]
        if len(offices) > 1:
            self.fields["office"].choices = offices  # type: ignore[attr-defined]
        else:
            del self.fields["office"]

    def registered(self, request: HttpRequest) -> str:
        """The secret of the address that was given; empty where it was refused, which the form then says."""
        given = self.cleaned_data
        try:
            office = given.get("office", self.only)
            return actions.register(office=office, address=given["address"], by=guards.actor_of(request))[1]
        except Problem as problem:
            self.add_error("address", str(problem))
            return ""


@require_http_methods(["GET", "HEAD", "POST"])
def hooks(request: HttpRequest) -> HttpResponse:
    """The addresses of her office's own system: register one, whose secret is shown once; try it, pause it, end it."""
    actor = guards.actor_of(request)
    offices = agencies.offices(actions.offices_of(actor))
    if not offices:
        raise NotAllowed()
    act, secret = request.POST.get("act", ""), ""
    if request.method == "POST" and act != "register":
        do, done = ACTS.get(act, (None, ""))
        if do is None:
            raise NotFound()
        do(hook=_asked(request), by=actor)
        messages.success(request, str(done))
        return redirect("hooks")
    choices = [(id, card.shown) for id, card in offices.items()]
    form = HookForm(request.POST if act else None, offices=choices)
    if act and form.is_valid() and (secret := form.registered(request)):
        form = HookForm(offices=choices)
    rows = [_row(card, offices) for card in actions.hooks_of(by=actor)]
    return render(request, "agencies/hooks.html", {"form": form, "secret": secret, "rows": rows})


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("hook", ""))
    except ValueError as error:
        raise NotFound() from error


def _row(card: HookCard, offices: Mapping[int, agencies.OfficeCard]) -> dict[str, Any]:
    is_on = card.state is HookState.ON
    return {
        "id": card.id,
        "address": card.address or __("An address that this installation cannot open"),
        "office": offices[card.office].shown,
        "state": {"text": words.said(STATES, card.state), "colour": "green" if is_on else "grey"},
        "why": words.said(WHY, card.why) if card.why else "",
        "is_on": is_on,
        "columns": [{"label": label} for label in (__("Made"), __("How it ended"), __("Attempts"))],
        "looks": [_look(one) for one in card.looks],
    }


def _look(card: LookCard) -> list[dict[str, Any]]:
    ended = words.said(LOOKS, card.state)
    if card.outcome not in (Outcome.NOT_TRIED, Outcome.DELIVERED):
        ended = f"{ended}: {words.said(OUTCOMES, card.outcome)}"
    if card.status and card.outcome is not Outcome.DELIVERED:
        ended = f"{ended} ({card.status})"
    waits = card.state is LookState.PENDING
    hint = __("Next attempt %(moment)s") % {"moment": duty_words.moment(card.try_at)} if waits else ""
    return [
        {"text": duty_words.moment(card.made_at)},
        {"text": ended, "hint": hint},
        {"text": str(card.attempts)},
    ]
