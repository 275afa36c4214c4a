"""The legal orders of a year in numbers, over the whole country; no case is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from opennrm.lib import clock
from opennrm.lib.upgrades import first_year
from opennrm.orders.models import Order
from opennrm.orders.rules import Ended


@dataclass(frozen=True, slots=True)
class YearOfOrders:
    """What was entered, decided and ended in a year, and how many were in force at its end; nothing where none were kept."""

    year: int
    kept: bool
    numbers: Mapping[str, int]
    median_days: int | None


def years_of_orders(years: Sequence[int], as_at: date) -> list[YearOfOrders]:
    """The numbers of years as they were known on a day; a year before orders were kept has none, which is not a zero."""
    known, since = clock.midnight(as_at + timedelta(days=1)), first_year("orders", "0001_initial")
    rows = list(Order.objects.filter(entered_at__lt=known)) if max(years) >= since else []
    return [_year(year, rows, known, kept=year >= since) for year in years]


def _year(year: int, rows: Sequence[Order], known: datetime, *, kept: bool) -> YearOfOrders:
    begins, ends = clock.midnight(date(year, 1, 1)), min(clock.midnight(date(year + 1, 1, 1)), known)

    def within(at: datetime | None) -> bool:
        return at is not None and begins <= at < ends

    confirmed = [row for row in rows if within(row.confirmed_at)]
    over = {why: [row for row in rows if row.ended_why == why and within(row.ended_at)] for why in Ended}
    days = [
        (row.confirmed_at - row.entered_at).total_seconds() / 86400 for row in confirmed if row.confirmed_at
    ]
    return YearOfOrders(
        year=year,
        kept=kept,
        numbers={
            "entered": sum(within(row.entered_at) for row in rows),
            "confirmed": len(confirmed),
            "refused": len(over[Ended.REFUSED]),
            "revoked": len(over[Ended.REVOKED]),
            "in_force": sum(_in_force(row, min(ends, clock.now())) for row in rows),
        },
        median_days=round(median(days)) if days else None,
    )


def _in_force(row: Order, at: datetime) -> bool:
    opened = row.opened_at is not None and row.opened_at < at
    return opened and row.until > at and (row.ended_at is None or row.ended_at >= at)
