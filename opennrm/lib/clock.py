"""The one place that asks what time it is; rules are given the time instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The present instant in UTC, or the instant the clock was stopped at."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[datetime]:
    """Stop the clock at an instant: for tests, previews and a replay of past days."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _stopped_at.set(instant.astimezone(UTC))
    try:
        yield now()
    finally:
        _stopped_at.reset(token)


def local_day(instant: datetime, zone: str = "Europe/Tirane") -> date:
    """The calendar day of an instant where the offices are."""
    return instant.astimezone(ZoneInfo(zone)).date()


def today(zone: str = "Europe/Tirane") -> date:
    """The calendar day it is now where the offices are."""
    return local_day(now(), zone)


def midnight(day: date, zone: str = "Europe/Tirane") -> datetime:
    """The instant at which a day begins where the offices are."""
    return datetime.combine(day, time(), ZoneInfo(zone))
