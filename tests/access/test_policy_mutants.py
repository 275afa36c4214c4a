"""P3: a rule of row security that is taken away, turned round or widened is found by the cells of the matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from opennrm.access import rowsecurity
from opennrm.access.matrix import VERBS, Table, tables
from opennrm.lib.database import APPLICATION, OWNER
from tests import promises
from tests.access.own_rows import owned_mismatches
from tests.access.relations import RELATIONS
from tests.access.test_matrix_tables import databases, mismatches

__all__ = ["databases"]

SECURED = [table for table in tables().values() if table.case]
# What belongs to no case is open to all at work, or to whose row it is; the framework's own tables have grants alone.
OF_NO_CASE = [table for table in tables().values() if not table.case and not table.exempt]
# To be given these opens nothing: the triggers of the log refuse whoever comes (test_audit.py).
HELD_BY_A_TRIGGER = {
    *(
        f"access_audit: {purpose} gains {verb}"
        for purpose in ("audit", "oversight")
        for verb in ("update", "delete")
    ),
    *(f"access_tree: audit gains {verb}" for verb in ("insert", "update", "delete")),
}
SAMPLED_OF_NO_CASE = ("access_apitoken", "agencies_absence", "oversight_signal", "coordination_meeting")
SAMPLED = ("casefile_case", "people_name", "duties_offer", "access_exclusion", "sharing_consent")
OTHER_CLASS = {"ordinary": "identity", "identity": "ordinary", "contact": "ordinary", "narrative": "contact"}


def mutants(table: Table) -> Iterator[tuple[str, Table]]:
    """The row of one table with one rule deleted, negated or widened at a time."""
    yield from _of_verbs(table)
    yield from _of_purposes(table)
    yield from _of_conditions(table)


def _of_verbs(table: Table) -> Iterator[tuple[str, Table]]:
    for verb in table.office:
        yield f"offices lose {verb}", replace(table, office=tuple(one for one in table.office if one != verb))
    for verb in _gained(table.office) if table.using != "false" else ():
        yield f"offices gain {verb}", replace(table, office=(*table.office, verb))


def _of_purposes(table: Table) -> Iterator[tuple[str, Table]]:
    for purpose, verbs in table.system.items():
        kept = {name: held for name, held in table.system.items() if name != purpose}
        yield f"{purpose} loses all", replace(table, system=kept)
        for verb in _gained(verbs):
            yield f"{purpose} gains {verb}", replace(table, system=kept | {purpose: [*verbs, verb]})
    for purpose in {"statistics", "sweep", "import"} - set(table.system):
        yield f"{purpose} comes in", replace(table, system=table.system | {purpose: ["select"]})


def _of_conditions(table: Table) -> Iterator[tuple[str, Table]]:
    for rule in ("using", "insert_check", "update_check"):
        stands = getattr(table, rule)
        negated: dict[str, Any] = {rule: f"NOT ({stands})"}
        deleted: dict[str, Any] = {rule: "true"}
        if stands:
            yield f"{rule} is negated", replace(table, **negated)
        if stands and stands != "true":
            yield f"{rule} is deleted", replace(table, **deleted)
    if table.data_class:
        yield "another class opens it", replace(table, data_class=OTHER_CLASS[table.data_class])
        yield "no class is asked for", replace(table, data_class="", using="true", insert_check="true")
    if table.update:
        yield "every column may change", replace(table, update=())


def _gained(verbs: Sequence[str]) -> list[str]:
    # Who reads no row of a table reaches none to change or delete: to be given these alone opens nothing.
    reached = VERBS if "select" in verbs else ("select", "insert")
    return [verb for verb in reached if verb not in verbs]


@contextmanager
def standing(superuser: psycopg.Connection, table: Table, mutant: Table) -> Iterator[None]:
    """The mutant stands in the database, and the matrix's own row again afterwards."""
    try:
        _apply(superuser, mutant)
        yield
    finally:
        _apply(superuser, table)


def _apply(superuser: psycopg.Connection, table: Table) -> None:
    with superuser.transaction():
        superuser.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        for statement in rowsecurity.statements(table):
            superuser.execute(sql.Composed([statement]))


