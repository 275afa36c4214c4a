"""Writes to the ledger that every action shares: making, moving and ending a duty, with its history and its sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import sealing
from opennrm.access.rules import SEALED_CLASSES, BasisKind
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.duties.limits import Limit, Pause, Unit, due_at
from opennrm.duties.models import Assignment, Duty, Event, Happening, Holding, Offer, Review
from opennrm.duties.models import Pause as PauseRow
from opennrm.duties.pack import Pack
from opennrm.duties.reconcile import NewDuty
from opennrm.duties.record import RETENTION as RETENTION
from opennrm.duties.record import event as event
from opennrm.duties.record import note as note
from opennrm.duties.rules import (
    Action,
    Move,
    OfferState,
    ReviewOutcome,
    RunningDuty,
    State,
    sweep_step,
    transition,
)
from opennrm.duties.sops import sop
from opennrm.duties.telling import tell, tell_of_lapse


def make(
    *, asked: Sequence[tuple[NewDuty, int]], case: CaseCard, pack: Pack, now: datetime, by: Actor
) -> list[Duty]:
    """Writes new duties, each held by its office from its start, and opens to those offices what the duties need."""
    duties = [_duty(new, holder=holder, case=case, pack=pack, now=now) for new, holder in asked]
    wait_to_open(duties, case=case, pack=pack)
    Duty.objects.bulk_create(duties)
    Holding.objects.bulk_create(
        [Holding(duty=d, case_id=case.id, office_id=d.holder_id, since=d.started_at) for d in duties]
    )
    Event.objects.bulk_create([event(d, kind="created", at=d.started_at, now=now, by=by) for d in duties])
    open_sight(duties, case=case, now=now)
    return duties


def _duty(new: NewDuty, *, holder: int, case: CaseCard, pack: Pack, now: datetime) -> Duty:
    kind, rule = pack.kinds[new.kind], pack.rules_by_id[new.rule]
    return Duty(
        case_id=case.id,
        kind=new.kind,
        subject=new.subject,
        rule=new.rule,
        source=", ".join(part for part in (new.source.instrument, new.source.article_or_page) if part),
        verified=new.verified,
        sop=pack.id,
        role=new.role,
        classes_opened=list(kind.opens),
        by_law=kind.by_law,
        region_id=case.region,
        started_at=new.started_at,
        known_at=now,
        limit_amount=rule.limit.amount if rule.limit else None,
        limit_unit=rule.limit.unit if rule.limit else "",
        limit_acts=new.acts,
        escalates_to=new.escalates_to,
        due_at=new.due_at,
        state=State.HELD,
        holder_id=holder,
    )


def wait_to_open(duties: Sequence[Duty], *, case: CaseCard, pack: Pack) -> None:
    """Leaves the snapshot alone to an office that was not told yet; the one that leads the case knows it already."""
    waiting = [
        (duty, event)
        for duty in duties
        if (event := pack.kinds[duty.kind].opens_after) and duty.holder_id != case.lead_office
    ]
    events = {event for _duty, event in waiting}
    past = set(
        Happening.objects.filter(case=case.id, kind__in=events).values_list("kind", flat=True)
        if events
        else ()
    )
    for duty, event in waiting:
        if event not in past:
            duty.classes_opened = []


def open_sight(duties: Sequence[Duty], *, case: CaseCard, now: datetime) -> None:
    """Opens to the holders the data classes their duties name, keys included."""
    access.grant_all(
        case=case.id,
        grants=[
            access.Grant(d.holder_id, BasisKind.DUTY, str(d.id), tuple(d.classes_opened)) for d in duties
        ],
        at=now,
        case_opened_at=case.opened_at,
    )
    offices = agencies.offices({d.holder_id for d in duties})
    for data_class in SEALED_CLASSES:
        for organisation in {
            offices[d.holder_id].organisation for d in duties if data_class in d.classes_opened
        }:
            # The rule opens the class, not the one who happened to act: any holder's key will do.
            sealing.share(case.id, data_class, sealing.holders(case.id, data_class), organisation)


def close_sight(duty: Duty, *, case: CaseCard, now: datetime, keep: int | None = None) -> None:
    """Ends what the duty opened; who held it sees the same for the retention time, and can no longer write."""
    reference = str(duty.id)
    held = access.standing(case=case.id, kind=BasisKind.DUTY, reference=reference, keep=keep)
    # The new basis first: once the old one has ended, its office may write nothing here, this row included.
    access.grant_all(
        case=case.id,
        grants=[
            access.Grant(office, BasisKind.HELD, reference, classes, now + RETENTION)
            for office, classes in held
        ],
        at=now,
        case_opened_at=case.opened_at,
    )
    access.end(case=case.id, kind=BasisKind.DUTY, reference=reference, at=now, keep=keep)


def settle_lapse(duty: Duty, *, now: datetime, by: Actor) -> None:
    """Writes the lapse a sweep would have written and tells whom it would have told, before anything else happens to the duty."""
    step = sweep_step(running(duty), now)
    if step.action is Action.LAPSE and step.at:
        duty.state, duty.lapsed_at = State.LAPSED, step.at
        tell_of_lapse(duty, now=now, by=by)


def running(duty: Duty) -> RunningDuty:
    """The duty as the sweep looks at it."""
    return RunningDuty(
        state=State(duty.state),
        due_at=duty.due_at,
        acts=duty.limit_acts,
        reminded_at=duty.reminded_at,
        held_since=duty.resumed_at,
    )


def move(
    duty: Duty, what: Move, *, now: datetime, by: Actor, waivable: bool = True, reason: str = ""
) -> None:
    """Moves the duty's state by the rules and writes it, with its history; ending ends holding and naming too."""
    settle_lapse(duty, now=now, by=by)
    state = transition(State(duty.state), what, waivable=waivable)
    duty.state = state
    note(duty, kind=str(what), at=now, now=now, by=by, reason=reason)
    if state in (State.FULFILLED, State.WAIVED, State.ENDED):
        withdraw_offers(duty, now=now, by=by)
        overtake_reviews(duty, now=now)
        duty.ended_at = now
        Holding.objects.filter(duty=duty, until__isnull=True).update(until=now)
        Assignment.objects.filter(duty=duty, until__isnull=True).update(until=now)
    duty.save(update_fields=["state", "lapsed_at", "ended_at"])


