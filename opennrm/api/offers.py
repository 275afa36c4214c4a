from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.api.kinds import Given, codes_of
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties import handover, queries, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import OfferCard

DeclineReason = StrEnum("DeclineReason", {code.upper(): code for code in handover.REASONS})  # type: ignore[misc]


class Offer(Schema):
    """A duty on offer, and the few facts that the asked office is shown: no name."""

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
    offered_at: datetime
    answer_by: datetime | None
    state: str
    answered_at: datetime | None
    reason: str


class OfferOpened(Offer):
    """One offer, the review of its decline if there is one, and what you can do about it."""

    review: UUID | None
    can: list[str]


class Offers(Schema):
    offers: list[Offer]


class Declined(Given):
    reason: DeclineReason


@reads("/cases/{uuid:case}/offers", Offers)
def list_offers(request: HttpRequest, case: UUID) -> Any:
    """Every hand-over that was offered on a case, the newest first."""
    opened(request, case).read("list_offers")
    return {"offers": shown(queries.offers_of(case))}


@reads("/offers/{uuid:offer}", OfferOpened)
def read_offer(request: HttpRequest, offer: UUID) -> Any:
    """One offer as it was shown; until your office accepts, the case itself answers 404."""
    card = queries.offer(offer)
    audit.record("duties.read_offer", case=card.case_id, subject=card.id)
    review = reviews.review_of_offer(offer)
    return shown([card])[0] | {
        "review": review.id if review else None,
        "can": _can(actor_of(request), card, reviewed=review is not None),
    }


@acts("/offers/{uuid:offer}/accept")
def accept_offer(request: HttpRequest, offer: UUID) -> Any:
    """Accepts: your office holds the duty from this instant and sees the case."""
    case = handover.accept(offer=offer, by=actor_of(request))
    return done(case, "cases", case)


@acts("/offers/{uuid:offer}/decline")
def decline_offer(request: HttpRequest, offer: UUID, given: Declined) -> Any:
    """Declines with a reason; the duty stays with the office that offered it."""
    handover.decline(offer=offer, reason=str(given.reason), by=actor_of(request))
    return done(offer, "worklist")


@acts("/offers/{uuid:offer}/withdraw")
def withdraw_offer(request: HttpRequest, offer: UUID) -> Any:
    """Takes the offer back; your office still owes the duty."""
    handover.withdraw(offer=offer, by=actor_of(request))
    return done(offer, "offers", offer)


def shown(cards: Sequence[OfferCard]) -> list[dict[str, Any]]:
    """Offers as this interface shows them."""
    codes = codes_of(office for card in cards for office in (card.from_office, card.to_office))
    plain = set(Offer.model_fields) - {"from_office", "to_office"}
    return [
        {name: getattr(card, name) for name in plain}
        | {"from_office": codes[card.from_office], "to_office": codes[card.to_office]}
        for card in cards
    ]


def _can(actor: Actor, card: OfferCard, *, reviewed: bool) -> list[str]:
    possible = {"answer": card.state == "open", "withdraw": card.state == "open"}
    possible["ask_review"] = card.state == "declined" and not reviewed
    return [word for word, fits in possible.items() if fits and DOOR.may(actor, f"duties.{word}", card)]
