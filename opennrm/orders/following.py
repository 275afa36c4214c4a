"""What follows an order: its end, its first and last day, and the keys of what it opens."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from opennrm.access import audit, sealing, taking_back
from opennrm.access import queries as sight
from opennrm.access.rules import SEALED_CLASSES
from opennrm.access.scope import Actor, as_system
from opennrm.access.taking_back import Lent
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.orders.models import Order, PendingKey
from opennrm.orders.policies import DOOR
from opennrm.orders.rules import Ended

AT_ONCE = 500


def end(row: Order, *, why: Ended, words: str = "", by: Actor) -> None:
    """Ends an order; the database closes what it opened in the same transaction, and the keys go once that stands."""
    row.ended_at, row.ended_why, row.ended_words = clock.now(), why, words
    row.ended_by_id, row.ended_office_id = by.officer, by.office
    row.save(update_fields=["ended_at", "ended_why", "ended_words", "ended_by", "ended_office"])
    audit.record("orders.end", case=row.case_id, subject=row.id, detail={"why": str(why)})
    transaction.on_commit(follow_keys, robust=True)


def lend_now() -> None:
    """Lends the first keys in the transaction that opens an order; what is more than a portion waits for the worker."""
    with as_system("sweep", reason="keys that follow an order"):
        _portion(lends=True)


def follow_keys() -> int:
    """Lends and takes back one portion of keys of what stands, and returns how many cases it was about."""
    with as_system("sweep", reason="keys that follow an order"):
        return _portion(lends=False) + _portion(lends=True)


def sweep_all() -> int:
    """Opens the orders whose first day has come, ends those whose last day is over, lets keys follow: for the worker."""
    with as_system("sweep", reason="legal orders") as actor:
        done = _sweep(by=actor)
    while follow_keys():
        pass
    return done


def _sweep(*, by: Actor) -> int:
    DOOR.require(by, "orders.sweep")
    now, done = clock.now(), 0
    begins = Order.objects.filter(
        confirmed_at__isnull=False,
        opened_at__isnull=True,
        ended_at__isnull=True,
        since__lte=now,
        until__gt=now,
    )
    for order in list(begins.values_list("id", flat=True)):
        sight.one_at_a_time(order)
        done += begins.filter(id=order).update(opened_at=now)
    over = Order.objects.filter(ended_at__isnull=True, until__lte=now)
    for order in list(over.values_list("id", flat=True)):
        sight.one_at_a_time(order)
        row = over.filter(id=order).first()
        if row is not None:
            end(row, why=Ended.EXPIRED, by=by)
            done += 1
    return done


def _portion(*, lends: bool) -> int:
    waiting = PendingKey.objects.filter(lends=lends).order_by(F("tried_at").asc(nulls_first=True))
    rows = list(waiting.select_related("order").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    offices = agencies.offices()
    excluded = {case: out for case, (out, _) in sight.excluded_from({row.case_id for row in rows}).items()}
    done = [row for row in rows if not lends or row.office_id not in excluded.get(row.case_id, ())]
    for row in done:
        if lends:
            _lend(row, _lent(row, offices))
        else:
            taking_back.take_back(_lent(row, offices))
    PendingKey.objects.filter(id__in=[row.id for row in done]).delete()
    # An excluded office gets no key; the row stays and is tried again once the exclusion may have ended.
    PendingKey.objects.filter(id__in=[row.id for row in rows]).update(tried_at=clock.now())
    return len(done)


def _lend(row: PendingKey, lent: Lent) -> None:
    for data_class in lent.classes:
        if sight.opens_to_any(row.case_id, data_class, [row.office_id]):
            sealing.lend(row.case_id, data_class, lent.organisation)


def _lent(row: PendingKey, offices: Mapping[int, OfficeCard]) -> Lent:
    organisation = offices[row.office_id].organisation
    its = [card.id for card in offices.values() if card.organisation == organisation]
    return Lent(row.case_id, [one for one in SEALED_CLASSES if one in row.order.classes], organisation, its)
