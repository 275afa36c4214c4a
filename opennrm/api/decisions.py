from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.api import kinds
from opennrm.api.kinds import Day, Given, Language, Line, chosen, codes_of, language
from opennrm.api.opened import Opened, opened
from opennrm.api.problems import NotUnderstood
from opennrm.api.service import acts, reads
from opennrm.api.words import VOTES_TWICE
from opennrm.identification import actions, reviews
from opennrm.identification.queries import DecisionCard, decisions
from opennrm.identification.rules import DecisionKind, NoticeWay, Vote
from opennrm.identification.taking_part import offices_taking_part
from opennrm.lib.problems import NotAllowed


class Voted(Schema):
    office: str
    vote: str


class Notified(Schema):
    """How the person was told of a decision."""

    given_on: date
    language: str
    way: str
    office: str


class ReviewAsked(Schema):
    """A review that the person asked for; `outcome` is the new decision, null while it is open."""

    asked_on: date
    outcome: UUID | None


class DecisionTaken(Schema):
    """A decision on the status with its votes, what the person was told of it, and the reviews she asked for."""

    id: UUID
    decision: str
    decided_on: date
    known_on: date
    office: str | None
    legal_basis: str
    votes: list[Voted]
    notices: list[Notified]
    reviews: list[ReviewAsked]


class Decisions(Schema):
    """The decisions, the latest first; whether the person asked for official status last, null where she said nothing."""

    decisions: list[DecisionTaken]
    asks_for_status: bool | None
    can: list[str]


class NewVote(Given):
    office: kinds.Word
    vote: Vote


class NewDecision(Given):
    """What was decided, by which rule, and how the offices of a panel voted."""

    decision: DecisionKind
    decided_on: Day
    legal_basis: Line = ""
    votes: Annotated[list[NewVote], Field(max_length=20)] = []


class NewNotice(Given):
    """How the person was told; without the way to a review it is not recorded."""

    given_on: Day
    language: Language
    way: NoticeWay
    review_explained: bool


class Said(Given):
    """The day on which the person said so."""

    day: Day


@reads("/cases/{uuid:case}/decisions", Decisions)
def list_decisions(request: HttpRequest, case: UUID) -> Any:
    """What was decided on the status, with votes, notices and reviews, and what the person said of it later."""
    one = opened(request, case)
    one.read("list_decisions")
    return {
        "decisions": _taken(case, decisions(case)),
        "asks_for_status": reviews.asks_for_status(case),
        "can": one.can("decide", "hear_declined", "notify", "ask_review", "reconsider", "ask_status"),
    }


@acts("/cases/{uuid:case}/decisions", status=201)
def record_decision(request: HttpRequest, case: UUID, given: NewDecision) -> Any:
    """Records what the office that decides by the procedure decided; who leads may first record `declined`. None is erased."""
    one = opened(request, case)
    if not actions.decidable(one.case, by=one.actor):
        raise NotAllowed()
    actions.decide(
        case=one.case,
        decision=given.decision,
        decided_on=given.decided_on,
        legal_basis=given.legal_basis,
        votes=_votes(one, given.votes),
        by=one.actor,
    )
    return one.done("decisions")


@acts("/cases/{uuid:case}/decisions/tell")
def tell_decision(request: HttpRequest, case: UUID, given: NewNotice) -> Any:
    """Records that the person was told of the latest decision, in which language, and how to ask for a review."""
    one = opened(request, case)
    one.require_step("notify")
    reviews.tell(
        case=one.case,
        given_on=given.given_on,
        language=language(given.language),
        way=given.way,
        review_explained=given.review_explained,
        by=one.actor,
    )
    return one.done("decisions")


@acts("/cases/{uuid:case}/decisions/ask-review")
def ask_review(request: HttpRequest, case: UUID, given: Said) -> Any:
    """Records that the person asks for a review; another office than the one that decided owes it."""
    one = opened(request, case)
    reviews.ask_review(case=one.case, asked_on=given.day, by=one.actor)
    return one.done("decisions")


@acts("/cases/{uuid:case}/status/ask")
def ask_status(request: HttpRequest, case: UUID, given: Said) -> Any:
    """Records that who first declined official status asks for it now; the joint interview is owed again."""
    one = opened(request, case)
    reviews.ask_status(case=one.case, said_on=given.day, by=one.actor)
    return one.done("decisions")


@acts("/cases/{uuid:case}/status/withdraw")
def withdraw_status(request: HttpRequest, case: UUID, given: Said) -> Any:
    """Records that the person no longer wants official status: the interview is owed no more, every service is."""
    one = opened(request, case)
    reviews.withdraw_status(case=one.case, said_on=given.day, by=one.actor)
    return one.done("decisions")


def _votes(one: Opened, given: list[NewVote]) -> dict[int, Vote]:
    panel = codes_of(offices_taking_part(one.case.id) if given else ())
    known = {code: office for office, code in panel.items() if code and office}
    votes = {known[chosen(vote.office, known, "votes")]: vote.vote for vote in given}
    if len(votes) < len(given):
        raise NotUnderstood("votes", VOTES_TWICE)
    return votes


def _taken(case: UUID, found: list[DecisionCard]) -> list[dict[str, Any]]:
    votes, told, asked = reviews.votes(case), reviews.notices(case), reviews.reviews(case)
    voters = [office for voted in votes.values() for office, _vote in voted]
    codes = codes_of([*voters, *(one.office for one in told), *(card.office for card in found)])
    plain = set(DecisionTaken.model_fields) - {"office", "votes", "notices", "reviews"}
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "office": codes[card.office],
            "votes": [{"office": codes[office], "vote": vote} for office, vote in votes.get(card.id, [])],
            "notices": [
                {
                    "given_on": one.given_on,
                    "language": one.language,
                    "way": one.way,
                    "office": codes[one.office],
                }
                for one in told
                if one.decision == card.id
            ],
            "reviews": [
                {"asked_on": one.asked_on, "outcome": one.outcome} for one in asked if one.decision == card.id
            ],
        }
        for card in found
    ]
