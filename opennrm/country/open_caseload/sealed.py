"""What is sealed in a case, opened once and sealed anew for every copy, under keys of the copy's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from uuid import UUID

import psycopg
from django.db.models import Model

from opennrm.access import keystore, sealing, tokens
from opennrm.access.matrix import tables
from opennrm.access.rules import SEALED_CLASSES, new_id
from opennrm.country.open_caseload import copy_sql
from opennrm.country.open_caseload.copies import Copy, Portion, Sealed
from opennrm.country.simulated import name_of
from opennrm.people.models import Name
from opennrm.people.rules import TokenKind


@dataclass(frozen=True, slots=True)
class Opened:
    """One sealed value of a case in words, with its place."""

    table: str
    row: UUID
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a copy of a case needs besides its rows: who holds its keys, what is sealed, and what a name is drawn by."""

    case: UUID
    reference: str
    gender: str
    citizenship: str
    holders: Mapping[str, frozenset[int]]
    opened: Sequence[Opened]


def pattern_of(connection: psycopg.Connection, case: UUID) -> Pattern:
    """Reads a case and opens what is sealed in it with any key that opens it."""
    row = connection.execute(copy_sql.PATTERN, [case]).fetchone()
    assert row is not None
    holders = {name: frozenset(keystore.organisations(case, name)) for name in SEALED_CLASSES}
    opened = [one for model in copy_sql.models() for one in _opened(connection, model, case, holders)]
    return Pattern(case, row[0], row[1], next(iter(row[2]), "AL"), holders, opened)


def _opened(
    connection: psycopg.Connection, model: type[Model], case: UUID, holders: Mapping[str, frozenset[int]]
) -> Iterator[Opened]:
    table, columns = tables()[model._meta.db_table], copy_sql.sealed_columns(model)
    if not columns:
        return
    for row, *values in connection.execute(copy_sql.sealed_of(model), [case]).fetchall():
        sealer = sealing.Sealer(case, table.data_class, holders[table.data_class])
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                yield Opened(table.name, row, column, sealer.open(table.name, column, row, value))


def portion(copies: Sequence[Copy], patterns: Mapping[UUID, Pattern], random: Random) -> Portion:
    """Seals what is sealed in these copies; the keys are in their store when this returns."""
    made: list[Sealed] = []
    found_by: list[tuple[UUID, UUID, str, bytes]] = []
    with sealing.collecting():
        for copy in copies:
            pattern, case = patterns[copy.source], copy.id(copy.source)
            keys = {
                name: sealing.new_keys(case, [name], held).keys[name]
                for name, held in pattern.holders.items()
                if held
            }
            name = name_of(random, pattern.gender, pattern.citizenship)
            made += [_again(one, copy, keys, name) for one in pattern.opened]
            if any(one.table == Name._meta.db_table for one in pattern.opened):
                found_by += [(new_id(), case, kind, token) for kind, token in _tokens(*name)]
        sealing.flush_pending()
    return Portion(copies, made, found_by)


def _again(one: Opened, copy: Copy, keys: Mapping[str, sealing.DataKey], name: tuple[str, str]) -> Sealed:
    words = one.words
    if one.table == Name._meta.db_table:
        words = name[0] if one.column == "first" else name[1]
    value = sealing.seal(
        keys[tables()[one.table].data_class],
        table=one.table,
        column=one.column,
        row=copy.id(one.row),
        plain=words,
    )
    return Sealed(one.row, copy.number, one.column, value)


@lru_cache(maxsize=4096)
def _tokens(first: str, second: str) -> tuple[tuple[str, bytes], ...]:
    exact, tolerant = tokens.exact_tokens(first, second), tokens.tolerant_tokens(first, second)
    return tuple(
        (str(kind), token)
        for kind, found in ((TokenKind.EXACT, exact), (TokenKind.TOLERANT, tolerant))
        for token in sorted(found.all)
    )
