"""The figures of the ledger in the account: what was offered, due, late, declined and passed around."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from opennrm.reporting.definitions import Definition, Family, Section, Unit, Words
from opennrm.reporting.offices import Performance, drawn_for
from opennrm.reporting.rules import Cell

DECLINE_REASONS: Mapping[str, Words] = {
    "not_competent": _("Declined: not competent"),
    "no_capacity": _("Declined: no capacity"),
    "safety": _("Declined: not safe there"),
    "conflict_of_interest": _("Declined: conflict of interest"),
    "other": _("Declined: another reason"),
}

WAITING_REASONS: Mapping[str, Words] = {
    "person_asked": _("Put off: the person asked to wait"),
    "ill": _("Put off: the person is ill"),
    "not_reached": _("Put off: the person cannot be reached"),
    "waits_for_paper": _("Put off: a document is missing"),
    "no_interpreter": _("Put off: no interpreter was found yet"),
    "waits_for_office": _("Put off: another office must act first"),
    "waits_for_authority": _("Put off: a court or another authority must decide first"),
    "other": _("Put off: another reason"),
}

_DUTIES = Family("duties", Section.DUTIES, "duties", Unit.DUTIES)

DUTY_FIGURES: tuple[Definition, ...] = (
    _DUTIES.figure(
        "due",
        _("Duties that were due"),
        _("Duties whose day fell in the year, without those that the rules no longer asked for by then."),
        "due",
        "on_time late",
    ),
    _DUTIES.figure(
        "on_time",
        _("Done in time"),
        _("Of the duties that were due in the year: those done, or not wanted by the person, by their day."),
        "due",
        "on_time",
        of="due",
    ),
    _DUTIES.figure(
        "lapses",
        _("Limits that passed"),
        _("How often in the year a limit that acts passed while the duty was still owed."),
        "lapse",
        "lapse",
    ),
    _DUTIES.figure(
        "put_off",
        _("Duties put off"),
        _("How often in the year a duty was put off, so that its limit stood still."),
        "wait",
        " ".join(WAITING_REASONS),
    ),
    *(
        _DUTIES.figure(
            f"put_off.{code}",
            label,
            _("Of the duties put off in the year: those put off for this reason."),
            "wait",
            code,
            of="put_off",
        )
        for code, label in WAITING_REASONS.items()
    ),
    _DUTIES.figure(
        "offers.answered",
        _("Offers of a hand-over that ended"),
        _(
            "Duties offered to another office whose offer was accepted, declined or left unanswered in the year."
        ),
        "offer",
        "accepted declined expired",
    ),
    _DUTIES.figure(
        "offers.accepted",
        _("Accepted"),
        _("Of those offers: those the asked office accepted."),
        "offer",
        "accepted",
        of="offers.answered",
    ),
    _DUTIES.figure(
        "offers.declined",
        _("Declined"),
        _("Of those offers: those the asked office declined with a reason."),
        "offer",
        "declined",
        of="offers.answered",
    ),
    _DUTIES.figure(
        "offers.unanswered",
        _("Not answered in time"),
        _("Of those offers: those nobody answered by their answer-by time."),
        "offer",
        "expired",
        of="offers.answered",
    ),
    *(
        _DUTIES.figure(
            f"offers.declined.{code}",
            label,
            _("Of the offers declined in the year: those declined for this reason."),
            "decline",
            code,
            of="offers.declined",
        )
        for code, label in DECLINE_REASONS.items()
    ),
    _DUTIES.figure(
        "hours_to_accept",
        _("Hours until an offer is accepted"),
        _("The median over the offers accepted in the year, in whole hours."),
        "hours_to_accept",
        "median",
        unit=Unit.HOURS,
    ),
    _DUTIES.figure(
        "hand_overs",
        _("Duties that went to another office"),
        _("How often in the year a duty changed the office that holds it."),
        "hand_over",
        "hand_over",
    ),
    _DUTIES.figure(
        "cases_handed_over",
        _("Cases that changed hands"),
        _("Cases of which at least one duty went to another office in the year."),
        "case_moved",
        "few often",
        unit=Unit.PERSONS,
    ),
    _DUTIES.figure(
        "cases_passed_around",
        _("Cases passed around"),
        _("Of the cases that changed hands: those whose duties went to another office three times or more."),
        "case_moved",
        "often",
        of="cases_handed_over",
        unit=Unit.PERSONS,
    ),
)


def duty_cells(year: int, as_at: date) -> list[Cell]:
    """The numbers behind these figures, of a year and of the year before, as the open scope counts them."""
    return [cell for drawn in drawn_for([year - 1, year], as_at) for cell in _cells(drawn)]


def _cells(drawn: Performance) -> list[Cell]:
    country, declined = drawn.country, drawn.reasons.get(None, {})
    often = drawn.passed_around
    numbers = {
        ("due", "on_time"): country.on_time,
        ("due", "late"): country.due - country.on_time,
        ("lapse", "lapse"): country.lapses,
        ("offer", "accepted"): country.accepted,
        ("offer", "declined"): country.declined,
        ("offer", "expired"): country.unanswered,
        **{("decline", reason): declined.get(reason, 0) for reason in DECLINE_REASONS},
        **{("wait", reason): drawn.waits.get(reason, 0) for reason in WAITING_REASONS},
        ("hand_over", "hand_over"): country.taken_over,
        ("case_moved", "often"): often,
        ("case_moved", "few"): len(drawn.moves_of_a_case) - often,
    }
    if not any(numbers.values()):
        # Nothing was kept of that year: that is not the same as a known zero.
        return []
    if country.hours_to_accept is not None:
        numbers["hours_to_accept", "median"] = round(country.hours_to_accept)
    return [
        Cell(drawn.year, f"duties_{dimension}", (value,), number)
        for (dimension, value), number in numbers.items()
    ]
