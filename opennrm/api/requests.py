from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.api import kinds
from opennrm.api.kinds import Given, codes_of
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties.policies import DOOR as DUTIES
from opennrm.lib import clock
from opennrm.sharing import request_queries as queries
from opennrm.sharing import request_reviews, request_texts, requests
from opennrm.sharing.policies import DOOR
from opennrm.sharing.request_queries import RequestCard
from opennrm.sharing.request_rules import (
    AskBasis,
    NewRequest,
    RefusalReason,
    RequestPurpose,
    Subject,
    TextPart,
)


class Shown(Schema):
    """What the office that is asked sees of the case besides the question: no name."""

    reference: str
    child: bool
    language: str
    region: str
    in_danger: bool


class InformationRequest(Schema):
    """Information that one office asked of another by name; words your office may not read are null."""

    id: UUID
    from_office: str
    office: str
    asked_at: datetime
    answer_by: datetime | None
    late: bool
    subject: str
    purpose: str
    basis: str
    shown: Shown
    question: str | None
    answer: str | None
    consent: UUID | None
    state: str
    said: str
    reason: str | None
    ended_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    stands: bool | None
    can: list[str]


class InformationRequests(Schema):
    requests: list[InformationRequest]


class NewlyAsked(Given):
    """What is asked of which office, for what, and on which basis your own may receive the answer."""

    office: kinds.Word
    subject: Subject
    purpose: RequestPurpose
    basis: AskBasis
    question: kinds.Text


class AnswerToRequest(Given):
    """The answer in words, or the consent by which it was shared with the office that asked, or both."""

    text: kinds.Text = ""
    consent: UUID | None = None


class RequestRefused(Given):
    """Why; who asked learns only that it cannot be given, or that the person did not agree."""

    reason: RefusalReason


class RefusalReviewed(Given):
    """Whether the refusal stands; where it does not, the office owes the answer anew."""

    stands: bool


@reads("/requests", InformationRequests)
def list_requests(request: HttpRequest) -> Any:
    """What your offices are asked to answer, and the refusals they are to review, the most urgent first."""
    actor = actor_of(request)
    DUTIES.require(actor, "duties.worklist")
    cards = queries.waiting_for(sorted(actor.offices))
    if cards:
        audit.record("duties.worklist", detail={"cases": sorted({str(one.case_id) for one in cards})})
    return {"requests": _shown(request, cards)}


@reads("/requests/{uuid:information_request}", InformationRequest)
def read_request(request: HttpRequest, information_request: UUID) -> Any:
    """One request as it was shown, with the words your office may read."""
    card = queries.request(information_request)
    audit.record("sharing.read_request", case=card.case_id, subject=str(card.id))
    return _shown(request, [card])[0]


@acts("/requests/{uuid:information_request}/answer")
def answer_request(request: HttpRequest, information_request: UUID, given: AnswerToRequest) -> Any:
    """Answers; the words are sealed with the case, under the kind of data they concern."""
    requests.answer(request=information_request, text=given.text, consent=given.consent, by=actor_of(request))
    return done(information_request, "requests", information_request)


@acts("/requests/{uuid:information_request}/refuse")
def refuse_request(request: HttpRequest, information_request: UUID, given: RequestRefused) -> Any:
    """Refuses with a reason, which is kept for a review and not told to who asked."""
    requests.refuse(request=information_request, reason=given.reason, by=actor_of(request))
    return done(information_request, "requests", information_request)


@acts("/requests/{uuid:information_request}/withdraw")
def withdraw_request(request: HttpRequest, information_request: UUID) -> Any:
    """Takes back what your office asked; nobody owes an answer any more."""
    requests.withdraw(request=information_request, by=actor_of(request))
    return done(information_request, "requests", information_request)


@acts("/requests/{uuid:information_request}/contest")
def contest_refusal(request: HttpRequest, information_request: UUID) -> Any:
    """Asks another office whether a refusal stands."""
    request_reviews.contest(request=information_request, by=actor_of(request))
    return done(information_request, "requests", information_request)


@acts("/requests/{uuid:information_request}/review")
def review_refusal(request: HttpRequest, information_request: UUID, given: RefusalReviewed) -> Any:
    """Decides whether a refusal stands."""
    request_reviews.review(request=information_request, stands=given.stands, by=actor_of(request))
    return done(information_request, "requests", information_request)


@reads("/cases/{uuid:case}/requests", InformationRequests)
def list_case_requests(request: HttpRequest, case: UUID) -> Any:
    """What was asked about a case, the newest first."""
    opened(request, case).read("list_case_requests")
    return {"requests": _shown(request, queries.requests_of(case))}


@acts("/cases/{uuid:case}/requests", status=201)
def ask_information(request: HttpRequest, case: UUID, given: NewlyAsked) -> Any:
    """Asks another office by name; it owes the answer from now on."""
    one = opened(request, case)
    new = NewRequest(
        office=kinds.office(given.office).id,
        subject=given.subject,
        purpose=given.purpose,
        basis=given.basis,
        question=given.question,
    )
    return done(requests.ask(case=one.case, new=new, by=one.actor), "cases", case, "requests")


def _shown(request: HttpRequest, cards: Sequence[RequestCard]) -> list[dict[str, Any]]:
    codes = codes_of(office for card in cards for office in (card.from_office, card.office, card.reviewer))
    texts = request_texts.read([card.id for card in cards])
    reasons = queries.reasons_of([card.id for card in cards])
    plain = (
        *("id", "asked_at", "answer_by", "subject", "purpose", "basis", "shown", "consent", "state", "said"),
        *("ended_at", "reviewed_at", "stands"),
    )
    now = clock.now()
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "from_office": codes[card.from_office],
            "office": codes[card.office],
            "late": card.is_late(now),
            "question": texts.get((card.id, TextPart.QUESTION)),
            "answer": texts.get((card.id, TextPart.ANSWER)),
            "reason": reasons.get(card.id) if card.said else None,
            "reviewed_by": codes[card.reviewer],
            "can": _can(request, card),
        }
        for card in cards
    ]


def _can(request: HttpRequest, card: RequestCard) -> list[str]:
    possible = {
        "answer": ("sharing.answer_request", card.is_open),
        "refuse": ("sharing.answer_request", card.is_open),
        "withdraw": ("sharing.withdraw_request", card.is_open),
        "contest": ("sharing.contest_refusal", card.may_be_contested),
        "review": ("sharing.review_refusal", card.is_reviewed),
    }
    actor = actor_of(request)
    return [step for step, (word, now) in possible.items() if now and DOOR.may(actor, word, card)]
