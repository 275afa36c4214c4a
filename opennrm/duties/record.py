from __future__ import annotations

from datetime import datetime, timedelta

from opennrm.access.scope import Actor
from opennrm.duties.models import Duty, Event

# How long an office that held a duty still sees the case: to answer questions, and no longer.
RETENTION = timedelta(days=90)


def event(
    duty: Duty,
    *,
    kind: str,
    at: datetime,
    now: datetime,
    by: Actor,
    reason: str = "",
    until: datetime | None = None,
) -> Event:
    """A line of the duty's history, with the state the duty is in after it."""
    return Event(
        duty=duty,
        case_id=duty.case_id,
        at=at,
        known_at=now,
        kind=kind,
        state_after=duty.state,
        office_id=duty.holder_id if duty.holder_id in by.offices else by.office,
        officer_id=by.officer,
        reason=reason,
        until=until,
    )


def note(
    duty: Duty,
    *,
    kind: str,
    at: datetime,
    now: datetime,
    by: Actor,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    """Adds one line to the duty's history."""
    Event.objects.bulk_create([event(duty, kind=kind, at=at, now=now, by=by, reason=reason, until=until)])
