from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import queries as duties
from opennrm.identification.interview_rules import SIDE_BY_DUTY, Companion, Safeguards, Side
from opennrm.identification.models import Attendance, Interview, InterviewTime, Signature
from opennrm.people import queries as people


@dataclass(frozen=True, slots=True)
class TimeLine:
    """What one agency did about a time."""

    side: str
    act: str
    at: datetime | None
    done_at: datetime
    office: int
    officer: int
    reason: str


@dataclass(frozen=True, slots=True)
class InterviewCard:
    """A joint interview as a page shows it."""

    id: UUID
    state: str
    at: datetime | None
    proposed_by: str
    interpreter_language: str
    interpreter_found: bool
    companion: str
    psychologist_asked: bool
    same_sex_wanted: bool
    same_sex_found: bool
    held_at: datetime | None
    ended_at: datetime | None
    reason: str
    signed: tuple[tuple[str, int, int, datetime], ...]
    missed: tuple[tuple[str, datetime], ...]
    # Whether it is on record who came at the time that stands.
    attended: bool
    history: tuple[TimeLine, ...]


def sides(case_id: UUID) -> dict[Side, int]:
    """The office that is each side of the interview, by the duty it holds now."""
    return {
        SIDE_BY_DUTY[duty.kind]: duty.holder_id
        for duty in duties.duties_of(case_id, open_only=True)
        if duty.kind in SIDE_BY_DUTY
    }


def interviews(case_id: UUID) -> list[InterviewCard]:
    """The interviews of a case, the latest first."""
    rows = list(Interview.objects.filter(case=case_id).order_by("-made_at"))
    times = list(InterviewTime.objects.filter(case=case_id).order_by("done_at"))
    signed = list(Signature.objects.filter(case=case_id).order_by("signed_at"))
    attended = _standing(case_id)
    return [
        InterviewCard(
            row.id,
            row.state,
            row.at,
            row.proposed_by,
            row.interpreter_language,
            row.interpreter_found,
            row.companion,
            row.psychologist_asked,
            row.same_sex_wanted,
            row.same_sex_found,
            row.held_at,
            row.ended_at,
            row.reason,
            tuple(
                (s.side, s.office_id, s.officer_id, s.signed_at) for s in signed if s.interview_id == row.id
            ),
            tuple((a.side, a.at) for a in attended if a.interview_id == row.id and not a.came),
            any(a.interview_id == row.id and a.at == row.at for a in attended),
            tuple(
                TimeLine(t.side, t.act, t.at, t.done_at, t.office_id, t.officer_id, t.reason)
                for t in times
                if t.interview_id == row.id
            ),
        )
        for row in rows
    ]


def standing_attendance(interview: UUID, at: datetime | None) -> list[Attendance]:
    """Who came to an interview at a time, as it stands after corrections."""
    if at is None:
        return []
    rows = Attendance.objects.filter(interview=interview, at=at)
    return list(rows.exclude(id__in=_replaced(rows)))


def _standing(case: UUID) -> list[Attendance]:
    rows = Attendance.objects.filter(case=case)
    return list(rows.exclude(id__in=_replaced(rows)).order_by("at"))


def _replaced(rows: QuerySet[Attendance]) -> QuerySet[Attendance, Any]:
    return rows.filter(replaces__isnull=False).values("replaces")


def guardians(case_id: UUID) -> tuple[int, int]:
    """How many guardians are known, and how many of them may be involved; one who is only spoken of counts too."""
    known, suspected = people.guardians_counted(case_id)
    return known, max(suspected, int(duties.guardian_suspected(case_id)))


def safeguards(case: CaseCard, row: Interview) -> Safeguards:
    """What stands in place for this interview, as the rules look at it."""
    known, suspected = guardians(case.id)
    return Safeguards(
        child=case.fork == Fork.CHILD,
        companion=Companion(row.companion),
        psychologist_asked=row.psychologist_asked,
        guardians=known,
        guardians_suspected=suspected,
        same_sex_wanted=row.same_sex_wanted,
        same_sex_found=row.same_sex_found,
        interpreter_asked=bool(row.interpreter_language),
        interpreter_found=row.interpreter_found,
    )
