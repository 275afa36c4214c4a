"""Duties that are owed to the mechanism and to no case: what a meeting decided, an agreement that ends."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.duties import ledger
from opennrm.duties.limits import Unit
from opennrm.duties.mechanism_kinds import KINDS
from opennrm.duties.models import Duty, Event, Holding
from opennrm.duties.rules import State
from opennrm.duties.sops import sop_in_force
from opennrm.lib import clock


def owe(
    *, kind: str, subject: str, source: str, holder: int, due_on: date, region: str | None = None, by: Actor
) -> UUID:
    """Writes a duty without a case that an office owes by a day to come; it carries no personal data."""
    if kind not in KINDS:
        raise KeyError(kind)
    now = clock.now()
    days = (due_on - clock.local_day(now)).days
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
        limit_amount=days,
        limit_unit=Unit.DAYS,
        limit_acts=True,
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
