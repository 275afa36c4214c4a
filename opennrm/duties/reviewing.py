"""A decline or a dispute is looked at by another office, and only its review moves the duty."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import JournalKind
from opennrm.duties import ledger
from opennrm.duties.handover import snapshot
from opennrm.duties.models import Duty, Notice, Offer, Review
from opennrm.duties.moving import move_to
from opennrm.duties.policies import DOOR
from opennrm.duties.review_limits import decide_by, settle_late
from opennrm.duties.routing import kept_out
from opennrm.duties.rules import Move, OfferState, ReviewKind, ReviewOutcome
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem

DISPUTE_REASONS = ("not_competent", "other_region", "conflict_of_interest", "other")
DECISION_REASONS = ("competence", "region", "capacity", "safety", "conflict_of_interest", "other")
REVIEWERS = ("responsible_authority", "national_coordinator")


def ask(*, offer: UUID, by: Actor) -> UUID:
    """Asks another office to look at a decline; until it has decided, the duty stays with the office that offered it."""
    case = Offer.objects.filter(id=offer).values_list("case_id", flat=True).first()
    if case is None:
        raise NotFound()
    sight.one_at_a_time(case)
    made = Offer.objects.get(id=offer)
    DOOR.require(by, "duties.ask_review", made)
    duty = Duty.objects.select_for_update().filter(id=made.duty_id, ended_at__isnull=True).first()
    if made.state != OfferState.DECLINED or duty is None or duty.holder_id != made.from_office_id:
        raise Problem(
            "nothing_to_review", _("Only a decline of a duty that your office still holds is reviewed."), 409
        )
    ledger.expire_offers(duty, now=clock.now(), by=by)
    if Offer.objects.filter(duty=duty, state=OfferState.OPEN).exists():
        raise Problem(
            "already_offered", _("This duty is already offered to an office. Withdraw that offer first."), 409
        )
    if Review.objects.filter(offer=made).exists():
        raise Problem("already_reviewed", _("A review of this was already asked for."), 409)
    return _open(duty, ReviewKind.DECLINE, to=made.to_office_id, reason=made.reason, offer=made, by=by)


def dispute(*, duty: UUID, to_office: int, reason: str, by: Actor) -> UUID:
    """Disputes a duty that the law gives to the office: it keeps the duty until another office's review moves it."""
    case = Duty.objects.filter(id=duty, case__isnull=False).values_list("case_id", flat=True).first()
    if case is None:
        raise NotFound()
    sight.one_at_a_time(case)
    # Who reads the case and owes nothing on it can lock no row of it.
    row = Duty.objects.select_for_update().filter(id=duty).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "duties.dispute", row)
    if reason not in DISPUTE_REASONS:
        raise Problem("reason_missing", _("Choose why your office disputes this."))
    office = agencies.offices([to_office]).get(to_office)
    barred = kept_out(case) | {row.holder_id}
    if office is None or office.closed_on is not None or to_office in barred:
        raise Problem("office_cannot_be_asked", _("Choose another office that is open."))
    ledger.expire_offers(row, now=clock.now(), by=by)
    if Offer.objects.filter(duty=row, state=OfferState.OPEN).exists():
        raise Problem(
            "already_offered", _("This duty is already offered to an office. Withdraw that offer first."), 409
        )
    ledger.move(row, Move.DISPUTE, now=clock.now(), by=by, reason=reason)
    return _open(row, ReviewKind.DISPUTE, to=to_office, reason=reason, offer=None, by=by)


def decide(*, review: UUID, moves: bool, reason: str, by: Actor) -> None:
    """Decides who owes the duty from now on; it moves by this review and by nothing else."""
    case = Review.objects.filter(id=review).values_list("case_id", flat=True).first()
    if case is None:
        raise NotFound()
    sight.one_at_a_time(case)
    made = Review.objects.filter(id=review).first()
    if made is None:
        raise NotFound()
    DOOR.require(by, "duties.review", made)
    if made.outcome != ReviewOutcome.OPEN:
        raise Problem("review_is_over", _("This review is already decided."), 409)
    if reason not in DECISION_REASONS:
        raise Problem("reason_missing", _("Choose the reason for your decision."))
    # The reviewer sees a snapshot and owes nothing here: what her decision changes is written by the system in her name.
    with as_system("routing", reason="a review decides who owes a duty"):
        _settle(made, ReviewOutcome.MOVES if moves else ReviewOutcome.STAYS, reason=reason, by=by)
    audit.record("duties.review", case=case, subject=str(review), detail={"moves": moves, "reason": reason})


