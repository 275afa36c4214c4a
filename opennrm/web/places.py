from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficerCard
from opennrm.lib import clock
from opennrm.shelters import queries
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import ShelterCard
from opennrm.web import guards, words
from opennrm.web import place_words as said
from opennrm.web.page_acts import moment


def places(request: HttpRequest) -> HttpResponse:
    """The shelters side by side, each place a square: occupied, held with the time left, free, out of use."""
    DOOR.require(guards.actor_of(request), "shelters.read")
    now = clock.now()
    found = queries.board(now)
    people = agencies.officers([one.confirmed_by for one in found if one.confirmed_by])
    columns = (__("Occupied"), __("Held"), __("Free"), __("Out of use"))
    context = {
        "as_of": moment(now),
        "columns": [
            {"label": __("Shelter")},
            *({"label": one, "numeric": True} for one in columns),
            {"label": __("Free places, by whom the room is for")},
        ],
        "rows": [
            [{"text": one.name, "url": reverse("shelter", args=[one.code])}, *said.counted(one)]
            for one in found
        ],
        "shelters": [
            {
                "name": one.name,
                "grid": grid(one, now),
                "confirmed": confirmed(one, people),
            }
            for one in found
        ],
    }
    return render(request, "shelters/places.html", context)


def grid(card: ShelterCard, now: datetime, urls: Mapping[UUID, str] | None = None) -> dict[str, Any]:
    """The rooms of a shelter as a grid, each bed a square."""
    widest = max((len(room.places) for room in card.rooms), default=0)
    return {
        "columns": [__("Place %(n)d") % {"n": n} for n in range(1, widest + 1)],
        "rows": [
            {
                "label": f"{room.site}, {room.name} ({words.said(said.ROOMS, room.kind)})",
                "cells": [
                    said.square(place, now, (urls or {}).get(place.use, "") if place.use else "")
                    for place in room.places
                ],
            }
            for room in card.rooms
        ],
    }


def confirmed(card: ShelterCard, people: Mapping[int, OfficerCard]) -> str:
    """Who of the shelter last looked and said that this is right, and when."""
    if card.confirmed_at is None or card.confirmed_by is None or card.confirmed_by not in people:
        return __("Nobody of this shelter has confirmed it yet.")
    given = {"name": people[card.confirmed_by].name, "at": moment(card.confirmed_at)}
    return __("Confirmed by %(name)s, %(at)s.") % given
