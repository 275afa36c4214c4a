"""The figures of places and stays; a year before they were kept says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opennrm.reporting.definitions import Definition, Family, Section, Unit
from opennrm.reporting.rules import Cell, Cells
from opennrm.shelters.rules import LeftBecause
from opennrm.shelters.years import YearOfPlaces

_PLACES = Family("shelters", Section.ASSISTED, "places", Unit.PERSONS)

FIGURES = (
    _PLACES.figure(
        "opening",
        _("In the shelters when the year began"),
        _(
            "People who had a place at midnight at the beginning of the year. Those who came with them are not counted."
        ),
        "stock",
        "opening",
    ),
    _PLACES.figure(
        "new",
        _("Came in the year"),
        _("People who moved in in the year. Who moves from one shelter to another without a gap came once."),
        "stock",
        "new",
    ),
    _PLACES.figure(
        "closed",
        _("Left in the year"),
        _("People who left the shelters in the year. Who moves to another shelter has not left."),
        "stock",
        "closed",
    ),
    _PLACES.figure(
        "staying",
        _("In the shelters at the end"),
        _("Opening and new without closed: at the end of the year, or on the day of the account."),
        "stock",
        "staying",
    ),
    _PLACES.figure(
        "available_nights",
        _("Nights of all places"),
        _(
            "Places times nights since they are kept here, without the nights on which a place was out of use."
        ),
        "nights",
        "available",
        unit=Unit.NIGHTS,
    ),
    _PLACES.figure(
        "bed_nights",
        _("Nights slept"),
        _("Of those: the nights on which somebody had the place, those who came with a person included."),
        "nights",
        "slept",
        of="available_nights",
        unit=Unit.NIGHTS,
    ),
    _PLACES.figure(
        "median_nights",
        _("Length of a stay"),
        _("The median over those who left in the year, in whole days, all shelters of one stay together."),
        "days",
        "stay",
        unit=Unit.DAYS,
    ),
    _PLACES.figure(
        "median_wait",
        _("Waiting for a place"),
        _(
            "The median, in whole days, from when a place was owed to when the person had it, in the year in which she got it."
        ),
        "days",
        "wait",
        unit=Unit.DAYS,
    ),
    _PLACES.figure(
        "departures",
        _("Departures"),
        _("How often in the year somebody left a shelter, for another shelter too."),
        "left",
        " ".join(LeftBecause),
        unit=Unit.TIMES,
    ),
    _PLACES.figure(
        "transfers",
        _("To another shelter"),
        _("Of those: to another shelter of the coalition."),
        "left",
        "other_shelter",
        of="departures",
        unit=Unit.TIMES,
    ),
    _PLACES.figure(
        "voluntary_exits",
        _("By her own wish"),
        _("Of those: because the person wished to leave."),
        "left",
        "own_wish",
        of="departures",
        unit=Unit.TIMES,
    ),
    _PLACES.figure(
        "restrictions",
        _("Restrictions of movement"),
        _("How often in the year a shelter restricted the movement of somebody."),
        "restricted",
        "times",
        unit=Unit.TIMES,
    ),
    _PLACES.figure(
        "restricted_days",
        _("Days under a restriction"),
        _("The days of these restrictions, until each ended or was lifted."),
        "restricted",
        "days",
        unit=Unit.DAYS,
    ),
)


def place_cells(found: list[YearOfPlaces]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [cell for year in found if year.kept for cell in _cells(year)]


def place_figures(cells: Cells, found: list[YearOfPlaces], year: int) -> list[Definition]:
    """The figures, where places were kept in the year or the year before; one more for each shelter."""
    if not any(cells.is_reported("places_stock", one) for one in (year, year - 1)):
        return []
    codes = sorted({code for one in found for code in one.nights_by_shelter or ()})
    return [*FIGURES, *(_of_shelter(code) for code in codes)]


def _of_shelter(code: str) -> Definition:
    return _PLACES.figure(
        f"bed_nights.{code}",
        format_lazy(_("Nights slept: {shelter}"), shelter=code),
        _("Of the nights slept: those in this shelter."),
        "nights_of",
        code,
        of="bed_nights",
        unit=Unit.NIGHTS,
    )


def _cells(found: YearOfPlaces) -> Iterator[Cell]:
    numbers = {
        ("stock", "opening"): found.opening,
        ("stock", "new"): found.came,
        ("stock", "closed"): found.left,
        ("stock", "staying"): found.staying,
        ("nights", "available"): found.available,
        ("nights", "slept"): found.nights,
        ("restricted", "times"): found.restrictions,
        ("restricted", "days"): found.restricted_days,
    }
    numbers |= {("left", str(why)): (found.departures or {}).get(why, 0) for why in LeftBecause}
    numbers |= {("nights_of", code): number for code, number in (found.nights_by_shelter or {}).items()}
    if found.median_stay is not None:
        numbers["days", "stay"] = found.median_stay
    if found.median_wait is not None:
        numbers["days", "wait"] = found.median_wait
    for (dimension, value), number in numbers.items():
        yield Cell(found.year, f"places_{dimension}", (value,), number)
