"""Addresses of an office's own system, told to look when something is new; kept by the one who answers for the office."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, installation_seal
from opennrm.access.scope import Actor
from opennrm.agencies import hook_rules as rules
from opennrm.agencies import queries
from opennrm.agencies.hook_rules import HookState, LookState, Outcome, Why
from opennrm.agencies.models import Hook, HookLook
from opennrm.agencies.policies import DOOR
from opennrm.lib import clock, outward
from opennrm.lib.problems import NotFound, Problem

MAY_NOT_BE_CALLED = _(
    "This server may not call that address: its name is unknown here, or its network is not allowed. "
    "Ask your administrator."
)
MOST = 5
SHOWN = 10
FAILS_FROM = 3


@dataclass(frozen=True, slots=True)
class LookCard:
    """One look: when it was made, and how its latest attempt ended."""

    made_at: datetime
    state: LookState
    outcome: Outcome
    status: int | None
    attempts: int
    tried_at: datetime | None
    try_at: datetime


@dataclass(frozen=True, slots=True)
class HookCard:
    """An address with its latest looks; never the secret."""

    id: UUID
    office: int
    address: str
    state: HookState
    why: Why
    registered_at: datetime
    changed_at: datetime
    looks: tuple[LookCard, ...]


def offices_of(by: Actor) -> list[int]:
    """The offices for which she answers, and for which she may register an address."""
    today = clock.today()
    return [one for one in sorted(by.offices) if DOOR.may(by, "agencies.hooks", queries.head_id(one, today))]


def hooks_of(*, by: Actor) -> list[HookCard]:
    """The addresses of the offices for which she answers, the newest first; those that ended are gone."""
    rows = Hook.objects.filter(office__in=offices_of(by)).exclude(state=HookState.ENDED)
    return [_card(row) for row in rows.order_by("-registered_at")]


def failing_offices() -> list[str]:
    """The codes of the offices whose address was given up, or fails again and again; for who looks after the installation."""
    fails = HookLook.objects.filter(hook=OuterRef("id"), state=LookState.PENDING, attempts__gte=FAILS_FROM)
    rows = Hook.objects.filter(Q(state=HookState.PAUSED, why__gt="") | Q(Exists(fails), state=HookState.ON))
    return sorted(set(rows.values_list("office__code", flat=True)))


def register(*, office: int, address: str, by: Actor) -> tuple[UUID, str]:
    """Registers an address of an office's own system; the signing secret is in the answer and nowhere else in the open.

    1. She answers for the office, and it has fewer than five addresses.
    2. The address is one that may be called, as it is written and by every address its name has now.
    3. Address and secret are sealed for this installation; a dump shows neither.
    """
    if office not in by.offices:
        raise NotFound()
    DOOR.require(by, "agencies.hooks", queries.head_id(office, clock.today()))
    if Hook.objects.filter(office=office).exclude(state=HookState.ENDED).count() >= MOST:
        raise Problem("hook_many", _("This office has 5 addresses. End one that is no longer used."), 409)
    address = address.strip()
    _may_be_called(address)
    assert by.officer is not None
    now, secret = clock.now(), rules.shown_secret(secrets.token_bytes(rules.SECRET_SIZE))
    row = Hook(office_id=office, registered_at=now, registered_by_id=by.officer, changed_at=now)
    row.address = installation_seal.seal(address, place=_place(row.id, "address"))
    row.secret = installation_seal.seal(secret, place=_place(row.id, "secret"))
    Hook.objects.bulk_create([row])
    audit.record("agencies.register_hook", subject=row.id, detail={"office": office})
    return row.id, secret


def pause(*, hook: UUID, by: Actor) -> None:
    """Sends nothing to an address until it is resumed; a look that waits is dropped."""
    row = _locked(hook, by)
    if row.state == HookState.ON:
        _change(row, HookState.PAUSED, "agencies.pause_hook")
        HookLook.objects.filter(hook=row, state=LookState.PENDING).update(state=LookState.DROPPED)


def resume(*, hook: UUID, by: Actor) -> None:
    """Sends again, and tells the system to look at once, since it may have missed something."""
    row = _locked(hook, by)
    if row.state == HookState.PAUSED:
        _change(row, HookState.ON, "agencies.resume_hook")
        _look_now(row)


def end(*, hook: UUID, by: Actor) -> None:
    """Ends an address for good; its secret is forgotten."""
    row = _locked(hook, by)
    row.address = row.secret = ""
    _change(row, HookState.ENDED, "agencies.end_hook")
    HookLook.objects.filter(hook=row, state=LookState.PENDING).update(state=LookState.DROPPED)


def look_now(*, hook: UUID, by: Actor) -> None:
    """Has a look sent by the next round of the worker, whether or not there is anything new."""
    row = _locked(hook, by)
    if row.state != HookState.ON:
        raise Problem("hook_is_paused", _("This address is paused. Resume it: a look is then sent."), 409)
    _look_now(row)
    audit.record("agencies.test_hook", subject=row.id)


def opened(row: Hook) -> tuple[str, str] | None:
    """Address and secret of a hook; nothing where they were not sealed here, as after a restore without the keys."""
    try:
        return (
            installation_seal.unseal(row.address, place=_place(row.id, "address")),
            installation_seal.unseal(row.secret, place=_place(row.id, "secret")),
        )
    except (InvalidTag, ValueError):
        return None


def _may_be_called(address: str) -> None:
    place = rules.place_of(address)
    try:
        outward.allowed_addresses(place.host, place.port, settings.HOOK_NETWORKS)
    except outward.NoAnswer as error:
        # One sentence for both, so that nobody learns here which names an inner network knows.
        raise Problem("hook_network", MAY_NOT_BE_CALLED) from error


def _locked(hook: UUID, by: Actor) -> Hook:
    row = Hook.objects.select_for_update().filter(id=hook).exclude(state=HookState.ENDED).first()
    if row is None or row.office_id not in by.offices:
        raise NotFound()
    DOOR.require(by, "agencies.hooks", queries.head_id(row.office_id, clock.today()))
    return row


def _change(row: Hook, state: HookState, verb: str) -> None:
    row.state, row.why, row.changed_at = state, Why.ASKED, clock.now()
    row.save(update_fields=["state", "why", "changed_at", "address", "secret"])
    audit.record(verb, subject=row.id)


def _look_now(row: Hook) -> None:
    now = clock.now()
    if not HookLook.objects.filter(hook=row, state=LookState.PENDING).update(try_at=now):
        HookLook.objects.bulk_create([HookLook(hook=row, made_at=now, try_at=now)])


def _card(row: Hook) -> HookCard:
    looks = HookLook.objects.filter(hook=row).order_by("-made_at")[:SHOWN]
    return HookCard(
        id=row.id,
        office=row.office_id,
        address=(opened(row) or ("", ""))[0],
        state=HookState(row.state),
        why=Why(row.why),
        registered_at=row.registered_at,
        changed_at=row.changed_at,
        looks=tuple(_look(one) for one in looks),
    )


def _look(row: HookLook) -> LookCard:
    return LookCard(
        made_at=row.made_at,
        state=LookState(row.state),
        outcome=Outcome(row.outcome),
        status=row.status,
        attempts=row.attempts,
        tried_at=row.tried_at,
        try_at=row.try_at,
    )


def _place(hook: UUID, column: str) -> str:
    return f"agencies_hook.{column}.{hook}"
