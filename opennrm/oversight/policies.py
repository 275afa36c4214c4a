from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role


def reviews_it(actor: Actor, row: Any) -> bool:
    """Her office was asked to look at it."""
    return row.reviewer_id in actor.offices


def opened_it(actor: Actor, row: Any) -> bool:
    """It is her own emergency."""
    return bool(row.officer_id == actor.officer)


looks = has_role("data_protection", "secretary", "coordinator", "head")

DOOR = Door(
    {
        "oversight.break_glass": [[has_role("case_worker", "head")]],
        "oversight.end": [[opened_it]],
        "oversight.read": [[looks]],
        "oversight.review": [[looks, reviews_it]],
        "oversight.end_past": [[for_purpose("emergency")]],
        "oversight.scan": [[for_purpose("oversight")]],
    }
)
