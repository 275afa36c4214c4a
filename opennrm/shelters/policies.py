from __future__ import annotations

from typing import Any

from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose
from opennrm.casefile.policies import is_open, may_write_words, works_with_cases


def owes_with_contact(actor: Actor, case: Any) -> bool:
    """One of her offices owes something on the case that opens how to reach the person: where she stays is part of that."""
    return access.may_write(case.id, "contact")


def runs_it(actor: Actor, shelter: Any) -> bool:
    """Her office runs the shelter."""
    return shelter.office_id in actor.offices


def reviews_it(actor: Actor, row: Any) -> bool:
    """Her office is asked whether a restriction stands."""
    return row.reviewer_id in actor.offices


DOOR = Door(
    {
        "shelters.establish": [[for_purpose("setup")]],
        "shelters.read": [[works_with_cases]],
        "shelters.match": [[works_with_cases, owes_with_contact]],
        "shelters.review_restriction": [[works_with_cases, reviews_it]],
        "shelters.note_danger": [[works_with_cases, may_write_words, is_open]],
        "shelters.run": [[works_with_cases, runs_it]],
        "shelters.hold": [[works_with_cases, owes_with_contact, is_open]],
        # Who has left is recorded also where the case was closed meanwhile.
        "shelters.place": [[works_with_cases, owes_with_contact]],
    }
)
