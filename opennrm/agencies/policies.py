from __future__ import annotations

from opennrm.access.words import Door, for_purpose, has_role

DOOR = Door(
    {
        "agencies.establish": [[for_purpose("setup")]],
        "agencies.away": [[has_role("case_worker", "head", "coordinator", "secretary")]],
    }
)
