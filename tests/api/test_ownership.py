"""P1 for programs: every operation, every kind of post, her own case and another office's, against the matrix."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from opennrm.access import bearer, matrix
from opennrm.access.matrix import tables
from opennrm.access.scope import as_system
from tests.acting import by
from tests.api.calling import Caller, caller
from tests.api.operations import OF_A_CASE, OPERATIONS

pytestmark = pytest.mark.django_db

STRANGER = "health-hana"
POSTS = {
    "analyst-ada": "analyst",
    "officer-dpo": "data_protection",
    "admin-abe": "administrator",
    "coordinator-kim": "coordinator",
}
NOTHING = UUID(int=7)
ABOUT_A_CASE = [one for one in OPERATIONS if one.is_about_a_case]


def rows(case: UUID) -> dict[str, int]:
    """How many rows of a case its office sees in each table."""
    counted = {}
    with by("border-ana"), connection.cursor() as cursor:
        for table in tables().values():
            if table.case and "select" in table.office:
                cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {table.case} = %s", [case])
                counted[table.name] = cursor.fetchone()[0]
    return counted


def entries(case: UUID) -> int:
    """How many entries the audit has about a case."""
    with as_system("audit", reason="a test counts"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_audit WHERE case_id = %s", [case])
        return int(cursor.fetchone()[0])


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {one.name for one in OPERATIONS} == set(matrix.operations())


def test_what_changes_something_names_the_act_that_a_token_must_be_made_for() -> None:
    acts = {one.name for one in OPERATIONS if one.method == "post"} - {"search_cases"}
    assert {name for name, row in matrix.operations().items() if "act" in row} == acts


def test_nobody_enters_without_a_token(objects: dict[str, UUID]) -> None:
    for operation in OPERATIONS:
        assert operation.call(Caller(""), objects).status_code == 401, operation


def test_another_offices_case_answers_404_and_no_row_is_left(objects: dict[str, UUID]) -> None:
    hana, before = caller(STRANGER), rows(objects["case"])
    for operation in ABOUT_A_CASE:
        answer = operation.call(hana, objects)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), operation
        invented = operation.call(hana, dict.fromkeys(objects, NOTHING))
        assert (invented.status_code, invented.content) == (404, answer.content), operation
    assert rows(objects["case"]) == before


def test_every_read_of_a_case_leaves_an_entry(objects: dict[str, UUID]) -> None:
    ana = caller("border-ana")
    for operation in ABOUT_A_CASE:
        if operation.method == "get":
            before = entries(objects["case"])
            assert operation.call(ana, objects).status_code == 200, operation
            assert entries(objects["case"]) > before, operation


def test_another_offices_case_stands_in_no_list(objects: dict[str, UUID]) -> None:
    hana = caller(STRANGER)
    for operation in OPERATIONS:
        if not operation.is_about_a_case and operation.name != "open_case":
            said = operation.call(hana, objects).content.decode()
            hers = [str(one) for name, one in objects.items() if name in OF_A_CASE | {"absence"}]
            assert not [one for one in hers if one in said], operation


def test_what_belongs_to_one_person_or_one_office_is_changed_by_nobody_else(objects: dict[str, UUID]) -> None:
    rita, calls = caller("authority-rita"), {one.name: one for one in OPERATIONS}
    for name in ("come_back", "give_duties", "look_now", "pause_hook", "resume_hook"):
        assert calls[name].call(caller(STRANGER), objects).status_code == 404, name
    assert calls["end_agreement"].call(rita, objects).status_code == 404
    for name in ("plan_meeting", "record_members_came", "record_resolution"):
        refused = calls[name].call(rita, objects)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed"), name


@pytest.mark.parametrize("username", POSTS)
def test_a_post_calls_just_the_operations_of_its_row(username: str, objects: dict[str, UUID]) -> None:
    program = caller(username)
    for operation in OPERATIONS:
        row = matrix.operations()[operation.name]
        status = operation.call(program, objects).status_code
        if "roles" in row and POSTS[username] not in row["roles"]:
            assert status == 403, operation
        else:
            assert status in (200, 201, 400, 403, 404, 409), (operation, status)


def test_a_token_that_only_reads_changes_nothing(objects: dict[str, UUID]) -> None:
    ana, before = caller("border-ana", acts=[]), rows(objects["case"])
    for operation in OPERATIONS:
        answer, row = operation.call(ana, objects), matrix.operations()[operation.name]
        if "roles" in row and "case_worker" not in row["roles"]:
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), operation
        elif "act" in row:
            assert (answer.status_code, answer.json()["code"]) == (403, "token_too_narrow"), operation
        else:
            assert answer.status_code == 200, (operation, answer.content)
    assert rows(objects["case"]) == before


def test_a_token_for_one_act_does_that_act_alone(objects: dict[str, UUID]) -> None:
    for act in ("add_note", "offer"):
        assert act in bearer.every_act()
        program = caller("border-ana", acts=[act])
        for operation in OPERATIONS:
            row = matrix.operations()[operation.name]
            if row.get("act", act) != act and "case_worker" in row["roles"]:
                assert operation.call(program, objects).json()["code"] == "token_too_narrow", (act, operation)
