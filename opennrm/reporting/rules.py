"""How a figure is counted: from groups of people alike, never from a stored number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

NOT_VICTIM = "not_victim"


class State(StrEnum):
    """What stands behind a value: a zero that is known is not the same as nothing reported."""

    KNOWN = "known"
    NONE = "none"
    NOT_REPORTED = "not_reported"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"


class Measure(StrEnum):
    """Whether a figure counts people or the different values found."""

    PEOPLE = "people"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many people of a year alike in one respect, such as their forms of exploitation, and in status."""

    year: int
    dimension: str
    values: tuple[str, ...]
    people: int
    status: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """Which recorded values a figure counts; one that fits is enough, so that nobody is counted twice."""

    any_of: frozenset[str] | None = None
    none_of: frozenset[str] = frozenset()
    other_than: frozenset[str] = frozenset()

    def holds(self, values: tuple[str, ...]) -> bool:
        """Whether people with these recorded values are counted."""
        found = frozenset(values)
        if self.none_of & found:
            return False
        return bool(found & self.any_of) if self.any_of is not None else bool(found - self.other_than)


@dataclass(frozen=True, slots=True)
class Count:
    """A value with what stands behind it; made_of are the recorded values it was counted from."""

    value: int | None
    state: State
    made_of: tuple[tuple[tuple[str, ...], int], ...] = ()


class Cells:
    """The groups of people of both years, found by respect and year."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._by: dict[tuple[str, int], list[Cell]] = defaultdict(list)
        for cell in cells:
            self._by[cell.dimension, cell.year].append(cell)

    def victims(self, dimension: str, year: int) -> list[Cell]:
        """The groups of a year in one respect, without people decided not to be victims."""
        return [cell for cell in self._by[dimension, year] if cell.status != NOT_VICTIM]

    def is_reported(self, dimension: str, year: int) -> bool:
        """Whether anything was recorded in this respect for the year: then an empty group is a known zero."""
        return any(cell.values for cell in self._by[dimension, year])

    def values(self, dimension: str, year: int) -> list[str]:
        """The values recorded for victims of a year in one respect."""
        return sorted({value for cell in self.victims(dimension, year) for value in cell.values})

    def count(self, dimension: str, criterion: Criterion, measure: Measure, year: int) -> Count:
        """One figure of one year."""
        counted = [cell for cell in self.victims(dimension, year) if criterion.holds(cell.values)]
        if measure is Measure.VALUES:
            value = len({found for cell in counted for found in cell.values if criterion.holds((found,))})
        else:
            value = sum(cell.people for cell in counted)
        if value:
            return Count(value, State.KNOWN, _made_of(counted))
        return Count(0, State.NONE) if self.is_reported(dimension, year) else Count(None, State.NOT_REPORTED)


def as_at_of(year: int, as_at: date | None, today: date) -> date:
    """The day whose knowledge counts: 31 March of the next year unless named, and never a day to come."""
    if year > today.year or year < 1900:
        raise Problem("year_not_begun", _("There is no account of that year."), 404)
    wanted = as_at or date(year + 1, 3, 31)
    if wanted < date(year, 1, 1):
        raise Problem("as_at_before_year", _("That day lies before the year of the account."))
    return min(wanted, today)


def _made_of(cells: list[Cell]) -> tuple[tuple[tuple[str, ...], int], ...]:
    people: dict[tuple[str, ...], int] = defaultdict(int)
    for cell in cells:
        people[tuple(sorted(cell.values))] += cell.people
    return tuple(sorted(people.items(), key=lambda item: (-item[1], item[0])))
