from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties.sops import home_country, sop, sop_in_force
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.orders import following
from opennrm.orders.models import Order
from opennrm.orders.policies import DOOR
from opennrm.orders.rules import (
    Ended,
    NewOrder,
    Scope,
    Standing,
    check_order,
    check_second,
    check_words,
    standing,
)

NO_SUCH_CASE = _("There is no case with this reference that your office sees.")
NO_SUCH_REGION = _("There is no such region.")
OVER = _("This order is over, or somebody has decided on it meanwhile. Open it again to see how it stands.")


def enter(*, new: NewOrder, by: Actor) -> UUID:
    """Enters an order as it stands on its paper; until somebody of another office confirms it, it opens nothing."""
    DOOR.require(by, "orders.enter")
    known, today = agencies.offices(), clock.today()
    check_order(
        new,
        today=today,
        can_receive={one.id for one in known.values() if not one.closed_on or one.closed_on > today},
    )
    if new.region and new.region not in agencies.regions():
        raise Problem("scope", NO_SUCH_REGION)
    case = _case(new, by) if new.scope is Scope.CASE else None
    if new.supersedes is not None:
        _still_open(new.supersedes)
    row = _row(new, case, by=by)
    Order.objects.bulk_create([row])
    audit.record("orders.enter", case=row.case_id, subject=row.id, detail={"classes": row.classes})
    return row.id


def confirm(*, order: UUID, by: Actor) -> None:
    """Confirms that an order is as on its paper; from its first day on it opens what it names, and what it supersedes ends."""
    row = _decided_on(order)
    check_second(
        entered_by=row.entered_by_id,
        entered_office=row.entered_office_id,
        officer=by.officer,
        offices=by.offices,
    )
    DOOR.require(by, "orders.confirm", row)
    now = clock.now()
    _must_be(row, Standing.WAITS)
    row.confirmed_at, row.confirmed_by_id, row.confirmed_office_id = now, by.officer, by.office
    row.opened_at = now if row.since <= now else None
    row.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_office", "opened_at"])
    audit.record("orders.confirm", case=row.case_id, subject=row.id)
    if row.supersedes_id and (earlier := _standing(row.supersedes_id)):
        following.end(earlier, why=Ended.SUPERSEDED, words=row.number, by=by)
    if row.opened_at:
        following.lend_now()


def refuse(*, order: UUID, words: str, by: Actor) -> None:
    """Refuses an order that is not as on its paper; it never opens anything."""
    row = _decided_on(order)
    DOOR.require(by, "orders.refuse", row)
    _must_be(row, Standing.WAITS)
    following.end(row, why=Ended.REFUSED, words=check_words(words), by=by)


def withdraw(*, order: UUID, words: str, by: Actor) -> None:
    """Takes back an order that her own office entered and nobody has confirmed."""
    row = _decided_on(order)
    DOOR.require(by, "orders.withdraw", row)
    if row.entered_office_id not in by.offices:
        raise NotAllowed()
    _must_be(row, Standing.WAITS)
    following.end(row, why=Ended.WITHDRAWN, words=check_words(words), by=by)


def revoke(*, order: UUID, words: str, by: Actor) -> None:
    """Ends an order before its last day: what it opened closes at once, and no duty ends with it."""
    row = _decided_on(order)
    DOOR.require(by, "orders.revoke", row)
    _must_be(row, Standing.IN_FORCE, Standing.TO_COME)
    following.end(row, why=Ended.REVOKED, words=check_words(words), by=by)


def _case(new: NewOrder, by: Actor) -> CaseCard:
    """The one case that is named, where the office that enters it sees that case by itself."""
    try:
        case = cases.case_by_name(new.case)
    except NotFound as error:
        raise Problem("no_such_case", NO_SUCH_CASE) from error
    if not sight.cases_seen(by.offices, "ordinary").filter(case_id=case.id).exists():
        raise Problem("no_such_case", NO_SUCH_CASE)
    return case


def _row(new: NewOrder, case: CaseCard | None, *, by: Actor) -> Order:
    assert by.officer is not None
    assert by.office is not None
    return Order(
        authority=new.authority,
        issued_by=new.issued_by.strip(),
        number=new.number.strip(),
        dated=new.dated,
        legal_basis=new.legal_basis.strip(),
        scan_reference=new.scan_reference.strip(),
        scan_digest=new.scan_digest,
        classes=list(new.classes),
        scope=new.scope,
        region_id=new.region or None,
        case_id=case.id if case else None,
        case_reference=case.reference if case else "",
        fact=new.fact,
        country=home_country(sop(sop_in_force())) if new.fact else "",
        offices=sorted(set(new.offices)),
        purpose=new.purpose,
        since=clock.midnight(new.since),
        # The last day counts whole, where the offices are.
        until=clock.midnight(new.until + timedelta(days=1)),
        supersedes_id=new.supersedes,
        entered_at=clock.now(),
        entered_by_id=by.officer,
        entered_office_id=by.office,
    )


def _decided_on(order: UUID) -> Order:
    sight.one_at_a_time(order)
    row = Order.objects.filter(id=order).first()
    if row is None:
        raise NotFound()
    return row


def _standing(order: UUID) -> Order | None:
    return Order.objects.filter(id=order, ended_at__isnull=True, confirmed_at__isnull=False).first()


def _still_open(order: UUID) -> None:
    if _standing(order) is None:
        raise Problem("nothing_to_supersede", _("The order that this one takes the place of is over."), 409)


def _must_be(row: Order, *wanted: Standing) -> None:
    stands = standing(
        confirmed=row.confirmed_at is not None,
        since=row.since,
        until=row.until,
        ended=row.ended_why,
        now=clock.now(),
    )
    if stands not in wanted:
        raise Problem("order_is_over", OVER, 409)
