from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.rules import SEALED_CLASSES, BasisKind
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import JournalKind
from opennrm.duties import ledger
from opennrm.duties.mechanism_kinds import ASKED_BY_NAME
from opennrm.duties.models import Duty, Notice, Offer
from opennrm.duties.offers import Answer, answer_offer, check_offer
from opennrm.duties.offers import Offer as OfferRule
from opennrm.duties.policies import DOOR
from opennrm.duties.routing import kept_out
from opennrm.duties.rules import Move, OfferState, State, transition
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people

ANSWER_WITHIN = timedelta(hours=24)
ASKED = _("Your office owes this by name, and hands it to nobody.")
REASONS = ("not_competent", "no_capacity", "safety", "conflict_of_interest", "other")


def offer(*, duty: UUID, to_office: int, by: Actor, answer_by: datetime | None = None) -> UUID:
    """Offers a duty to another office; until that office accepts, the duty stays where it is and it sees a snapshot alone."""
    if found := Duty.objects.filter(id=duty, case__isnull=False).values_list("case_id", flat=True).first():
        sight.one_at_a_time(found)
    row = Duty.objects.select_for_update().filter(id=duty).first()
    if row is None or row.case_id is None:
        raise NotFound()
    DOOR.require(by, "duties.offer", row)
    if row.kind in ASKED_BY_NAME:
        raise Problem("asked_by_name", ASKED, 409)
    now = clock.now()
    ledger.expire_offers(row, now=now, by=by)
    earlier = [_as_rule(one) for one in Offer.objects.filter(duty=row, state=OfferState.OPEN)]
    check_offer(
        state=State(row.state),
        holder=row.holder_id,
        offers=earlier,
        by_office=row.holder_id,
        to_office=to_office,
        now=now,
    )
    office = agencies.offices([to_office]).get(to_office)
    if office is None or office.closed_on is not None:
        raise Problem("office_cannot_be_asked", _("Choose another office that is open."))
    case = cases.case_by_id(row.case_id)
    if to_office in kept_out(case.id):
        # The excluded learn nothing, and nobody learns from this who is excluded.
        raise Problem("office_cannot_be_asked", _("Choose another office that is open."))
    made = Offer(
        duty=row,
        case_id=case.id,
        from_office_id=row.holder_id,
        to_office_id=to_office,
        offered_at=now,
        offered_by_id=by.officer,
        answer_by=answer_by or now + ANSWER_WITHIN,
        shown=snapshot(row, case),
    )
    try:
        with transaction.atomic():
            Offer.objects.bulk_create([made])
    except IntegrityError as error:
        raise Problem(
            "already_offered", _("This duty is already offered to an office. Withdraw that offer first."), 409
        ) from error
    access.grant_all(
        case=case.id,
        grants=[access.Grant(to_office, BasisKind.OFFER, str(made.id), ())],
        at=now,
        case_opened_at=case.opened_at,
    )
    _share_keys(row, to_organisation=office.organisation, by=by)
    ledger.note(row, kind="offered", at=now, now=now, by=by, reason=office.code)
    casefile.write_journal(
        case=case.id,
        kind=JournalKind.DUTY_OFFERED,
        happened_at=now,
        subject=row.kind,
        to_office=to_office,
        by=by,
    )
    audit.record(
        "duties.offer", case=case.id, subject=str(made.id), detail={"kind": row.kind, "to": to_office}
    )
    return made.id


def accept(*, offer: UUID, by: Actor) -> UUID:
    """Accepts an offered duty: from this instant the office holds it, and sees of the case what the duty opens."""
    made = _locked(offer)
    DOOR.require(by, "duties.answer", made)
    now = clock.now()
    _answer(made, Answer.ACCEPT, now=now, by=by)
    opened_at = _case_opened_at(made)
    # Sight comes first: row security lets an office write on a case only where it owes something.
    access.grant_all(
        case=made.case_id,
        grants=[
            access.Grant(made.to_office_id, BasisKind.DUTY, str(made.duty_id), tuple(made.shown["opens"]))
        ],
        at=now,
        case_opened_at=opened_at,
    )
    row = Duty.objects.select_for_update().get(id=made.duty_id)
    case = cases.case_by_id(made.case_id)
    ledger.settle_lapse(row, now=now, by=by)
    row.state = transition(State(row.state), Move.HAND_OVER)
    ledger.close_sight(row, case=case, now=now, keep=made.to_office_id)
    ledger.rename_holder(row, office=made.to_office_id, now=now)
    ledger.note(row, kind="hand_over", at=now, now=now, by=by)
    access.end(case=case.id, kind=BasisKind.OFFER, reference=str(made.id), at=now)
    casefile.write_journal(
        case=case.id, kind=JournalKind.DUTY_ACCEPTED, happened_at=now, subject=row.kind, by=by
    )
    audit.record("duties.accept", case=case.id, subject=str(made.id), detail={"kind": row.kind})
    return case.id


