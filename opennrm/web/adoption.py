from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.duties import planning
from opennrm.duties.pack import packs
from opennrm.duties.planning import PlanCard
from opennrm.duties.policies import DOOR
from opennrm.duties.rules import PlanState
from opennrm.duties.sops import sop, sop_in_force
from opennrm.lib import clock
from opennrm.web import guards
from opennrm.web.forms import DateField, GovukForm, Radios

STATES = {
    PlanState.PLANNED: (_("Planned"), "blue"),
    PlanState.RUNNING: (_("The cases are going over"), "yellow"),
    PlanState.DONE: (_("Adopted"), "green"),
    PlanState.CALLED_OFF: (_("Called off"), "grey"),
}


class Plan(GovukForm):
    """Which procedure, and from which day."""

    pack = forms.ChoiceField(label=_("Which procedure?"), widget=Radios)
    effective_on = DateField(
        label=_("From which day?"),
        name=_("The day"),
        not_before=lambda: clock.today() + timedelta(days=1),
    )

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = list(names.items())  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def adoption(request: HttpRequest) -> HttpResponse:
    """Which procedure is planned from which day; she plans one, or calls the one that is planned off."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "duties.plan_adoption")
    if request.method == "POST" and request.POST.get("act") == "call_off":
        planning.call_off(by=actor)
        messages.success(request, _("Called off. The procedure in force goes on."))
        return redirect("adoption")
    in_force = sop_in_force()
    names = {one: _name(one) for one in packs() if one != in_force and not sop(one).draft}
    form = Plan(request.POST if request.method == "POST" else None, names=names)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        planning.plan(sop(given["pack"]), effective_on=given["effective_on"], by=actor)
        messages.success(request, _("Planned. Until that day nothing changes, and it can be called off."))
        return redirect("adoption")
    cards = planning.plans()
    standing = next((one for one in cards if one.state in (PlanState.PLANNED, PlanState.RUNNING)), None)
    context = {
        "in_force": _name(in_force),
        "standing": standing and _facts(standing),
        "may_be_called_off": standing and standing.may_be_called_off,
        "form": form if names else None,
        "columns": [
            {"label": label} for label in (__("Procedure"), __("From"), __("Planned on"), __("State"))
        ],
        "rows": [_row(one) for one in cards],
    }
    return render(request, "duties/adoption.html", context)


def _name(pack: str) -> str:
    return sop(pack).name.in_language(get_language() or "en") if pack in packs() else pack


def _facts(one: PlanCard) -> list[dict[str, Any]]:
    return [
        {"key": __("Procedure"), "value": _name(one.pack)},
        {"key": __("From"), "value": date_format(one.effective_on, "j F Y")},
    ]


def _row(one: PlanCard) -> list[dict[str, Any]]:
    text, colour = STATES[one.state]
    return [
        {"text": _name(one.pack)},
        {"text": date_format(one.effective_on, "j F Y")},
        {"text": date_format(clock.local_day(one.planned_at), "j F Y")},
        {"tag": {"text": text, "colour": colour}},
    ]
