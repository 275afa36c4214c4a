from __future__ import annotations

from typing import Any

from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose
from opennrm.casefile.policies import is_open, owes_on_case, works_with_cases


def sees_by_office(actor: Actor, case: Any) -> bool:
    """Her office sees the case; an hour opened in an emergency is for reading alone."""
    return sight.cases_seen(actor.offices, "ordinary").filter(case_id=case.id).exists()


DOOR = Door(
    {
        "sharing.give": [[works_with_cases, owes_on_case, is_open]],
        # Whoever hears it writes it down: the person must not have to look for the right office.
        "sharing.withdraw": [[works_with_cases, sees_by_office]],
        # What another office sees tells who is excluded, and that is for offices that owe something.
        "sharing.preview": [[works_with_cases, owes_on_case]],
        "sharing.enter_text": [[for_purpose("setup")]],
        "sharing.lapse": [[for_purpose("sweep")]],
    }
)
