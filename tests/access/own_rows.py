"""Tables that belong to no case: whose row each is, and what she, and nobody else, may do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from opennrm.access.matrix import VERBS, Table
from tests.access.test_matrix_tables import PASSED, SETTINGS, statement

# Who acts: officer, offices, purpose.
Settings = tuple[str, str, str]
Whose = Callable[[psycopg.Connection, dict[str, Any]], tuple[int | None, int | None]]


def _by_columns(officer: str, office: str) -> Whose:
    return lambda _found, row: (row[officer] if officer else None, row[office] if office else None)


def _asked(statement: str, column: str) -> Whose:
    def whose(found: psycopg.Connection, row: dict[str, Any]) -> tuple[int | None, int | None]:
        owner = found.execute(sql.SQL(statement), [row[column]]).fetchone()
        assert owner
        return owner[0], owner[1]

    return whose


_ANSWERS = (
    "SELECT p.officer_id, h.office_id FROM agencies_hook h JOIN agencies_post p ON p.office_id = h.office_id"
    " WHERE h.id = %s AND p.officer_id IS NOT NULL AND p.since <= current_date"
    " AND (p.until IS NULL OR p.until >= current_date) ORDER BY p.is_head DESC, p.id LIMIT 1"
)
_BODY = "SELECT NULL, kept_by_id FROM coordination_body WHERE id = %s"
_MEETING = "SELECT NULL, b.kept_by_id FROM coordination_meeting m JOIN coordination_body b ON b.id = m.body_id WHERE m.id = %s"
_SITE = "SELECT NULL, h.office_id FROM shelters_site i JOIN shelters_shelter h ON h.id = i.shelter_id WHERE i.id = %s"
_PLACE = (
    "SELECT NULL, h.office_id FROM shelters_place p JOIN shelters_room r ON r.id = p.room_id"
    " JOIN shelters_site i ON i.id = r.site_id JOIN shelters_shelter h ON h.id = i.shelter_id WHERE p.id = %s"
)


def _plans(found: psycopg.Connection, row: dict[str, Any]) -> tuple[int | None, int | None]:
    """A coordinator at work, who plans in her own name."""
    owner = found.execute(
        "SELECT officer_id, office_id FROM agencies_post WHERE role = 'coordinator' AND officer_id IS NOT NULL"
        " AND since <= current_date AND (until IS NULL OR until >= current_date) LIMIT 1"
    ).fetchone()
    assert owner
    row["planned_by_id"] = owner[0]
    return owner[0], owner[1]


# The person and the office whose row it is; what both may do stands in the matrix under `office`.
OWNERS: dict[str, Whose] = {
    "access_order": _by_columns("", "office_id"),
    "access_apitoken": _by_columns("officer_id", ""),
    "access_answered": _asked("SELECT officer_id, NULL FROM access_apitoken WHERE id = %s", "token_id"),
    "agencies_absence": _by_columns("officer_id", "office_id"),
    "agencies_hook": _asked(_ANSWERS, "id"),
    "agencies_hooklook": _asked(_ANSWERS, "hook_id"),
    "oversight_signal": _by_columns("", "reviewer_id"),
    "coordination_meeting": _asked(_BODY, "body_id"),
    "coordination_attended": _asked(_MEETING, "meeting_id"),
    "coordination_resolution": _asked(_MEETING, "meeting_id"),
    "coordination_agreement": _by_columns("", "kept_by_id"),
    "shelters_address": _asked(_SITE, "site_id"),
    "shelters_lease": _asked(_SITE, "site_id"),
    "shelters_use": _asked(_PLACE, "place_id"),
    "shelters_confirmation": _asked(
        "SELECT NULL, office_id FROM shelters_shelter WHERE id = %s", "shelter_id"
    ),
    "duties_plannedadoption": _plans,
    "coordination_party": _asked(
        "SELECT NULL, kept_by_id FROM coordination_agreement WHERE id = %s", "agreement_id"
    ),
}


def owned_mismatches(databases: tuple[Any, ...], table: Table) -> list[str]:
    """The verbs that the owner of a row may not use though the matrix says so, or may though it does not."""
    application, superuser, situation = databases
    if table.name not in OWNERS:
        return []
    row = dict(_first(superuser, table))
    officer, office = OWNERS[table.name](superuser, row)
    mine = "" if officer is None else str(officer), f"{{{'' if office is None else office}}}", "work"
    fresh = situation.row(table, _NOBODY) | {name: row[name] for name in row if name != "id"}
    return [
        f"{table.name} x whose row it is x {verb}: {'refused' if verb in table.office else 'allowed'}"
        for verb in VERBS
        if _touches(application, table, verb, fresh, situation, mine) != (verb in table.office)
    ]


def _touches(
    application: psycopg.Connection,
    table: Table,
    verb: str,
    row: dict[str, Any],
    situation: Any,
    mine: Settings,
) -> bool:
    with application.transaction(force_rollback=True):
        application.execute(SETTINGS, mine)
        try:
            with application.transaction():
                return application.execute(*statement(table, verb, row, situation)).rowcount > 0
        except psycopg.errors.InsufficientPrivilege:
            return False
        except PASSED:
            return True


def _first(superuser: psycopg.Connection, table: Table) -> dict[str, Any]:
    found = superuser.execute(
        sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY 1 LIMIT 1").format(sql.Identifier(table.name))
    ).fetchone()
    assert found, f"the situation has no row of {table.name}"
    return dict(found[0])


class _Nobody:
    name = ""


_NOBODY: Any = _Nobody()
