"""What row security gives an office of one case, asked of the database in that office's place, to be shown to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from opennrm.access.matrix import tables
from opennrm.access.models import Sight

Rows = Mapping[str, frozenset[str]]


@contextmanager
def in_place_of(office: int) -> Iterator[None]:
    """Row security as for somebody who works at this office alone; nothing can be written, and all of it goes back at the end."""
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('transaction_read_only', 'on', true), set_config('app.officer', '', true),"
                    " set_config('app.offices', %s, true), set_config('app.purpose', 'work', true)",
                    [f"{{{office}}}"],
                )
            yield
        finally:
            # Settings made since the savepoint are undone with it, also where nothing failed.
            transaction.set_rollback(True)


def rows_seen(case: UUID, names: Iterable[str]) -> Rows:
    """Which rows of a case row security gives in each of these tables now, by their keys."""
    keys = _keys()
    parts = [
        sql.SQL("SELECT {name}, {key}::text FROM {table} WHERE {case} = %(case)s").format(
            name=sql.Literal(name),
            key=sql.Identifier(keys[name]),
            table=sql.Identifier(name),
            case=sql.Identifier(tables()[name].case),
        )
        for name in names
    ]
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts), {"case": case})
        for name, key in cursor.fetchall():
            found.setdefault(name, set()).add(key)
    return {name: frozenset(rows) for name, rows in found.items()}


def sight_now(case: UUID) -> dict[str, datetime | None]:
    """The data classes of a case that row security opens now, each with the instant at which that ends by itself."""
    return dict(Sight.objects.filter(case_id=case).values_list("data_class", "until"))


@cache
def _keys() -> dict[str, str]:
    return {one._meta.db_table: one._meta.pk.column for one in apps.get_models()}
