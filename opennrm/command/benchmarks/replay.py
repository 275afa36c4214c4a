from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

WRITES = ("INSERT", "UPDATE", "DELETE", "SELECT set_config", "SELECT size, root FROM access_audit_append")
Statement = tuple[str, Any]


@contextmanager
def undone() -> Iterator[None]:
    """What is done here is checked to its end by the database and then undone."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def statements_of(work: Callable[[], object]) -> list[Statement]:
    """The statements by which some work writes; they are undone."""
    written: list[Statement] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            written.append((sql, params))
        return execute(sql, params, many, context)

    with undone(), connection.execute_wrapper(keep):
        work()
    return written


def replay(written: list[Statement]) -> None:
    """The same rows written again by the driver alone, and undone."""
    with undone():
        assert connection.connection is not None
        with connection.connection.cursor() as cursor:
            for sql, params in written:
                cursor.execute(sql, params)
