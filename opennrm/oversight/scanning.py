"""Looks at each day of the log once it is over, and writes a question where something stands out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.scope import Actor, acting, as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.oversight import reading
from opennrm.oversight.models import Scan, Signal
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import whom_to_tell
from opennrm.oversight.signals import OfficerDay, Question, questions, thresholds

MOST_DAYS_BACK = timedelta(days=30)
# Looks each minute whether a day is over, and leaves an entry only where one is.
LOOKING = Actor(user="system:oversight", purpose="oversight")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A day that was looked at, and how many questions it raised."""

    day: date
    questions: int


def scan_all() -> Iterator[Scanned]:
    """Looks at the days that are over and were not looked at, each in a transaction of its own; again changes nothing."""
    while True:
        with acting(LOOKING):
            if _next_day() is None:
                return
        with as_system("oversight", reason="a day of the log") as actor:
            found = scan_next(by=actor)
        if found is None:
            return
        yield found


def scan_next(*, by: Actor) -> Scanned | None:
    """Looks at the next day that is over, in an open scope of the system; nothing where every day was looked at."""
    DOOR.require(by, "oversight.scan")
    access.one_at_a_time("oversight scan")
    day, last = _next_day(), Scan.objects.order_by("-day").first()
    if day is None:
        return None
    first_seq = reading.first_seq_of(day, last.first_seq if last else 0) or 0
    limits = thresholds()
    window = max(one.days for one in limits.by_kind.values())
    earlier = Scan.objects.filter(day__gte=day - timedelta(days=window)).order_by("day").first()
    Scan.objects.bulk_create([Scan(day=day, first_seq=first_seq, at=clock.now())])
    raised = _look(day, first_seq, earlier.first_seq if earlier else first_seq) if first_seq else 0
    audit.record("oversight.scan", detail={"day": day.isoformat(), "questions": raised})
    return Scanned(day, raised)


def look_at(day: date, *, by: Actor) -> int:
    """Looks at one day, whether or not the log reaches back to it, and returns how many questions it raised; none twice."""
    DOOR.require(by, "oversight.scan")
    raised = _look(day, 0, 0)
    audit.record("oversight.scan", detail={"day": day.isoformat(), "questions": raised})
    return raised


def _look(day: date, first_seq: int, window_seq: int) -> int:
    limits = thresholds()
    found = reading.days_of_officers(day, first_seq, window_seq, limits)
    return sum(_raise(of, questions(of, limits)) for of in found)


def _next_day() -> date | None:
    """The day after the last one that was looked at, or the first of the log, if it is over."""
    last = Scan.objects.order_by("-day").first()
    day = last.day + timedelta(days=1) if last else reading.first_day()
    if day is None:
        return None
    # What an installation logged long before it looked at its log raises no questions.
    day = max(day, clock.today() - MOST_DAYS_BACK)
    return day if day < clock.today() else None


def _raise(of: OfficerDay, found: list[Question]) -> int:
    if not found:
        return 0
    reviewer = _reviewer(of.office)
    if reviewer is None:
        return 0
    rows = [
        Signal(
            kind=one.kind,
            officer_id=of.officer,
            office_id=of.office,
            day=of.day,
            number=one.number,
            cases=sorted(one.cases, key=str),
            raised_at=clock.now(),
            reviewer_id=reviewer,
        )
        for one in found
    ]
    return len(Signal.objects.bulk_create(rows, ignore_conflicts=True))


def _reviewer(office: int) -> int | None:
    """Another organisation's office than that of the person asked about; the data-protection office where it can."""
    offices: dict[int, OfficeCard] = agencies.offices()
    own = frozenset(card.id for card in offices.values() if card.organisation == offices[office].organisation)
    try:
        return whom_to_tell(
            lead_office=None, own=own, competences=agencies.competences(clock.today())
        ).reviewer
    except Problem:
        return None