def is_found(databases: tuple[Any, ...], table: Table) -> bool:
    """Whether any cell, or the list of columns that may change, disagrees with the matrix."""
    return (
        bool(columns_that_may_not_change(databases[1], table))
        or any(mismatches(databases, table, relation) for relation in RELATIONS)
        or bool(owned_mismatches(databases, table))
    )


def columns_that_may_not_change(superuser: psycopg.Connection, table: Table) -> list[str]:
    """The columns that the application may change though the matrix does not name them."""
    if not table.update:
        return []
    rows = superuser.execute(
        "SELECT column_name FROM information_schema.column_privileges WHERE table_schema = 'public'"
        " AND table_name = %s AND grantee = %s AND privilege_type = 'UPDATE'",
        [table.name, APPLICATION],
    )
    return sorted({name for (name,) in rows} - set(table.update))


def opens_the_same(mutant: Table, table: Table) -> bool:
    """Whether a table that is open to whoever acts stays so: what a purpose may read there besides changes nothing."""
    if table.case or not table.using == mutant.using == "true":
        return False
    rest = replace(mutant, system=table.system) == table
    purposes = {*table.system, *mutant.system}
    to_all = {"select"} & set(table.office)
    return rest and all(
        to_all | set(table.system.get(one, ())) == to_all | set(mutant.system.get(one, ()))
        for one in purposes
    )


def survivors(databases: tuple[Any, ...], walked: list[Table]) -> tuple[int, list[str]]:
    """How many mutants stood, and those that nothing found."""
    many, alive = 0, []
    for table in walked:
        for what, mutant in mutants(table):
            if rowsecurity.statements(mutant) == rowsecurity.statements(table) or opens_the_same(
                mutant, table
            ):
                continue
            many += 1
            with standing(databases[1], table, mutant):
                if not is_found(databases, table):
                    alive.append(f"{table.name}: {what}")
    return many, alive


@pytest.mark.parametrize("name", SAMPLED)
def test_a_rule_that_is_changed_is_found(databases: tuple[Any, ...], name: str) -> None:
    many, alive = survivors(databases, [tables()[name]])
    promises.figure("P3", f"{many} mutants of the rules of {name}, {many - len(alive)} found")
    assert many > 8
    assert not alive, "\n".join(alive)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_every_rule_of_row_security_that_is_changed_is_found(databases: tuple[Any, ...]) -> None:
    many, alive = survivors(databases, SECURED)
    promises.figure("P3", f"{many} mutants of the rules of {len(SECURED)} tables, {many - len(alive)} found")
    assert not alive, "\n".join(alive)


@pytest.mark.parametrize("name", SAMPLED_OF_NO_CASE)
def test_a_rule_about_what_belongs_to_no_case_that_is_changed_is_found(
    databases: tuple[Any, ...], name: str
) -> None:
    many, alive = survivors(databases, [tables()[name]])
    promises.figure("P3", f"{many} mutants of the rules of {name}, {many - len(alive)} found")
    assert many >= 8
    assert not alive, "\n".join(alive)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_every_rule_about_what_belongs_to_no_case_that_is_changed_is_found(
    databases: tuple[Any, ...],
) -> None:
    many, alive = survivors(databases, OF_NO_CASE)
    promises.figure(
        "P3",
        f"{many} mutants of the rules of {len(OF_NO_CASE)} tables of no case: {many - len(alive)} found, "
        f"{len(alive)} held by a trigger as well",
    )
    assert set(alive) == HELD_BY_A_TRIGGER


@pytest.mark.parametrize("table", OF_NO_CASE, ids=lambda table: table.name)
def test_whose_row_it_is_does_with_it_what_the_matrix_says(databases: tuple[Any, ...], table: Table) -> None:
    assert owned_mismatches(databases, table) == []


def test_only_the_columns_that_the_matrix_names_may_change(databases: tuple[Any, ...]) -> None:
    wrong = {table.name: columns_that_may_not_change(databases[1], table) for table in SECURED}
    assert {name: columns for name, columns in wrong.items() if columns} == {}


def test_the_matrix_stands_again_after_a_mutant(databases: tuple[Any, ...]) -> None:
    table = tables()["people_name"]
    with standing(databases[1], table, replace(table, data_class="ordinary")):
        assert is_found(databases, table)
    assert not is_found(databases, table)
