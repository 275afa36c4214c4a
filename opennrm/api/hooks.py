from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.agencies import hooks as actions
from opennrm.agencies import queries as agencies
from opennrm.agencies.hook_rules import HookState, LookState, Outcome, Why
from opennrm.api.service import actor_of, acts, done, reads


class Look(Schema):
    """One look that was made, and how its latest attempt ended; `try_at` is the next attempt of one that waits."""

    made_at: datetime
    state: LookState
    outcome: Outcome
    status: int | None
    attempts: int
    tried_at: datetime | None
    try_at: datetime


class Hook(Schema):
    """An address of your office's own system; `why` says what paused it where nobody did."""

    id: UUID
    office: str
    address: str
    state: HookState
    why: Why
    looks: list[Look]


class Hooks(Schema):
    hooks: list[Hook]


@reads("/hooks", Hooks)
def list_hooks(request: HttpRequest) -> Any:
    """The addresses of the offices for which you answer, each with its ten latest looks."""
    cards = actions.hooks_of(by=actor_of(request))
    codes = {id: card.code for id, card in agencies.offices(one.office for one in cards).items()}
    return {
        "hooks": [
            {
                "id": one.id,
                "office": codes[one.office],
                "address": one.address,
                "state": one.state,
                "why": one.why,
                "looks": list(one.looks),
            }
            for one in cards
        ]
    }


@acts("/hooks/{uuid:hook}/look")
def look_now(request: HttpRequest, hook: UUID) -> Any:
    """Has a look sent within two minutes, whether or not there is anything new."""
    actions.look_now(hook=hook, by=actor_of(request))
    return done(hook, "hooks")


@acts("/hooks/{uuid:hook}/pause")
def pause_hook(request: HttpRequest, hook: UUID) -> Any:
    """Sends nothing until the address is resumed; a second time changes nothing."""
    actions.pause(hook=hook, by=actor_of(request))
    return done(hook, "hooks")


@acts("/hooks/{uuid:hook}/resume")
def resume_hook(request: HttpRequest, hook: UUID) -> Any:
    """Sends again, and has a look sent at once; a second time changes nothing."""
    actions.resume(hook=hook, by=actor_of(request))
    return done(hook, "hooks")
