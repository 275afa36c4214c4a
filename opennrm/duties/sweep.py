from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from opennrm.access.scope import Actor, again_where_crossed, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import ledger, planning
from opennrm.duties.models import Duty, Event, Offer, Pause
from opennrm.duties.review_limits import KIND, Late, late, looked_at, settle_late
from opennrm.duties.rules import Action, OfferState, State, Step, sweep_step
from opennrm.duties.sops import sop
from opennrm.duties.telling import Telling, tell, tell_all, tell_next, tell_of_lapses
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
    duties = [_swept(row, sweep_step(ledger.running(row), now), None) for row in _due(now)[:AT_ONCE]]
    return duties + [_late(found) for row in late(now)[:AT_ONCE] if (found := looked_at(row))]


def sweep(*, by: Actor) -> list[Swept]:
    """Applies the due dates that have passed, so many at a time.

    1. Take the duties whose due instant has passed and which were neither lapsed nor reminded for it; they are locked,
       and one that another worker has in hand is left to it.
    2. Compute what the rules say of each: lapse where the limit acts, remind where it is to be confirmed.
    3. Write the lapse dated at the due instant, not at the sweep's.
    4. Tell the holder, and for a lapse the office it escalates to.
    5. The same for reviews that were not decided in time.
    6. Where nobody acted on an earlier lapse, tell the next office of the ladder.
    Running it twice, or missing a night, changes nothing.
    """
    done, _is_more = _portion(by=by)
    return done


def sweep_all() -> Iterator[list[Swept]]:
    """Sweeps in portions, each a transaction of its own, until nothing is due; for the command line and the worker.

    An adoption whose day has come is carried out between: while the cases go over, what falls due is swept.
    """
    yield from _all_due()
    for _taken_over in planning.carry_out():
        yield from _all_due()


def _all_due() -> Iterator[list[Swept]]:
    is_more = True
    while is_more:
        done, is_more = again_where_crossed(_portion_alone)
        yield done


def _portion_alone() -> tuple[list[Swept], bool]:
    with as_system("sweep", reason="due dates") as actor:
        return _portion(by=actor)


def _portion(*, by: Actor) -> tuple[list[Swept], bool]:
    now = clock.now()
    resumed = _resume_as_planned(now, by=by)
    done = _apply_due(now, by=by)
    reviews = _apply_late_reviews(now, by=by)
    further, taken = _tell_further(now, by=by)
    expired = _expire_offers(now, by=by)
    is_more = max(resumed, len(done), len(reviews), taken, expired) >= AT_ONCE
    # What is due comes first; who left is looked for when the rest is done.
    if not is_more:
        is_more = _unname_the_departed(now, by=by) >= AT_ONCE
    return done + reviews + further, is_more


def _due(now: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(state=State.HELD, due_at__lte=now, reminded_at__isnull=True).order_by("due_at")


def _locked(rows: QuerySet[Duty]) -> list[Duty]:
    return list(rows.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])


def _apply_due(now: datetime, *, by: Actor) -> list[Swept]:
    steps = [(row, sweep_step(ledger.running(row), now)) for row in _locked(_due(now))]
    reminded = [(row, step.at) for row, step in steps if step.action is Action.REMIND and step.at]
    lapsed = [(row, step.at) for row, step in steps if step.action is Action.LAPSE and step.at]
    told: dict[UUID, int] = {row.id: row.holder_id for row, _at in reminded}
    _remind(reminded, now, by=by)
    for row, at in lapsed:
        row.state, row.lapsed_at = State.LAPSED, at
    # The database leaves out what is not there: a duty that was never resumed lapses as it was due.
    Duty.objects.filter(id__in=[row.id for row, _at in lapsed]).update(
        state=State.LAPSED, lapsed_at=Greatest("due_at", "resumed_at")
    )
    told |= tell_of_lapses([row for row, _at in lapsed], now=now, by=by)
    return [_swept(row, step, told.get(row.id)) for row, step in steps if step.action is not Action.NOTHING]


def _apply_late_reviews(now: datetime, *, by: Actor) -> list[Swept]:
    rows = list(late(now).select_for_update(skip_locked=True, no_key=True, of=("self",))[:AT_ONCE])
    return [_late(found) for row in rows if (found := settle_late(row, now=now, by=by))]


