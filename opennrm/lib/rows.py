"""Many rows of one table in one statement: for an import, where making a model of every row costs more than writing it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

Row = Mapping[str, Any]


def insert(model: type[Model], rows: Iterable[Row]) -> None:
    """Inserts rows given by column; a column left out takes the default of its field."""
    columns, defaults = _columns(model)
    whole = [{**{name: make() for name, make in defaults.items() if name not in row}, **row} for row in rows]
    if not whole:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    # COPY would pass row security by and is refused; this reads the rows as the table's own type.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)",
            [json.dumps(whole, default=_plain, ensure_ascii=False)],
        )


@cache
def _columns(model: type[Model]) -> tuple[list[str], dict[str, Callable[[], Any]]]:
    fields = [
        field for field in model._meta.concrete_fields if not field.get_internal_type().endswith("AutoField")
    ]
    return [field.column for field in fields], {field.column: field.get_default for field in fields}


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a column cannot take a value of {type(value)}")
