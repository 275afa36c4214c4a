from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from opennrm.access import queries as access
from opennrm.access.scope import Actor, as_system
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.reporting import queries
from opennrm.reporting.checks import Check, checks
from opennrm.reporting.figures import Definition, definitions
from opennrm.reporting.policies import DOOR
from opennrm.reporting.rules import Cells, Count, as_at_of

_CURRENCIES = Path(__file__).parent / "currencies.yaml"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the account with what it was the year before and what it is a part of."""

    definition: Definition
    now: Count
    before: Count
    denominator: Count | None

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


def account(year: int, as_at: date | None = None) -> Account:
    """The yearly account, counted from the cases of the whole country in the name of the system; it carries no case."""
    day = as_at_of(year, as_at, clock.local_day(clock.now()))
    with as_system("statistics", reason=f"protection account of {year}"):
        cells = Cells(queries.cells(queries.Period(year, day)))
        deployment = access.deployment()
    pack = sop(DEFAULT_SOP)
    country = deployment.country if deployment else pack.country
    money = _currencies().get(country, {})
    defined = definitions(cells, year, country)
    counts = {d.id: cells.count(d.dimension, d.criterion, d.measure, year) for d in defined}
    return Account(
        year=year,
        as_at=day,
        country=country,
        sop=pack.id,
        currency=money.get("currency"),
        usd_rate=money.get("usd_rate", {}).get(year, {}).get("rate"),
        figures=tuple(
            Figure(
                d,
                counts[d.id],
                cells.count(d.dimension, d.criterion, d.measure, year - 1),
                counts.get(d.denominator),
            )
            for d in defined
        ),
        checks=tuple(checks(cells, counts, year)),
    )


def years() -> list[int]:
    """The years for which there is an account, the newest first."""
    with as_system("statistics", reason="years of the protection account"):
        return queries.years(clock.local_day(clock.now()))


def cases_behind(
    figure_id: str, year: int, as_at: date | None = None, *, by: Actor, limit: int = 100
) -> list[UUID]:
    """The cases behind a figure that the one who asks sees anyway; the figure may count more."""
    DOOR.require(by, "reporting.cases_behind")
    drawn = account(year, as_at)
    definition = drawn.figure(figure_id).definition
    if not definition.has_cases:
        return []
    return queries.cases_behind(definition, queries.Period(year, drawn.as_at), limit)


@cache
def _currencies() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_CURRENCIES.read_text())
    return loaded
