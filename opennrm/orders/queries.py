from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from opennrm.access import queries as sight
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.orders.models import Order
from opennrm.orders.rules import Standing, standing

# More are not counted: the page says "or more".
COUNTED_UP_TO = 1000


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order as it stands on its paper, who entered and confirmed it, and what ended it."""

    id: UUID
    authority: str
    issued_by: str
    number: str
    dated: date
    legal_basis: str
    scan_reference: str
    scan_digest: str
    classes: tuple[str, ...]
    scope: str
    region: str
    case_id: UUID | None
    case_reference: str
    fact: str
    offices: tuple[int, ...]
    purpose: str
    since: datetime
    until: datetime
    supersedes: UUID | None
    entered_at: datetime
    entered_by_id: int
    entered_office_id: int
    confirmed_at: datetime | None
    confirmed_by_id: int | None
    confirmed_office_id: int | None
    opened_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    ended_by_id: int | None
    ended_office_id: int | None
    ended_words: str

    @property
    def last_day(self) -> date:
        """The last day on which it opens anything, where the offices are."""
        return clock.local_day(self.until - timedelta(microseconds=1))

    @property
    def first_day(self) -> date:
        """The first day on which it opens anything, where the offices are."""
        return clock.local_day(self.since)

    def standing(self, now: datetime) -> Standing:
        """Where it stands at an instant."""
        return standing(
            confirmed=self.confirmed_at is not None,
            since=self.since,
            until=self.until,
            ended=self.ended_why,
            now=now,
        )


def orders() -> list[OrderCard]:
    """Every order that this actor may know of, the one entered last first."""
    return [_card(row) for row in Order.objects.order_by("-entered_at")]


def order(order_id: UUID) -> OrderCard:
    """One order, or NotFound where there is none or this actor may not know of it."""
    row = Order.objects.filter(id=order_id).first()
    if row is None:
        raise NotFound()
    return _card(row)


def named_by(references: Iterable[str]) -> dict[str, OrderCard]:
    """The orders that bases of a case name, by the words in which they name them."""
    ids = [found for found in map(_id, set(references)) if found]
    return {str(row.id): _card(row) for row in Order.objects.filter(id__in=ids)} if ids else {}


def in_force(now: datetime) -> list[OrderCard]:
    """The orders that open something now, for one that takes the place of another."""
    rows = Order.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True, until__gt=now).order_by(
        "number"
    )
    return [_card(row) for row in rows]


def cases_opened(order_id: UUID) -> int:
    """How many of the cases that this actor's offices see an order opens now, counted up to a thousand and one."""
    return sight.cases_on_basis("order", str(order_id), limit=COUNTED_UP_TO + 1)


def _id(reference: str) -> UUID | None:
    # The standing orders of the country are named by their words.
    try:
        return UUID(reference)
    except ValueError:
        return None


def _card(row: Order) -> OrderCard:
    return OrderCard(
        id=row.id,
        authority=row.authority,
        issued_by=row.issued_by,
        number=row.number,
        dated=row.dated,
        legal_basis=row.legal_basis,
        scan_reference=row.scan_reference,
        scan_digest=row.scan_digest,
        classes=tuple(row.classes),
        scope=row.scope,
        region=row.region_id or "",
        case_id=row.case_id,
        case_reference=row.case_reference,
        fact=row.fact,
        offices=tuple(row.offices),
        purpose=row.purpose,
        since=row.since,
        until=row.until,
        supersedes=row.supersedes_id,
        entered_at=row.entered_at,
        entered_by_id=row.entered_by_id,
        entered_office_id=row.entered_office_id,
        confirmed_at=row.confirmed_at,
        confirmed_by_id=row.confirmed_by_id,
        confirmed_office_id=row.confirmed_office_id,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
        ended_by_id=row.ended_by_id,
        ended_office_id=row.ended_office_id,
        ended_words=row.ended_words,
    )
