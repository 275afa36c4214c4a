"""Handing a duty over: an offer to another office, its answer, and who holds the duty meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.duties.rules import OPEN, OfferState, State
from opennrm.lib.problems import Problem


class Answer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


ANSWERED = {
    Answer.ACCEPT: OfferState.ACCEPTED,
    Answer.DECLINE: OfferState.DECLINED,
    Answer.WITHDRAW: OfferState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of hand-over; while it is open the office that offered still holds the duty."""

    from_office: int
    to_office: int
    state: OfferState
    answer_by: datetime | None = None


def offer_state(offer: Offer, now: datetime) -> OfferState:
    """The state of an offer at an instant: one left unanswered expires at its answer-by time."""
    if offer.state is OfferState.OPEN and offer.answer_by is not None and offer.answer_by <= now:
        return OfferState.EXPIRED
    return offer.state


def check_offer(
    *, state: State, holder: int, offers: Sequence[Offer], by_office: int, to_office: int, now: datetime
) -> None:
    """Raise the problem that keeps a duty from being offered, if there is one."""
    if state not in OPEN:
        raise Problem("duty_is_over", _("This duty is already over."), 409)
    if by_office != holder:
        raise Problem("not_the_holder", _("Only the office that holds this duty can offer it."), 409)
    if to_office == holder:
        raise Problem("offer_to_holder", _("This office already holds the duty."), 409)
    if any(offer_state(offer, now) is OfferState.OPEN for offer in offers):
        raise Problem("offer_is_open", _("Another office has not answered the last offer yet."), 409)


def answer_offer(
    offer: Offer, answer: Answer, *, by_office: int, by_law: bool, reason: str, now: datetime
) -> OfferState:
    """The state of an offer after its answer, or the problem that it cannot be given."""
    asked = offer.from_office if answer is Answer.WITHDRAW else offer.to_office
    if by_office != asked:
        raise Problem("not_your_offer", _("This offer is for another office to answer."), 409)
    if offer_state(offer, now) is not OfferState.OPEN:
        raise Problem("offer_is_over", _("This offer is no longer open."), 409)
    if answer is Answer.DECLINE and by_law:
        raise Problem(
            "by_law_cannot_decline",
            _("The law gives this duty to your office. You can accept and dispute it."),
            409,
        )
    if answer is Answer.DECLINE and not reason.strip():
        raise Problem("reason_needed", _("Give the reason for declining."))
    return ANSWERED[answer]
