"""The figures of information that offices ask of each other; a year before requests were kept says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opennrm.reporting.definitions import Definition, Family, Section, Unit, Words
from opennrm.reporting.rules import Cell, Cells
from opennrm.sharing.request_rules import RefusalReason, RequestState
from opennrm.sharing.request_years import YearOfRequests

REASONS: dict[RefusalReason, Words] = {
    RefusalReason.NO_BASIS: _("Refused: no legal basis"),
    RefusalReason.PERSON_DID_NOT_AGREE: _("Refused: the person did not agree"),
    RefusalReason.OTHER_LAW: _("Refused: another law forbids it"),
    RefusalReason.DOES_NOT_HOLD: _("Refused: the office does not hold it"),
}

_REQUESTS = Family("information", Section.INFORMATION, "information", Unit.TIMES)

FIGURES = (
    _REQUESTS.figure(
        "asked",
        _("Requests for information"),
        _("How often in the year one office asked another by name for information on a case."),
        "outcome",
        " ".join(RequestState),
    ),
    _REQUESTS.figure(
        "answered", _("Answered"), _("Of those: those that were answered."), "outcome", "answered", of="asked"
    ),
    _REQUESTS.figure(
        "refused", _("Refused"), _("Of those: those that were refused."), "outcome", "refused", of="asked"
    ),
    *(
        _REQUESTS.figure(
            f"refused.{reason}",
            label,
            _(
                "Of the requests refused: those refused for this reason, to the nearest five; 0 stands for fewer than three. "
                "An exact number would tell an office why its own request was refused."
            ),
            "reason",
            str(reason),
            of="refused",
        )
        for reason, label in REASONS.items()
    ),
    _REQUESTS.figure(
        "late",
        _("Late"),
        _("Of the requests: those answered or refused after their day, or still waiting after it."),
        "late",
        "late",
        of="asked",
    ),
    _REQUESTS.figure(
        "median_days",
        _("Days until an answer"),
        _("The median over the requests answered or refused, in whole days."),
        "days",
        "median",
        unit=Unit.DAYS,
    ),
)


def request_cells(found: list[YearOfRequests]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [cell for year in found if year.kept for cell in _cells(year)]


def request_figures(cells: Cells, year: int) -> list[Definition]:
    """The figures, where requests were kept in the year or the year before."""
    kept = any(cells.is_reported("information_outcome", one) for one in (year, year - 1))
    return list(FIGURES) if kept else []


def to_nearest_five(number: int) -> int:
    """A number that tells nobody of one request: who asked learns that it cannot be given, and never why."""
    return (number + 2) // 5 * 5


def _cells(found: YearOfRequests) -> Iterator[Cell]:
    numbers = {("outcome", str(state)): found.outcomes.get(state, 0) for state in RequestState}
    numbers |= {
        ("reason", str(reason)): to_nearest_five(found.reasons.get(reason, 0)) for reason in RefusalReason
    }
    numbers["late", "late"] = found.late
    if found.median_days is not None:
        numbers["days", "median"] = found.median_days
    for (dimension, value), number in numbers.items():
        yield Cell(found.year, f"information_{dimension}", (value,), number)