def withdraw_offers(duty: Duty, *, now: datetime, by: Actor) -> None:
    """Takes back what is still offered of a duty, and with it the sight the offer opened."""
    for offer in Offer.objects.select_for_update().filter(duty=duty, state=OfferState.OPEN):
        withdraw_offer(offer, now=now, by=by)


def withdraw_offer(offer: Offer, *, now: datetime, by: Actor) -> None:
    """Takes one open offer back, and with it the sight it opened."""
    offer.state, offer.answered_at, offer.answered_by_id = OfferState.WITHDRAWN, now, by.officer
    offer.save(update_fields=["state", "answered_at", "answered_by"])
    access.end(case=offer.case_id, kind=BasisKind.OFFER, reference=str(offer.id), at=now)


def expire_offers(duty: Duty, *, now: datetime, by: Actor) -> None:
    """Ends the offer of a duty that nobody answered in time, as the sweep would, and tells the office that made it."""
    for offer in Offer.objects.filter(duty=duty, state=OfferState.OPEN, answer_by__lte=now):
        expire_offer(offer, now=now, by=by)


def expire_offer(offer: Offer, *, now: datetime, by: Actor) -> None:
    """Ends one offer at the instant until which it could be answered; who comes second finds nothing to do."""
    at = offer.answer_by or now
    still_open = Offer.objects.filter(id=offer.id, state=OfferState.OPEN)
    if still_open.update(state=OfferState.EXPIRED, answered_at=at):
        access.end(case=offer.case_id, kind=BasisKind.OFFER, reference=str(offer.id), at=now)
        row = Duty.objects.get(id=offer.duty_id)
        note(row, kind="offer_expired", at=at, now=now, by=by)
        tell(row, offer.from_office_id, at=at, what="offer_expired")


