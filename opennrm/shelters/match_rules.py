from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
# Up to where a place counts as near to where danger lives; to be confirmed, and each entry may say another distance.
NEAR_KM = 50
CHILD_BELOW = 18


class Group(StrEnum):
    """Whom a shelter takes."""

    WOMEN = "women"
    MEN = "men"
    GIRLS = "girls"
    BOYS = "boys"


class Care(StrEnum):
    """What a shelter offers beyond a bed."""

    PSYCHIATRIC = "psychiatric_care"
    MEDICAL = "medical_care"
    CHILDREN = "child_care"
    STEP_FREE = "step_free"
    GUARDED = "guarded"


# What a recorded need asks of the shelter itself; the first is refused without it, the others speak for a shelter.
NEED_ASKS = {
    "mental_health_counselling": Care.PSYCHIATRIC,
    "health_care": Care.MEDICAL,
    "children_of_victims": Care.CHILDREN,
}
MUST_HAVE = frozenset({Care.PSYCHIATRIC})


class Why(StrEnum):
    """Why a shelter fits or does not; each is said in a sentence."""

    TAKES_ONLY = "takes_only"
    SEX_UNKNOWN = "sex_unknown"
    NO_FAMILIES = "no_families"
    NO_FOREIGNERS = "no_foreigners"
    CARE_MISSING = "care_missing"
    NEAR = "near"
    NOT_SAFE = "not_safe"
    FULL = "full"
    TAKES = "takes"
    HAS_CARE = "has_care"
    SPEAKS = "speaks"
    TOGETHER = "together"
    FAR = "far"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, with what its sentence names."""

    why: Why
    named: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the place is for: the person, who comes with her, and what she needs."""

    group: Group | None
    people: int
    foreign: bool
    language: str
    care: frozenset[Care] = frozenset()


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its free places; a room for families is one family's at a time."""

    id: int
    kind: str
    free: tuple[int, ...]
    in_use: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """What a shelter takes and offers, and what speaks against it for this person."""

    takes: frozenset[Group]
    families: bool
    foreigners: bool
    care: frozenset[Care]
    languages: frozenset[str]
    rooms: tuple[Room, ...]
    # How far danger lives, where that may be said; and that it is not safe there, where the reason may not.
    danger_km: float | None = None
    near_km: int = NEAR_KM
    not_safe: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether a shelter fits, the room that fits best, and every reason."""

    fits: bool
    room: Room | None
    reasons: tuple[Reason, ...]
    weight: int = field(default=0)


def group_of(sex: str, age: int | None, *, child: bool) -> Group | None:
    """Whom a shelter would count her among; None where her sex is not known."""
    young = child or (age is not None and age < CHILD_BELOW)
    if sex == "female":
        return Group.GIRLS if young else Group.WOMEN
    if sex == "male":
        return Group.BOYS if young else Group.MEN
    return None


def weigh(wanted: Wanted, offered: Offered) -> Weighed:
    """Every reason against a shelter, or where there is none every reason for it."""
    against = tuple(_against(wanted, offered))
    room = fitting_room(wanted, offered.rooms)
    if room is None:
        against += (Reason(Why.FULL),)
    if against:
        return Weighed(False, None, against)
    assert room is not None
    reasons = (*_speaking_for(wanted, offered), Reason(Why.FREE, number=len(room.free)))
    weight = 10 * sum(one.why in (Why.HAS_CARE, Why.SPEAKS) for one in reasons)
    # A room that is meant for just this, before one that others will need.
    return Weighed(
        True, room, reasons, weight + (room.kind != "anybody") - (len(room.free) > wanted.people + 2)
    )


def fitting_room(wanted: Wanted, rooms: Iterable[Room]) -> Room | None:
    """The room that fits with the fewest places to spare."""
    kinds = room_kinds(wanted)
    fits = [
        room
        for room in rooms
        if room.kind in kinds
        and len(room.free) >= wanted.people
        and not (room.kind == "family" and (room.in_use or wanted.people == 1))
    ]
    # One who comes alone takes a family's room only where there is no other.
    alone = [room for room in rooms if room.kind == "family" and not room.in_use and room.free]
    if not fits and wanted.people == 1 and wanted.group in (Group.WOMEN, Group.GIRLS, Group.BOYS):
        fits = alone
    order = {kind: n for n, kind in enumerate(kinds)}
    return min(fits, key=lambda one: (order.get(one.kind, len(order)), len(one.free), one.id), default=None)


def room_kinds(wanted: Wanted) -> list[str]:
    """The kinds of room for such a person, the best first."""
    if wanted.people > 1:
        return ["family", "anybody"]
    if wanted.group in (Group.GIRLS, Group.BOYS):
        return ["children", "anybody"]
    if wanted.group is Group.MEN:
        return ["men", "anybody"]
    return ["women", "anybody"] if wanted.group is Group.WOMEN else ["anybody"]


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance over ground between two points given as latitude and longitude."""
    (lat1, lon1), (lat2, lon2) = here, there
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _against(wanted: Wanted, offered: Offered) -> Iterable[Reason]:
    if wanted.group is None:
        yield Reason(Why.SEX_UNKNOWN)
    elif wanted.group not in offered.takes:
        yield Reason(Why.TAKES_ONLY, tuple(one for one in Group if one in offered.takes))
    if wanted.people > 1 and not offered.families:
        yield Reason(Why.NO_FAMILIES)
    if wanted.foreign and not offered.foreigners:
        yield Reason(Why.NO_FOREIGNERS)
    for care in sorted((wanted.care & MUST_HAVE) - offered.care):
        yield Reason(Why.CARE_MISSING, (care,))
    if offered.danger_km is not None and offered.danger_km <= offered.near_km:
        yield Reason(Why.NEAR, number=offered.near_km)
    if offered.not_safe:
        yield Reason(Why.NOT_SAFE)


def _speaking_for(wanted: Wanted, offered: Offered) -> Iterable[Reason]:
    assert wanted.group is not None
    yield Reason(Why.TAKES, (wanted.group,))
    if wanted.people > 1:
        yield Reason(Why.TOGETHER, number=wanted.people)
    for care in sorted(wanted.care & offered.care):
        yield Reason(Why.HAS_CARE, (care,))
    if wanted.language in offered.languages:
        yield Reason(Why.SPEAKS, (wanted.language,))
    if offered.danger_km is not None:
        yield Reason(Why.FAR, number=round(offered.danger_km))
