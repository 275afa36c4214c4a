from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from opennrm.access import queries as access
from opennrm.access.scope import Actor, as_system
from opennrm.coordination import queries as coordination
from opennrm.coordination.queries import Confirmed
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.lib import clock
from opennrm.orders.years import years_of_orders
from opennrm.oversight import queries as oversight
from opennrm.reporting import queries
from opennrm.reporting.checks import checks
from opennrm.reporting.child_figures import child_cells, child_figures
from opennrm.reporting.definitions import Definition
from opennrm.reporting.drawn import Account, Figure
from opennrm.reporting.duty_figures import DUTY_FIGURES, duty_cells
from opennrm.reporting.emergency_figures import emergency_cells, emergency_figures
from opennrm.reporting.figures import definitions
from opennrm.reporting.meeting_figures import confirmations, meeting_cells, meeting_figures
from opennrm.reporting.order_figures import order_cells, order_figures
from opennrm.reporting.place_figures import place_cells, place_figures
from opennrm.reporting.policies import DOOR
from opennrm.reporting.renderers import as_html, as_json, as_markdown
from opennrm.reporting.request_figures import request_cells, request_figures
from opennrm.reporting.rules import Cells, Count, as_at_of
from opennrm.sharing.child_years import years_of_children
from opennrm.sharing.request_years import years_of_requests
from opennrm.shelters.years import years_of_places

__all__ = ["Account", "Figure", "account", "as_html", "as_json", "as_markdown", "cases_behind", "years"]

_CURRENCIES = Path(__file__).parent / "currencies.yaml"


def account(year: int, as_at: date | None = None) -> Account:
    """The yearly account, counted over the whole country in the name of the system; it carries no case."""
    day = as_at_of(year, as_at, clock.today())
    with as_system("statistics", reason=f"protection account of {year}"):
        met = coordination.years_of_meetings((year - 1, year), day)
        opened = oversight.years_of_emergencies((year - 1, year), day)
        asked = years_of_requests((year - 1, year), day)
        stayed = years_of_places((year - 1, year), day)
        children = years_of_children((year - 1, year), day)
        ordered = years_of_orders((year - 1, year), day)
        cells = Cells(
            [
                *queries.cells(queries.Period(year, day)),
                *duty_cells(year, day),
                *meeting_cells(met),
                *emergency_cells(opened),
                *request_cells(asked),
                *place_cells(stayed),
                *child_cells(children),
                *order_cells(ordered),
            ]
        )
        deployment = access.deployment()
    pack = sop(DEFAULT_SOP)
    country = deployment.country if deployment else pack.country
    money = _currencies().get(country, {})
    defined = [
        *definitions(cells, year, country),
        *DUTY_FIGURES,
        *meeting_figures(cells, met, year),
        *emergency_figures(cells, year),
        *request_figures(cells, year),
        *place_figures(cells, stayed, year),
        *child_figures(cells, year),
        *order_figures(cells, year),
    ]
    confirmed = confirmations(met, year)
    counts = {d.id: cells.count(d.dimension, d.criterion, d.measure, year) for d in defined}
    return Account(
        year=year,
        as_at=day,
        country=country,
        sop=pack.id,
        currency=money.get("currency"),
        usd_rate=money.get("usd_rate", {}).get(year, {}).get("rate"),
        figures=tuple(_figure(one, cells, counts, year, confirmed.get(one.id)) for one in defined),
        checks=tuple(checks(cells, counts, year)),
    )


def _figure(
    one: Definition, cells: Cells, counts: Mapping[str, Count], year: int, confirmed: Confirmed | None
) -> Figure:
    before = cells.count(one.dimension, one.criterion, one.measure, year - 1)
    return Figure(one, counts[one.id], before, counts.get(one.denominator), confirmed)


def years() -> list[int]:
    """The years for which there is an account, the newest first."""
    with as_system("statistics", reason="years of the protection account"):
        return queries.years(clock.today())


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
