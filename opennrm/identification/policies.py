from __future__ import annotations

from opennrm.access.words import Door, has_role
from opennrm.casefile.policies import CASE_WORK, is_open, owes_on_case

works_with_cases = has_role(*CASE_WORK)

DOOR = Door(
    {
        "identification.decide": [[works_with_cases, owes_on_case, is_open]],
        "identification.consent": [[works_with_cases, owes_on_case, is_open]],
    }
)
