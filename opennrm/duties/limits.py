"""When a duty is due: a pure function of its limit, its start, the calendar and its pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from opennrm.lib.working_days import WorkingCalendar


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    amount: int
    unit: Unit
    verified: bool
    confirmed_locally: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    since: datetime
    until: datetime | None = None


def acts(limit: Limit | None) -> bool:
    """Whether passing this limit lapses and escalates; any other limit only reminds."""
    return limit is not None and (limit.verified or limit.confirmed_locally)


def due_at(
    started: datetime, limit: Limit | None, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The instant a duty is due, or None without a limit or while a pause is open."""
    if limit is None or any(pause.until is None for pause in pauses):
        return None
    due = _end_of(started, limit, calendar)
    for since, until in _merged(started, pauses):
        if since < due:
            due += until - since
    return due


def _end_of(started: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    match limit.unit:
        case Unit.HOURS:
            return calendar.add_hours(started, limit.amount)
        case Unit.DAYS:
            return calendar.add_days(started, limit.amount)
        case Unit.WORKING_DAYS:
            return calendar.add_working_days(started, limit.amount)
        case Unit.MONTHS:
            return calendar.add_months(started, limit.amount)


def _merged(started: datetime, pauses: Sequence[Pause]) -> list[tuple[datetime, datetime]]:
    """The closed pauses after the start, in order, with overlaps joined so that no hour counts twice."""
    # In UTC, because the difference of two instants in one local zone forgets the change of clocks.
    begin = started.astimezone(UTC)
    spans = sorted(
        (max(pause.since.astimezone(UTC), begin), pause.until.astimezone(UTC))
        for pause in pauses
        if pause.until is not None
    )
    merged: list[tuple[datetime, datetime]] = []
    for since, until in spans:
        if until <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged
