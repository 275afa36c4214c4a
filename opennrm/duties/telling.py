"""Who is told when a limit passes, and who after that; each step stands in the duty's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties.limits import Limit, Unit, due_at
from opennrm.duties.mechanism_kinds import ABOUT_A_CASE
from opennrm.duties.models import Duty, Event, Notice
from opennrm.duties.pack import LaterStep
from opennrm.duties.record import RETENTION, event
from opennrm.duties.routing import finder, kept_out_of
from opennrm.duties.sops import sop
from opennrm.lib.problems import NotFound

# Where the procedure names no later step: the coordinator, five days after the limit.
LAST_STEP = LaterStep("national_coordinator", Limit(5, Unit.DAYS, verified=False, confirmed_locally=False))


@dataclass(frozen=True, slots=True)
class Telling:
    """Something about a duty that an office is told, as of an instant."""

    row: Duty
    office: int
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """A role that is told of a duty, as of an instant."""

    row: Duty
    role: str
    at: datetime


def tell(row: Duty, office: int, *, at: datetime, what: str) -> None:
    """Tells an office something about a duty, once however often it is said."""
    tell_all([Telling(row, office, at, what)])


def tell_of(duty: UUID, office: int, *, at: datetime, what: str) -> None:
    """The same of a duty that is named."""
    tell(Duty.objects.get(id=duty), office, at=at, what=what)


def tell_all(told: Sequence[Telling]) -> None:
    """Tells offices something about several duties at once."""
    known = _cases(one.row for one in told)
    # The instant of a notice is the due instant, so that a second sweep would write the very same row.
    Notice.objects.bulk_create(
        [
            Notice(
                duty=one.row,
                case_id=one.row.case_id,
                office_id=one.office,
                at=one.at,
                what=one.what,
                shown={
                    "kind": one.row.kind,
                    "sop": one.row.sop,
                    "reference": known[one.row.case_id].reference if one.row.case_id else "",
                },
            )
            for one in told
        ],
        ignore_conflicts=True,
    )
    for one in told:
        detail = {"office": one.office, "what": one.what}
        audit.record("duties.tell", case=one.row.case_id, subject=str(one.row.id), detail=detail)


def _cases(rows: Iterable[Duty]) -> dict[UUID, CaseCard]:
    wanted = {row.case_id for row in rows if row.case_id}
    known = cases.cases_by_id(list(wanted)) if wanted else {}
    if len(known) != len(wanted):
        raise NotFound()
    return known


def tell_without_content(case: UUID, office: int, *, at: datetime, what: str) -> None:
    """Tells an office that something is over for it, and nothing of the case itself."""
    Notice.objects.bulk_create([Notice(case_id=case, office_id=office, at=at, what=what)])
    audit.record("duties.tell", case=case, detail={"office": office, "what": what})


def tell_of_lapse(row: Duty, *, now: datetime, by: Actor) -> int | None:
    """Writes the lapse, tells the holder and the office the rule names, and says when the next one is told."""
    return tell_of_lapses([row], now=now, by=by).get(row.id)


def tell_of_lapses(rows: Sequence[Duty], *, now: datetime, by: Actor) -> dict[UUID, int]:
    """The same for several duties at once: the office that each was escalated to."""
    lapsed = [(row, row.lapsed_at) for row in rows if row.lapsed_at is not None]
    Event.objects.bulk_create([event(row, kind="lapsed", at=at, now=now, by=by) for row, at in lapsed])
    # The sweep tells what is owed to no case; an office that acts late on it knows.
    told = [(row, at) for row, at in lapsed if row.case_id is not None or by.is_system]
    if not told:
        return {}
    tell_all([Telling(row, row.holder_id, at, "lapsed") for row, at in told])
    offices = escalate([Escalation(row, row.escalates_to, at) for row, at in told], now=now, by=by)
    for row, at in told:
        row.tells_next_at = next((instant for instant, _role in later_steps(row, at)), None)
    Duty.objects.bulk_update([row for row, _at in told], ["tells_next_at"])
    return offices


def escalate(
    steps: Sequence[Escalation], *, now: datetime, by: Actor, kind: str = "escalated"
) -> dict[UUID, int]:
    """Tells the offices of roles; each sees the minimal snapshot of its case, and the step is on the record."""
    steps = [step for step in steps if step.role]
    about = _about(step.row for step in steps)
    shut = kept_out_of(set(about.values()))
    find, told = finder(), list[tuple[Escalation, int]]()
    for step in steps:
        case = about.get(step.row.id)
        shut_out = shut.get(case, frozenset()) if case else frozenset()
        office = find(step.role, step.row.region_id, shut_out)
        if office is not None and office != step.row.holder_id:
            told.append((step, office))
    if told:
        _show(told, now=now)
        tell_all([Telling(step.row, office, step.at, kind) for step, office in told])
        Event.objects.bulk_create(
            [
                event(step.row, kind=kind, at=step.at, now=now, by=by, reason=step.role)
                for step, _office in told
            ]
        )
    return {step.row.id: office for step, office in told}


def _about(rows: Iterable[Duty]) -> dict[UUID, UUID]:
    """The case of each duty: its own, or the one whose reference it names."""
    known = list(rows)
    named = {row.id: row.subject for row in known if row.case_id is None and row.kind in ABOUT_A_CASE}
    found = cases.ids_of(set(named.values())) if named else {}
    return {row.id: row.case_id for row in known if row.case_id} | {
        duty: found[reference] for duty, reference in named.items() if reference in found
    }


def _show(told: Sequence[tuple[Escalation, int]], *, now: datetime) -> None:
    known = _cases(step.row for step, _office in told)
    access.grant_each(
        [
            (
                step.row.case_id,
                known[step.row.case_id].opened_at,
                access.Grant(office, BasisKind.NOTICE, str(step.row.id), (), now + RETENTION),
            )
            for step, office in told
            if step.row.case_id
        ],
        at=now,
    )


def tell_next(rows: Sequence[Duty], *, now: datetime, by: Actor) -> dict[UUID, int]:
    """Takes the later steps whose instant has come; the rows are locked, so that who comes second finds them taken."""
    due = []
    for row in rows:
        at, steps = row.tells_next_at, later_steps(row, row.lapsed_at or now)
        row.tells_next_at = min((instant for instant, _role in steps if at and instant > at), default=None)
        role = next((role for instant, role in steps if instant == at), "")
        due.append(Escalation(row, role, at or now))
    Duty.objects.bulk_update(rows, ["tells_next_at"])
    return escalate(due, now=now, by=by, kind="escalated_further")


def later_steps(row: Duty, lapsed_at: datetime) -> list[tuple[datetime, str]]:
    """When which role is told after the first, as long as nobody acts; a rule that tells nobody has no later step."""
    if not row.escalates_to:
        return []
    pack = sop(row.sop)
    rule = pack.rules_by_id.get(row.rule)
    ladder = (rule.escalates_then if rule else ()) or (LAST_STEP,)
    steps = [(due_at(lapsed_at, step.after, pack.calendar), step.to) for step in ladder]
    return sorted((instant, role) for instant, role in steps if instant and role != row.escalates_to)
