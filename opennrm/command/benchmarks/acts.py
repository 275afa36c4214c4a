from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from django.db import connections

from opennrm.access import sealing
from opennrm.access.scope import Actor, acting
from opennrm.casefile.rules import Fork
from opennrm.command.benchmarks.people_at_work import Staff
from opennrm.command.benchmarks.replay import replay, statements_of
from opennrm.command.benchmarks.timing import Row, row, sample, timed
from opennrm.duties import handover
from opennrm.duties.models import OPEN, Duty
from opennrm.identification import actions as identification
from opennrm.identification.queries import case_list
from opennrm.identification.rules import Channel
from opennrm.lib import clock
from opennrm.people.actions import NewPerson

CASES, FLOORS, THREADS = 50, 10, 4


def enter(actor: Actor) -> UUID:
    """One case as a first responder enters it: named, with contact, needs and a note."""
    now = clock.now()
    person = NewPerson(
        sex="Feminine",
        citizenship=("AL",),
        languages=("sq",),
        age=24,
        age_on=clock.local_day(now),
        age_basis="declared",
        first_name="Besa",
        second_name="Shembulli",
        document="SHEMBULL-BENCH",
        contact="Invented: by message in the evening.",
    )
    new = identification.NewCase(
        person=person,
        fork=Fork.CONSENTS,
        channel=Channel.BORDER,
        region="AL-11",
        identified_at=now - timedelta(minutes=5),
        exploitation=("ForcedLabour",),
        needs=("food", "legal_assistance"),
        note="Invented: entered to measure how long it takes.",
    )
    with acting(actor) as by:
        return identification.open_case(new=new, by=by).id


def entering(staff: Staff, count: int) -> Iterator[Row]:
    """A case is entered, one after the other and by several people at once."""
    made: list[UUID] = []
    measured = sample(lambda: made.append(enter(staff.entering)), count)
    undone_case: list[UUID] = []
    written = statements_of(lambda: undone_case.append(enter(staff.entering)))
    floor = sample(lambda: replay(written), FLOORS)
    sealing.erase(undone_case[0])
    yield row("enter a case", measured, floor, statements=len(written))
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        times = [
            one
            for several in pool.map(lambda _: _enter_some(staff.entering, count // THREADS), range(THREADS))
            for one in several
        ]
    per_second = len(times) / (time.perf_counter() - began)
    yield row(f"enter a case, {THREADS} at once", times, floor, per_second=round(per_second, 1))


def _enter_some(actor: Actor, count: int) -> list[float]:
    try:
        return [timed(lambda: enter(actor)) for _ in range(max(1, count))]
    finally:
        connections.close_all()


def small_caseload(actor: Actor) -> list[UUID]:
    """The open cases of the small office: as many whatever the country has, so that its page can be compared."""
    with acting(actor):
        there = [line.id for line in case_list(offices=sorted(actor.offices), open_only=True, limit=CASES)]
    return there + [enter(actor) for _ in range(CASES - len(there))]


def handing_over(staff: Staff, count: int) -> Iterator[Row]:
    """A duty is offered to another office, which accepts it."""
    duties = iter(_held(staff.entering, count + 2))
    work = _hand_over(staff, lambda: next(duties))
    measured = sample(work, count)
    written = statements_of(work)
    yield row("hand over a duty", measured, sample(lambda: replay(written), FLOORS), statements=len(written))


def _held(actor: Actor, count: int) -> list[UUID]:
    with acting(actor):
        rows = Duty.objects.filter(holder__in=actor.offices, state__in=OPEN).exclude(kind="lead")
        return list(rows.order_by("-started_at").values_list("id", flat=True)[:count])


def _hand_over(staff: Staff, duty: Callable[[], UUID]) -> Callable[[], object]:
    to_office = min(staff.busy.offices)

    def work() -> None:
        with acting(staff.entering) as by:
            offer = handover.offer(duty=duty(), to_office=to_office, by=by)
        with acting(staff.busy) as by:
            handover.accept(offer=offer, by=by)

    return work
