from __future__ import annotations

from typing import Any

from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose
from opennrm.casefile.policies import is_open, may_write_words, owes_on_case, works_with_cases


def sees_by_office(actor: Actor, case: Any) -> bool:
    """Her office sees the case; an hour opened in an emergency is for reading alone."""
    return sight.cases_seen(actor.offices, "ordinary").filter(case_id=case.id).exists()


def asked_it(actor: Actor, request: Any) -> bool:
    """Her office asked for the information."""
    return request.from_office_id in actor.offices


def is_asked(actor: Actor, request: Any) -> bool:
    """Her office is asked for the information."""
    return request.office_id in actor.offices


def reviews_it(actor: Actor, request: Any) -> bool:
    """Her office is asked whether a refusal stands."""
    return request.reviewer_id in actor.offices


DOOR = Door(
    {
        "sharing.give": [[works_with_cases, owes_on_case, is_open]],
        # Whoever hears it writes it down: the person must not have to look for the right office.
        "sharing.withdraw": [[works_with_cases, sees_by_office]],
        "sharing.guardian": [[works_with_cases, owes_on_case, may_write_words, is_open]],
        "sharing.decide": [[works_with_cases, owes_on_case, may_write_words, is_open]],
        # What another office sees tells who is excluded, and that is for offices that owe something.
        "sharing.preview": [[works_with_cases, owes_on_case]],
        "sharing.ask": [[works_with_cases, owes_on_case, may_write_words, is_open]],
        "sharing.withdraw_request": [[works_with_cases, asked_it]],
        "sharing.answer_request": [[works_with_cases, is_asked]],
        "sharing.contest_refusal": [[works_with_cases, asked_it]],
        "sharing.review_refusal": [[works_with_cases, reviews_it]],
        "sharing.enter_text": [[for_purpose("setup")]],
        "sharing.lapse": [[for_purpose("sweep")]],
    }
)