def decline(*, offer: UUID, reason: str, by: Actor) -> None:
    """Declines an offered duty with a reason; it stays with the office that offered it."""
    made = _locked(offer)
    DOOR.require(by, "duties.answer", made)
    if reason not in REASONS:
        raise Problem("reason_missing", _("Choose why your office declines."))
    now = clock.now()
    _answer(made, Answer.DECLINE, now=now, by=by, reason=reason)
    Notice.objects.bulk_create(
        [
            Notice(
                duty_id=made.duty_id,
                case_id=made.case_id,
                office_id=made.from_office_id,
                at=now,
                what="declined",
                shown={key: made.shown[key] for key in ("kind", "sop", "reference")},
            )
        ]
    )
    access.end(case=made.case_id, kind=BasisKind.OFFER, reference=str(made.id), at=now)
    audit.record("duties.decline", case=made.case_id, subject=str(made.id), detail={"reason": reason})


def withdraw(*, offer: UUID, by: Actor) -> None:
    """Takes an offer back before it is answered."""
    made = _locked(offer)
    DOOR.require(by, "duties.withdraw", made)
    now = clock.now()
    _answer(made, Answer.WITHDRAW, now=now, by=by)
    access.end(case=made.case_id, kind=BasisKind.OFFER, reference=str(made.id), at=now)
    row = Duty.objects.get(id=made.duty_id)
    ledger.note(row, kind="withdrawn", at=now, now=now, by=by)
    casefile.write_journal(
        case=made.case_id,
        kind=JournalKind.DUTY_WITHDRAWN,
        happened_at=now,
        subject=row.kind,
        to_office=made.to_office_id,
        by=by,
    )
    audit.record("duties.withdraw", case=made.case_id, subject=str(made.id))


def _locked(offer: UUID) -> Offer:
    if case := Offer.objects.filter(id=offer).values_list("case_id", flat=True).first():
        sight.one_at_a_time(case)
    made = Offer.objects.select_for_update().filter(id=offer).first()
    if made is None:
        raise NotFound()
    return made


def _answer(made: Offer, answer: Answer, *, now: datetime, by: Actor, reason: str = "") -> None:
    office = made.from_office_id if answer is Answer.WITHDRAW else made.to_office_id
    # Even a duty by law may be declined here: it stays with the office that offered it.
    state = answer_offer(_as_rule(made), answer, by_office=office, by_law=False, reason=reason, now=now)
    made.state, made.answered_at, made.answered_by_id, made.reason = state, now, by.officer, reason
    made.save(update_fields=["state", "answered_at", "answered_by", "reason"])


def _as_rule(made: Offer) -> OfferRule:
    return OfferRule(made.from_office_id, made.to_office_id, OfferState(made.state), made.answer_by)


def snapshot(row: Duty, case: cases.CaseCard) -> dict[str, object]:
    """The least an office needs to answer; kept as it was shown. No name, no document, no narrative."""
    person = people.person(case.person)
    return {
        "kind": row.kind,
        "subject": row.subject,
        "due": row.due_at.isoformat() if row.due_at else None,
        "child": case.fork == "child",
        "language": person.languages[0] if person.languages else "",
        "region": case.region,
        "reference": case.reference,
        "opens": row.classes_opened,
        "sop": row.sop,
        "case_opened_at": case.opened_at.isoformat(),
    }


def _case_opened_at(made: Offer) -> datetime:
    return datetime.fromisoformat(made.shown["case_opened_at"])


def _share_keys(row: Duty, *, to_organisation: int, by: Actor) -> None:
    # The keys wait with the offer, because the office that accepts cannot open them; row security opens nothing before.
    for data_class in sorted(set(SEALED_CLASSES) & set(row.classes_opened)):
        assert row.case_id is not None
        sealing.share(row.case_id, data_class, by.organisations, to_organisation)
