from __future__ import annotations

from typing import Any

from opennrm.access.scope import Actor
from opennrm.access.words import Door, for_purpose, has_role


def of_another_office(actor: Actor, order: Any) -> bool:
    """Another person of another office than the one that entered it."""
    return order.entered_by_id != actor.officer and order.entered_office_id not in actor.offices


# The national coordinator and the Responsible Authority; who protects the records reads along and opens nothing.
keeps = has_role("coordinator", "secretary")

DOOR = Door(
    {
        "orders.read": [[has_role("coordinator", "secretary", "data_protection")]],
        "orders.enter": [[keeps]],
        "orders.confirm": [[keeps, of_another_office]],
        "orders.refuse": [[keeps, of_another_office]],
        "orders.withdraw": [[keeps]],
        # Closing needs no second pair of eyes.
        "orders.revoke": [[keeps]],
        "orders.sweep": [[for_purpose("sweep")]],
    }
)
