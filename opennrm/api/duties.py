from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.agencies import queries as agencies
from opennrm.api import kinds
from opennrm.api.kinds import Given, Instant, PersonAtWork, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties import actions, handover, history, queries, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.verbs import may_dispute, verbs
from opennrm.identification import referrals
from opennrm.lib import clock


class WaiveReason(StrEnum):
    DECLINED = "declined"
    HAS_IT_ELSEWHERE = "has_it_elsewhere"
    NOT_NOW = "not_now"


class SuspendReason(StrEnum):
    PERSON_ASKED = "person_asked"
    ILL = "ill"
    NOT_REACHED = "not_reached"
    WAITS_FOR_PAPER = "waits_for_paper"
    NO_INTERPRETER = "no_interpreter"
    WAITS_FOR_OFFICE = "waits_for_office"
    WAITS_FOR_AUTHORITY = "waits_for_authority"
    OTHER = "other"


class Owed(Schema):
    id: UUID
    case: UUID | None
    kind: str
    label: str
    subject: str
    rule: str
    source: str
    verified: bool
    holder: str
    person: str | None
    since: datetime
    due: datetime | None
    state: str


class Duties(Schema):
    duties: list[Owed]


class Event(Schema):
    at: datetime
    kind: str
    state_after: str
    office: str | None
    person: str | None
    reason: str


class Duty(Owed):
    """One duty, what happened to it, and what you can do about it."""

    lapsed_at: datetime | None
    ended_at: datetime | None
    waits_until: datetime | None
    waits_for: list[SuspendReason]
    offer: UUID | None
    review: UUID | None
    can: list[str]
    events: list[Event]


class OwedThen(Schema):
    id: UUID
    kind: str
    subject: str
    rule: str
    source: str
    verified: bool
    holder: str
    person: str | None
    since: datetime
    due: datetime | None
    state: str


class Responsible(Schema):
    """Who owed what on a case at an instant, as the command line prints it."""

    case: UUID
    reference: str
    at: datetime
    lead_office: str | None
    duties: list[OwedThen]


class Worker(Schema):
    id: int
    name: str


class Workers(Schema):
    workers: list[Worker]


class Named(Given):
    worker: PersonAtWork


class Waived(Given):
    reason: WaiveReason


class Suspended(Given):
    reason: SuspendReason
    until: Instant | None = None


class OfferedTo(Given):
    office: kinds.Word


@reads("/cases/{uuid:case}/duties", Duties)
def list_duties(request: HttpRequest, case: UUID, open: bool = True) -> Any:
    """What is owed on a case, the lead first; with `open=false` also what is over."""
    one = opened(request, case)
    one.read("list_duties")
    return {"duties": owed(queries.duties_of(case, open_only=open))}


@reads("/cases/{uuid:case}/responsible", Responsible)
def read_responsible(request: HttpRequest, case: UUID, at: Instant | None = None) -> Any:
    """Who owed what on a case at an instant, from history; without `at` it is now."""
    one = opened(request, case)
    instant = min(at or clock.now(), clock.now())
    audit.record("case.responsible", case=case, detail={"at": instant.isoformat()})
    return history.who_was_responsible(one.case, instant)


@reads("/duties/{uuid:duty}", Duty)
def read_duty(request: HttpRequest, duty: UUID) -> Any:
    """One duty: what, who, by when, under which rule, what happened to it, and what you can do about it."""
    card = queries.duty(duty)
    audit.record("duties.read", case=card.case_id, subject=card.id)
    offer, review = history.open_offers([duty]).get(duty), reviews.review_of(duty)
    can = verbs(actor_of(request), card, offered=offer is not None)
    if may_dispute(actor_of(request), card, busy=offer is not None or review is not None):
        can += ("dispute",)
    events = history.events(duty)
    codes, names = codes_of(e.office for e in events), names_of(e.officer for e in events)
    return owed([card])[0] | {
        "lapsed_at": card.lapsed_at,
        "ended_at": card.ended_at,
        "waits_for": list(card.waits_for) if "suspend" in can else [],
        "waits_until": history.waits_until(duty) if card.state == "suspended" else None,
        "offer": offer[0] if offer else None,
        "review": review.id if review else None,
        "can": list(can),
        "events": [
            {
                "at": e.at,
                "kind": e.kind,
                "state_after": e.state_after,
                "office": codes[e.office],
                "person": names[e.officer],
                "reason": e.reason,
            }
            for e in events
        ],
    }


@reads("/duties/{uuid:duty}/workers", Workers)
def list_workers(request: HttpRequest, duty: UUID) -> Any:
    """Whom the office that holds the duty can name."""
    card = queries.duty(duty)
    DOOR.require(actor_of(request), "duties.name_worker", card)
    audit.record("duties.read", case=card.case_id, subject=card.id)
    people = agencies.case_workers_of([card.holder_id], clock.today())
    return {"workers": [{"id": one.id, "name": one.name} for one in people]}


@acts("/duties/{uuid:duty}/name-worker")
def name_worker(request: HttpRequest, duty: UUID, given: Named) -> Any:
    """Names who of the office does it."""
    actions.name_worker(duty=duty, officer=given.worker, by=actor_of(request))
    return done(duty, "duties", duty)


@acts("/duties/{uuid:duty}/fulfil")
def fulfil(request: HttpRequest, duty: UUID) -> Any:
    """Says that it is done; what its own record does, such as a decision, is refused here: make that record."""
    referrals.done(duty=duty, by=actor_of(request))
    return done(duty, "duties", duty)


@acts("/duties/{uuid:duty}/waive")
def waive(request: HttpRequest, duty: UUID, given: Waived) -> Any:
    """Records that the person does not want it; no other help depends on it."""
    actions.waive(duty=duty, reason=str(given.reason), by=actor_of(request))
    return done(duty, "duties", duty)


@acts("/duties/{uuid:duty}/suspend")
def suspend(request: HttpRequest, duty: UUID, given: Suspended) -> Any:
    """Puts it off for a reason, until an instant or until somebody goes on with it; the office still holds it."""
    actions.suspend(duty=duty, reason=str(given.reason), until=given.until, by=actor_of(request))
    return done(duty, "duties", duty)


@acts("/duties/{uuid:duty}/resume")
def resume(request: HttpRequest, duty: UUID) -> Any:
    """Lets its limit run again."""
    actions.resume(duty=duty, by=actor_of(request))
    return done(duty, "duties", duty)


@acts("/duties/{uuid:duty}/offers", status=201)
def make_offer(request: HttpRequest, duty: UUID, given: OfferedTo) -> Any:
    """Offers it to another office; until that office accepts, yours still owes it."""
    card = queries.duty(duty)
    DOOR.require(actor_of(request), "duties.offer", card)
    made = handover.offer(duty=duty, to_office=kinds.office(given.office).id, by=actor_of(request))
    return done(made, "offers", made)


def owed(cards: list[DutyCard]) -> list[dict[str, Any]]:
    """Duties as this interface shows them."""
    codes, names = codes_of(card.holder_id for card in cards), names_of(card.person_id for card in cards)
    return [
        {
            "id": card.id,
            "case": card.case_id,
            "kind": card.kind,
            "label": card.label,
            "subject": card.subject,
            "rule": card.rule,
            "source": card.source,
            "verified": card.verified,
            "holder": codes[card.holder_id],
            "person": names[card.person_id],
            "since": card.since,
            "due": card.due_at,
            "state": card.state,
        }
        for card in cards
    ]
