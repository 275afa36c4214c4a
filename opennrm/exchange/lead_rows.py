"""The rows of the lead of an imported case: who sees it, and the one duty that an open case has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from opennrm.access.models import Basis
from opennrm.access.rules import EVERY_CLASS, BasisKind, new_id
from opennrm.duties.ledger import RETENTION
from opennrm.duties.models import Duty, Event, Happening, Holding
from opennrm.duties.pack import Pack
from opennrm.duties.rules import State
from opennrm.exchange.rules import CaseRow
from opennrm.lib.rows import Made

LEAD, RULE = "lead", "lead-imported"


def lead_rows(
    row: CaseRow, *, case_id: UUID, office: int, pack: Pack, opened_at: datetime, now: datetime
) -> Iterator[Made]:
    """The lead of an open case without a due date, or sight of a closed one for the time it is kept."""
    if row.closed_on is not None:
        until = max(opened_at, _end_of(row.closed_on, opened_at)) + RETENTION
        yield _basis(case_id, office, BasisKind.HELD, "lead", opened_at, until)
        return
    duty = new_id()
    yield _basis(case_id, office, BasisKind.DUTY, str(duty), opened_at, None)
    yield _duty(row, duty, case_id, office, pack, opened_at, now)
    yield Holding, {"duty_id": duty, "case_id": case_id, "office_id": office, "since": opened_at}
    yield (
        Event,
        {
            "duty_id": duty,
            "case_id": case_id,
            "at": opened_at,
            "known_at": now,
            "kind": "created",
            "state_after": State.HELD,
        },
    )
    yield Happening, {"case_id": case_id, "kind": "case_imported", "at": opened_at, "known_at": now}


def _basis(
    case_id: UUID, office: int, kind: BasisKind, reference: str, opened_at: datetime, until: datetime | None
) -> Made:
    return Basis, {
        "case_id": case_id,
        "office_id": office,
        "kind": kind,
        "reference": reference,
        "classes": list(EVERY_CLASS),
        "since": opened_at,
        "until": until,
        "case_opened_at": opened_at,
    }


def _duty(
    row: CaseRow, duty: UUID, case_id: UUID, office: int, pack: Pack, opened_at: datetime, now: datetime
) -> Made:
    rule, kind = pack.rules_by_id[RULE], pack.kinds[LEAD]
    return Duty, {
        "id": duty,
        "case_id": case_id,
        "kind": LEAD,
        "rule": rule.id,
        "source": rule.source.instrument,
        "verified": rule.verified,
        "sop": pack.id,
        "role": rule.role,
        "classes_opened": list(kind.opens),
        "by_law": kind.by_law,
        "region_id": row.region or None,
        "started_at": opened_at,
        "known_at": now,
        "state": State.HELD,
        "escalates_to": rule.escalates_to,
        "holder_id": office,
    }


def _end_of(day: date, like: datetime) -> datetime:
    return datetime.combine(day, time(0), like.tzinfo) + timedelta(days=1)
