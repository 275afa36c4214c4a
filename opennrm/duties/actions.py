from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.rules import JournalKind
from opennrm.duties import ledger
from opennrm.duties.cards import may_wait_for
from opennrm.duties.facts import EVENTS
from opennrm.duties.mechanism_kinds import ASKED_BY_NAME, DONE_ELSEWHERE
from opennrm.duties.models import Assignment, Duty, Happening, Notice
from opennrm.duties.models import Pause as PauseRow
from opennrm.duties.own_records import DONE_BY_RECORD, refuse_by_hand
from opennrm.duties.policies import DOOR
from opennrm.duties.reconciling import reconcile_case
from opennrm.duties.rules import Move, State
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem

ANSWER_IT = _("This is done by the act that it waits for, on the page of that act.")


def remember(*, case: UUID, event: str, subject: str = "", at: datetime | None = None) -> None:
    """Keeps what happened on a case for the rules to see at the next note."""
    remember_all(case=case, events=[(event, subject)], at=at)


def remember_all(*, case: UUID, events: Sequence[tuple[str, str]], at: datetime | None = None) -> None:
    """The same for several events of one instant, each with what it is about."""
    now = clock.now()
    Happening.objects.bulk_create(
        [
            Happening(case_id=case, kind=event, subject=subject, at=at or now, known_at=now)
            for event, subject in events
        ]
    )
    for event, subject in events:
        audit.record("duties.remember", case=case, detail={"event": event, "subject": subject})


def note(
    *,
    case: UUID,
    event: str,
    by: Actor,
    subject: str = "",
    at: datetime | None = None,
    chosen: Mapping[str, int] | None = None,
) -> None:
    """Says what happened on a case and lets the rules make, keep and end duties; a stage knows nothing more of duties."""
    sight.one_at_a_time(case)
    remember(case=case, event=event, subject=subject, at=at)
    reconcile_case(cases.case_by_id(case), by=by, chosen=chosen)


def record_need(*, case: UUID, kind: str, by: Actor, at: datetime | None = None) -> None:
    """Records that the person needs a kind of assistance; the rules say which office owes it, or that nobody does."""
    sight.one_at_a_time(case)
    DOOR.require(by, "duties.record_need", cases.case_by_id(case))
    if at is not None and at > clock.now():
        raise Problem("need_in_future", _("The day of the need must not be in the future."))
    if Happening.objects.filter(case=case, kind="need_recorded", subject=kind).exists() and _owed(case, kind):
        raise Problem("need_already_owed", _("This need is already recorded and somebody owes it."), 409)
    casefile.write_journal(
        case=case, kind=JournalKind.NEED, happened_at=at or clock.now(), subject=kind, by=by
    )
    note(case=case, event="need_recorded", subject=kind, at=at, by=by)


def name_worker(*, duty: UUID, officer: int, by: Actor) -> None:
    """Names the person at work who carries the duty out; her post in the office that holds it is to work with cases."""
    row = _locked(duty)
    DOOR.require(by, "duties.name_worker", row)
    now = clock.now()
    # One refusal for both: nobody learns from it who is excluded.
    excluded = sight.excluded(row.case_id)[1] if row.case_id else frozenset()
    able = {person.id for person in agencies.case_workers_of([row.holder_id], clock.local_day(now))}
    if officer not in able - excluded:
        raise Problem(
            "not_of_this_office", _("Choose a person who works with cases in the office that holds the duty.")
        )
    _must_be_open(row)
    if row.person_id == officer:
        return
    Assignment.objects.filter(duty=row, until__isnull=True).update(until=now)
    Assignment.objects.bulk_create([Assignment(duty=row, case_id=row.case_id, officer_id=officer, since=now)])
    row.person_id = officer
    row.save(update_fields=["person"])
    ledger.note(row, kind="named", at=now, now=now, by=by, reason=str(officer))
    audit.record("duties.name_worker", case=row.case_id, subject=str(row.id))
    if row.kind == "lead" and row.case_id:
        fulfil_held(case=row.case_id, kind="name_case_worker", by=by)


def fulfil(*, duty: UUID, by: Actor, at: datetime | None = None) -> None:
    """Says that what was owed is done; what follows from it by the rules is owed from now on."""
    row = _locked(duty)
    DOOR.require(by, "duties.fulfil", row)
    _must_be_done_here(row)
    refuse_by_hand(row.kind)
    if row.kind == "lead":
        raise Problem(
            "lead_is_not_fulfilled",
            _("Leading a case ends when the case closes or another office accepts it."),
            409,
        )
    _finish(row, Move.FULFIL, JournalKind.DUTY_FULFILLED, by=by)


def fulfil_held(*, case: UUID, kind: str, by: Actor) -> None:
    """Fulfils what the actor's office owes of a kind on a case, because another act has just done it."""
    for row in Duty.objects.select_for_update().filter(case=case, kind=kind, ended_at__isnull=True):
        if row.holder_id in by.offices and (row.state != State.SUSPENDED or kind in DONE_BY_RECORD):
            _done_by_its_record(row, by=by)


def fulfil_by_record(*, duty: UUID, by: Actor) -> None:
    """Fulfils one duty whose own record was just made; who made it was asked for her right by the act that did."""
    _done_by_its_record(Duty.objects.select_for_update().get(id=duty), by=by)


def waive(*, duty: UUID, reason: str, by: Actor) -> None:
    """Records that the person declined this; no other service depends on it."""
    row = _locked(duty)
    DOOR.require(by, "duties.waive", row)
    _must_be_done_here(row)
    # What a meeting decided stands in no procedure, and no person can decline it.
    kind = sop(row.sop).kinds.get(row.kind)
    _finish(
        row,
        Move.WAIVE,
        JournalKind.DUTY_WAIVED,
        by=by,
        reason=reason,
        waivable=bool(kind and kind.waivable),
    )