def _open(duty: Duty, kind: ReviewKind, *, to: int, reason: str, offer: Offer | None, by: Actor) -> UUID:
    assert duty.case_id is not None
    now, case = clock.now(), cases.case_by_id(duty.case_id)
    made = Review(
        duty=duty,
        case_id=case.id,
        kind=kind,
        offer=offer,
        asked_at=now,
        asked_by_id=by.officer,
        from_office_id=duty.holder_id,
        to_office_id=to,
        asked_reason=reason,
        reviewer_id=reviewer_of(case, frozenset({duty.holder_id, to})),
        shown=snapshot(duty, case),
        due_at=decide_by(duty.sop, now),
    )
    try:
        with transaction.atomic():
            Review.objects.bulk_create([made])
    except IntegrityError as error:
        raise Problem("already_reviewed", _("A review of this was already asked for."), 409) from error
    access.grant_all(
        case=case.id,
        grants=[access.Grant(made.reviewer_id, BasisKind.NOTICE, str(made.id), ())],
        at=now,
        case_opened_at=case.opened_at,
    )
    if kind is ReviewKind.DECLINE:
        ledger.note(duty, kind="review_asked", at=now, now=now, by=by, reason=reason)
    disputed = kind is ReviewKind.DISPUTE
    casefile.write_journal(
        case=case.id,
        kind=JournalKind.DUTY_DISPUTED if disputed else JournalKind.DUTY_REVIEW_ASKED,
        happened_at=now,
        subject=duty.kind,
        to_office=made.reviewer_id,
        by=by,
    )
    audit.record(
        "duties.dispute" if disputed else "duties.ask_review",
        case=case.id,
        subject=str(made.id),
        detail={"kind": duty.kind, "to": to, "reviewer": made.reviewer_id},
    )
    return made.id


def pass_on(*, case: cases.CaseCard, barred: frozenset[int], by: Actor) -> None:
    """Gives the open reviews of a case that these offices were to decide to the next reviewer; where none is left they end."""
    now = clock.now()
    for row in Review.objects.select_for_update().filter(
        case_id=case.id, reviewer__in=list(barred), outcome=ReviewOutcome.OPEN
    ):
        try:
            to = reviewer_of(case, frozenset({row.from_office_id, row.to_office_id}) | barred)
        except Problem:
            ledger.overtake_reviews(row.duty, now=now)
            continue
        access.end(case=case.id, kind=BasisKind.NOTICE, reference=str(row.id), at=now)
        row.reviewer_id = to
        row.save(update_fields=["reviewer"])
        grants = [access.Grant(to, BasisKind.NOTICE, str(row.id), ())]
        access.grant_all(case=case.id, grants=grants, at=now, case_opened_at=case.opened_at)
        ledger.note(row.duty, kind="review_passed_on", at=now, now=now, by=by)
        audit.record("duties.pass_review_on", case=case.id, subject=str(row.id), detail={"reviewer": to})


def reviewer_of(case: cases.CaseCard, parties: frozenset[int]) -> int:
    """The Responsible Authority; where it is a party, the national coordinator."""
    known = agencies.competences(clock.today())
    barred = parties | kept_out(case.id)
    for role in REVIEWERS:
        if office := competent_office(known, role=role, region=case.region, excluded=barred):
            return office
    raise Problem("nobody_reviews", _("No other office can review this."), 409)


def _settle(made: Review, outcome: ReviewOutcome, *, reason: str, by: Actor) -> None:
    now, case = clock.now(), cases.case_by_id(made.case_id)
    duty = Duty.objects.select_for_update().get(id=made.duty_id)
    settle_late(made, now=now, by=by)
    Review.objects.filter(id=made.id).update(
        outcome=outcome, reason=reason, decided_at=now, decided_by=by.officer
    )
    access.end(case=case.id, kind=BasisKind.NOTICE, reference=str(made.id), at=now)
    if outcome is ReviewOutcome.MOVES:
        office = agencies.offices([made.to_office_id])[made.to_office_id]
        if office.closed_on is not None or office.id in kept_out(case.id):
            raise Problem("office_cannot_be_asked", _("That office can no longer take this duty."), 409)
        move_to(duty, made.to_office_id, case=case, now=now, by=by, kind="moved", reason=reason)
    else:
        ledger.note(duty, kind="stayed", at=now, now=now, by=by, reason=reason)
    casefile.write_journal(
        case=case.id, kind=JournalKind.DUTY_REVIEWED, happened_at=now, subject=duty.kind, by=by
    )
    _tell(made, outcome, now)


def _tell(made: Review, outcome: ReviewOutcome, now: datetime) -> None:
    told = {made.from_office_id} | ({made.to_office_id} if outcome is ReviewOutcome.MOVES else set())
    shown = {key: made.shown[key] for key in ("kind", "sop", "reference")}
    Notice.objects.bulk_create(
        [
            Notice(
                duty_id=made.duty_id,
                case_id=made.case_id,
                office_id=office,
                at=now,
                what=f"review_{outcome}",
                shown=shown,
            )
            for office in sorted(told)
        ]
    )
