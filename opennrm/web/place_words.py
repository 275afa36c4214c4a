"""What the codes of shelters, rooms and places are called on a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opennrm.shelters.queries import PlaceCard, ShelterCard
from opennrm.shelters.rules import PlaceState, RoomKind
from opennrm.web import words

STATES: words.Words = {
    "occupied": _("Occupied"),
    "held": _("Held"),
    "out_of_use": _("Out of use"),
    "free": _("Free"),
}
# The darker, the less there is to have; the words carry the meaning.
LEVELS = {PlaceState.FREE: 0, PlaceState.OUT_OF_USE: 1, PlaceState.HELD: 2, PlaceState.OCCUPIED: 4}
SITES: words.Words = {"house": _("House"), "apartment": _("Rented apartment")}
ROOMS: words.Words = {
    "women": _("Women"),
    "men": _("Men"),
    "family": _("Families"),
    "children": _("Children"),
    "anybody": _("Anybody"),
}
CLOSED: words.Words = {
    "repair": _("Repair"),
    "quarantine": _("Quarantine"),
    "staff": _("Not enough staff"),
    "safety": _("Not safe at present"),
    "lease_ended": _("The lease has ended"),
    "other": _("Another reason"),
}
LEFT: words.Words = {
    "own_wish": _("The person wished to leave"),
    "independent": _("The person lives on her own now"),
    "family": _("The person went to her family"),
    "returned": _("The person returned to her country"),
    "other_shelter": _("The person went to another shelter"),
    "lost_contact": _("Contact was lost"),
    "other": _("Another reason"),
}
DECLINED: words.Words = {
    "not_for_her": _("The shelter is not for this person"),
    "no_staff": _("Not enough staff"),
    "not_safe": _("Not safe for her or for others there"),
    "illness": _("An illness that the shelter cannot care for"),
    "other": _("Another reason"),
}
PLANS: words.Words = {
    "made": _("A safety plan was offered and made with her"),
    "not_wanted": _("A safety plan was offered and she does not want one"),
}
RESTRICTED: words.Words = {
    "threat_to_life": _("A threat to her life outside"),
    "court_order": _("A court ordered it"),
    "child_at_risk": _("A child would be at risk"),
    "illness": _("An illness that others would catch"),
}
JOURNAL: words.Words = {
    "notice": _("The person said that she leaves"),
    "notice_taken_back": _("The person took her notice back and stays"),
    "restricted": _("Her movement was restricted"),
    "restriction_stands": _("A review let the restriction stand"),
    "restriction_lifted": _("The restriction was lifted"),
    "restriction_appealed": _("The person appealed against the restriction"),
    "declined": _("A shelter could not take the person"),
    "held": _("A place is held"),
    "released": _("A held place was let go"),
    "admitted": _("The person moved in"),
    "left": _("The person left the shelter"),
}


def left_in_words(until: datetime, now: datetime) -> str:
    """How long a hold still lasts."""
    minutes = max(1, round((until - now).total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}


def square(place: PlaceCard, now: datetime, url: str = "") -> dict[str, Any]:
    """One bed as a square of the board: its number, how it stands, and for how long it is held or why it is out of use."""
    said = [words.said(STATES, place.state)]
    if place.state is PlaceState.HELD and place.until:
        said.append(left_in_words(place.until, now))
    if place.state is PlaceState.OUT_OF_USE:
        said.append(words.said(CLOSED, place.reason))
    return {"text": place.number, "words": ", ".join(said), "level": LEVELS[place.state], "url": url}


def counted(shelter: ShelterCard) -> list[Any]:
    """A shelter as a row of numbers: occupied, held, free, out of use, and free ones by whom the room is for."""
    free = [
        f"{words.said(ROOMS, kind)}: {number}"
        for kind in RoomKind
        if (number := shelter.count(PlaceState.FREE, kind))
    ]
    return [
        *(shelter.count(state) for state in (PlaceState.OCCUPIED, PlaceState.HELD, PlaceState.FREE)),
        shelter.count(PlaceState.OUT_OF_USE),
        "; ".join(free) or __("none"),
    ]
