"""The rules of hooks: which address may be one, how a look is signed, when it is tried again. Plain Python."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.lib.outward import Place
from opennrm.lib.problems import Problem

LONGEST_ADDRESS = 500
SECRET_SIZE = 32
SECRET_MARK = "whsec_"
LOOK = "/api/v1/worklist"
LEAST_DELAY, MOST_DELAY = timedelta(seconds=30), timedelta(seconds=90)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
# Above a whole round of calls: a look whose worker died is taken again after it.
LEASE = timedelta(minutes=3)
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"[0-9a-f:.]{2,45}")


class HookState(StrEnum):
    """Whether looks are sent to an address."""

    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"


class Why(StrEnum):
    """Why an address was paused: somebody did it, it was not reached for days, or it answered that it is gone."""

    ASKED = ""
    FAILING = "failing"
    GONE = "gone"


class LookState(StrEnum):
    """What became of a look."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """How the latest attempt ended, without a word of the other side."""

    NOT_TRIED = ""
    DELIVERED = "delivered"
    REFUSED = "refused"
    MOVED = "moved"
    GONE = "gone"
    UNKNOWN_NAME = "unknown_name"
    NETWORK = "network"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class After:
    """What follows an attempt: the state of the look, when it is tried again, and why the address is paused, if it is."""

    state: LookState
    try_at: datetime | None = None
    pauses: Why | None = None


def place_of(address: str) -> Place:
    """The place an address names, or a refusal that says what is wrong with it."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise _not_an_address() from None
    is_plain = address.isascii() and address.isprintable() and not re.search(r"[\s\\<>\"^`{|}]", address)
    if not is_plain or len(address) > LONGEST_ADDRESS or parts.scheme != "https" or not _is_host(host):
        raise _not_an_address()
    if "@" in parts.netloc or "?" in address or "#" in address:
        raise Problem(
            "hook_secret_in_address",
            _("Leave a name, a password, ? and # out of the address: the signature shows who sends."),
        )
    if port != 443 and port < 1024:
        raise Problem("hook_port", _("Use port 443 or one from 1024 on."))
    return Place(host, port, parts.path or "/")


def _is_host(host: str) -> bool:
    return bool(_NAME.fullmatch(host) or (":" in host and _NUMBER.fullmatch(host)))


def _not_an_address() -> Problem:
    return Problem("hook_address", _("The address must begin with https:// and name a server."))


def content(look: UUID, at: datetime) -> bytes:
    """The whole of what is sent: where to look, the number of the look, and when it was made; nothing of a case."""
    said = {"look": LOOK, "at": at.isoformat(timespec="seconds"), "id": message_id(look)}
    return json.dumps(said, separators=(",", ":")).encode()


def message_id(look: UUID) -> str:
    """The number under which a look is sent, the same however often it is tried."""
    return f"look_{look.hex}"


def shown_secret(secret: bytes) -> str:
    """A signing secret as it is handed over."""
    return SECRET_MARK + base64.b64encode(secret).decode()


def signature(number: str, instant: int, body: bytes, secret: str) -> str:
    """The signature of Standard Webhooks 1.0.0 over number, instant of the attempt and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    proof = hmac.new(key, f"{number}.{instant}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(proof).decode()}"


def signed(look: UUID, sent_at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The headers that go with a look."""
    number, instant = message_id(look), int(sent_at.timestamp())
    return {
        "webhook-id": number,
        "webhook-timestamp": str(instant),
        "webhook-signature": signature(number, instant, body, secret),
    }


def outcome_of(status: int) -> Outcome:
    """What a status means: two hundred and above is delivered, everything else is not."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status == 410:
        return Outcome.GONE
    return Outcome.MOVED if 300 <= status < 400 else Outcome.REFUSED


def delay(draw: float) -> timedelta:
    """How long a look waits before it is sent, so that its instant is not that of an act; `draw` is from 0 to 1."""
    return LEAST_DELAY + (MOST_DELAY - LEAST_DELAY) * draw


def wait(attempts: int, draw: float) -> timedelta:
    """How long until the next attempt: four times longer each time, up to six hours, give or take a quarter."""
    longer: int = 4 ** min(attempts - 1, 10)
    return min(FIRST_WAIT * longer, LONGEST_WAIT) * (0.75 + draw / 2)


def after(outcome: Outcome, *, attempts: int, made_at: datetime, now: datetime, draw: float) -> After:
    """What follows an attempt."""
    if outcome is Outcome.DELIVERED:
        return After(LookState.DELIVERED)
    if outcome is Outcome.GONE:
        return After(LookState.GIVEN_UP, pauses=Why.GONE)
    if now - made_at >= GIVEN_UP_AFTER:
        return After(LookState.GIVEN_UP, pauses=Why.FAILING)
    return After(LookState.PENDING, try_at=now + wait(attempts, draw))
