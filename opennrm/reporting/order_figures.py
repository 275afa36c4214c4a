"""The figures of legal orders; a year before orders were kept says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opennrm.orders.years import YearOfOrders
from opennrm.reporting.definitions import Definition, Family, Section, Unit
from opennrm.reporting.rules import Cell, Cells

_ORDERS = Family("sharing.orders", Section.ORDERS, "orders", Unit.TIMES)

FIGURES = (
    _ORDERS.figure(
        "in_force",
        _("Legal orders in force"),
        _(
            "Orders of a ministry, a court or a prosecutor that opened cases to offices at the end of the year, "
            "or on the day of the account."
        ),
        "state",
        "in_force",
    ),
    _ORDERS.figure(
        "entered", _("Entered"), _("Orders that an office entered in the year."), "state", "entered"
    ),
    _ORDERS.figure(
        "confirmed",
        _("Confirmed by another office"),
        _("Orders that somebody of another office confirmed in the year."),
        "state",
        "confirmed",
    ),
    _ORDERS.figure(
        "refused",
        _("Not as on the paper"),
        _("Orders that somebody of another office refused in the year."),
        "state",
        "refused",
    ),
    _ORDERS.figure(
        "revoked",
        _("Ended before their last day"),
        _("Orders that were ended in the year before their last day."),
        "state",
        "revoked",
    ),
    _ORDERS.figure(
        "median_days",
        _("Days until an order was confirmed"),
        _("The median over the orders confirmed in the year, in whole days."),
        "days",
        "median",
        unit=Unit.DAYS,
    ),
)


def order_cells(found: list[YearOfOrders]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [cell for year in found if year.kept for cell in _cells(year)]


def order_figures(cells: Cells, year: int) -> list[Definition]:
    """The figures, where orders were kept in the year or the year before."""
    kept = any(cells.is_reported("orders_state", one) for one in (year, year - 1))
    return list(FIGURES) if kept else []


def _cells(found: YearOfOrders) -> Iterator[Cell]:
    for state, number in found.numbers.items():
        yield Cell(found.year, "orders_state", (state,), number)
    if found.median_days is not None:
        yield Cell(found.year, "orders_days", ("median",), found.median_days)
