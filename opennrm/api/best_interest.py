from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.api import kinds
from opennrm.api.kinds import Given, codes_of
from opennrm.api.opened import opened
from opennrm.api.service import acts, done, reads
from opennrm.sharing import best_interest
from opennrm.sharing.best_interest_rules import (
    AlsoHeard,
    ChildHeard,
    ChildNotHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
    NewDecision,
)


class BestInterest(Schema):
    """A decision in the best interest of a child; reasons your office may not read are null."""

    id: UUID
    about: str
    outcome: str
    recipient: str | None
    decided_on: date
    review_by: date
    child: str
    child_not_why: str | None
    guardian: str
    child_protection_heard: bool
    also: list[str]
    present: int
    office: str
    reasons: str | None


class NewlyDecided(Given):
    """What was decided, who was heard, how many decided, and by when it is looked at again."""

    about: DecidedOn
    outcome: InHerInterest
    decided_on: kinds.Day
    review_by: kinds.Day
    reasons: kinds.Text
    child: ChildHeard
    guardian: GuardianHeard
    child_protection_heard: bool
    present: int = Field(ge=1, le=30)
    child_not_why: ChildNotHeard | None = None
    also: list[AlsoHeard] = Field(default_factory=list, max_length=len(AlsoHeard))
    recipient: kinds.Word = ""


@reads("/cases/{uuid:case}/best-interest", list[BestInterest])
def list_best_interest(request: HttpRequest, case: UUID) -> Any:
    """What was decided in the best interest of a child, the newest first."""
    one = opened(request, case)
    seen = ("ordinary", *(["narrative"] if "narrative" in one.sees() else []))
    one.read("list_best_interest", *seen)
    found = best_interest.decisions(case, by=one.actor)
    codes = codes_of(office for card in found for office in (card.office, card.recipient))
    plain = (
        *("id", "about", "outcome", "decided_on", "review_by", "child", "guardian"),
        *("child_protection_heard", "present", "reasons"),
    )
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "recipient": codes[card.recipient],
            "office": codes[card.office],
            "child_not_why": card.child_not_why or None,
            "also": list(card.also),
        }
        for card in found
    ]


@acts("/cases/{uuid:case}/best-interest", status=201)
def record_best_interest(request: HttpRequest, case: UUID, given: NewlyDecided) -> Any:
    """Records a decision; one on sharing stands in the place of a guardian who is not there."""
    one = opened(request, case)
    new = NewDecision(
        about=given.about,
        outcome=given.outcome,
        decided_on=given.decided_on,
        review_by=given.review_by,
        reasons=given.reasons,
        child=given.child,
        guardian=given.guardian,
        child_protection_heard=given.child_protection_heard,
        present=given.present,
        child_not_why=given.child_not_why,
        also=frozenset(given.also),
        recipient=kinds.office(given.recipient, "recipient").id if given.recipient else None,
    )
    return done(best_interest.decide(case=one.case, new=new, by=one.actor), "cases", case, "best-interest")
