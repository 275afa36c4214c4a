"""Copies of cases that the actions made, written set by set; triggers and constraints see them as any other row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg

from opennrm.country.open_caseload import copy_sql


@dataclass(frozen=True, slots=True)
class Copy:
    """The how-manieth copy of which case, under which reference, and how much earlier everything in it happened."""

    source: UUID
    number: int
    old_reference: str
    reference: str
    earlier: timedelta

    def id(self, old: UUID) -> UUID:
        """The id in the copy of what has this id in the case it was made from."""
        return UUID(md5(f"{old}/{self.number}".encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value sealed anew for the row of a copy, named by the row and column it was copied from."""

    source: UUID
    number: int
    column: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Portion:
    """Some copies with what cannot be copied: sealed values, and the tokens a name is found by."""

    copies: Sequence[Copy]
    sealed: Sequence[Sealed]
    tokens: Sequence[tuple[UUID, UUID, str, bytes]]


def prepare(connection: psycopg.Connection) -> None:
    """Makes the tables in which portions are handed over, for this connection alone."""
    connection.execute(copy_sql.PREPARE)
    connection.commit()


def write(connection: psycopg.Connection, portion: Portion) -> None:
    """Writes a portion in one transaction; the ledger's invariants are checked at its end."""
    copied = [
        (one.source, one.number, one.old_reference, one.reference, one.earlier) for one in portion.copies
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(copy_sql.FORGET)
        _hand_over(cursor, copy_sql.COPIED, copied)
        _hand_over(cursor, copy_sql.SEALED, [(s.source, s.number, s.column, s.value) for s in portion.sealed])
        _hand_over(cursor, copy_sql.FOUND_BY, portion.tokens)
        cursor.execute(copy_sql.PLAN)
        for model in copy_sql.models():
            cursor.execute(copy_sql.statement(model))
        cursor.execute(copy_sql.TOKENS)


def _hand_over(cursor: psycopg.Cursor[Any], where: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(where) as copy:
        for row in rows:
            copy.write_row(row)


def copies_of(cases: Sequence[tuple[UUID, str]], references: Iterator[str], count: int) -> Iterator[Copy]:
    """So many copies of these cases, in turn; each happened some minutes earlier, on the same days."""
    for index in range(count):
        source, reference = cases[index % len(cases)]
        number = index // len(cases) + 1
        yield Copy(source, number, reference, next(references), timedelta(seconds=number * 7919 % 3300 + 1))