def suspend(*, duty: UUID, reason: str, until: datetime | None, by: Actor) -> None:
    """Stops the clock of a duty for a reason, until a day; the office still holds it."""
    row = _locked(duty)
    DOOR.require(by, "duties.suspend", row)
    _must_be_done_here(row)
    if reason not in may_wait_for(row.kind, row.rule, row.sop):
        raise Problem("does_not_pause", _("The procedure does not let this duty wait for that reason."), 409)
    now = clock.now()
    if until is not None and until <= now:
        raise Problem("suspension_ends_in_past", _("The day the suspension ends must be in the future."))
    ledger.move(row, Move.SUSPEND, now=now, by=by, reason=reason)
    PauseRow.objects.bulk_create(
        [PauseRow(duty=row, case_id=row.case_id, since=now, planned_until=until, reason=reason)]
    )
    row.due_at = None
    row.save(update_fields=["due_at"])
    _journal(row, JournalKind.DUTY_SUSPENDED, by=by)
    audit.record("duties.suspend", case=row.case_id, subject=str(row.id), detail={"reason": reason})


def resume(*, duty: UUID, by: Actor) -> None:
    """Lets the clock run again; the time it stood still is added to the limit."""
    row = _locked(duty)
    DOOR.require(by, "duties.resume", row)
    go_on(row, by=by)


def go_on(row: Duty, *, by: Actor) -> None:
    """The same for a duty that is in hand already."""
    now = clock.now()
    PauseRow.objects.filter(duty=row, until__isnull=True).update(until=now)
    ledger.resume(row, at=now, now=now, by=by)
    _journal(row, JournalKind.DUTY_RESUMED, by=by)
    audit.record("duties.resume", case=row.case_id, subject=str(row.id))


def read_notice(*, notice: UUID, by: Actor) -> None:
    """Puts aside something this office was told; who reads it twice changes nothing."""
    row = Notice.objects.filter(id=notice, office__in=list(by.offices)).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "duties.worklist")
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
        audit.record("duties.read_notice", case=row.case_id, subject=str(row.id))


def close_case(*, case: cases.CaseCard, reason: str, by: Actor) -> None:
    """Closes a case: every duty still owed ends with that reason, and the lead with it."""
    sight.one_at_a_time(case.id)
    case = cases.case_by_id(case.id)
    CASES.require(by, "casefile.close", case)
    now = clock.now()
    # The lead goes last, so that the office that closes the case may write to its end.
    for row in sorted(ledger.open_duties(case.id), key=lambda duty: duty.kind == "lead"):
        ledger.move(row, Move.END, now=now, by=by, reason="case_closed")
    casefile.close_case(case=case, reason=reason, on=clock.local_day(now), by=by)
    # Row security lets an office write only while it owes something, so its own duties close last.
    ended = Duty.objects.filter(case=case.id, ended_at=now)
    for row in sorted(ended, key=lambda duty: duty.holder_id in by.offices):
        ledger.close_sight(row, case=case, now=now)


def _done_by_its_record(row: Duty, *, by: Actor) -> None:
    if row.state == State.SUSPENDED:
        # What was put off is done by being done: nobody has to let the clock run first.
        go_on(row, by=by)
    _finish(row, Move.FULFIL, JournalKind.DUTY_FULFILLED, by=by)


def _finish(
    row: Duty, what: Move, kind: JournalKind, *, by: Actor, reason: str = "", waivable: bool = True
) -> None:
    now = clock.now()
    ledger.move(row, what, now=now, by=by, reason=reason, waivable=waivable)
    _journal(row, kind, by=by)
    audit.record(
        f"duties.{what}", case=row.case_id, subject=str(row.id), detail={"reason": reason} if reason else None
    )
    if row.case_id is None:
        return
    follows = sop(row.sop).kinds[row.kind].on_fulfilled if what is Move.FULFIL else ""
    if follows in EVENTS:
        note(case=row.case_id, event=follows, subject=row.subject, by=by)
    # Sight ends last: the same transaction still writes what follows from the act.
    ledger.close_sight(row, case=cases.case_by_id(row.case_id), now=now)


def _journal(row: Duty, kind: JournalKind, *, by: Actor, to_office: int | None = None) -> None:
    if row.case_id:
        casefile.write_journal(
            case=row.case_id, kind=kind, happened_at=clock.now(), subject=row.kind, by=by, to_office=to_office
        )


def _locked(duty: UUID) -> Duty:
    if case := Duty.objects.filter(id=duty).values_list("case_id", flat=True).first():
        sight.one_at_a_time(case)
    row = Duty.objects.select_for_update().filter(id=duty).first()
    if row is None:
        raise NotFound()
    return row


def _must_be_open(row: Duty) -> None:
    if row.ended_at is not None:
        raise Problem("duty_is_over", _("This duty is already over."), 409)


def _must_be_done_here(row: Duty) -> None:
    if row.kind in ASKED_BY_NAME:
        raise Problem("done_elsewhere", ANSWER_IT, 409)
    if row.kind == "figure_to_confirm":
        raise Problem(
            "done_elsewhere",
            _("Confirm it on the page of the body, or enter the meeting that was held."),
            409,
        )
    if row.kind in DONE_ELSEWHERE:
        raise Problem(
            "done_elsewhere", _("This review ends with its outcome, on the page of the review."), 409
        )


def _owed(case: UUID, kind: str) -> bool:
    return Duty.objects.filter(case=case, ended_at__isnull=True, subject=kind).exists()
