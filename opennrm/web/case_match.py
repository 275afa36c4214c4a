from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.lib.problems import NotFound
from opennrm.shelters import dangers, matching
from opennrm.shelters.match_rules import NEAR_KM
from opennrm.shelters.match_words import sentence
from opennrm.shelters.matching import Match
from opennrm.shelters.policies import DOOR
from opennrm.web import case_frame
from opennrm.web.case_frame import Opened
from opennrm.web.forms import GovukForm
from opennrm.web.page_acts import sent


class AreaForm(GovukForm):
    """A region where danger lives."""

    region = forms.ChoiceField(label=_("In which region"), widget=forms.Select)
    near_km = forms.IntegerField(
        label=_("How many kilometres around are too near"),
        min_value=1,
        max_value=dangers.FARTHEST_KM,
        initial=NEAR_KM,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((one.shown, code) for code, one in agencies.regions().items())
        self.fields["region"].choices = [(code, name) for name, code in named]  # type: ignore[attr-defined]


class PersonForm(GovukForm):
    """A person she must not live with."""

    reference = forms.CharField(
        label=_("Reference of the other case"),
        help_text=_("Your office has to see that case too."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Which shelters fit this person, the best first, and why each other one does not; what is dangerous for her."""
    one = case_frame.opened(request, case_id, "case_match")
    DOOR.require(one.actor, "shelters.match", one.case)
    area = AreaForm(sent(request, "area"), prefix="area")
    person = PersonForm(sent(request, "person"), prefix="person")
    if request.method == "POST" and _noted(request, one, {"area": area, "person": person}):
        return redirect("case_match", case_id)
    found = matching.find(case=one.case, by=one.actor)
    wanted = matching.wanted_for(one.case)
    one.read("ordinary", "contact")
    context = {
        "form": case_frame.errors_together([area, person]),
        "area_form": area,
        "person_form": person,
        "people": wanted.people,
        "fits": [_line(match) for match in found if match.fits],
        "refused": [_line(match) for match in found if not match.fits],
        "may_hold": DOOR.may(one.actor, "shelters.hold", one.case),
        "may_note": DOOR.may(one.actor, "shelters.note_danger", one.case),
        "dangers": [_danger(card) for card in dangers.dangers_of(case_id)],
    }
    return case_frame.draw(request, one, "casefile/match.html", context)


def _noted(request: HttpRequest, one: Opened, forms_: Mapping[str, GovukForm]) -> bool:
    DOOR.require(one.actor, "shelters.note_danger", one.case)
    act = request.POST.get("act", "")
    if act == "over":
        dangers.take_back(case=one.case, danger=_id(request.POST.get("danger", "")), by=one.actor)
        messages.success(request, __("Taken back. It weighs no longer."))
        return True
    if act not in forms_:
        raise NotFound()
    if not forms_[act].is_valid():
        return False
    given = forms_[act].cleaned_data
    if act == "area":
        dangers.note_area(case=one.case, region=given["region"], near_km=given["near_km"], by=one.actor)
    else:
        dangers.note_person(case=one.case, reference=given["reference"], by=one.actor)
    messages.success(request, __("Noted. The list below has weighed it."))
    return True


def _line(match: Match) -> dict[str, Any]:
    room = match.room
    return {
        "name": match.shelter.name,
        "url": reverse("shelter", args=[match.shelter.code]),
        "room": f"{room.site}, {room.name}" if room else "",
        "room_id": room.id if room else "",
        "reasons": [sentence(reason) for reason in match.weighed.reasons],
    }


def _danger(card: dangers.DangerCard) -> dict[str, Any]:
    if card.region:
        text = __("Danger lives in %(region)s; nearer than %(km)d km is too near")
        return {"id": card.id, "text": text % {"region": card.region, "km": card.near_km}}
    other = card.other or __("a case your office does not see")
    return {"id": card.id, "text": __("Must not live with the person of %(case)s") % {"case": other}}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
