"""The requests for information of a year in numbers, over the whole country; no case and no word of one is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from django.utils import timezone

from opennrm.lib import clock
from opennrm.lib.upgrades import first_year
from opennrm.sharing.models import Refusal, Request
from opennrm.sharing.request_rules import RequestState


@dataclass(frozen=True, slots=True)
class YearOfRequests:
    """What was asked in a year and what had come of it by a day; nothing where it was not kept yet."""

    year: int
    kept: bool
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    late: int
    median_days: int | None


def years_of_requests(years: Sequence[int], as_at: date) -> list[YearOfRequests]:
    """The numbers of years; a year before this was kept at all has none, which is not a zero."""
    known, since = clock.midnight(as_at + timedelta(days=1)), first_year("sharing", "0002_requests")
    rows = list(Request.objects.filter(asked_at__lt=known)) if max(years) >= since else []
    why = Refusal.objects.filter(at__lt=known).order_by("at").values_list("request_id", "reason")
    reasons = dict(why) if rows else {}
    return [_year(year, rows, reasons, known, kept=year >= since) for year in years]


def _year(
    year: int, rows: Sequence[Request], reasons: Mapping[UUID, str], known: datetime, *, kept: bool
) -> YearOfRequests:
    asked = [row for row in rows if timezone.localdate(row.asked_at).year == year]
    states = {row.id: _state(row, known) for row in asked}
    came = [row for row in asked if states[row.id] in (RequestState.ANSWERED, RequestState.REFUSED)]
    days = [(row.ended_at - row.asked_at).total_seconds() / 86400 for row in came if row.ended_at]
    refused = [row for row in asked if states[row.id] is RequestState.REFUSED]
    return YearOfRequests(
        year=year,
        kept=kept,
        outcomes=Counter(str(state) for state in states.values()),
        reasons=Counter(reasons[row.id] for row in refused if row.id in reasons),
        late=sum(_is_late(row, states[row.id], known) for row in asked),
        median_days=round(median(days)) if days else None,
    )


def _state(row: Request, known: datetime) -> RequestState:
    # What ended after the day of the account still waited on it.
    return RequestState(row.state) if row.ended_at and row.ended_at < known else RequestState.OPEN


def _is_late(row: Request, state: RequestState, known: datetime) -> bool:
    if row.answer_by is None or state in (RequestState.WITHDRAWN, RequestState.ENDED):
        return False
    return (known if state is RequestState.OPEN or row.ended_at is None else row.ended_at) > row.answer_by
