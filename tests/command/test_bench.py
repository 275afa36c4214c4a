from __future__ import annotations

from tests.command.conftest import Run

OPERATIONS = {
    "worklist page",
    "cases list page",
    "case page",
    "case page, shared by consent",
    "cases list page, cases shared by consent",
    "case page, shared and an office excluded",
    "sharing page of a case",
    "search before create",
    "enter a case",
    "hand over a duty",
    "sweep, one duty",
    "yearly account",
    "import, one row",
    "worklist page of a small office",
}


def test_nothing_is_measured_where_real_people_are(run: Run) -> None:
    ran = run("bench")
    assert ran.exit == 1
    assert "no demonstration" in ran.err


def test_the_work_of_a_day_is_measured_beside_its_floors(run: Run) -> None:
    assert run("simulate", "--cases", 200, "--seed", 11).exit == 0
    rows = {row["operation"]: row for row in run("bench", "--format", "json").json["bench"]}
    assert set(rows) >= OPERATIONS
    measured = [row for row in rows.values() if "n" in row]
    for row in measured:
        assert row["n"] > 0
        assert 0 < row["p50_ms"] <= row["p95_ms"]
    for operation in OPERATIONS:
        assert rows[operation]["floor_p50_ms"] > 0
        assert rows[operation]["ratio"] > 0
    assert rows["the machine and its size"]["cases"] >= 200
