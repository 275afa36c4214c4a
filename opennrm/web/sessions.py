from __future__ import annotations

import json
from typing import Any

from opennrm.access import installation_seal

PLACE = "django_session"


class SealedSessions:
    """Seals what a session holds: while somebody enrols a second factor, its secret waits there."""

    def dumps(self, session: dict[str, Any]) -> bytes:
        return installation_seal.seal(json.dumps(session, separators=(",", ":")), place=PLACE).encode()

    def loads(self, sealed: bytes) -> dict[str, Any]:
        session: dict[str, Any] = json.loads(installation_seal.unseal(sealed.decode(), place=PLACE))
        return session
