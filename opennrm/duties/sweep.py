from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.duties import ledger
from opennrm.duties.models import Duty, Offer, Pause
from opennrm.duties.rules import Action, OfferState, State, Step, sweep_step
from opennrm.duties.telling import tell, tell_next, tell_of_lapse
from opennrm.lib import clock

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did to one duty, or would do at a later instant."""

    duty: UUID
    case: UUID | None
    kind: str
    action: str
    due: datetime
    holder: int
    told: int | None


def preview(*, now: datetime, by: Actor) -> list[Swept]:
    """What a sweep at an instant would lapse and remind; writes nothing."""
    return [_swept(row, sweep_step(ledger.running(row), now), None) for row in _due(now)]


def sweep(*, by: Actor) -> list[Swept]:
    """Applies the due dates that have passed.

    1. Take the duties whose due instant has passed and which were neither lapsed nor reminded for it.
    2. Compute what the rules say of each: lapse where the limit acts, remind where it is to be confirmed.
    3. Claim the duty by a conditional update; whoever comes second finds nothing to do.
    4. Write the lapse dated at the due instant, not at the sweep's.
    5. Tell the holder, and for a lapse the office it escalates to.
    6. Where nobody acted on an earlier lapse, tell the next office of the ladder.
    Running it twice, or missing a night, changes nothing.
    """
    now = clock.now()
    _resume_as_planned(now, by=by)
    done = [one for row in _due(now) if (one := _apply(row, now, by=by))]
    done += _tell_further(now, by=by)
    _expire_offers(now, by=by)
    _unname_the_departed(now, by=by)
    return done


def sweep_all() -> Iterator[list[Swept]]:
    """Sweeps in portions, each a transaction of its own, until nothing is due; for the command line and the worker."""
    while True:
        with as_system("sweep", reason="due dates") as actor:
            done = sweep(by=actor)
        yield done
        if len(done) < AT_ONCE:
            return


def _due(now: datetime) -> list[Duty]:
    rows = Duty.objects.filter(state=State.HELD, due_at__lte=now, reminded_at__isnull=True).order_by("due_at")
    return list(rows[:AT_ONCE])


def _apply(row: Duty, now: datetime, *, by: Actor) -> Swept | None:
    step = sweep_step(ledger.running(row), now)
    if step.action is Action.NOTHING or step.at is None:
        return None
    claim = Duty.objects.filter(id=row.id, state=State.HELD, due_at=row.due_at, reminded_at__isnull=True)
    if step.action is Action.REMIND:
        if claim.update(reminded_at=step.at) != 1:
            return None
        ledger.note(row, kind="reminded", at=step.at, now=now, by=by)
        tell(row, row.holder_id, at=step.at, what="reminded")
        return _swept(row, step, row.holder_id)
    if claim.update(state=State.LAPSED, lapsed_at=step.at) != 1:
        return None
    row.state, row.lapsed_at = State.LAPSED, step.at
    told = tell_of_lapse(row, at=step.at, now=now, by=by)
    return _swept(row, step, told)


def _resume_as_planned(now: datetime, *, by: Actor) -> None:
    # The clock runs again from the planned instant, whenever the sweep comes to say so.
    for pause in Pause.objects.filter(until__isnull=True, planned_until__lte=now).order_by("planned_until"):
        if Pause.objects.filter(id=pause.id, until__isnull=True).update(until=pause.planned_until):
            row = Duty.objects.select_for_update().get(id=pause.duty_id)
            ledger.resume(row, at=pause.planned_until or now, now=now, by=by)


def _expire_offers(now: datetime, *, by: Actor) -> None:
    for made in Offer.objects.filter(state=OfferState.OPEN, answer_by__lte=now):
        ledger.expire_offer(made, now=now, by=by)


def _unname_the_departed(now: datetime, *, by: Actor) -> None:
    # Who left her post must not keep a duty that her office believes is in somebody's hands.
    at_work = agencies.posts_held(clock.local_day(now))
    named = Duty.objects.filter(person__isnull=False, ended_at__isnull=True).values_list(
        "id", "holder_id", "person_id"
    )
    for duty_id, office, officer in list(named):
        if (office, officer) not in at_work:
            row = Duty.objects.select_for_update().get(id=duty_id)
            ledger.unname(row, now=now, by=by)
            tell(row, office, at=now, what="unnamed")


def _tell_further(now: datetime, *, by: Actor) -> Iterator[Swept]:
    # A duty that lapsed long ago may have passed several steps: each is taken, and dated at its own instant.
    while rows := list(Duty.objects.filter(state=State.LAPSED, tells_next_at__lte=now)[:AT_ONCE]):
        for row in rows:
            at = row.tells_next_at or now
            told = tell_next(row, now=now, by=by)
            if told is not None:
                yield Swept(row.id, row.case_id, row.kind, "escalated", at, row.holder_id, told)


def _swept(row: Duty, step: Step, told: int | None) -> Swept:
    action = "lapsed" if step.action is Action.LAPSE else "reminded"
    return Swept(row.id, row.case_id, row.kind, action, step.at or row.started_at, row.holder_id, told)
