"""Bearer tokens: made by a person for herself, narrowed, ending by themselves, kept as a digest alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, matrix
from opennrm.access.models import ApiToken
from opennrm.access.rules import TOKEN_LIVES_AT_MOST
from opennrm.access.scope import Actor, acting
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem

MARK = "nrm_"
LONGEST_LABEL = 100
MOST = 20
READER = Actor(user="system:tokens", purpose="tokens")


@dataclass(frozen=True, slots=True)
class TokenCard:
    """What a token is for and until when; never the token."""

    id: UUID
    officer: int
    username: str
    label: str
    acts: frozenset[str]
    offices: frozenset[int]
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether it may be used at an instant."""
        return self.ended_at is None and now < self.expires_at


def every_act() -> list[str]:
    """The acts a token can be made for, as the matrix names them."""
    return sorted({row["act"] for row in matrix.operations().values() if "act" in row})


def make(
    *, label: str, acts: Iterable[str], offices: Iterable[int], days: int, by: Actor
) -> tuple[TokenCard, str]:
    """Makes a token for the one who asks; the words that open are in the answer and nowhere else."""
    acts, offices, label = sorted(set(acts)), sorted(set(offices)), label.strip()
    if by.officer is None or set(offices) - by.offices or set(acts) - set(every_act()):
        raise Problem("token_too_wide", _("A token never opens more than you may do yourself."), 403)
    if not label or len(label) > LONGEST_LABEL:
        raise Problem("token_label", _("Say in a few words what the token is for."))
    if not 1 <= days <= TOKEN_LIVES_AT_MOST.days:
        raise Problem("token_days", _("A token lives from 1 to 90 days."))
    now = clock.now()
    standing = ApiToken.objects.filter(officer_id=by.officer, ended_at__isnull=True, expires_at__gt=now)
    if standing.count() >= MOST:
        raise Problem("token_many", _("You have 20 tokens. Revoke one that is no longer used."), 409)
    secret = MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        officer_id=by.officer,
        username=by.user,
        label=label,
        digest=_digest(secret),
        acts=acts,
        offices=offices,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    ApiToken.objects.bulk_create([row])
    detail = {"acts": acts, "offices": offices, "expires": row.expires_at.isoformat()}
    audit.record("access.make_token", subject=row.id, detail=detail)
    return _card(row), secret


def revoke(*, token: UUID, by: Actor) -> None:
    """Ends one of her own tokens at once; a second time changes nothing."""
    row = ApiToken.objects.select_for_update().filter(id=token, officer_id=by.officer or 0).first()
    if row is None:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        audit.record("access.revoke_token", subject=row.id)


def tokens_of(officer: int) -> list[TokenCard]:
    """Her own tokens, the newest first."""
    return [_card(row) for row in ApiToken.objects.filter(officer_id=officer).order_by("-made_at")]


def standing(secret: str) -> TokenCard | None:
    """The token that these words open, where it still stands; read before an actor is known."""
    if not secret.startswith(MARK) or not secret.isascii():
        return None
    with acting(READER):
        row = ApiToken.objects.filter(digest=_digest(secret)).first()
    card = _card(row) if row else None
    return card if card and card.stands(clock.now()) else None


def _digest(secret: str) -> bytes:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).digest()


def _card(row: ApiToken) -> TokenCard:
    return TokenCard(
        id=row.id,
        officer=row.officer_id,
        username=row.username,
        label=row.label,
        acts=frozenset(row.acts),
        offices=frozenset(row.offices),
        made_at=row.made_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )
