"""Idempotency keys: the same request again gets the same answer, and is not done again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access.models import Answered
from opennrm.access.queries import one_at_a_time
from opennrm.lib import clock
from opennrm.lib.problems import Problem

KEPT = timedelta(hours=48)
KEY = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act was answered: a status, the thing, and where to look; it carries no content."""

    status: int
    thing: UUID
    look: str


def earlier(*, token: UUID, key: str, request: bytes) -> Answer | None:
    """What this key was answered before; whoever comes at the same time waits until the first has ended."""
    if not KEY.fullmatch(key):
        raise Problem("idempotency_key", _("Idempotency-Key: send 1 to 200 printable characters."), 422)
    one_at_a_time(f"{token}:{key}")
    kept = Answered.objects.filter(token=token)
    kept.filter(answered_at__lt=clock.now() - KEPT).delete()
    row = kept.filter(key_digest=_digest(key.encode())).first()
    if row is None:
        return None
    if bytes(row.request_digest) != _digest(request):
        sentence = _("This Idempotency-Key was used for another request. Send a new key.")
        raise Problem("idempotency_key_reused", sentence, 422)
    return Answer(row.status, row.thing, row.look)


def remember(*, token: UUID, key: str, request: bytes, answer: Answer) -> None:
    """Keeps what a key was answered, in the transaction of the act; a refusal is not kept."""
    Answered.objects.bulk_create(
        [
            Answered(
                token_id=token,
                key_digest=_digest(key.encode()),
                request_digest=_digest(request),
                status=answer.status,
                thing=answer.thing,
                look=answer.look,
                answered_at=clock.now(),
            )
        ]
    )


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
