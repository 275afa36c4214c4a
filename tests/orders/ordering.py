"""Short ways to enter and confirm orders in the small world."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from opennrm.access import queries as sight
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.orders import actions
from opennrm.orders.rules import Authority, NewOrder, Purpose, Scope
from tests.acting import by, office


def new_order(
    case: CaseCard | None = None, *classes: str, to: tuple[str, ...] = ("labour",), **changes: Any
) -> NewOrder:
    """What stands on the paper of a court for one case, or of a ministry for every case."""
    usual: dict[str, Any] = {
        "authority": Authority.COURT if case else Authority.MINISTRY,
        "issued_by": "Invented Court of Trial",
        "number": "17/3",
        "dated": clock.today(),
        "legal_basis": "Article 1 of an invented law",
        "classes": ("ordinary", *classes),
        "scope": Scope.CASE if case else Scope.EVERY,
        "case": case.reference if case else "",
        "offices": tuple(map(office, to)),
        "purpose": Purpose.TRIAL,
        "since": clock.today(),
        "until": clock.today() + timedelta(days=30),
    }
    return NewOrder(**{**usual, **changes})


def entered(case: CaseCard | None = None, *classes: str, who: str = "authority-rita", **changes: Any) -> UUID:
    """An order that waits for somebody of another office."""
    new = new_order(case, *classes, **changes)
    with by(who) as actor:
        return actions.enter(new=new, by=actor)


def confirm(order: UUID, who: str = "coordinator-kim") -> None:
    with by(who) as actor:
        actions.confirm(order=order, by=actor)


def in_force(case: CaseCard | None = None, *classes: str, **changes: Any) -> UUID:
    """An order that the authority entered and the coordinator confirmed."""
    order = entered(case, *classes, **changes)
    confirm(order)
    return order


def seen(username: str, case: CaseCard) -> frozenset[str]:
    """The data classes of a case that somebody sees."""
    with by(username):
        return sight.classes_seen(case.id)
