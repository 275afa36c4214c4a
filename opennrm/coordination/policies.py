from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role

keeps_records = has_role("coordinator", "secretary")


def keeps(actor: Actor, body: Any) -> bool:
    """Her office keeps the records of the body."""
    return body.kept_by_id in actor.offices


DOOR = Door(
    {
        "coordination.establish": [[for_purpose("setup")]],
        "coordination.read": [[has_role("coordinator", "secretary", "head", "analyst", "signatory")]],
        "coordination.plan": [[keeps_records, keeps]],
        "coordination.attend": [[keeps_records, keeps]],
        "coordination.decide": [[keeps_records, keeps]],
        "coordination.confirm": [[keeps_records, keeps]],
        "coordination.agree": [[keeps_records], [for_purpose("setup")]],
        "coordination.end_agreement": [[keeps_records, keeps]],
        "coordination.warn": [[for_purpose("sweep")]],
    }
)
