"""The figures of bodies, meetings and agreements in the account; a body without a record of the year says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opennrm.coordination.queries import Confirmed, YearOfMeetings
from opennrm.reporting.definitions import Definition, Section, Unit, one
from opennrm.reporting.rules import Cell, Cells

FIXED = (
    Definition(
        "meetings.held",
        Section.MEETINGS,
        _("Meetings held"),
        _("Meetings of all bodies in the year of which it is recorded who came."),
        "meetings_quorum",
        one("quorum", "no_quorum"),
        unit=Unit.MEETINGS,
    ),
    Definition(
        "meetings.with_quorum",
        Section.MEETINGS,
        _("Meetings with a quorum"),
        _("Of those meetings: those to which enough members came to decide."),
        "meetings_quorum",
        one("quorum"),
        unit=Unit.MEETINGS,
        denominator="meetings.held",
    ),
    Definition(
        "meetings.decisions",
        Section.MEETINGS,
        _("Decisions of meetings"),
        _("Decisions that the meetings of the year took, each a duty of an office."),
        "meetings_decision",
        one("done", "owed"),
        unit=Unit.DUTIES,
    ),
    Definition(
        "meetings.decisions_done",
        Section.MEETINGS,
        _("Decisions carried out"),
        _("Of those decisions: those done by the day of the account."),
        "meetings_decision",
        one("done"),
        unit=Unit.DUTIES,
        denominator="meetings.decisions",
    ),
    Definition(
        "agreements.in_force",
        Section.MEETINGS,
        _("Agreements in force"),
        _("Agreements between organisations that were in force on the last day of the year."),
        "meetings_agreement",
        one("in_force"),
        unit=Unit.AGREEMENTS,
    ),
)


def meeting_cells(found: list[YearOfMeetings]) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before."""
    return [cell for one_year in found for cell in _cells(one_year)]


def meeting_figures(cells: Cells, found: list[YearOfMeetings], year: int) -> list[Definition]:
    """The figures of which something is on record in the year or the year before."""
    bodies = {code: name for one_year in found for code, name in one_year.names.items()}
    figures = [*FIXED, *(_held(code, name) for code, name in bodies.items())]
    shown = [one for one in figures if any(cells.is_reported(one.dimension, y) for y in (year, year - 1))]
    # A body's figure is a part of the sum, which then stands beside it, also while others are not confirmed.
    return [*([FIXED[0]] if shown and FIXED[0] not in shown and bodies else []), *shown]


def _held(code: str, name: str) -> Definition:
    return Definition(
        f"meetings.held.{code}",
        Section.MEETINGS,
        format_lazy(_("Met: {body}"), body=name),
        _("Meetings of this body in the year of which it is recorded who came."),
        f"meetings_held:{code}",
        one("held"),
        unit=Unit.MEETINGS,
        denominator="meetings.held",
    )


def _cells(found: YearOfMeetings) -> Iterator[Cell]:
    numbers = {
        **{(f"held:{code}", "held"): held for code, held in found.held.items()},
        ("quorum", "quorum"): found.with_quorum,
        ("quorum", "no_quorum"): sum(found.held.values()) - found.with_quorum,
        ("decision", "done"): found.decisions_done,
        ("decision", "owed"): found.decisions - found.decisions_done,
        ("agreement", "in_force"): found.agreements_in_force,
        ("agreement", "over"): found.agreements - found.agreements_in_force,
    }
    known_zeros = {("quorum", "quorum"), ("quorum", "no_quorum")} if found.nobody_met else set()
    totals = {"quorum": sum(found.held.values()), "decision": found.decisions, "agreement": found.agreements}
    for (dimension, value), number in numbers.items():
        # Nothing on record is not the same as a known zero.
        if totals.get(dimension, number) or (dimension, value) in known_zeros:
            yield Cell(found.year, f"meetings_{dimension}", (value,), number)
    for code in found.confirmed:
        yield Cell(found.year, f"meetings_held:{code}", ("held",), 0)


def confirmations(found: list[YearOfMeetings], year: int) -> dict[str, Confirmed]:
    """Who confirmed the zeros of a year, by figure."""
    of_the_year = next(one for one in found if one.year == year)
    return {f"meetings.held.{code}": one for code, one in of_the_year.confirmed.items()}
