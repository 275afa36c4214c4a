"""When reading becomes a question: numbers of a day against thresholds; a question is never a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

_FILE = Path(__file__).parent / "thresholds.yaml"


class SignalKind(StrEnum):
    """What stands out."""

    WITHOUT_TASK = "without_task"
    STANDING_ORDER = "standing_order"
    OUTSIDE_CASELOAD = "outside_caseload"
    BY_NIGHT = "by_night"
    RELATIVE = "relative"
    MANY_SHELTERS = "many_shelters"
    MANY_EMERGENCIES = "many_emergencies"
    MANY_SEARCHES = "many_searches"


class Answer(StrEnum):
    """What the one who looked at a question found."""

    EXPLAINED = "explained"
    NOT_EXPLAINED = "not_explained"
    REFERRED = "referred"


# The person asked about reads these; one that others investigate would warn her.
TOLD_HER = (Answer.EXPLAINED, Answer.NOT_EXPLAINED)


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many are still ordinary within how many days, and why."""

    most: int
    days: int
    why: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every threshold, and what it takes to apply them."""

    by_kind: Mapping[SignalKind, Threshold]
    night_from: int
    night_to: int
    night_shift_roles: frozenset[str]
    shelter_roles: frozenset[str]
    most_bearers: int

    def is_night(self, hour: int) -> bool:
        """Whether an hour of the day is night."""
        return hour >= self.night_from or hour < self.night_to


@dataclass(frozen=True, slots=True)
class Reading:
    """One case that somebody opened at an hour, and how she stood to it that day."""

    case: UUID
    hour: int
    owes: bool
    hers: bool
    order: bool = False
    emergency: bool = False
    relative: bool = False
    # Whose case it is, where colleagues of her office are named for it and she is not.
    colleagues: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """What one person at work opened on one day; tries and shelters since she was last asked, within their days.

    Searches are those beyond two before each case she entered, shelters those of cases that are not hers.
    """

    officer: int
    office: int
    day: date
    readings: Sequence[Reading] = ()
    searches: int = 0
    tries: int = 0
    shelters: Mapping[int, frozenset[UUID]] = field(default_factory=dict)
    night_shift: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something that stands out: how many, and which cases."""

    kind: SignalKind
    number: int
    cases: frozenset[UUID] = frozenset()


def questions(of: OfficerDay, thresholds: Thresholds) -> list[Question]:
    """The questions one day raises; nothing is raised twice for the same kind."""
    found = [*_of_cases(of, thresholds), *_of_numbers(of)]
    return [one for one in found if one.number > thresholds.by_kind[one.kind].most]


def _of_cases(of: OfficerDay, thresholds: Thresholds) -> Iterable[Question]:
    untasked = [one for one in of.readings if not one.owes and not one.emergency]
    night = [one for one in of.readings if thresholds.is_night(one.hour) and not of.night_shift]
    sets = {
        SignalKind.WITHOUT_TASK: {one.case for one in untasked if not one.order},
        SignalKind.STANDING_ORDER: {one.case for one in untasked if one.order},
        SignalKind.OUTSIDE_CASELOAD: _of_several_colleagues(of.readings),
        SignalKind.BY_NIGHT: {one.case for one in night if not one.emergency},
        SignalKind.RELATIVE: {one.case for one in of.readings if one.relative},
    }
    return [Question(kind, len(cases), frozenset(cases)) for kind, cases in sets.items()]


def _of_several_colleagues(readings: Iterable[Reading]) -> set[UUID]:
    """Cases of colleagues, but for those of one of them: standing in for one colleague is ordinary."""
    others = [one for one in readings if one.owes and not one.hers]
    one_colleague = Counter(colleague for one in others for colleague in one.colleagues).most_common(1)
    stood_in_for = {colleague for colleague, _number in one_colleague}
    return {one.case for one in others if not one.colleagues & stood_in_for}


def _of_numbers(of: OfficerDay) -> Iterable[Question]:
    places = frozenset(case for cases in of.shelters.values() for case in cases)
    return [
        Question(SignalKind.MANY_SHELTERS, len(of.shelters), places),
        Question(SignalKind.MANY_EMERGENCIES, of.tries),
        Question(SignalKind.MANY_SEARCHES, of.searches),
    ]


@cache
def thresholds() -> Thresholds:
    """The thresholds as they stand in their file."""
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Thresholds(
        by_kind={kind: Threshold(**loaded[kind]) for kind in SignalKind},
        night_from=loaded["night"]["from"],
        night_to=loaded["night"]["to"],
        night_shift_roles=frozenset(loaded["night_shift_roles"]),
        shelter_roles=frozenset(loaded["shelter_roles"]),
        most_bearers=loaded["most_bearers"],
    )
