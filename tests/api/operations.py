"""Every operation of the document with an address and a body that a program could send, filled with the ids of one case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from opennrm.api.document import described
from opennrm.lib import clock
from tests.api.calling import Caller

YESTERDAY = clock.today().isoformat()
BODIES: dict[str, Any] = {
    "search_cases": {"first_name": "Besa"},
    "open_case": {
        "fork": "consents",
        "channel": "border",
        "identified_at": clock.now().isoformat(),
        "region": "AL-11",
        "person": {"first_name": "Drita", "age": 30, "age_basis": "declared", "languages": ["sq"]},
        "needs": ["food"],
    },
    "record_need": {"kind": "education"},
    "add_note": {"text": "A word that only the narrative holds."},
    "close_case": {"reason": "own_wish"},
    "exclude": {"office": "labour", "reason": "relative"},
    "record_decision": {"decision": "official", "decided_on": YESTERDAY},
    "name_worker": {"worker": 1},
    "waive": {"reason": "not_now"},
    "suspend": {"reason": "ill"},
    "make_offer": {"office": "labour"},
    "decline_offer": {"reason": "no_capacity"},
}
OF_A_CASE = {"case", "duty", "offer", "notice", "exclusion"}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_about_a_case(self) -> bool:
        return bool(OF_A_CASE & set(re.findall(r"{(\w+)}", self.path)))

    def call(self, caller: Caller, objects: dict[str, UUID], *, key: str = "") -> Any:
        """Calls it with the ids of a case and with a body that its document allows."""
        others = {"kind": "food", "region": "AL-11", "year": "2020"}
        path = re.sub(r"{(\w+)}", lambda part: str(objects.get(part[1]) or others[part[1]]), self.path)
        path = path.removeprefix("/api/v1")
        if self.method == "get":
            return caller.get(path)
        return caller.post(path, BODIES.get(self.name), key=key)


OPERATIONS = [
    Operation(operation["operationId"], method, path)
    for path, methods in described()["paths"].items()
    for method, operation in methods.items()
]
