from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.shelters import placing, queries
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import RoomCard, ShelterCard, StayCard
from opennrm.shelters.rules import PlaceState, UseState
from opennrm.web import case_frame, words
from opennrm.web import place_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.page_acts import moment, sent
from opennrm.web.place_forms import HoldForm, free_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def case_place(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where the person stays or has a place held for her; a place to hold, to let go, to move into."""
    one, now = case_frame.opened(request, case_id, "case_place"), clock.now()
    found = queries.board(now)
    rooms = {room.id: (card, room) for card in found for room in card.rooms if _free(room)}
    form = HoldForm(sent(request, "hold"), prefix="hold", rooms=_choices(rooms))
    if request.method == "POST" and _acted(request, one, form, rooms):
        return case_frame.back_to(one)
    stays = queries.stays_of(case_id, now) if one.sees("contact") else []
    one.read("ordinary", *(["contact"] if one.sees("contact") else []))
    standing = next(iter(stays), None)
    held = next((stay for stay in stays if stay.state is UseState.HELD), None)
    cards = {card.id: card for card in found}
    hold = DOOR.may(one.actor, "shelters.hold", one.case)
    context = {
        "form": form if form.is_bound else None,
        "sees": one.sees("contact"),
        "rows": [_row(stay, cards[stay.shelter], now) for stay in stays],
        "columns": _columns(),
        "past": [_past(stay, cards[stay.shelter]) for stay in queries.past_stays(case_id, now)]
        if one.sees("contact")
        else [],
        "may_hold": hold and held is None,
        "moves": standing is not None,
        "declined": [_declined(card, cards) for card in queries.declined(case_id)],
        "may_release": held is not None
        and DOOR.may(one.actor, "shelters.place", one.case)
        and _has(one, held),
        "may_admit": held is not None and hold and held.office_id in one.actor.offices,
        "hold_form": form,
        "may_match": DOOR.may(one.actor, "shelters.match", one.case),
        "nowhere": not rooms,
    }
    return case_frame.draw(request, one, "casefile/place.html", context)


def _acted(
    request: HttpRequest, one: Opened, form: HoldForm, rooms: dict[int, tuple[ShelterCard, RoomCard]]
) -> bool:
    act = request.POST.get("act")
    if act == "release":
        placing.release(case=one.case, by=one.actor)
        messages.success(request, __("The place is free again."))
        return True
    if act == "admit":
        held = [stay for stay in queries.stays_of(one.case.id, clock.now()) if stay.state is UseState.HELD]
        if not held:
            raise Problem("nothing_held", placing.NOTHING_HELD, 409)
        placing.admit(use=held[0].use, by=one.actor)
        messages.success(request, __("Recorded. The person has her place."))
        return True
    if act != "hold":
        raise NotFound()
    DOOR.require(one.actor, "shelters.hold", one.case)
    if not form.is_valid():
        return False
    free = _free(rooms[form.cleaned_data["room"]][1])
    if len(free) < form.cleaned_data["people"]:
        raise Problem("room_too_small", __("This room has not that many free places."), 409)
    until = placing.hold(case=one.case, places=free[: form.cleaned_data["people"]], by=one.actor)
    messages.success(request, __("Held until %(when)s.") % {"when": moment(until)})
    return True


def _free(room: RoomCard) -> list[int]:
    return [place.id for place in room.places if place.state is PlaceState.FREE]


def _choices(rooms: dict[int, tuple[ShelterCard, RoomCard]]) -> list[tuple[str, str]]:
    return [
        (
            str(id),
            f"{card.name}: {room.site}, {room.name} ({words.said(said.ROOMS, room.kind)}), {free_in_words(len(_free(room)))}",
        )
        for id, (card, room) in rooms.items()
    ]


def _has(one: Opened, held: StayCard) -> bool:
    return held.office_id in one.actor.offices or held.set_by in one.actor.offices


def _columns() -> list[dict[str, str]]:
    return [{"label": one} for one in (__("Shelter"), __("Place"), __("How it stands"), __("Since"))]


def _row(stay: StayCard, shelter: ShelterCard, now: datetime) -> list[Any]:
    colour = "green" if stay.state is UseState.OCCUPIED else "yellow"
    hint = said.left_in_words(stay.until, now) if stay.state is UseState.HELD and stay.until else ""
    return [
        {"text": shelter.name, "url": reverse("shelter", args=[shelter.code])},
        f"{stay.room}, {stay.number}",
        {"tag": {"text": words.said(said.STATES, stay.state), "colour": colour}, "hint": hint},
        moment(stay.began_at),
    ]


def _declined(one: tuple[int, datetime, str], cards: dict[int, ShelterCard]) -> dict[str, str]:
    shelter, at, reason = one
    return {"key": cards[shelter].name, "value": words.said(said.DECLINED, reason), "hint": moment(at)}


def _past(stay: StayCard, shelter: ShelterCard) -> dict[str, str]:
    until = moment(stay.until) if stay.until else ""
    return {"key": shelter.name, "value": f"{moment(stay.began_at)} – {until}"}
