from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

# To be confirmed by the coalition; a page that shows it says so.
HOLD_LASTS = timedelta(hours=24)
LARGEST_FAMILY = 8


class SiteKind(StrEnum):
    """A house of the shelter, or an apartment it rents."""

    HOUSE = "house"
    APARTMENT = "apartment"


class RoomKind(StrEnum):
    """Whom a room is meant for."""

    WOMEN = "women"
    MEN = "men"
    FAMILY = "family"
    CHILDREN = "children"
    ANYBODY = "anybody"


class UseState(StrEnum):
    """What a place is used for over a time; a place without a use is free."""

    HELD = "held"
    OCCUPIED = "occupied"
    OUT_OF_USE = "out_of_use"


class PlaceState(StrEnum):
    """How a place stands at an instant."""

    OCCUPIED = "occupied"
    HELD = "held"
    OUT_OF_USE = "out_of_use"
    FREE = "free"


class ClosedBecause(StrEnum):
    """Why a room is out of use."""

    REPAIR = "repair"
    QUARANTINE = "quarantine"
    STAFF = "staff"
    SAFETY = "safety"
    LEASE_ENDED = "lease_ended"
    OTHER = "other"


class LeftBecause(StrEnum):
    """Why a stay ended."""

    OWN_WISH = "own_wish"
    INDEPENDENT = "independent"
    FAMILY = "family"
    RETURNED = "returned"
    OTHER_SHELTER = "other_shelter"
    LOST_CONTACT = "lost_contact"
    OTHER = "other"


class DeclinedBecause(StrEnum):
    """Why a shelter cannot take the person for whom a place is held."""

    NOT_FOR_HER = "not_for_her"
    NO_STAFF = "no_staff"
    NOT_SAFE = "not_safe"
    ILLNESS = "illness"
    OTHER = "other"


def state_of(state: UseState, began_at: datetime, until: datetime | None, now: datetime) -> PlaceState:
    """How a place stands by its use: a hold that expired keeps nothing, and nobody had to end it."""
    stands = began_at <= now and (until is None or until > now)
    return PlaceState(state) if stands else PlaceState.FREE


def check_hold(*, places: Collection[int], rooms: Collection[int], has_hold: bool) -> None:
    """Raise the problem that keeps these places from being held for one person and her family."""
    if not places or len(places) > LARGEST_FAMILY:
        raise Problem("places_to_hold", _("Choose the places to hold: one for each who comes."))
    if len(set(rooms)) != 1:
        raise Problem("family_apart", _("A family stays together: choose places in one room."))
    if has_hold:
        raise Problem(
            "already_held", _("A place is already held for this person. Release that one first."), 409
        )


def check_closing(*, now: datetime, until: datetime | None) -> None:
    """Raise the problem that a room cannot be closed until a time that is over."""
    if until is not None and until <= now:
        raise Problem("closed_into_the_past", _("The last day must not be in the past."))


LONGEST_ADDRESS = 400


def check_words(text: str) -> str:
    """An address without the space around it, or the problem that there is none."""
    text = text.strip()
    if not text or len(text) > LONGEST_ADDRESS:
        raise Problem("address_missing", _("Write where it is, in a few lines."))
    return text


def check_open(is_open: bool) -> None:
    """Raise the problem that nobody moves in on a closed case."""
    if not is_open:
        raise Problem("case_is_closed", _("The case is closed."), 409)
