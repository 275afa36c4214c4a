"""Referring a person to the police and the State Social Service, on the ledger: both owe an answer, and the sweep reminds."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import actions as casefile
from opennrm.casefile.policies import leads
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.duties.few_facts import few_facts
from opennrm.duties.opening import open_waiting
from opennrm.duties.policies import DOOR as DUTIES
from opennrm.duties.queries import DutyCard
from opennrm.identification import referral_rules as rules
from opennrm.identification.interview_rules import Side
from opennrm.identification.models import Referral
from opennrm.identification.policies import DOOR, holds_one_of
from opennrm.identification.referral_rules import ANSWERS, ROLES, TELLS, AgainReason, ReferralState
from opennrm.identification.rerouting import Told, chosen_for, has_it, offices_to_tell_now, told_before
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem

NO_LONGER_ASKED = _("This referral was withdrawn. Your office is no longer asked.")
STANDING = (ReferralState.OPEN, ReferralState.DECLINED, ReferralState.ACCEPTED)


def refer(
    *, case: CaseCard, side: Side, office: int | None = None, again: AgainReason | None = None, by: Actor
) -> None:
    """Refers the person to the police or the State Social Service; that office owes an answer from now on.

    Which office that is the procedure says; once one was told, the one who refers says which is told now.
    """
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.refer", case)
    told = told_before(case.id, side)
    if any(one.state is ReferralState.OPEN for one in told):
        raise Problem("referral_is_open", _("This referral is not answered yet."), 409)
    if not _may_refer(case, side, told, by):
        raise NotAllowed()
    chosen = chosen_for(case, side, told, office=office, again=again)
    duties.note(case=case.id, event=f"referred_to_{side}", chosen=chosen, by=by)
    owed = next((duty for duty in _owed(case.id, ANSWERS) if duty.role == ROLES[side]), None)
    if owed is None:
        raise Problem(
            "nobody_competent",
            _("No office is competent to answer here. Ask the national coordinator to find one."),
            409,
        )
    assert by.office is not None
    row = Referral(
        case_id=case.id,
        duty_id=owed.id,
        side=side,
        from_office_id=by.office,
        office_id=owed.holder_id,
        made_at=clock.now(),
        answer_by=owed.due_at,
        shown=few_facts(case),
        state=ReferralState.OPEN,
        again=again or "" if any(one.office == owed.holder_id for one in told) else "",
    )
    Referral.objects.bulk_create([row])
    _trace(row, str(side), by=by)
    if owed.holder_id in by.offices:
        # The office that met the person is the one to tell: it knows.
        with as_system("routing", reason="the office that refers is the addressee"):
            _settle(row, ReferralState.ACCEPTED, reason="", by=by)
    duties.fulfil_held(case=case.id, kind=TELLS[side], by=by)


def done(*, duty: UUID, by: Actor) -> None:
    """Says that a duty is done; to have told an addressee is to refer the person, and to have answered is to accept."""
    if asked := Referral.objects.filter(duty=duty, office__in=by.offices, state=ReferralState.OPEN).first():
        # Before it answers, the office sees the referral and not the duty.
        answer(referral=asked.id, accepts=True, by=by)
        return
    card = ledger.duty(duty)
    DUTIES.require(by, "duties.fulfil", card)
    side = next((one for one, kind in TELLS.items() if kind == card.kind), None)
    tells = side if card.case_id and card.is_open and card.state != "suspended" else None
    before = told_before(card.case_id, tells) if tells and card.case_id else []
    if tells and card.case_id and not (before and before[-1].state in STANDING):
        refer(case=case_by_id(card.case_id), side=tells, by=by)
    else:
        duties.fulfil(duty=duty, by=by)


def answer(*, referral: UUID, accepts: bool, reason: str = "", by: Actor) -> UUID:
    """Accepts the referral to her office, or declines it with a reason that another office then looks at."""
    found = Referral.objects.filter(id=referral).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    sight.one_at_a_time(found)
    row = Referral.objects.filter(id=referral).first()
    if row is None:
        # It was there a moment ago: while this waited it was withdrawn, and what it showed with it.
        raise Problem("referral_is_withdrawn", NO_LONGER_ASKED, 409)
    DOOR.require(by, "identification.answer_referral", row)
    state = rules.answer(ReferralState(row.state), accepts=accepts, reason=reason)
    # Her office sees a few facts and owes nothing else here: what her answer brings about is written by the system in her name.
    with as_system("routing", reason="an office answers a referral"):
        _settle(row, state, reason="" if accepts else reason, by=by)
    audit.record(f"identification.referral_{state}", case=row.case_id, subject=str(row.id))
    return row.case_id


def review(*, case: CaseCard, takes: bool, by: Actor) -> None:
    """Decides on a declined referral: the office takes it after all, or the lead office tells another."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.review_referral", case)
    row = (
        Referral.objects.select_for_update()
        .filter(case=case.id, state=ReferralState.DECLINED)
        .order_by("answered_at")
        .first()
    )
    if row is None:
        raise Problem("nothing_to_review", _("There is no declined referral to review."), 409)
    told_another = has_it(told_before(case.id, Side(row.side)))
    row.state = rules.review(
        ReferralState(row.state), takes=takes, own=row.office_id in by.offices, told_another=told_another
    )
    row.reviewed_at, row.review_office_id = clock.now(), by.office
    row.save(update_fields=["state", "reviewed_at", "review_office"])
    _trace(row, "review_takes" if takes else "review_agrees", by=by)
    if takes:
        with as_system("routing", reason="a review says that an office takes a referral"):
            _open(row, by=by)
    elif not told_another:
        duties.note(case=case.id, event=f"referral_refused_{row.side}", by=by)
    if not Referral.objects.filter(case=case.id, state=ReferralState.DECLINED).exists():
        duties.fulfil_held(case=case.id, kind="review_referral", by=by)


