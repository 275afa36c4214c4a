from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role
from opennrm.casefile.policies import CASE_WORK, is_open, owes_on_case


def holds(actor: Actor, duty: Any) -> bool:
    """Her office holds the duty."""
    return duty.holder_id in actor.offices


def may_refuse(actor: Actor, offer: Any) -> bool:
    """The hand-over was offered to her office."""
    return offer.to_office_id in actor.offices


def offered_it(actor: Actor, offer: Any) -> bool:
    """Her office made the offer."""
    return offer.from_office_id in actor.offices


def is_by_law(actor: Actor, duty: Any) -> bool:
    """The law gives the duty to its office, so that it can be disputed and not refused."""
    return bool(duty.by_law)


def reviews_it(actor: Actor, review: Any) -> bool:
    """Her office is asked to decide the review."""
    return review.reviewer_id in actor.offices


works_with_cases = has_role(*CASE_WORK)

DOOR = Door(
    {
        "duties.worklist": [[works_with_cases]],
        "duties.record_need": [[works_with_cases, owes_on_case, is_open]],
        "duties.name_worker": [[works_with_cases, holds]],
        "duties.fulfil": [[works_with_cases, holds]],
        "duties.waive": [[works_with_cases, holds]],
        "duties.suspend": [[works_with_cases, holds]],
        "duties.resume": [[works_with_cases, holds]],
        "duties.offer": [[works_with_cases, holds]],
        "duties.answer": [[works_with_cases, may_refuse]],
        "duties.withdraw": [[works_with_cases, offered_it]],
        "duties.dispute": [[works_with_cases, holds, is_by_law]],
        "duties.ask_review": [[works_with_cases, offered_it]],
        "duties.review": [[works_with_cases, reviews_it]],
        "duties.gaps": [[has_role("coordinator", "secretary", "head", "case_worker", "analyst")]],
        "duties.try": [[for_purpose("sop")]],
        "duties.plan_adoption": [[has_role("coordinator")], [for_purpose("sop")]],
        "duties.adopt": [[for_purpose("sop")]],
        "duties.confirm": [[for_purpose("sop")]],
        "duties.sweep": [[for_purpose("sweep")]],
    }
)
