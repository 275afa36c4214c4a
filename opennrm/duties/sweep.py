from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile import queries as cases
from opennrm.duties import ledger
from opennrm.duties.models import Duty, Notice, Offer, Pause
from opennrm.duties.rules import Action, OfferState, State, Step, sweep_step
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
    Running it twice, or missing a night, changes nothing.
    """
    now = clock.now()
    _resume_as_planned(now, by=by)
    done = [one for row in _due(now) if (one := _apply(row, now, by=by))]
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
        _tell(row, row.holder_id, step, "reminded")
        return _swept(row, step, row.holder_id)
    if claim.update(state=State.LAPSED, lapsed_at=step.at) != 1:
        return None
    row.state, row.lapsed_at = State.LAPSED, step.at
    ledger.note(row, kind="lapsed", at=step.at, now=now, by=by)
    _tell(row, row.holder_id, step, "lapsed")
    told = escalate(row, step, now, by=by)
    return _swept(row, step, told)


def escalate(row: Duty, step: Step, now: datetime, *, by: Actor) -> int | None:
    """Tells the office that the rule names; it sees the minimal snapshot of the case, and the step is on the record."""
    if not row.escalates_to or row.case_id is None:
        return None
    competences = agencies.competences(now.date())
    excluded, _officers = sight.excluded(row.case_id)
    office = competent_office(competences, role=row.escalates_to, region=row.region_id, excluded=excluded)
    if office is None or office == row.holder_id:
        return None
    case = cases.case_by_id(row.case_id)
    access.grant_all(
        case=case.id,
        grants=[access.Grant(office, BasisKind.NOTICE, str(row.id), (), now + ledger.RETENTION)],
        at=now,
        case_opened_at=case.opened_at,
    )
    _tell(row, office, step, "escalated")
    ledger.note(row, kind="escalated", at=step.at or now, now=now, by=by, reason=row.escalates_to)
    return office


def _tell(row: Duty, office: int, step: Step, what: str) -> None:
    assert step.at is not None
    reference = cases.case_by_id(row.case_id).reference if row.case_id else ""
    shown = {"kind": row.kind, "sop": row.sop, "reference": reference}
    # The instant of a notice is the due instant, so that a second sweep would write the very same row.
    Notice.objects.bulk_create(
        [Notice(duty=row, case_id=row.case_id, office_id=office, at=step.at, what=what, shown=shown)],
        ignore_conflicts=True,
    )
    audit.record(
        "duties.tell", case=row.case_id, subject=str(row.id), detail={"office": office, "what": what}
    )


def _resume_as_planned(now: datetime, *, by: Actor) -> None:
    # The clock runs again from the planned instant, whenever the sweep comes to say so.
    for pause in Pause.objects.filter(until__isnull=True, planned_until__lte=now).order_by("planned_until"):
        if Pause.objects.filter(id=pause.id, until__isnull=True).update(until=pause.planned_until):
            row = Duty.objects.select_for_update().get(id=pause.duty_id)
            ledger.resume(row, at=pause.planned_until or now, now=now, by=by)


def _expire_offers(now: datetime, *, by: Actor) -> None:
    for made in Offer.objects.filter(state=OfferState.OPEN, answer_by__lte=now):
        if Offer.objects.filter(id=made.id, state=OfferState.OPEN).update(
            state=OfferState.EXPIRED, answered_at=made.answer_by
        ):
            access.end(case=made.case_id, kind=BasisKind.OFFER, reference=str(made.id), at=now)
            row = Duty.objects.get(id=made.duty_id)
            ledger.note(row, kind="offer_expired", at=made.answer_by or now, now=now, by=by)
            _tell(row, made.from_office_id, Step(Action.REMIND, made.answer_by or now), "offer_expired")


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
            _tell(row, office, Step(Action.REMIND, now), "unnamed")


def _swept(row: Duty, step: Step, told: int | None) -> Swept:
    action = "lapsed" if step.action is Action.LAPSE else "reminded"
    return Swept(row.id, row.case_id, row.kind, action, step.at or row.started_at, row.holder_id, told)
