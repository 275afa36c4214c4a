"""What an order over every case costs among very many: it is confirmed, a case is opened under it, it is ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import perf_counter

import psycopg
import pytest
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.matrix import tables
from opennrm.orders import actions
from tests import promises
from tests.acting import by, opened
from tests.committed import watched
from tests.orders.ordering import confirm, entered

MANY = int(os.environ.get("OPENNRM_MANY_CASES", "20000"))
PARTS = ("people_person", "casefile_case", "access_basis", "access_sight")


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which everything is committed, and a superuser who fills it."""
    with watched(admin_url, application_url, django_db_blocker, "order_cost") as found:
        yield found


def fill(superuser: psycopg.Connection) -> None:
    """Very many cases that are one case as far as orders look at it."""
    case = opened()
    with superuser.transaction():
        # The database's own rules made the first; its copies need them not.
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(
            "CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS case_id, gen_random_uuid() AS person_id, n"
            " FROM generate_series(1, %s) AS n",
            [MANY],
        )
        for table in PARTS:
            changed = {tables()[table].case: "c.case_id"}
            changed |= {"id": "gen_random_uuid()"} if table == "access_basis" else {}
            changed |= {"id": "c.person_id"} if table == "people_person" else {}
            changed |= (
                {"person_id": "c.person_id", "reference": "'AL-' || c.n"} if table == "casefile_case" else {}
            )
            names = [
                name
                for (name,) in superuser.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                    [table],
                )
            ]
            superuser.execute(
                sql.SQL(
                    "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, copies c WHERE t.{case} = {one}"
                ).format(
                    table=sql.Identifier(table),
                    names=sql.SQL(", ").join(map(sql.Identifier, names)),
                    values=sql.SQL(", ").join(
                        sql.SQL(changed[name]) if name in changed else sql.Identifier("t", name)
                        for name in names
                    ),
                    case=sql.Identifier(tables()[table].case),
                    one=sql.Literal(case.id),
                )
            )
    for table in PARTS:
        superuser.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def seconds(act: object) -> float:
    began = perf_counter()
    act()  # type: ignore[operator]
    return perf_counter() - began


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_an_order_over_every_case_opens_and_closes_very_many_in_one_transaction(
    superuser: psycopg.Connection,
) -> None:
    fill(superuser)
    before = min(seconds(opened) for _ in range(5))
    order = entered()
    opens = seconds(lambda: confirm(order))
    (bases,) = superuser.execute(
        "SELECT count(*) FROM access_basis WHERE reference = %s", [str(order)]
    ).fetchone() or (0,)
    under = min(seconds(opened) for _ in range(5))

    def ends() -> None:
        with by("coordinator-kim") as kim:
            actions.revoke(order=order, words="Measured.", by=kim)

    closes = seconds(ends)
    promises.figure(
        "P1",
        f"an order over {bases} cases: confirmed in {opens:.1f} s, ended in {closes:.1f} s;"
        f" a case opened in {under * 1000:.0f} ms under it and {before * 1000:.0f} ms without",
    )
    assert bases > MANY
