from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.access import audit
from opennrm.access.rules import DataClass
from opennrm.access.scope import Actor
from opennrm.api import kinds
from opennrm.api.kinds import Day, Given, Line, codes_of
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.lib import clock
from opennrm.orders import actions, queries
from opennrm.orders.policies import DOOR
from opennrm.orders.queries import OrderCard
from opennrm.orders.rules import Authority, Fact, NewOrder, Purpose, Scope, Standing

PLAIN = (
    *(
        "id",
        "authority",
        "issued_by",
        "number",
        "dated",
        "legal_basis",
        "scan_reference",
        "scan_digest",
        "scope",
    ),
    *(
        "purpose",
        "first_day",
        "last_day",
        "supersedes",
        "entered_at",
        "confirmed_at",
        "ended_at",
        "ended_words",
    ),
)


class LegalOrder(Schema):
    """An order as it stands on its paper; `region`, `case` and `fact` are null where its scope is another one."""

    id: UUID
    authority: str
    issued_by: str
    number: str
    dated: date
    legal_basis: str
    scan_reference: str
    scan_digest: str
    classes: list[str]
    scope: str
    region: str | None
    case: str | None
    fact: str | None
    offices: list[str]
    purpose: str
    first_day: date
    last_day: date
    supersedes: UUID | None
    standing: Standing
    entered_at: datetime
    entered_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    ended_words: str
    can: list[str]


class LegalOrders(Schema):
    orders: list[LegalOrder]
    can: list[str]


class OrderToEnter(Given):
    """What the paper says: one of `case` (a reference), `region` and `fact` where the scope asks for it; offices by code."""

    authority: Authority
    issued_by: Line
    number: kinds.Word
    dated: Day
    legal_basis: Line
    classes: Annotated[list[DataClass], Field(max_length=4)]
    scope: Scope
    region: kinds.Word = ""
    case: kinds.Word = ""
    fact: Fact | None = None
    offices: Annotated[list[kinds.Word], Field(max_length=20)]
    purpose: Purpose
    first_day: Day
    last_day: Day
    scan_reference: Line = ""
    scan_digest: kinds.Word = ""
    supersedes: UUID | None = None


class WhyItEnds(Given):
    """Why, in a sentence without a name."""

    words: Line


@reads("/orders", LegalOrders)
def list_orders(request: HttpRequest) -> Any:
    """Every legal order that opens cases to offices, the one entered last first."""
    actor = actor_of(request)
    DOOR.require(actor, "orders.read")
    audit.record("orders.list")
    return {
        "orders": [_shown(actor, card) for card in queries.orders()],
        "can": ["enter"] if DOOR.may(actor, "orders.enter") else [],
    }


@reads("/orders/{uuid:order}", LegalOrder)
def read_order(request: HttpRequest, order: UUID) -> Any:
    """One order as it stands on its paper; it is confirmed on a page, by a person with the paper beside her."""
    actor = actor_of(request)
    DOOR.require(actor, "orders.read")
    card = queries.order(order)
    audit.record("orders.read", case=card.case_id, subject=card.id)
    return _shown(actor, card)


@acts("/orders", status=201)
def enter_order(request: HttpRequest, given: OrderToEnter) -> Any:
    """Enters an order as it stands on its paper; it opens nothing until somebody of another office confirms it on a page."""
    actor = actor_of(request)
    DOOR.require(actor, "orders.enter")
    new = NewOrder(
        **given.model_dump(exclude={"classes", "offices", "fact", "first_day", "last_day"}),
        classes=tuple(map(str, given.classes)),
        offices=tuple(kinds.office(code, "offices").id for code in given.offices),
        fact=given.fact or "",
        since=given.first_day,
        until=given.last_day,
    )
    return done(actions.enter(new=new, by=actor), "orders")


@acts("/orders/{uuid:order}/refuse")
def refuse_order(request: HttpRequest, order: UUID, given: WhyItEnds) -> Any:
    """Refuses an order that another office entered and that is not as on its paper."""
    actions.refuse(order=order, words=given.words, by=actor_of(request))
    return done(order, "orders", order)


@acts("/orders/{uuid:order}/withdraw")
def withdraw_order(request: HttpRequest, order: UUID, given: WhyItEnds) -> Any:
    """Takes back an order that your own office entered and nobody has confirmed."""
    actions.withdraw(order=order, words=given.words, by=actor_of(request))
    return done(order, "orders", order)


@acts("/orders/{uuid:order}/revoke")
def revoke_order(request: HttpRequest, order: UUID, given: WhyItEnds) -> Any:
    """Ends an order before its last day; what it opened is closed at once."""
    actions.revoke(order=order, words=given.words, by=actor_of(request))
    return done(order, "orders", order)


def _shown(actor: Actor, card: OrderCard) -> dict[str, Any]:
    stands = card.standing(clock.now())
    codes = codes_of([*card.offices, card.entered_office_id, card.confirmed_office_id, card.ended_office_id])
    return {name: getattr(card, name) for name in PLAIN} | {
        "classes": list(card.classes),
        "region": card.region or None,
        "case": card.case_reference or None,
        "fact": card.fact or None,
        "offices": [codes[one] for one in card.offices],
        "standing": stands,
        "entered_by": codes[card.entered_office_id],
        "confirmed_by": codes[card.confirmed_office_id],
        "ended_by": codes[card.ended_office_id],
        "can": _can(actor, card, stands),
    }


def _can(actor: Actor, card: OrderCard, stands: Standing) -> list[str]:
    waits = stands is Standing.WAITS
    possible = {
        "refuse": waits,
        "withdraw": waits and card.entered_office_id in actor.offices,
        "revoke": stands in (Standing.IN_FORCE, Standing.TO_COME),
    }
    return [step for step, now in possible.items() if now and DOOR.may(actor, f"orders.{step}", card)]