def may_refer(case: CaseCard, side: Side, by: Actor) -> bool:
    """Whether she may refer the person to this addressee now, and there is an office to tell."""
    told = told_before(case.id, side)
    if not (DOOR.may(by, "identification.refer", case) and _may_refer(case, side, told, by)):
        return False
    return not told or bool(offices_to_tell_now(case, side, told))


def _may_refer(case: CaseCard, side: Side, told: list[Told], by: Actor) -> bool:
    if any(one.state is ReferralState.OPEN for one in told):
        return False
    # Who leads may refer where no rule asks for it: a case that came open from a file has no past duties, and after a
    # decline nobody waits for its review before another office is told.
    return holds_one_of(TELLS[side])(by, case) or (leads(by, case) and not has_it(told))


def _owed(case: UUID, kind: str) -> list[DutyCard]:
    return [duty for duty in ledger.duties_of(case, open_only=True) if duty.kind == kind]


def _settle(row: Referral, state: ReferralState, *, reason: str, by: Actor) -> None:
    row.state, row.reason = state, reason
    row.answered_at, row.answered_by_id = clock.now(), by.officer
    row.save(update_fields=["state", "reason", "answered_at", "answered_by"])
    _journal(row, str(state), by=by)
    if state is ReferralState.ACCEPTED:
        _open(row, by=by)
    else:
        duties.note(case=row.case_id, event="referral_declined", by=by)
    if row.duty_id is not None:
        duties.fulfil_by_record(duty=row.duty_id, by=by)


def _open(row: Referral, *, by: Actor) -> None:
    event = f"referral_accepted_{row.side}"
    duties.note(case=row.case_id, event=event, by=by)
    open_waiting(case=case_by_id(row.case_id), event=event, office=row.office_id, by=by)


def _journal(row: Referral, what: str, *, by: Actor) -> None:
    casefile.write_journal(
        case=row.case_id, kind=JournalKind.REFERRAL, happened_at=clock.now(), subject=what, by=by
    )


def _trace(row: Referral, what: str, *, by: Actor) -> None:
    _journal(row, what, by=by)
    audit.record(f"identification.referral_{what}", case=row.case_id, subject=str(row.id))
