"""Many rows of one table in one statement: for an import, where a model of every row costs more than writing it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

Row = dict[str, Any]
# A row with the table it is for.
Made = tuple[type[Model], Row]


def plan_anew() -> None:
    """Has the database forget how it planned its triggers: a plan made for small tables would read the grown ones whole."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def insert(model: type[Model], rows: Sequence[Row]) -> None:
    """Inserts rows given by column, all with the same columns; one left out takes its default, a missing key a random one.

    Row security and triggers see them as they see any other insert.
    """
    if not rows:
        return
    # An automatic number is the database's to give.
    fields = [field for field in model._meta.concrete_fields if "AutoField" not in field.get_internal_type()]
    if strange := rows[0].keys() - {field.column for field in fields}:
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(strange))}")
    left_out = [field for field in fields if field.column not in rows[0]]
    defaults = {field.column: field.get_default() for field in left_out if not field.primary_key}
    random = {field.column for field in left_out if field.primary_key}
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [field.column for field in fields]
    names = ", ".join(map(connection.ops.quote_name, columns))
    values = ", ".join(
        "gen_random_uuid()" if column in random else connection.ops.quote_name(column) for column in columns
    )
    whole = [{**defaults, **row} for row in rows] if defaults else list(rows)
    # COPY would pass row security by and is refused; this reads the rows as the table's own type.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM json_populate_recordset(NULL::{table}, %s::json)",
            [json.dumps(whole, default=_plain, ensure_ascii=False)],
        )


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a column cannot take a value of {type(value)}")