def overtake_reviews(duty: Duty, *, now: datetime) -> None:
    """Ends the review of a duty that ended or moved before anybody decided, and with it the reviewer's sight."""
    for review in Review.objects.select_for_update().filter(duty=duty, outcome=ReviewOutcome.OPEN):
        review.outcome, review.decided_at = ReviewOutcome.OVERTAKEN, now
        review.save(update_fields=["outcome", "decided_at"])
        access.end(case=review.case_id, kind=BasisKind.NOTICE, reference=str(review.id), at=now)


def resume(duty: Duty, *, at: datetime, now: datetime, by: Actor) -> None:
    """Lets the clock of a duty run again from an instant; its pause has been closed there."""
    resume_all([(duty, at)], now=now, by=by)


def resume_all(resumed: Sequence[tuple[Duty, datetime]], *, now: datetime, by: Actor) -> None:
    """The same for several duties, each from its own instant."""
    pauses: dict[UUID, list[Pause]] = defaultdict(list)
    rows = PauseRow.objects.filter(duty__in=[duty for duty, _at in resumed])
    for row, since, until in rows.values_list("duty_id", "since", "until"):
        pauses[row].append(Pause(since, until))
    for duty, at in resumed:
        duty.state = transition(State(duty.state), Move.RESUME)
        duty.due_at, duty.resumed_at, duty.reminded_at = _due(duty, pauses[duty.id]), at, None
    duties = [duty for duty, _at in resumed]
    Duty.objects.bulk_update(duties, ["state", "due_at", "resumed_at", "reminded_at"])
    Event.objects.bulk_create(
        [event(duty, kind=str(Move.RESUME), at=at, now=now, by=by) for duty, at in resumed]
    )


def due_from_limit(duty: Duty) -> datetime | None:
    """The due instant computed anew from procedure, start, calendar and pauses; never a counter."""
    if duty.limit_amount is None:
        return None
    rows = PauseRow.objects.filter(duty=duty).values_list("since", "until")
    return _due(duty, [Pause(since, until) for since, until in rows])


def _due(duty: Duty, pauses: Sequence[Pause]) -> datetime | None:
    if duty.limit_amount is None:
        return None
    limit = Limit(duty.limit_amount, Unit(duty.limit_unit), duty.verified, duty.limit_acts)
    return due_at(duty.started_at, limit, sop(duty.sop).calendar, pauses)


def rename_holder(duty: Duty, *, office: int, now: datetime) -> None:
    """Moves the duty to another office at one instant: no gap, no overlap, and nobody named there yet."""
    overtake_reviews(duty, now=now)
    last = Holding.objects.get(duty=duty, until__isnull=True)
    Holding.objects.filter(id=last.id).update(until=now)
    moved = Holding(duty=duty, case_id=duty.case_id, office_id=office, came_from_id=last.office_id, since=now)
    Holding.objects.bulk_create([moved])
    Assignment.objects.filter(duty=duty, until__isnull=True).update(until=now)
    duty.holder_id, duty.person_id = office, None
    duty.save(update_fields=["holder", "person", "state", "lapsed_at"])


def unname(duty: Duty, *, now: datetime, by: Actor) -> None:
    """Takes the named person off the duty; its office still holds it and names another."""
    Assignment.objects.filter(duty=duty, until__isnull=True).update(until=now)
    duty.person_id = None
    duty.save(update_fields=["person"])
    note(duty, kind="unnamed", at=now, now=now, by=by)


def open_duties(case: UUID) -> Sequence[Duty]:
    """The duties of a case that are still owed, locked: a sweep takes no lock of the case and may have one in hand."""
    rows = Duty.objects.select_for_update().filter(case=case, ended_at__isnull=True)
    return list(rows.order_by("started_at", "kind"))