def _late(one: Late) -> Swept:
    row, action = one.review, "lapsed" if one.lapses else "reminded"
    told = one.told or row.reviewer_id
    return Swept(row.duty_id, row.case_id, KIND, action, one.due, row.reviewer_id, told)


def _remind(reminded: Sequence[tuple[Duty, datetime]], now: datetime, *, by: Actor) -> None:
    for row, at in reminded:
        row.reminded_at = at
    Duty.objects.filter(id__in=[row.id for row, _at in reminded]).update(reminded_at=F("due_at"))
    Event.objects.bulk_create(
        [ledger.event(row, kind="reminded", at=at, now=now, by=by) for row, at in reminded]
    )
    if reminded:
        tell_all([Telling(row, row.holder_id, at, "reminded") for row, at in reminded])
        _tell_who_waits(reminded)


def _tell_who_waits(reminded: Sequence[tuple[Duty, datetime]]) -> None:
    # What is answered on a few facts is waited for: who leads learns that no answer came, and may act.
    asked = [(row, at) for row, at in reminded if row.kind in sop(row.sop).asks]
    known = cases.cases_by_id([row.case_id for row, _at in asked if row.case_id]) if asked else {}
    leads = [(row, at, known[row.case_id].lead_office) for row, at in asked if row.case_id]
    if told := [Telling(row, lead, at, "unanswered") for row, at, lead in leads if lead != row.holder_id]:
        tell_all(told)


def _resume_as_planned(now: datetime, *, by: Actor) -> int:
    # The clock runs again from the planned instant, whenever the sweep comes to say so.
    over = Pause.objects.filter(until__isnull=True, planned_until__lte=now)
    rows = _locked(Duty.objects.filter(state=State.SUSPENDED, id__in=over.values("duty")).order_by("id"))
    ended = {pause.duty_id: pause.planned_until for pause in over.filter(duty__in=rows)}
    over.filter(duty__in=rows).update(until=F("planned_until"))
    resumed = [(row, at) for row in rows if (at := ended.get(row.id))]
    if resumed:
        ledger.resume_all(resumed, now=now, by=by)
    return len(rows)


def _expire_offers(now: datetime, *, by: Actor) -> int:
    offers = list(
        Offer.objects.filter(state=OfferState.OPEN, answer_by__lte=now).order_by("answer_by")[:AT_ONCE]
    )
    for made in offers:
        ledger.expire_offer(made, now=now, by=by)
    return len(offers)


def _unname_the_departed(now: datetime, *, by: Actor) -> int:
    # Who left her post must not keep a duty that her office believes is in somebody's hands.
    at_work = agencies.posts_held(clock.local_day(now))
    named = Duty.objects.filter(person__isnull=False, ended_at__isnull=True)
    # Few people are named on many duties: the pairs are asked for first.
    pairs = named.order_by().values_list("holder_id", "person_id").distinct()
    gone = [pair for pair in pairs if pair not in at_work]
    unnamed = 0
    for office, officer in gone:
        for row in _locked(named.filter(holder=office, person=officer).order_by("id")):
            ledger.unname(row, now=now, by=by)
            tell(row, office, at=now, what="unnamed")
            unnamed += 1
    return unnamed


def _tell_further(now: datetime, *, by: Actor) -> tuple[list[Swept], int]:
    # A duty that lapsed long ago may have passed several steps: each is taken, and dated at its own instant.
    done, taken = list[Swept](), 0
    waiting = Duty.objects.filter(state=State.LAPSED, tells_next_at__lte=now).order_by("tells_next_at")
    while taken < AT_ONCE and (rows := _locked(waiting)):
        due = {row.id: row.tells_next_at or now for row in rows}
        told = tell_next(rows, now=now, by=by)
        done += [
            Swept(row.id, row.case_id, row.kind, "escalated", due[row.id], row.holder_id, told[row.id])
            for row in rows
            if row.id in told
        ]
        taken += len(rows)
    return done, taken


def _swept(row: Duty, step: Step, told: int | None) -> Swept:
    action = "lapsed" if step.action is Action.LAPSE else "reminded"
    return Swept(row.id, row.case_id, row.kind, action, step.at or row.started_at, row.holder_id, told)
