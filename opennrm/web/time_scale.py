from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar

from django.utils.formats import date_format

# Widest span in days, and the step of the ticks in days.
DAILY_STEPS = ((10, 1), (21, 2), (70, 7), (140, 14))
MONTHLY_STEPS = ((400, 1), (1200, 3))


@dataclass(frozen=True)
class Scale:
    """Places instants across the picture; what lies outside is moved to the edge."""

    begins: datetime
    ends: datetime
    width: ClassVar[int] = 960

    def __post_init__(self) -> None:
        if self.begins >= self.ends:
            raise ValueError("A timeline must end after it begins.")

    def x(self, at: datetime) -> float:
        share = (at - self.begins) / (self.ends - self.begins)
        return round(min(max(share, 0.0), 1.0) * self.width, 1)

    def shows(self, at: datetime) -> bool:
        return self.begins <= at <= self.ends


def ticks(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, str]]:
    """Round days or months between two instants, with what is written at them."""
    days = (ends - begins).days
    if days < 2:
        return _hours(begins, ends)
    step = next((step for widest, step in DAILY_STEPS if days <= widest), None)
    if step:
        return _days(begins, ends, step)
    return _months(begins, ends, next((step for widest, step in MONTHLY_STEPS if days <= widest), 12))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time.min, at.tzinfo)


def _hours(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, str]]:
    at = _midnight(begins)
    while at <= ends:
        if at >= begins:
            yield at, date_format(at, "j M H:i")
        at += timedelta(hours=6)


def _days(begins: datetime, ends: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    at = _midnight(begins)
    if step % 7 == 0:
        at -= timedelta(days=at.weekday())
    while at <= ends:
        if at >= begins:
            yield at, date_format(at, "j M")
        at += timedelta(days=step)


def _months(begins: datetime, ends: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    for number in range(begins.year * 12, (ends.year + 1) * 12, step):
        at = datetime(number // 12, number % 12 + 1, 1, tzinfo=begins.tzinfo)
        if begins <= at <= ends:
            yield at, date_format(at, "M Y" if step > 1 or at.month == 1 else "M")
