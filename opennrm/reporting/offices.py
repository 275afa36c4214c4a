"""How offices do: counted over the whole country from the ledger, in numbers and never with a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.reporting.policies import DOOR
from opennrm.reporting.rules import as_at_of

# The years asked for, so that each table is read once for all of them.
_YEARS = (
    "unnest(%(years)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS y(year, since, until)"
)
_WINDOW = "BETWEEN y.since AND y.until"
_BY_OFFICE = "GROUP BY GROUPING SETS ((y.year, {office}), (y.year))"
_OFFERS = f"""
SELECT y.year, to_office_id, count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'declined'),
       count(*) FILTER (WHERE state = 'expired'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - offered_at) / 3600)
           FILTER (WHERE state = 'accepted')
FROM duties_offer JOIN {_YEARS} ON answered_at {_WINDOW}
WHERE state IN ('accepted', 'declined', 'expired') {_BY_OFFICE.format(office="to_office_id")}
"""
_REASONS = f"""
SELECT y.year, to_office_id, reason, count(*) FROM duties_offer JOIN {_YEARS} ON answered_at {_WINDOW}
WHERE state = 'declined' GROUP BY y.year, to_office_id, reason
"""
# Few duties ever moved: of those alone is looked up who held them at an instant, all others were held by one office.
_MOVED_DUTIES = """
moved AS MATERIALIZED (SELECT DISTINCT duty_id FROM duties_holding WHERE came_from_id IS NOT NULL),
held AS MATERIALIZED (SELECT duty_id, office_id, since, until FROM duties_holding JOIN moved USING (duty_id))
"""
# Who held the duty at the instant it was due, or did it before. What the rules no longer ask for is nobody's fault.
_DUE = f"""
WITH {_MOVED_DUTIES}
SELECT y.year, coalesce(h.office_id, d.holder_id) AS office, count(*),
       count(*) FILTER (WHERE d.state IN ('fulfilled', 'waived') AND d.ended_at <= d.due_at)
FROM duties_duty d JOIN {_YEARS} ON d.due_at {_WINDOW}
LEFT JOIN moved m ON m.duty_id = d.id
LEFT JOIN held h ON h.duty_id = d.id AND h.since <= least(d.due_at, d.ended_at)
 AND (h.until IS NULL OR h.until > least(d.due_at, d.ended_at) OR (h.until = d.ended_at AND h.office_id = d.holder_id))
WHERE (d.state <> 'ended' OR d.ended_at > d.due_at) AND (m.duty_id IS NULL OR h.duty_id IS NOT NULL)
{_BY_OFFICE.format(office="coalesce(h.office_id, d.holder_id)")}
"""
_LAPSES = f"""
WITH {_MOVED_DUTIES}
SELECT y.year, coalesce(h.office_id, d.holder_id) AS office, count(*)
FROM duties_event e JOIN {_YEARS} ON e.at {_WINDOW}
JOIN duties_duty d ON d.id = e.duty_id
LEFT JOIN moved m ON m.duty_id = d.id
LEFT JOIN held h ON h.duty_id = d.id AND h.since <= e.at AND (h.until IS NULL OR h.until > e.at)
WHERE e.kind = 'lapsed' AND (m.duty_id IS NULL OR h.duty_id IS NOT NULL)
{_BY_OFFICE.format(office="coalesce(h.office_id, d.holder_id)")}
"""
_MOVES = f"""
SELECT y.year, case_id, office_id, came_from_id FROM duties_holding h JOIN {_YEARS} ON h.since {_WINDOW}
WHERE came_from_id IS NOT NULL
"""
_WAITS = f"""
SELECT y.year, reason, count(*) FROM duties_pause p JOIN {_YEARS} ON p.since {_WINDOW} GROUP BY y.year, reason
"""
_OPEN = """
SELECT holder_id, count(*), count(*) FILTER (WHERE state = 'lapsed' OR due_at < %(now)s),
       count(*) FILTER (WHERE person_id IS NULL)
