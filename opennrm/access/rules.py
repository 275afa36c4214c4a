from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from enum import StrEnum


class DataClass(StrEnum):
    """A kind of case data that a duty may open by itself."""

    ORDINARY = "ordinary"
    IDENTITY = "identity"
    CONTACT = "contact"
    NARRATIVE = "narrative"


class BasisKind(StrEnum):
    """Why an office may see a case; only one that owes something may also write. An emergency opens it to one person alone."""

    DUTY = "duty"
    OFFER = "offer"
    NOTICE = "notice"
    HELD = "held"
    ORDER = "order"
    CONSENT = "consent"
    EMERGENCY = "emergency"


SEALED_CLASSES: tuple[str, ...] = ("identity", "contact", "narrative")
SNAPSHOT = "snapshot"
EMERGENCY_LASTS = timedelta(hours=1)
# What saves a life: who she is, where and how to reach her safely, and who answers for her; never what was written down.
EMERGENCY_CLASSES: tuple[str, ...] = ("ordinary", "identity", "contact")
# In sight, this stands for every person at work of the office.
EVERY_OFFICER = 0
TOKEN_LIVES_AT_MOST = timedelta(days=90)
EVERY_CLASS: tuple[str, ...] = tuple(str(data_class) for data_class in DataClass)


def new_id() -> uuid.UUID:
    """A random identifier of 128 bits; ids that count up would tell how many cases there are."""
    return uuid.UUID(bytes=secrets.token_bytes(16))
