from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from opennrm.coordination.queries import Confirmed
from opennrm.lib.problems import NotFound
from opennrm.reporting.checks import Check
from opennrm.reporting.definitions import Definition
from opennrm.reporting.rules import Count


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the account with what it was the year before and what it is a part of."""

    definition: Definition
    now: Count
    before: Count
    denominator: Count | None
    # Who confirmed a zero that nothing on record shows.
    confirmed: Confirmed | None = None

    @property
    def id(self) -> str:
        return self.definition.id


@dataclass(frozen=True, slots=True)
class Account:
    """The protection account of a year as known on a day; computed when asked for and stored nowhere."""

    year: int
    as_at: date
    country: str
    sop: str
    currency: str | None
    usd_rate: float | None
    figures: tuple[Figure, ...]
    checks: tuple[Check, ...]

    def figure(self, figure_id: str) -> Figure:
        """One figure by its id, or NotFound."""
        for figure in self.figures:
            if figure.id == figure_id:
                return figure
        raise NotFound()