FROM duties_duty WHERE state IN ('held', 'suspended', 'lapsed') GROUP BY ROLLUP (holder_id)
"""
Lines = dict[int | None, "OfficeFigures"]


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

    def line(self, office: int | None) -> OfficeFigures:
        """The figures of an office, or of the country."""
        if office is None:
            return self.country
        return self.offices.setdefault(office, OfficeFigures(office))

    @property
    def passed_around(self) -> int:
        """How many cases changed hands three times or more."""
        return sum(moves >= 3 for moves in self.moves_of_a_case)


def performance(year: int, *, by: Actor) -> Performance:
    """How offices do in a year: the whole country, or just her own for the head of an office."""
    DOOR.require(by, "reporting.offices")
    with as_system("statistics", reason=f"figures of offices in {year}"):
        drawn = _drawn_with_open(year, as_at_of(year, None, clock.today()))
    if DOOR.may(by, "reporting.every_office"):
        return drawn
    own = {office: found for office, found in drawn.offices.items() if office in by.offices}
    reasons: dict[int | None, dict[str, int]] = {
        office: found for office, found in drawn.reasons.items() if office in by.offices
    }
    return Performance(year, drawn.as_at, own, OfficeFigures(), reasons, (), {})


def drawn_for(years: Sequence[int], as_at: date) -> list[Performance]:
    """The figures of these years as the open scope counts them, in the order asked."""
    drawn = {year: _Drawing(year) for year in years}
    asked = _asked(years, as_at)
    for year, office, *found in _rows(_OFFERS, asked):
        one = drawn[year].lines[office]
        one.accepted, one.declined, one.unanswered = found[:3]
        one.hours_to_accept = None if found[3] is None else float(found[3])
    for year, office, due, on_time in _rows(_DUE, asked):
        drawn[year].lines[office].due, drawn[year].lines[office].on_time = due, on_time
    for year, office, lapses in _rows(_LAPSES, asked):
        drawn[year].lines[office].lapses = lapses
    for year, case, to, came_from in _rows(_MOVES, asked):
        drawn[year].count_move(case, to, came_from)
    for year, office, reason, count in _rows(_REASONS, asked):
        drawn[year].reasons[office][reason] += count
        drawn[year].reasons[None][reason] += count
    for year, reason, count in _rows(_WAITS, asked):
        drawn[year].waits[reason] = count
    return [one.as_performance(as_at) for one in drawn.values()]


def _drawn_with_open(year: int, as_at: date) -> Performance:
    (drawn,) = drawn_for([year], as_at)
    for office, owed, late, unnamed in _rows(_OPEN, {"now": clock.now()}):
        one = drawn.line(office)
        one.open, one.late, one.unnamed = owed, late, unnamed
    people = agencies.posts_held(clock.today())
    for office, _officer in people:
        drawn.line(office).workers += 1
    drawn.country.workers = len({officer for _office, officer in people})
    return drawn


@dataclass(slots=True)
class _Drawing:
    """The figures of a year while they are read, table by table."""

    year: int
    lines: Lines = field(default_factory=lambda: defaultdict(OfficeFigures))
    reasons: dict[int | None, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    moves: dict[Any, int] = field(default_factory=lambda: defaultdict(int))
    waits: dict[str, int] = field(default_factory=dict)

    def count_move(self, case: Any, to: int, came_from: int) -> None:
        self.moves[case] += 1
        self.lines[to].taken_over += 1
        self.lines[came_from].handed_on += 1
        self.lines[None].handed_on += 1
        self.lines[None].taken_over += 1

    def as_performance(self, as_at: date) -> Performance:
        country = self.lines.pop(None, OfficeFigures())
        offices = {office: one for office, one in self.lines.items() if office is not None}
        for office, one in offices.items():
            one.office = office
        declined = {office: dict(found) for office, found in self.reasons.items()}
        moves = tuple(sorted(self.moves.values(), reverse=True))
        return Performance(self.year, as_at, offices, country, declined, moves, self.waits)


def _asked(years: Sequence[int], as_at: date) -> dict[str, Any]:
    last = [min(date(year, 12, 31), as_at) for year in years]
    return {
        "years": list(years),
        "since": [clock.midnight(date(year, 1, 1)) for year in years],
        "until": [min(clock.midnight(day + timedelta(days=1)), clock.now()) for day in last],
    }


def _rows(query: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return list(cursor.fetchall())
