"""The joint interview as it is arranged, held and signed by the police and the State Social Service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import together
from opennrm.duties.rules import Move
from opennrm.identification import interview_queries as queries
from opennrm.identification import interview_rules as rules
from opennrm.identification.interview_rules import (
    SIDE_BY_DUTY,
    CallOffReason,
    Companion,
    InterviewState,
    PostponeReason,
    Side,
)
from opennrm.identification.models import Attendance, Interview, InterviewTime, PoliceCase, Signature
from opennrm.identification.policies import DOOR
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem


@dataclass(frozen=True, slots=True)
class Arrangements:
    """What was asked for and found for an interview."""

    interpreter_language: str = ""
    interpreter_found: bool = False
    companion: Companion = Companion.NOBODY
    psychologist_asked: bool = False
    same_sex_wanted: bool = False
    same_sex_found: bool = False


def propose(*, case: CaseCard, at: datetime, by: Actor) -> None:
    """Proposes a time to the other agency; it stands in the place of an earlier one."""
    side = _enter(case, by)
    row = _open_interview(case.id)
    then = rules.propose(_as_rule(row) if row else None, side, at, clock.now())
    if row is None:
        row = Interview(case_id=case.id, made_at=clock.now())
        _put(row, then)
        Interview.objects.bulk_create([row])
    else:
        _put(row, then)
        row.save(update_fields=["state", "at", "proposed_by"])
    _trace(row, side, "proposed", at=at, by=by)


def accept(*, case: CaseCard, seen: datetime, by: Actor) -> None:
    """Agrees to the time that was on the page; another one proposed meanwhile is not accepted by mistake."""
    side = _enter(case, by)
    row = _standing(case.id)
    if row.at != seen:
        raise Problem("time_changed", _("Another time was proposed meanwhile. Look at it again."), 409)
    _put(row, rules.accept(_as_rule(row), side, clock.now()))
    row.save(update_fields=["state", "at", "proposed_by"])
    _trace(row, side, "agreed", at=row.at, by=by)


def postpone(*, case: CaseCard, reason: PostponeReason, by: Actor) -> None:
    """Says that the time does not hold, and why; a new time is then needed."""
    side = _enter(case, by)
    row = _standing(case.id)
    before = row.at
    _put(row, rules.postpone(_as_rule(row)))
    row.save(update_fields=["state", "at", "proposed_by"])
    _trace(row, side, "postponed", at=before, reason=reason, by=by)


def arrange(*, case: CaseCard, what: Arrangements, by: Actor) -> None:
    """Records what was asked for and found: interpreter, psychologist, who is with a child, an interviewer of her own sex."""
    _enter(case, by)
    row = _standing(case.id)
    _refuse_suspected_guardian(case, what)
    for name in Arrangements.__slots__:
        setattr(row, name, getattr(what, name))
    row.save(update_fields=list(Arrangements.__slots__))
    audit.record("identification.arrange_interview", case=case.id, subject=str(row.id))


def attend(*, case: CaseCard, came: Mapping[Side, bool], by: Actor) -> None:
    """Records whether each agency came; if both did, and what the person is owed was in place, the interview was held."""
    side = _enter(case, by)
    row = _standing(case.id)
    now, at = clock.now(), row.at
    then = rules.attend(_as_rule(row), came, now)
    if then.state is InterviewState.HELD:
        rules.check_safeguards(queries.safeguards(case, row))
        row.held_at = at
    assert at is not None
    assert by.officer is not None
    offices = _offices(case.id)
    Attendance.objects.bulk_create(
        [
            Attendance(
                case_id=case.id,
                interview=row,
                side=one,
                at=at,
                came=came[one],
                known_on=clock.local_day(now),
                office_id=offices[one],
                recorded_by_id=by.officer,
            )
            for one in Side
        ]
    )
    _put(row, then)
    row.save(update_fields=["state", "at", "proposed_by", "held_at"])
    _trace(row, side, "held" if then.state is InterviewState.HELD else "missed", at=at, by=by)


def correct_attendance(*, case: CaseCard, came: Mapping[Side, bool], by: Actor) -> None:
    """Corrects who came: the new rows stand in the place of those that were wrong, which stay in the history."""
    side = _enter(case, by)
    row = _standing(case.id)
    recorded = queries.standing_attendance(row.id, row.at)
    then = rules.correct(_as_rule(row), {Side(one.side): one.came for one in recorded}, came)
    if then.state is InterviewState.HELD:
        rules.check_safeguards(queries.safeguards(case, row))
    row.held_at = row.at if then.state is InterviewState.HELD else None
    assert by.officer is not None
    Attendance.objects.bulk_create(
        [
            Attendance(
                case_id=case.id,
                interview=row,
                side=one.side,
                at=one.at,
                came=came[Side(one.side)],
                known_on=clock.local_day(clock.now()),
                office_id=one.office_id,
                recorded_by_id=by.officer,
                replaces=one,
            )
            for one in recorded
            if came[Side(one.side)] != one.came
        ]
    )
    _put(row, then)
    row.save(update_fields=["state", "at", "proposed_by", "held_at"])
    _trace(row, side, "corrected", at=row.at, by=by)


def sign(*, case: CaseCard, by: Actor) -> None:
    """Signs for her agency; with both signatures the two duties are done, and what follows is owed."""
    side = _enter(case, by)
    row = _standing(case.id)
    then = rules.sign(_as_rule(row), side)
    assert by.officer is not None
    if Signature.objects.filter(interview=row, officer=by.officer).exists():
        raise Problem("two_people_sign", _("Two people sign, one for each agency."), 409)
    now = clock.now()
    Signature.objects.bulk_create(
        [
            Signature(
                case_id=case.id,
                interview=row,
                side=side,
                office_id=_offices(case.id)[side],
                officer_id=by.officer,
                signed_at=now,
            )
        ]
    )
    _trace(row, side, "signed", at=row.held_at, by=by)
    if then.state is InterviewState.SIGNED:
        row.state, row.ended_at = then.state, now
        row.save(update_fields=["state", "ended_at"])
        # Last, because an office may lose its sight of the case with the duty.
        together.settle_together(case=case.id, kinds=list(SIDE_BY_DUTY), move=Move.FULFIL, by=by)
        if PoliceCase.objects.filter(case=case.id).exists():
            # The police answered before the interview was complete.
            together.settle_together(case=case.id, kinds=["police_case"], move=Move.FULFIL, by=by)


def call_off(*, case: CaseCard, reason: CallOffReason, by: Actor) -> None:
    """Calls the interview off; where the person does not want it, nobody owes it any more and she loses nothing."""
    side = _enter(case, by)
    row = _standing(case.id)
    _put(row, rules.call_off(_as_rule(row)))
    row.ended_at, row.reason = clock.now(), reason
    row.save(update_fields=["state", "ended_at", "reason"])
    _trace(row, side, "called_off", at=row.at, reason=reason, by=by)
    if reason is CallOffReason.PERSON_DECLINED:
        together.settle_together(
            case=case.id, kinds=list(SIDE_BY_DUTY), move=Move.WAIVE, reason="declined", by=by
        )


def _enter(case: CaseCard, by: Actor) -> Side:
    # One act at a time on a case: of two that cross, the second sees what the first did.
    sight.one_at_a_time(case.id)
    DOOR.require(by, "identification.interview", case_by_id(case.id))
    sides = queries.sides(case.id)
    own = [side for side, office in sides.items() if office in by.offices]
    if not own:
        raise NotAllowed()
    if len(set(sides.values())) < len(Side):
        raise Problem(
            "two_agencies_needed",
            _(
                "The police and the State Social Service must both owe this interview. Hand one part over first."
            ),
            409,
        )
    return own[0]


def _offices(case: UUID) -> dict[Side, int]:
    return queries.sides(case)


def _open_interview(case: UUID) -> Interview | None:
    return Interview.objects.select_for_update().filter(case=case, ended_at__isnull=True).first()


def _standing(case: UUID) -> Interview:
    row = _open_interview(case)
    if row is None:
        raise Problem("no_interview", _("No interview is planned. Propose a time first."), 409)
    return row


def _as_rule(row: Interview) -> rules.Interview:
    signed = frozenset(
        Side(side) for side in Signature.objects.filter(interview=row).values_list("side", flat=True)
    )
    return rules.Interview(
        InterviewState(row.state), row.at, Side(row.proposed_by) if row.proposed_by else None, signed
    )


def _put(row: Interview, then: rules.Interview) -> None:
    row.state, row.at, row.proposed_by = then.state, then.at, then.proposed_by or ""


def _refuse_suspected_guardian(case: CaseCard, what: Arrangements) -> None:
    known, suspected = queries.guardians(case.id)
    rules.check_safeguards(
        rules.Safeguards(
            child=False, companion=what.companion, guardians=known, guardians_suspected=suspected
        )
    )


def _trace(row: Interview, side: Side, act: str, *, at: datetime | None, by: Actor, reason: str = "") -> None:
    assert by.officer is not None
    InterviewTime.objects.bulk_create(
        [
            InterviewTime(
                case_id=row.case_id,
                interview=row,
                side=side,
                act=act,
                at=at,
                done_at=clock.now(),
                office_id=_offices(row.case_id)[side],
                officer_id=by.officer,
                reason=reason,
            )
        ]
    )
    casefile.write_journal(
        case=row.case_id, kind=JournalKind.INTERVIEW, happened_at=clock.now(), subject=act, by=by
    )
    audit.record(f"identification.interview_{act}", case=row.case_id, subject=str(row.id))
