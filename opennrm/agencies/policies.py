from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role


def answers_for_it(actor: Actor, head: Any) -> bool:
    """She is the one who answers for the office."""
    return head is not None and head == actor.officer


works_with_cases = has_role("case_worker", "head", "coordinator", "secretary")

DOOR = Door(
    {
        "agencies.establish": [[for_purpose("setup")]],
        "agencies.away": [[works_with_cases]],
        "agencies.hooks": [[works_with_cases, answers_for_it]],
        "agencies.send_looks": [[for_purpose("hooks")]],
    }
)
