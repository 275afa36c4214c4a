from __future__ import annotations

from typing import Any

from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role

# The posts whose work is with cases; every other post sees figures, accounts or settings only.
CASE_WORK = ("case_worker", "head", "coordinator", "secretary")


def owes_on_case(actor: Actor, case: Any) -> bool:
    """One of her offices owes something on the case."""
    return access.may_write(case.id)


def may_write_words(actor: Actor, case: Any) -> bool:
    """One of her offices owes something that opens what is written on the case; who only held such a duty reads it."""
    return access.may_write(case.id, "narrative")


def leads(actor: Actor, case: Any) -> bool:
    """One of her offices leads the case."""
    return case.lead_office in actor.offices


def is_open(actor: Actor, case: Any) -> bool:
    """The case is not closed."""
    return bool(case.is_open)


works_with_cases = has_role(*CASE_WORK)

DOOR = Door(
    {
        "casefile.list": [[works_with_cases]],
        "casefile.read": [[works_with_cases]],
        "casefile.open": [[has_role("case_worker", "head")]],
        "casefile.note": [[works_with_cases, owes_on_case, may_write_words]],
        "casefile.exclude": [[works_with_cases, owes_on_case]],
        "casefile.export": [[works_with_cases]],
        "casefile.change_sop": [[for_purpose("sop")]],
        "casefile.close": [[works_with_cases, owes_on_case, leads, is_open]],
    }
)
