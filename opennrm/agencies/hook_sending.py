"""Sends looks: what waits is claimed in one transaction, sent outside of any, and recorded in another.

A worker that dies in between leaves a claim that runs out, and the same look is sent again under the same number: at
least once, never lost.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from opennrm.access import audit
from opennrm.access.scope import Actor, acting
from opennrm.agencies import hook_rules as rules
from opennrm.agencies import hooks
from opennrm.agencies.hook_rules import HookState, LookState, Outcome, Why
from opennrm.agencies.models import Hook, HookLook, HookNews
from opennrm.agencies.policies import DOOR
from opennrm.lib import clock, outward

SENDER = Actor(user="system:hooks", purpose="hooks")
AT_ONCE = 4
# The sweep comes first: addresses that do not answer must not hold it up for more than this.
ROUND = 40.0
KEPT = timedelta(days=30)
_draws = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A look that this worker alone sends now, with what it needs once the transaction is over."""

    look: UUID
    hook: UUID
    made_at: datetime
    attempts: int
    address: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended."""

    outcome: Outcome
    status: int | None = None


def send_looks() -> int:
    """One round: sends what is due and returns how many looks were tried; without a hook it only asks whether there is one."""
    waiting, tried, until = _waiting(), 0, time.monotonic() + ROUND
    while waiting and time.monotonic() < until:
        claims, waiting = list(_claims(waiting[:AT_ONCE])), waiting[AT_ONCE:]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            attempts = list(pool.map(send, claims))
        for claimed, attempt in zip(claims, attempts, strict=True):
            record(claimed, attempt)
        tried += len(claims)
    return tried


def send(claimed: Claimed) -> Attempt:
    """Sends a look; called outside of any transaction."""
    body = rules.content(claimed.look, claimed.made_at)
    headers = rules.signed(claimed.look, clock.now(), body, claimed.secret)
    headers |= {"Content-Type": "application/json", "User-Agent": "OpenNRM"}
    try:
        status = outward.post(rules.place_of(claimed.address), body, headers, settings.HOOK_NETWORKS)
    except outward.NoAnswer as error:
        return Attempt(Outcome(str(error.failure)))
    return Attempt(rules.outcome_of(status), status)


def claim(hook: UUID, now: datetime) -> Claimed | None:
    """Claims the look of a hook that is due, or makes one that waits a while where something is new.

    What is new goes into a look as long as nobody is sending it: who is told to look afterwards finds all of it.
    """
    row = Hook.objects.select_for_update(skip_locked=True).filter(id=hook, state=HookState.ON).first()
    if row is None:
        return None
    look = HookLook.objects.filter(hook=row, state=LookState.PENDING).first()
    if look and look.leased_until and look.leased_until > now:
        return None
    is_new = HookNews.objects.filter(hook=row).delete()[0] > 0
    if look is None and is_new:
        soon = now + rules.delay(_draws.random())
        HookLook.objects.bulk_create([HookLook(hook=row, made_at=now, try_at=soon)])
    if look is None or look.try_at > now:
        return None
    if (opened := hooks.opened(row)) is None:
        Hook.objects.filter(id=hook).update(state=HookState.PAUSED, why=Why.FAILING, changed_at=now)
        return None
    look.attempts, look.leased_until = look.attempts + 1, now + rules.LEASE
    look.save(update_fields=["attempts", "leased_until"])
    return Claimed(look.id, row.id, look.made_at, look.attempts, *opened)


def record(claimed: Claimed, attempt: Attempt) -> None:
    """Records how an attempt ended; after days without success the address is paused, which its office sees on its page."""
    with acting(SENDER) as by:
        DOOR.require(by, "agencies.send_looks")
        now = clock.now()
        follows = rules.after(
            attempt.outcome,
            attempts=claimed.attempts,
            made_at=claimed.made_at,
            now=now,
            draw=_draws.random(),
        )
        # A look that was dropped meanwhile stays dropped.
        HookLook.objects.filter(id=claimed.look, state=LookState.PENDING).update(
            state=follows.state,
            outcome=attempt.outcome,
            status=attempt.status,
            tried_at=now,
            leased_until=None,
            try_at=follows.try_at or now,
        )
        if follows.pauses is not None:
            Hook.objects.filter(id=claimed.hook, state=HookState.ON).update(
                state=HookState.PAUSED, why=follows.pauses, changed_at=now
            )
        audit.record(
            "agencies.send_look",
            subject=claimed.look,
            detail={"hook": claimed.hook, "outcome": attempt.outcome, "paused": follows.pauses},
        )


def _waiting() -> list[UUID]:
    """The hooks for which something is new, or whose look is due; old looks go."""
    now = clock.now()
    with acting(SENDER):
        HookLook.objects.exclude(state=LookState.PENDING).filter(made_at__lt=now - KEPT).delete()
        HookNews.objects.filter(hook__state=HookState.ENDED).delete()
        due = HookLook.objects.filter(hook=OuterRef("id"), state=LookState.PENDING, try_at__lte=now)
        new = HookNews.objects.filter(hook=OuterRef("id"))
        found = Hook.objects.filter(Q(Exists(due)) | Q(Exists(new)), state=HookState.ON).order_by(
            "changed_at"
        )
        return list(found.values_list("id", flat=True))


def _claims(waiting: list[UUID]) -> Iterator[Claimed]:
    now = clock.now()
    for hook in waiting:
        with acting(SENDER) as by:
            DOOR.require(by, "agencies.send_looks")
            claimed = claim(hook, now)
        if claimed:
            yield claimed
