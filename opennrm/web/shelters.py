from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.shelters import actions, placing, queries
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import PlaceCard, RoomCard, ShelterCard, SiteCard, StayCard
from opennrm.shelters.rules import ClosedBecause, DeclinedBecause, LeftBecause, PlaceState
from opennrm.web import guards, words
from opennrm.web import place_words as said
from opennrm.web.case_frame import errors_together
from opennrm.web.forms import GovukForm
from opennrm.web.page_acts import day, moment, sent
from opennrm.web.place_forms import (
    AddressForm,
    CloseRoomForm,
    DeclineForm,
    LeaseForm,
    LeftForm,
    instant_after,
)
from opennrm.web.places import confirmed, grid


@require_http_methods(["GET", "HEAD", "POST"])
def shelter(request: HttpRequest, shelter_code: str) -> HttpResponse:
    """One shelter: its rooms, and for its own people who is there, what to close, its addresses and leases."""
    actor, now = guards.actor_of(request), clock.now()
    DOOR.require(actor, "shelters.read")
    card = queries.shelter_of(shelter_code, now)
    context = _seen(card, now)
    if request.method == "POST":
        DOOR.require(actor, "shelters.run", card)
    if DOOR.may(actor, "shelters.run", card):
        stays = queries.stays_by_use([place.use for _room, place in _used(card) if place.use])
        sites = queries.sites(card.id)
        forms = _forms(request, card, sites)
        if request.method == "POST" and _done(request, actor, card, forms):
            return redirect("shelter", shelter_code)
        context |= _own(card, stays, now) | {f"{name}_form": form for name, form in forms.items()}
        context |= {
            "form": errors_together(forms.values()),
            "sites": [_site(one, actor, request) for one in sites],
        }
    return render(request, "shelters/shelter.html", context)


def _seen(card: ShelterCard, now: datetime) -> dict[str, Any]:
    regions = agencies.regions()
    people = agencies.officers([card.confirmed_by] if card.confirmed_by else [])
    return {
        "card": card,
        "as_of": moment(now),
        "grid": grid(card, now),
        "confirmed": confirmed(card, people),
        "region": regions[card.region].shown if card.region else "",
    }


def _own(card: ShelterCard, stays: Mapping[UUID, StayCard], now: datetime) -> dict[str, Any]:
    seen = cases.cases_by_id(sorted({one.case for one in stays.values()}))
    if seen:
        audit.record("shelters.who_is_there", detail={"cases": sorted(str(one) for one in seen)})
    urls = {use: reverse("case_place", args=[one.case]) for use, one in stays.items() if one.case in seen}
    named = {use: (seen[one.case].reference, urls[use]) for use, one in stays.items() if one.case in seen}
    offices = agencies.offices({place.set_by for _room, place in _used(card) if place.set_by})
    headings = (__("Place"), __("How it stands"), __("By"), __("Case"))
    return {
        "mine": True,
        "grid": grid(card, now, urls),
        "columns": [{"label": one} for one in headings],
        "rows": [
            [
                _named(room, place),
                _stands(place, now),
                offices[place.set_by].shown if place.set_by in offices else "",
                {"text": named[place.use][0], "url": named[place.use][1]} if place.use in named else "",
            ]
            for room, place in _used(card)
        ],
        "held": [
            {"use": place.use, "name": _named(room, place)}
            for room, place in _used(card)
            if place.state is PlaceState.HELD
        ],
        "closed": [room for room in card.rooms if _is_closed(room)],
    }


def _used(card: ShelterCard) -> list[tuple[RoomCard, PlaceCard]]:
    """The places that somebody has or is to have."""
    kept = (PlaceState.HELD, PlaceState.OCCUPIED)
    return [(room, place) for room in card.rooms for place in room.places if place.state in kept]


def _named(room: RoomCard, place: PlaceCard) -> str:
    return f"{room.site}, {room.name}, {place.number}"


def _stands(place: PlaceCard, now: datetime) -> dict[str, Any]:
    is_held = place.state is PlaceState.HELD
    tag = {"text": words.said(said.STATES, place.state), "colour": "yellow" if is_held else "green"}
    return {"tag": tag, "hint": said.left_in_words(place.until, now) if is_held and place.until else ""}


def _is_closed(room: RoomCard) -> bool:
    return any(place.state is PlaceState.OUT_OF_USE for place in room.places)


def _site(site: SiteCard, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    leases = [
        __("Rented from %(since)s until %(until)s for %(cost)s lek a month")
        % {"since": day(since), "until": day(until), "cost": f"{cost:,}".replace(",", " ")}
        for since, until, cost in site.leases
    ]
    text = ""
    if site.has_address and request.GET.get("address") == str(site.id):
        text = queries.address(site.id, actor.organisations)
        audit.record("shelters.read_address", subject=str(site.id))
    shown = {"id": site.id, "name": site.name, "kind": words.said(said.SITES, site.kind)}
    return shown | {"leases": leases, "has_address": site.has_address, "address": text}


def _forms(request: HttpRequest, card: ShelterCard, sites: list[SiteCard]) -> dict[str, GovukForm]:
    rooms = [(str(room.id), f"{room.site}, {room.name}") for room in card.rooms]
    by_state: dict[PlaceState, list[tuple[str, str]]] = {PlaceState.HELD: [], PlaceState.OCCUPIED: []}
    for room, place in _used(card):
        by_state[place.state].append((str(place.use), _named(room, place)))
    named = [(str(site.id), site.name) for site in sites]
    rented = [(str(site.id), site.name) for site in sites if site.kind == "apartment"]
    return {
        "left": LeftForm(sent(request, "left"), prefix="left", uses=by_state[PlaceState.OCCUPIED]),
        "decline": DeclineForm(sent(request, "decline"), prefix="decline", uses=by_state[PlaceState.HELD]),
        "close": CloseRoomForm(sent(request, "close"), prefix="close", rooms=rooms),
        "address": AddressForm(sent(request, "address"), prefix="address", sites=named),
        "lease": LeaseForm(sent(request, "lease"), prefix="lease", sites=rented),
    }


def _done(request: HttpRequest, actor: Actor, card: ShelterCard, forms: Mapping[str, GovukForm]) -> bool:
    act = request.POST.get("act", "")
    if act == "confirm":
        actions.confirm(shelter=card.id, by=actor)
        messages.success(request, __("Recorded. The board says that you looked just now."))
        return True
    if act == "admit":
        placing.admit(use=_id(request.POST.get("use", "")), by=actor)
        messages.success(
            request, __("Recorded. The person has her place, and your shelter owes her accommodation.")
        )
        return True
    if act == "reopen":
        actions.reopen_room(room=_number(request.POST.get("room", "")), by=actor)
        messages.success(request, __("The room is in use again."))
        return True
    form = forms.get(act)
    if form is None:
        raise NotFound()
    if form.is_valid():
        messages.success(request, _act(act, form.cleaned_data, actor))
        return True
    return False


def _act(act: str, given: Mapping[str, Any], actor: Actor) -> str:
    if act == "left":
        placing.leave(use=given["use"], reason=LeftBecause(given["reason"]), by=actor)
        return __("Recorded. The place is free.")
    if act == "decline":
        placing.decline(use=given["use"], reason=DeclinedBecause(given["reason"]), by=actor)
        return __("Declined. The place is free, and the office that held it reads why.")
    if act == "close":
        until = instant_after(given["until"])
        actions.close_room(room=given["room"], reason=ClosedBecause(given["reason"]), until=until, by=actor)
        return __("The room is out of use. Nobody can hold a place in it.")
    if act == "address":
        actions.write_address(site=given["site"], text=given["text"], by=actor)
        return __("The address is written. Only your organisation can open it.")
    actions.enter_lease(**given, by=actor)
    return __("The lease is entered.")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise NotFound()
    return int(text)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
