"""Duties that are owed to the mechanism and to no case: decisions of meetings, agreements that end, reviews of emergencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.duties import ledger
from opennrm.duties.limits import Unit
from opennrm.duties.mechanism_kinds import KINDS
from opennrm.duties.models import Duty, Event, Holding, Notice
from opennrm.duties.rules import Move, State
from opennrm.duties.sops import sop_in_force
from opennrm.lib import clock


def owe(
    *, kind: str, subject: str, source: str, holder: int, due_on: date, region: str | None = None, by: Actor
) -> UUID:
    """Writes a duty without a case that an office owes by a day to come; it carries no personal data."""
    days = (due_on - clock.local_day(clock.now())).days
    return _owe(
        kind=kind,
        subject=subject,
        source=source,
        holder=holder,
        limit=(days, Unit.DAYS),
        region=region,
        by=by,
    )


def owe_within(
    *, hours: int, kind: str, subject: str, source: str, holder: int, escalates_to: str, by: Actor
) -> UUID:
    """The same within hours; where nobody acts in time, the office of a role is told."""
    return _owe(
        kind=kind,
        subject=subject,
        source=source,
        holder=holder,
        limit=(hours, Unit.HOURS),
        escalates_to=escalates_to,
        by=by,
    )


def settle(*, duty: UUID, by: Actor) -> None:
    """Fulfils a duty whose own act has just been done; for the scope of the system in which that act was written."""
    row = Duty.objects.select_for_update().get(id=duty)
    ledger.move(row, Move.FULFIL, now=clock.now(), by=by)
    audit.record("duties.fulfil", subject=str(duty), detail={"kind": row.kind})


def hand_on(*, duty: UUID, office: int, escalates_to: str, by: Actor) -> None:
    """Gives a duty without a case to another office, because the one that held it can no longer act on it."""
    row, now = Duty.objects.select_for_update().get(id=duty), clock.now()
    row.escalates_to = escalates_to
    row.save(update_fields=["escalates_to"])
    ledger.rename_holder(row, office=office, now=now)
    ledger.note(row, kind="hand_over", at=now, now=now, by=by)
    audit.record("duties.reroute", subject=str(duty), detail={"kind": row.kind, "to": office})


def settle_own(*, duty: UUID, by: Actor) -> None:
    """The same in the name of an office that did it; one that is over, or that another office holds by now, stays."""
    row = (
        Duty.objects.select_for_update().filter(id=duty, holder__in=by.offices, ended_at__isnull=True).first()
    )
    if row is None:
        return
    ledger.move(row, Move.FULFIL, now=clock.now(), by=by)
    audit.record("duties.fulfil", subject=str(duty), detail={"kind": row.kind})


def tell(*, duty: UUID, offices: Iterable[int], what: str, reference: str) -> None:
    """Tells offices something about a duty without a case; the reference is all they are told of one."""
    row = Duty.objects.get(id=duty)
    shown = {"kind": row.kind, "sop": row.sop, "reference": reference}
    told = sorted(set(offices))
    Notice.objects.bulk_create(
        [Notice(duty=row, office_id=office, at=row.started_at, what=what, shown=shown) for office in told],
        ignore_conflicts=True,
    )
    audit.record("duties.tell", subject=str(duty), detail={"offices": told, "what": what})


def _owe(
    *,
    kind: str,
    subject: str,
    source: str,
    holder: int,
    limit: tuple[int, Unit],
    region: str | None = None,
    escalates_to: str = "",
    by: Actor,
) -> UUID:
    if kind not in KINDS:
        raise KeyError(kind)
    now = clock.now()
    row = Duty(
        kind=kind,
        subject=subject,
        rule=kind,
        source=source,
        verified=True,
        sop=sop_in_force(),
        region_id=region,
        started_at=now,
        known_at=now,
        limit_amount=limit[0],
        limit_unit=limit[1],
        limit_acts=True,
        escalates_to=escalates_to,
        state=State.HELD,
        holder_id=holder,
    )
    row.due_at = ledger.due_from_limit(row)
    # The rows come one after another: row security asks of each part whether its duty stands.
    Duty.objects.bulk_create([row])
    Holding.objects.bulk_create([Holding(duty=row, office_id=holder, since=now)])
    Event.objects.bulk_create([ledger.event(row, kind="created", at=now, now=now, by=by)])
    audit.record("duties.owe", subject=str(row.id), detail={"kind": kind, "office": holder})
    return row.id
