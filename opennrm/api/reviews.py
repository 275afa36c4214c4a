from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.api import kinds
from opennrm.api.kinds import Given, codes_of
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties import queries, reviewing, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.reviews import ReviewCard

DisputeReason = StrEnum("DisputeReason", {code.upper(): code for code in reviewing.DISPUTE_REASONS})  # type: ignore[misc]
DecisionReason = StrEnum("DecisionReason", {code.upper(): code for code in reviewing.DECISION_REASONS})  # type: ignore[misc]


class Review(Schema):
    """A decline or a dispute that another office decides, and the few facts that it is shown: no name."""

    id: UUID
    kind: str
    label: str
    reference: str
    child: bool
    language: str
    region: str | None
    due: datetime | None
    from_office: str
    to_office: str
    asked_at: datetime
    asked_reason: str
    decide_by: datetime | None
    reviewer: str
    decided_at: datetime | None
    outcome: str
    reason: str
    can: list[str]


class Reviews(Schema):
    reviews: list[Review]


class Disputed(Given):
    """Which office owes the duty, as yours sees it, and why in a word."""

    office: kinds.Word
    reason: DisputeReason


class Decided(Given):
    """Whether the duty moves to the other office, and why in a word."""

    moves: bool
    reason: DecisionReason


@reads("/reviews", Reviews)
def list_reviews(request: HttpRequest) -> Any:
    """The declines and disputes that your offices are asked to decide, the oldest first."""
    actor = actor_of(request)
    DOOR.require(actor, "duties.worklist")
    cards = reviews.waiting_for(sorted(actor.offices))
    if cards:
        audit.record("duties.worklist", detail={"cases": sorted({str(one.case_id) for one in cards})})
    return {"reviews": _shown(request, cards)}


@reads("/reviews/{uuid:review}", Review)
def read_review(request: HttpRequest, review: UUID) -> Any:
    """One review as it was shown to the office that decides."""
    card = reviews.review(review)
    audit.record("duties.read_review", case=card.case_id, subject=str(card.id))
    return _shown(request, [card])[0]


@acts("/offers/{uuid:offer}/review", status=201)
def review_decline(request: HttpRequest, offer: UUID) -> Any:
    """Asks another office to look at a decline; until it has decided, your office still owes the duty."""
    made = reviewing.ask(offer=offer, by=actor_of(request))
    return done(made, "reviews", made)


@acts("/duties/{uuid:duty}/dispute", status=201)
def dispute(request: HttpRequest, duty: UUID, given: Disputed) -> Any:
    """Disputes a duty that the law gives to your office; it keeps the duty until another office's review moves it."""
    DOOR.require(actor_of(request), "duties.dispute", queries.duty(duty))
    made = reviewing.dispute(
        duty=duty, to_office=kinds.office(given.office).id, reason=given.reason, by=actor_of(request)
    )
    return done(made, "reviews", made)


@acts("/reviews/{uuid:review}/decide")
def decide_review(request: HttpRequest, review: UUID, given: Decided) -> Any:
    """Decides who owes the duty from now on; both offices are told."""
    DOOR.require(actor_of(request), "duties.review", reviews.review(review))
    reviewing.decide(review=review, moves=given.moves, reason=given.reason, by=actor_of(request))
    return done(review, "worklist")


def _shown(request: HttpRequest, cards: Sequence[ReviewCard]) -> list[dict[str, Any]]:
    offices = ("from_office", "to_office", "reviewer_id")
    codes = codes_of(getattr(card, name) for card in cards for name in offices)
    plain = set(Review.model_fields) - {"from_office", "to_office", "reviewer", "can"}
    actor = actor_of(request)
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "from_office": codes[card.from_office],
            "to_office": codes[card.to_office],
            "reviewer": codes[card.reviewer_id],
            "can": ["decide"] if card.is_open and DOOR.may(actor, "duties.review", card) else [],
        }
        for card in cards
    ]
