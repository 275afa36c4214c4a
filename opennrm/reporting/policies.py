from __future__ import annotations

from opennrm.access.words import Door, for_purpose, has_role

DOOR = Door(
    {
        "reporting.read": [
            [
                has_role(
                    "case_worker",
                    "head",
                    "coordinator",
                    "secretary",
                    "analyst",
                    "signatory",
                    "auditor",
                    "finance",
                )
            ],
            [for_purpose("statistics")],
        ],
        "reporting.offices": [[has_role("head", "coordinator", "secretary", "analyst")]],
        "reporting.every_office": [[has_role("coordinator", "secretary", "analyst")]],
        "reporting.cases_behind": [[has_role("secretary", "coordinator", "head", "case_worker")]],
    }
)
