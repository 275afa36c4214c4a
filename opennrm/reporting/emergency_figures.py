"""The figures of cases opened in emergencies, counted in public; a year before they were kept says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opennrm.oversight.queries import YearOfEmergencies
from opennrm.reporting.definitions import Definition, Family, Section, Unit
from opennrm.reporting.rules import Cell, Cells

ALL_REVIEWS = "in_time late waiting"


_EMERGENCIES = Family("access.break_glass", Section.ACCESS, "break_glass", Unit.TIMES)

FIGURES = (
    _EMERGENCIES.figure(
        "opened",
        _("Cases opened in an emergency"),
        _("How often in the year one person opened a case for an hour because a life was in danger."),
        "review",
        ALL_REVIEWS,
    ),
    _EMERGENCIES.figure(
        "reviewed_in_time",
        _("Reviewed within 72 hours"),
        _("Of those: those that another organisation reviewed within 72 hours."),
        "review",
        "in_time",
        of="opened",
    ),
    _EMERGENCIES.figure(
        "not_justified",
        _("Not justified"),
        _("Of those: those that the review found not justified."),
        "outcome",
        "not_justified",
        of="opened",
    ),
    _EMERGENCIES.figure(
        "referred",
        _("Referred to an investigation"),
        _("Of those: those that the review referred to an investigation."),
        "outcome",
        "referred",
        of="opened",
    ),
    _EMERGENCIES.figure(
        "opened_nothing",
        _("Tries that opened nothing"),
        _("How often in the year somebody asked for a case in an emergency and none was opened."),
        "nothing",
        "nothing",
    ),
)


def emergency_cells(found: list[YearOfEmergencies]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [cell for year in found if year.kept for cell in _cells(year)]


def emergency_figures(cells: Cells, year: int) -> list[Definition]:
    """The figures, where emergencies were kept in the year or the year before."""
    return [one for one in FIGURES if any(cells.is_reported(one.dimension, y) for y in (year, year - 1))]


def _cells(found: YearOfEmergencies) -> Iterator[Cell]:
    numbers = {
        ("review", "in_time"): found.in_time,
        ("review", "late"): found.late,
        ("review", "waiting"): found.waiting,
        ("outcome", "not_justified"): found.not_justified,
        ("outcome", "referred"): found.referred,
        ("nothing", "nothing"): found.opened_nothing,
    }
    for (dimension, value), number in numbers.items():
        yield Cell(found.year, f"break_glass_{dimension}", (value,), number)
