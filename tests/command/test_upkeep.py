from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.command import doctor
from opennrm.duties.models import Duty
from opennrm.lib import clock, home
from tests.acting import opened
from tests.command.conftest import Run


@pytest.fixture(scope="module")
def case(country: object) -> CaseCard:
    """A case of Kukës with a need that no office there is competent for."""
    return opened(region="AL-07", needs=("health_care",), at=clock.now() - timedelta(hours=1))


def stand() -> set[tuple[Any, ...]]:
    with as_system("sweep", reason="test"):
        return set(Duty.objects.values_list("id", "state", "reminded_at", "lapsed_at", "due_at"))


def test_gaps_tell_what_nobody_is_competent_for_and_name_no_case(case: CaseCard, run: Run) -> None:
    ran = run("gaps", "--format", "json")
    found = {(one["kind"], one["region"], one["people"]) for one in ran.json["gaps"]}
    assert ("health_care", "AL-07", 1) in found
    assert case.reference not in ran.out
    assert "AL-07" in run("gaps").out


def test_a_future_instant_previews_the_sweep_and_writes_nothing(case: CaseCard, run: Run) -> None:
    before = stand()
    later = (clock.now() + timedelta(days=30)).isoformat()
    ran = run("duties", "sweep", "--now", later, "--format", "json")
    assert (ran.exit, ran.json["preview"]) == (0, True)
    assert {one["did"] for one in ran.json["swept"]} <= {"lapsed", "reminded"}
    assert ran.json["swept"]
    assert all(one.keys() >= {"duty", "kind", "due", "holder", "told"} for one in ran.json["swept"])
    assert stand() == before


def test_an_instant_in_the_past_is_refused(run: Run) -> None:
    assert run("duties", "sweep", "--now", "2020-01-01").exit == 1


def test_a_second_sweep_finds_nothing_more(case: CaseCard, run: Run, country: object) -> None:
    opened(at=clock.now() - timedelta(days=60))
    first = run("duties", "sweep", "--format", "json")
    swept = stand()
    again = run("duties", "sweep", "--format", "json")
    assert first.json["preview"] is False
    assert first.json["swept"]
    assert all(one["told"] for one in first.json["swept"] if one["did"] == "reminded")
    assert again.json["swept"] == []
    assert run("duties", "sweep").out == "Nothing is due.\n"
    assert stand() == swept


def test_the_worker_sweeps_once_where_it_is_told_to(case: CaseCard, run: Run) -> None:
    ran = run("worker", "--once")
    assert (ran.exit, ran.err) == (0, "")


@pytest.fixture
def superuser(country: tuple[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(country[1], autocommit=True) as connection:
        yield connection


def test_a_whole_log_is_said_to_be_whole(case: CaseCard, run: Run) -> None:
    ran = run("audit", "verify", "--format", "json")
    assert (ran.exit, ran.json["ok"], ran.json["problems"]) == (0, True, [])
    assert ran.json["entries"] > 0
    assert run("audit", "verify", "--heads", home.heads_folder()).exit == 0


def test_a_log_that_a_superuser_changed_is_found_out(
    case: CaseCard, run: Run, superuser: psycopg.Connection
) -> None:
    edit = "UPDATE access_audit SET body = replace(body, %s, %s) WHERE seq = 3"
    superuser.execute("ALTER TABLE access_audit DISABLE TRIGGER ALL")
    superuser.execute(edit, ["system", "nobody"])
    ran = run("audit", "verify", "--format", "json")
    superuser.execute(edit, ["nobody", "system"])
    superuser.execute("ALTER TABLE access_audit ENABLE TRIGGER ALL")
    assert (ran.exit, ran.json["ok"]) == (1, False)
    assert "entry 3" in ran.err
    assert ran.err.splitlines() == ran.json["problems"]
    assert run("audit", "verify").exit == 0


def test_heads_that_are_not_there_or_are_none_are_refused(run: Run, tmp_path: Path) -> None:
    assert run("audit", "verify", "--heads", tmp_path / "none").exit == 1
    odd = tmp_path / "odd"
    odd.write_bytes(bytes(range(256)))
    ran = run("audit", "verify", "--heads", odd)
    assert ran.exit == 1
    assert "Traceback" not in ran.err


def examined(run: Run) -> dict[str, list[str]]:
    ran = run("doctor", "--format", "json")
    levels: dict[str, list[str]] = {"ok": [], "warning": [], "error": []}
    for one in ran.json["findings"]:
        levels[one["level"]].append(one["subject"])
    assert ran.exit == (1 if levels["error"] else 0)
    assert ran.json["ok"] is not bool(levels["error"])
    return levels


def test_the_doctor_finds_no_error_where_all_is_well(run: Run) -> None:
    levels = examined(run)
    assert levels["error"] == []
    assert {"versions", "roles", "row security", "keys", "clock"} <= set(levels["ok"])


@pytest.mark.parametrize(
    ("harm", "heal"),
    [
        (
            "ALTER TABLE people_name NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE people_name FORCE ROW LEVEL SECURITY",
        ),
        ("CREATE POLICY open ON people_name USING (true)", "DROP POLICY open ON people_name"),
        ("CREATE TABLE forgotten (name text)", "DROP TABLE forgotten"),
    ],
)
def test_the_doctor_finds_a_table_without_its_protection(
    harm: str, heal: str, run: Run, superuser: psycopg.Connection
) -> None:
    superuser.execute(harm)
    try:
        assert examined(run)["error"] == ["row security"]
    finally:
        superuser.execute(heal)


def test_the_doctor_finds_keys_that_others_can_read(run: Run) -> None:
    home.keys_folder().chmod(0o755)
    try:
        assert examined(run)["error"] == ["keys"]
    finally:
        home.keys_folder().chmod(0o700)


def test_the_doctor_finds_a_clock_that_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(minutes=5)

    monkeypatch.setattr(doctor, "datetime", Late)
    assert examined(run)["error"] == ["clock"]
