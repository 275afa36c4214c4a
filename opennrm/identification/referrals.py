"""Referring a person to the police and the State Social Service, on the ledger: both owe an answer, and the sweep reminds."""

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
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.identification import referral_rules as rules
from opennrm.identification.interview_rules import Side
from opennrm.identification.models import Referral
from opennrm.identification.policies import DOOR, holds_one_of
from opennrm.identification.referral_rules import ROLES, TELLS, ReferralState
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from opennrm.people import queries as people


@dataclass(frozen=True, slots=True)
class ReferralCard:
    """One referral, with what was shared and what was answered."""

    id: UUID
    side: str
    from_office: int
    office: int
    made_at: datetime
    answer_by: datetime | None
    shown: Mapping[str, object]
    state: str
    reason: str
    answered_at: datetime | None
    reviewed_at: datetime | None
    review_office: int | None


def refer(*, case: CaseCard, side: Side, by: Actor) -> None:
    """Refers the person to the police or the State Social Service; that office owes an answer from now on."""
    case = _enter(case, "identification.refer", by)
    if not holds_one_of(TELLS[side])(by, case):
        raise NotAllowed()
    if Referral.objects.filter(case=case.id, side=side, state=ReferralState.OPEN).exists():
        raise Problem("referral_is_open", _("This referral is not answered yet."), 409)
    duties.note(case=case.id, event=f"referred_to_{side}", by=by)
    owed = next(
        (
            duty
            for duty in ledger.duties_of(case.id, open_only=True)
            if duty.kind == "answer_referral" and duty.role == ROLES[side]
        ),
        None,
    )
    if owed is None:
        raise Problem(
            "nobody_competent",
            _("No office is competent to answer here. Ask the national coordinator to find one."),
            409,
        )
    assert by.office is not None
    row = Referral(
        case_id=case.id,
        side=side,
        from_office_id=by.office,
        office_id=owed.holder_id,
        made_at=clock.now(),
        answer_by=owed.due_at,
        shown=_snapshot(case),
        state=ReferralState.OPEN,
    )
    Referral.objects.bulk_create([row])
    _trace(row, str(side), by=by)
    duties.fulfil_held(case=case.id, kind=TELLS[side], by=by)


def answer(*, case: CaseCard, accepts: bool, reason: str = "", by: Actor) -> None:
    """Accepts the referral to her office, or declines it with a reason that another office then looks at."""
    case = _enter(case, "identification.answer_referral", by)
    owed = [d for d in ledger.duties_of(case.id, open_only=True) if d.kind == "answer_referral"]
    sides = {
        side for side, role in ROLES.items() for d in owed if d.role == role and d.holder_id in by.offices
    }
    row = (
        Referral.objects.select_for_update()
        .filter(case=case.id, state=ReferralState.OPEN, side__in=list(sides))
        .order_by("made_at")
        .first()
    )
    if row is None:
        raise Problem("referral_is_answered", _("This referral is answered already."), 409)
    row.state = rules.answer(ReferralState(row.state), accepts=accepts, reason=reason)
    row.reason = "" if accepts else reason
    row.answered_at, row.answered_by_id = clock.now(), by.officer
    row.save(update_fields=["state", "reason", "answered_at", "answered_by"])
    _trace(row, "accepted" if accepts else "declined", by=by)
    if not accepts:
        duties.note(case=case.id, event="referral_declined", by=by)
    duty = next(d for d in owed if d.role == ROLES[Side(row.side)] and d.holder_id in by.offices)
    duties.fulfil(duty=duty.id, by=by)


def review(*, case: CaseCard, takes: bool, by: Actor) -> None:
    """Decides on a declined referral: the office takes it after all, or the lead office tells another."""
    case = _enter(case, "identification.review_referral", by)
    row = (
        Referral.objects.select_for_update()
        .filter(case=case.id, state=ReferralState.DECLINED)
        .order_by("answered_at")
        .first()
    )
    if row is None:
        raise Problem("nothing_to_review", _("There is no declined referral to review."), 409)
    row.state = rules.review(ReferralState(row.state), takes=takes, own=row.office_id in by.offices)
    row.reviewed_at, row.review_office_id = clock.now(), by.office
    row.save(update_fields=["state", "reviewed_at", "review_office"])
    _trace(row, "review_takes" if takes else "review_agrees", by=by)
    if not takes:
        duties.note(case=case.id, event=f"referral_refused_{row.side}", by=by)
    if not Referral.objects.filter(case=case.id, state=ReferralState.DECLINED).exists():
        duties.fulfil_held(case=case.id, kind="review_referral", by=by)


def referrals(case_id: UUID) -> list[ReferralCard]:
    """The referrals of a case, the latest first."""
    return [
        ReferralCard(
            row.id,
            row.side,
            row.from_office_id,
            row.office_id,
            row.made_at,
            row.answer_by,
            row.shown,
            row.state,
            row.reason,
            row.answered_at,
            row.reviewed_at,
            row.review_office_id,
        )
        for row in Referral.objects.filter(case=case_id).order_by("-made_at")
    ]


def _enter(case: CaseCard, word: str, by: Actor) -> CaseCard:
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, word, case)
    return case


def _snapshot(case: CaseCard) -> dict[str, object]:
    """What the addressee is told, kept as it was: no name, no document, no narrative."""
    person = people.person(case.person)
    return {
        "reference": case.reference,
        "child": case.fork == "child",
        "language": person.languages[0] if person.languages else "",
        "region": case.region or "",
        "in_danger": ledger.in_danger(case.id),
    }


def _trace(row: Referral, what: str, *, by: Actor) -> None:
    casefile.write_journal(
        case=row.case_id, kind=JournalKind.REFERRAL, happened_at=clock.now(), subject=what, by=by
    )
    audit.record(f"identification.referral_{what}", case=row.case_id, subject=str(row.id))
