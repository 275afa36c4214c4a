"""How offices do: counted over the whole country from the ledger, in numbers and never with a case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.reporting.policies import DOOR
from opennrm.reporting.rules import as_at_of

_WINDOW = "BETWEEN %(since)s AND %(until)s"
_OFFERS = f"""
SELECT to_office_id, count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'declined'),
       count(*) FILTER (WHERE state = 'expired'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - offered_at) / 3600)
           FILTER (WHERE state = 'accepted')
FROM duties_offer WHERE state IN ('accepted', 'declined', 'expired') AND answered_at {_WINDOW}
GROUP BY ROLLUP (to_office_id)
"""
_REASONS = f"""
SELECT to_office_id, reason, count(*) FROM duties_offer
WHERE state = 'declined' AND answered_at {_WINDOW} GROUP BY to_office_id, reason
"""
# Who held the duty at the instant it was due, or did it before. What the rules no longer ask for is nobody's fault.
_DUE = f"""
SELECT h.office_id, count(*), count(*) FILTER (WHERE d.state IN ('fulfilled', 'waived') AND d.ended_at <= d.due_at)
FROM duties_duty d JOIN duties_holding h ON h.duty_id = d.id
 AND h.since <= least(d.due_at, d.ended_at)
 AND (h.until IS NULL OR h.until > least(d.due_at, d.ended_at) OR (h.until = d.ended_at AND h.office_id = d.holder_id))
WHERE d.due_at {_WINDOW} AND (d.state <> 'ended' OR d.ended_at > d.due_at)
GROUP BY ROLLUP (h.office_id)
"""
_LAPSES = f"""
SELECT h.office_id, count(*) FROM duties_event e JOIN duties_holding h ON h.duty_id = e.duty_id
 AND h.since <= e.at AND (h.until IS NULL OR h.until > e.at)
WHERE e.kind = 'lapsed' AND e.at {_WINDOW} GROUP BY ROLLUP (h.office_id)
"""
# Each duty's holdings side by side, read once: joined to themselves the whole ledger is looked up holding by holding.
_MOVED = f"""
SELECT case_id, office_id, before FROM (
  SELECT case_id, office_id, since, lag(office_id) OVER (PARTITION BY duty_id ORDER BY since, until NULLS LAST) AS before
  FROM duties_holding
) h WHERE before IS NOT NULL AND since {_WINDOW}
"""
_WAITS = f"SELECT reason, count(*) FROM duties_pause WHERE since {_WINDOW} GROUP BY reason"
_OPEN = """
SELECT holder_id, count(*), count(*) FILTER (WHERE state = 'lapsed' OR due_at < %(now)s),
       count(*) FILTER (WHERE person_id IS NULL)
FROM duties_duty WHERE state IN ('held', 'suspended', 'lapsed') GROUP BY ROLLUP (holder_id)
"""


@dataclass(slots=True)
class OfficeFigures:
    """What an office was asked, did and owes; the country's line carries no office."""

    office: int | None = None
    accepted: int = 0
    declined: int = 0
    unanswered: int = 0
    hours_to_accept: float | None = None
    due: int = 0
    on_time: int = 0
    lapses: int = 0
    taken_over: int = 0
    handed_on: int = 0
    open: int = 0
    late: int = 0
    unnamed: int = 0
    workers: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """The share done in time of what was due; None where nothing was due."""
        return self.on_time / self.due if self.due else None

    @property
    def open_for_each(self) -> float | None:
        """How much is open for each person at work; None where nobody works there."""
        return self.open / self.workers if self.workers else None


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of offices in a year as known on a day."""

    year: int
    as_at: date
    offices: dict[int, OfficeFigures]
    country: OfficeFigures
    reasons: dict[int | None, dict[str, int]]
    moves_of_a_case: tuple[int, ...]
    # How often a duty was put off, by reason, over the whole country.
    waits: dict[str, int]

    @property
    def passed_around(self) -> int:
        """How many cases changed hands three times or more."""
        return sum(moves >= 3 for moves in self.moves_of_a_case)


def performance(year: int, *, by: Actor) -> Performance:
    """How offices do in a year: the whole country, or just her own for the head of an office."""
    DOOR.require(by, "reporting.offices")
    with as_system("statistics", reason=f"figures of offices in {year}"):
        drawn = drawn_for(year, as_at_of(year, None, clock.today()), with_open=True)
    if DOOR.may(by, "reporting.every_office"):
        return drawn
    own = {office: found for office, found in drawn.offices.items() if office in by.offices}
    reasons: dict[int | None, dict[str, int]] = {
        office: found for office, found in drawn.reasons.items() if office in by.offices
    }
    return Performance(year, drawn.as_at, own, OfficeFigures(), reasons, (), {})


def drawn_for(year: int, as_at: date, *, with_open: bool) -> Performance:
    """The figures as the open scope counts them."""
    asked = _asked(year, as_at)
    lines: dict[int | None, OfficeFigures] = defaultdict(OfficeFigures)
    for office, *found in _rows(_OFFERS, asked):
        one = lines[office]
        one.accepted, one.declined, one.unanswered = found[:3]
        one.hours_to_accept = None if found[3] is None else float(found[3])
    for office, due, on_time in _rows(_DUE, asked):
        lines[office].due, lines[office].on_time = due, on_time
    for office, lapses in _rows(_LAPSES, asked):
        lines[office].lapses = lapses
    moves = _moves(lines, asked)
    if with_open:
        _open_now(lines)
    reasons: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for office, reason, count in _rows(_REASONS, asked):
        reasons[office][reason] += count
        reasons[None][reason] += count
    country = lines.pop(None, OfficeFigures())
    offices = {office: one for office, one in lines.items() if office is not None}
    for office, one in offices.items():
        one.office = office
    declined = {office: dict(found) for office, found in reasons.items()}
    return Performance(year, as_at, offices, country, declined, moves, dict(_rows(_WAITS, asked)))


def _moves(lines: dict[int | None, OfficeFigures], asked: dict[str, Any]) -> tuple[int, ...]:
    cases: dict[Any, int] = defaultdict(int)
    for case, to, came_from in _rows(_MOVED, asked):
        cases[case] += 1
        lines[to].taken_over += 1
        lines[came_from].handed_on += 1
        lines[None].handed_on += 1
        lines[None].taken_over += 1
    return tuple(sorted(cases.values(), reverse=True))


def _open_now(lines: dict[int | None, OfficeFigures]) -> None:
    for office, owed, late, unnamed in _rows(_OPEN, {"now": clock.now()}):
        lines[office].open, lines[office].late, lines[office].unnamed = owed, late, unnamed
    people = agencies.posts_held(clock.today())
    for office, _officer in people:
        lines[office].workers += 1
    lines[None].workers = len({officer for _office, officer in people})


def _asked(year: int, as_at: date) -> dict[str, Any]:
    last = min(date(year, 12, 31), as_at)
    return {
        "since": clock.midnight(date(year, 1, 1)),
        "until": min(clock.midnight(last + timedelta(days=1)), clock.now()),
    }


def _rows(query: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())
