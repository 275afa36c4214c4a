"""Two offices at once, on two real connections that commit: an order is decided once, and no case slips past one."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import Actor
from opennrm.identification import actions as identification
from opennrm.orders import actions
from tests.acting import new_case, opened
from tests.committed import watched
from tests.duties.test_races import Act, at_once, check
from tests.orders.ordering import entered, in_force

TIMES = 3


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "order_races") as found:
        yield found


def confirms(order: UUID) -> Act:
    return lambda actor: actions.confirm(order=order, by=actor)


def withdraws(order: UUID) -> Act:
    return lambda actor: actions.withdraw(order=order, words="Entered twice.", by=actor)


def revokes(order: UUID) -> Act:
    return lambda actor: actions.revoke(order=order, words="Taken back.", by=actor)


def opens(actor: Actor) -> None:
    identification.open_case(new=new_case(), by=actor)


def stands(superuser: psycopg.Connection, order: UUID) -> int:
    """How many cases an order opens now."""
    row = superuser.execute(
        "SELECT count(*) FROM access_basis WHERE kind = 'order' AND reference = %s AND ended_at IS NULL",
        [str(order)],
    ).fetchone()
    assert row is not None
    return int(row[0])


def cases(superuser: psycopg.Connection) -> int:
    row = superuser.execute("SELECT count(*) FROM casefile_case").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("_time", range(TIMES))
def test_an_order_is_confirmed_or_taken_back_and_not_both(superuser: psycopg.Connection, _time: int) -> None:
    order = entered(opened())
    outcomes = at_once(("coordinator-kim", confirms(order)), ("authority-rita", withdraws(order)))
    check(outcomes)
    assert stands(superuser, order) == (1 if outcomes[0] == "done" else 0)


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_offices_end_an_order_once(superuser: psycopg.Connection, _time: int) -> None:
    order = in_force(opened())
    check(at_once(("coordinator-kim", revokes(order)), ("authority-rita", revokes(order))))
    assert stands(superuser, order) == 0


@pytest.mark.parametrize("_time", range(TIMES))
def test_a_case_that_is_opened_while_an_order_opens_or_ends_slips_past_neither(
    superuser: psycopg.Connection, _time: int
) -> None:
    order = entered()
    assert at_once(("coordinator-kim", confirms(order)), ("border-ana", opens)) == ["done", "done"]
    assert stands(superuser, order) == cases(superuser)
    assert at_once(("coordinator-kim", revokes(order)), ("border-ana", opens)) == ["done", "done"]
    assert stands(superuser, order) == 0
