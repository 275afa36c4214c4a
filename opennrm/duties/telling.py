"""Who is told when a limit passes, and who after that; each step stands in the duty's history."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile import queries as cases
from opennrm.duties.limits import Limit, Unit, due_at
from opennrm.duties.models import Duty, Notice
from opennrm.duties.pack import LaterStep
from opennrm.duties.record import RETENTION, note
from opennrm.duties.sops import sop
from opennrm.lib import clock

# Where the procedure names no later step: the coordinator, five days after the limit.
LAST_STEP = LaterStep("national_coordinator", Limit(5, Unit.DAYS, verified=False, confirmed_locally=False))


def tell(row: Duty, office: int, *, at: datetime, what: str) -> None:
    """Tells an office something about a duty, once however often it is said."""
    reference = cases.case_by_id(row.case_id).reference if row.case_id else ""
    shown = {"kind": row.kind, "sop": row.sop, "reference": reference}
    # The instant of a notice is the due instant, so that a second sweep would write the very same row.
    Notice.objects.bulk_create(
        [Notice(duty=row, case_id=row.case_id, office_id=office, at=at, what=what, shown=shown)],
        ignore_conflicts=True,
    )
    audit.record(
        "duties.tell", case=row.case_id, subject=str(row.id), detail={"office": office, "what": what}
    )


def tell_share_ended(case: UUID, office: int, *, at: datetime) -> None:
    """Tells an office that a case is no longer shared with it, and nothing of the case itself."""
    Notice.objects.bulk_create([Notice(case_id=case, office_id=office, at=at, what="share_ended")])
    audit.record("sharing.tell", case=case, detail={"office": office, "what": "share_ended"})


def tell_of_lapse(row: Duty, *, at: datetime, now: datetime, by: Actor) -> int | None:
    """Writes the lapse, tells the holder and the office the rule names, and says when the next one is told."""
    note(row, kind="lapsed", at=at, now=now, by=by)
    if row.case_id is None and not by.is_system:
        # The sweep tells what is owed to no case; an office that acts late on it knows.
        return None
    tell(row, row.holder_id, at=at, what="lapsed")
    told = escalate(row, row.escalates_to, at=at, now=now, by=by)
    steps = later_steps(row, at)
    Duty.objects.filter(id=row.id).update(tells_next_at=steps[0][0] if steps else None)
    return told


def escalate(
    row: Duty, role: str, *, at: datetime, now: datetime, by: Actor, kind: str = "escalated"
) -> int | None:
    """Tells the office of a role; it sees the minimal snapshot of the case, and the step is on the record."""
    if not role:
        return None
    excluded = sight.excluded(row.case_id)[0] if row.case_id else frozenset()
    office = competent_office(
        agencies.competences(clock.local_day(now)), role=role, region=row.region_id, excluded=excluded
    )
    if office is None or office == row.holder_id:
        return None
    if row.case_id:
        case = cases.case_by_id(row.case_id)
        access.grant_all(
            case=case.id,
            grants=[access.Grant(office, BasisKind.NOTICE, str(row.id), (), now + RETENTION)],
            at=now,
            case_opened_at=case.opened_at,
        )
    tell(row, office, at=at, what=kind)
    note(row, kind=kind, at=at, now=now, by=by, reason=role)
    return office


def tell_next(row: Duty, *, now: datetime, by: Actor) -> int | None:
    """Takes the later step whose instant has come; who comes second finds it taken."""
    at, steps = row.tells_next_at, later_steps(row, row.lapsed_at or now)
    following = min((instant for instant, _role in steps if at and instant > at), default=None)
    if not Duty.objects.filter(id=row.id, state="lapsed", tells_next_at=at).update(tells_next_at=following):
        return None
    row.tells_next_at = following
    role = next((role for instant, role in steps if instant == at), "")
    return escalate(row, role, at=at or now, now=now, by=by, kind="escalated_further")


def later_steps(row: Duty, lapsed_at: datetime) -> list[tuple[datetime, str]]:
    """When which role is told after the first, as long as nobody acts; a rule that tells nobody has no later step."""
    if not row.escalates_to:
        return []
    pack = sop(row.sop)
    rule = pack.rules_by_id.get(row.rule)
    ladder = (rule.escalates_then if rule else ()) or (LAST_STEP,)
    steps = [(due_at(lapsed_at, step.after, pack.calendar), step.to) for step in ladder]
    return sorted((instant, role) for instant, role in steps if instant and role != row.escalates_to)
