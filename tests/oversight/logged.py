"""Entries of the log as a day of work would have left them, at hours of our choosing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from opennrm.access.scope import as_system
from opennrm.lib import clock
from opennrm.oversight.models import Signal
from opennrm.oversight.scanning import Scanned, scan_all
from tests.acting import person

DAY = clock.today()


def at(hour: int, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


def logged(
    username: str,
    case: UUID | None,
    *,
    hour: int = 10,
    verb: str = "case.read",
    basis: str = "duty",
    day: date = DAY,
    times: int = 1,
) -> None:
    """Somebody opened a case, or searched, at an hour of a day."""
    actor = person(username)
    body = {
        "actor": username,
        "officer": actor.officer,
        "offices": sorted(actor.offices),
        "purpose": "work",
        "request": "",
        "at": at(hour, day).astimezone(UTC).isoformat(timespec="microseconds"),
        "verb": verb,
        "case": str(case) if case else None,
        "subject": None,
        "detail": None,
        "basis": basis,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_audit_append(%s::text[])", [[json.dumps(body)] * times])


def scanned(day: date = DAY) -> list[Scanned]:
    """Every day up to this one is looked at, the day after it."""
    with clock.stopped_at(at(3, day + timedelta(days=1))):
        return list(scan_all())


def raised() -> dict[tuple[str, str], int]:
    """The questions that stand: kind and account, and how many."""
    names = {person(name).officer: name for name in ("border-ana", "border-ben", "health-hana", "labour-lea")}
    with as_system("oversight", reason="a test"):
        return {(row.kind, names[row.officer_id]): row.number for row in Signal.objects.all()}
