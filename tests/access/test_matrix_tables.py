"""Every table, every way to stand to a case, every verb: what the database lets happen is what the matrix says.

The database's answer comes from real statements of the application's role. The expected answer comes from the rows of
the matrix and from what each relation sees by the word of the design (relations.py), never from the SQL of a policy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import rowsecurity
from opennrm.access.matrix import VERBS, Table, tables
from opennrm.lib.database import APPLICATION, OWNER
from tests import promises
from tests.access.relations import RELATIONS, Relation, Situation
from tests.committed import committed

CASE_TABLES = [table for table in tables().values() if table.case]
OTHER_TABLES = [table for table in tables().values() if not table.case]
GENERATED = ("at", "actor", "verb", "case_id")
SETTINGS = "SELECT set_config('app.officer', %s, true), set_config('app.offices', %s, true), set_config('app.purpose', %s, true)"
# The statement got past row security and failed on something else.
PASSED = (errors.IntegrityError, errors.RaiseException, errors.DataException)


@pytest.fixture(scope="module")
def databases(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[psycopg.Connection, psycopg.Connection, Situation]]:
    """The application's connection, a superuser's, and the case between them."""
    with (
        committed(admin_url, application_url, django_db_blocker, "matrix") as (url, admin),
        psycopg.connect(url) as application,
        psycopg.connect(admin, autocommit=True) as superuser,
    ):
        yield application, superuser, Situation(superuser)


def writes_ordinary(relation: Relation) -> bool:
    return "ordinary" in relation.writes


def sees_as_office(relation: Relation) -> bool:
    return "ordinary" in relation.sees and not relation.alone


def on_basis(relation: Relation) -> set[str]:
    # Who declines an offer ends what the offer opened to it.
    if "snapshot" in relation.sees:
        return {"select", "update"} if relation.offered else {"select"}
    if writes_ordinary(relation):
        return {"select", "insert", "update"}
    # Every office that sees the case may end what a consent opened; an emergency only reads.
    return on_ordinary(relation) | ({"update"} if sees_as_office(relation) else set())


def on_ordinary(relation: Relation) -> set[str]:
    return {"select"} if "ordinary" in relation.sees else set()


def on_sight(relation: Relation) -> set[str]:
    return {"select"} if relation.sees else set()


def on_exclusion(relation: Relation) -> set[str]:
    # Who asked may end it; those who write on the case know who is out, to route around it, and no more.
    ends = {"update"} if relation.reads_reason else set()
    reads = {"select"} if relation.reads_reason or writes_ordinary(relation) else set()
    return reads | ends | ({"insert"} if writes_ordinary(relation) else set())


def on_reason(relation: Relation) -> set[str]:
    reads = {"select"} if relation.reads_reason else set()
    return reads | ({"insert"} if writes_ordinary(relation) else set())


def on_offer(relation: Relation) -> set[str]:
    if "snapshot" in relation.sees:
        return {"select", "update"} if relation.offered else set()
    return {"select", "insert", "update"} if writes_ordinary(relation) else on_ordinary(relation)


def on_notice(relation: Relation) -> set[str]:
    if "snapshot" in relation.sees or writes_ordinary(relation):
        return {"select", "insert", "update"}
    return {"select", "update"} if "ordinary" in relation.sees else set()


def on_emergency(relation: Relation) -> set[str]:
    # Not even the one who opened it reads the row: only the office that reviews.
    return {"select", "update"} if relation.reviews else set()


def on_consent(relation: Relation) -> set[str]:
    # Whoever sees the case may write down that she no longer agrees.
    ends = {"update"} if sees_as_office(relation) else set()
    return on_ordinary(relation) | ends | ({"insert"} if writes_ordinary(relation) else set())


def on_request(relation: Relation) -> set[str]:
    if "snapshot" in relation.sees:
        return {"select"} if relation.asked else set()
    return on_ordinary(relation) | ({"insert"} if writes_ordinary(relation) else set())


def on_request_text(relation: Relation) -> set[str]:
    # The row is a question: who is asked reads it, and an answer is written by nobody but the system.
    reads = {"select"} if relation.asked or "narrative" in relation.sees else set()
    return reads | ({"insert"} if "narrative" in relation.writes else set())


def on_refusal(relation: Relation) -> set[str]:
    return {"select"} if relation.asked else set()


def on_order(relation: Relation) -> set[str]:
    # Who sees the case reads what opens it; who keeps orders sees no case by that, and enters one about a case she sees.
    if relation.excluded:
        return set()
    keeps = {"select", "update"} if relation.keeps else set()
    enters = {"insert"} if relation.keeps and sees_as_office(relation) else set()
    return on_ordinary(relation) | keeps | enters


BY_HAND: dict[str, Callable[[Relation], set[str]]] = {
    "access_basis": on_basis,
    "sharing_consent": on_consent,
    "sharing_voice": on_consent,
    "sharing_request": on_request,
    "sharing_requesttext": on_request_text,
    "sharing_refusal": on_refusal,
    "orders_order": on_order,
    "access_sight": on_sight,
    "access_exclusion": on_exclusion,
    "access_exclusionreason": on_reason,
    "duties_offer": on_offer,
    "duties_notice": on_notice,
    "oversight_emergency": on_emergency,
}


def expected(table: Table, relation: Relation) -> set[str]:
    """The verbs that succeed, read from the matrix row and from what the relation sees."""
    if relation.purpose != "work":
        return set(table.system.get(relation.purpose, ()))
    if table.name in BY_HAND:
        return BY_HAND[table.name](relation)
    seen = {"select"} if table.data_class in relation.sees else set()
    written = {"insert", "update"} if table.data_class in relation.writes else set()
    return (seen | written) & set(table.office)


def expected_elsewhere(table: Table, relation: Relation) -> set[str]:
    """The same for tables that belong to no case: the exempt ones are held by grants alone."""
    if table.exempt:
        return set(table.grant)
    open_to_all = set(table.office) if table.using == "true" else set()
    if table.insert_check:
        # Only the office that keeps the row's body or agreement writes; none of these offices keeps one.
        open_to_all &= {"select"}
    return open_to_all | set(table.system.get(relation.purpose, ()))


def attempt(
    databases: tuple[Any, ...], table: Table, relation: Relation, verb: str, *, blind: bool = False
) -> bool:
    """Whether the verb touches a row, in a transaction that is taken back."""
    application, _, situation = databases
    row = situation.row(table, relation)
    with application.transaction(force_rollback=True):
        application.execute(SETTINGS, situation.settings(relation))
        try:
            with application.transaction():
                touched = (
                    application.execute(*statement(table, verb, row, situation, blind=blind)).rowcount > 0
                )
                return touched or bool(table.exempt)
        except errors.InsufficientPrivilege:
            return False
        except PASSED:
            return True


def statement(
    table: Table, verb: str, row: dict[str, Any], situation: Situation, *, blind: bool = False
) -> tuple[sql.Composed, list[Any]]:
    """A plain statement on the rows of the case; a blind one reads no column, so that no rule of reading hides its row."""
    name, column = sql.Identifier(table.name), sql.Identifier
    mine = sql.SQL("t.{} = {}").format(column(table.case), situation.case) if table.case else sql.SQL("true")
    if verb == "select":
        return sql.SQL("SELECT 1 FROM {} t WHERE {}").format(name, mine), []
    if verb == "insert":
        written = sql.SQL(", ").join(
            column(c) for c in row if table.name != "access_audit" or c not in GENERATED
        )
        query = "INSERT INTO {name} ({written}) SELECT {written} FROM jsonb_populate_record(NULL::{name}, %s)"
        return sql.SQL(query).format(name=name, written=written), [json.dumps(row)]
    if verb == "update":
        changed = column(
            next(iter(table.update), next((c for c in row if c not in {"id", *GENERATED}), "id"))
        )
        if blind:
            value = sql.SQL("(jsonb_populate_record(NULL::{}, %s)).{}").format(name, changed)
            return sql.SQL("UPDATE {} SET {} = {}").format(name, changed, value), [json.dumps(row)]
        return sql.SQL("UPDATE {} t SET {changed} = t.{changed} WHERE {}").format(
            name, mine, changed=changed
        ), []
    if blind:
        return sql.SQL("DELETE FROM {}").format(name), []
    return sql.SQL("DELETE FROM {} t WHERE {}").format(name, mine), []


def mismatches(databases: tuple[Any, ...], table: Table, relation: Relation) -> list[str]:
    """The verbs on which the database and the matrix disagree."""
    wanted = expected(table, relation) if table.case else expected_elsewhere(table, relation)
    return [
        f"{table.name} x {relation} x {'blind ' * blind}{verb}: {'refused' if verb in wanted else 'allowed'}"
        for blind in ((False, True) if table.case else (False,))
        for verb in (("update", "delete") if blind else VERBS)
        if attempt(databases, table, relation, verb, blind=blind) != (verb in wanted)
    ]


@pytest.mark.parametrize("table", CASE_TABLES, ids=lambda table: table.name)
def test_a_case_table_gives_each_relation_what_the_matrix_says(
    databases: tuple[Any, ...], table: Table
) -> None:
    wrong = [line for relation in RELATIONS for line in mismatches(databases, table, relation)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("table", OTHER_TABLES, ids=lambda table: table.name)
def test_another_table_gives_each_relation_what_the_matrix_says(
    databases: tuple[Any, ...], table: Table
) -> None:
    wrong = [line for relation in RELATIONS for line in mismatches(databases, table, relation)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("relation", RELATIONS, ids=str)
def test_no_office_sees_a_row_of_a_case_it_has_nothing_to_do_with(
    databases: tuple[Any, ...], relation: Relation
) -> None:
    application, _, situation = databases
    seen = []
    with application.transaction(force_rollback=True):
        application.execute(SETTINGS, situation.settings(relation))
        for table in CASE_TABLES:
            query = sql.SQL("SELECT count(*) FROM {} WHERE {} <> {}").format(
                sql.Identifier(table.name), sql.Identifier(table.case), situation.case
            )
            if "select" in table.verbs and application.execute(query).fetchone() != (0,):
                seen.append(table.name)
    allowed = [
        t.name
        for t in CASE_TABLES
        if relation.purpose != "work" and "select" in t.system.get(relation.purpose, ())
    ]
    assert set(seen) <= set(allowed)


@pytest.mark.drill
def test_every_cell_of_the_matrix(databases: tuple[Any, ...]) -> None:
    wrong = [
        line
        for table in tables().values()
        for relation in RELATIONS
        for line in mismatches(databases, table, relation)
    ]
    cells = len(tables()) * len(RELATIONS) * len(VERBS)
    promises.figure("P1", f"{cells} cells of table x relation x verb, {len(wrong)} mismatches")
    assert wrong == []


def test_every_table_has_a_row_in_the_matrix_and_every_row_a_table(databases: tuple[Any, ...]) -> None:
    rows = databases[1].execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f')"
    )
    assert {name for (name,) in rows} == set(tables())


def test_every_table_has_policies_or_a_reason_to_have_none(databases: tuple[Any, ...]) -> None:
    secured = {
        name: (enabled and forced, policies)
        for name, enabled, forced, policies in databases[1].execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"
            " FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }
    for table in tables().values():
        on, policies = secured[table.name]
        assert len(table.exempt) > 10 if not on else policies >= 1 and not table.exempt, table.name


def test_an_exempt_table_names_no_case(databases: tuple[Any, ...]) -> None:
    columns = databases[1].execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    exempt = {table.name for table in tables().values() if table.exempt}
    assert [(table, column) for table, column in columns if table in exempt and "case" in column] == []


# What the threat model says of every table that holds bytes; a new one fails until it is written here.
CLASS_BY_THE_THREAT_MODEL = {
    "people_name": "identity",
    "people_birthdate": "identity",
    "people_document": "identity",
    "people_token": "identity",
    "people_contact": "contact",
    "people_guardian": "contact",
    "people_dependant": "contact",
    "casefile_journaltext": "narrative",
    "casefile_importedrow": "ordinary",
    "identification_assessmentreasons": "narrative",
    "identification_conferenceminutes": "narrative",
    "sharing_requesttext": "narrative",
    "sharing_bestinterestreasons": "narrative",
    # Sealed for the organisation that reviews, under no class of the case.
    "oversight_emergency": "",
}


def test_what_is_sealed_stands_under_the_class_it_is_sealed_for(databases: tuple[Any, ...]) -> None:
    rows = databases[1].execute(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'"
    )
    case_tables = {table.name for table in CASE_TABLES}
    sealed = {name for (name,) in rows} & case_tables
    assert {name: tables()[name].data_class for name in sealed} == CLASS_BY_THE_THREAT_MODEL


def test_policies_and_grants_in_the_database_are_those_the_matrix_makes(databases: tuple[Any, ...]) -> None:
    superuser = databases[1]
    with superuser.transaction(force_rollback=True):
        stands = catalogue(superuser)
        for policy, table in superuser.execute("SELECT policyname, tablename FROM pg_policies").fetchall():
            superuser.execute(
                sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), sql.Identifier(table))
            )
        superuser.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {APPLICATION}")
        superuser.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        rowsecurity.apply(superuser)
        assert catalogue(superuser) == stands


def catalogue(superuser: psycopg.Connection) -> dict[str, list[Any]]:
    """Every policy and grant, and whether row security is on and forced."""
    asked = {
        "policies": "SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies",
        "tables": "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE table_schema = 'public'",
        "columns": "SELECT grantee, table_name, column_name, privilege_type FROM information_schema.column_privileges"
        " WHERE table_schema = 'public'",
        "security": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace",
    }
    return {name: sorted(map(repr, superuser.execute(query).fetchall())) for name, query in asked.items()}
