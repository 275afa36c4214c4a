"""The life of a home: made, loaded, asked, and what happens to it when a process is killed."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import psycopg
import pytest

from opennrm.country.simulated import simulate
from opennrm.exchange.htcds import write_cases
from opennrm.lib.postmaster import Postmaster
from tests.command.processes import asked, done, processes_of, run, started

ROWS = 3000
WRITES = "SELECT 1 FROM pg_stat_activity WHERE usename = 'opennrm_app' AND query LIKE 'INSERT INTO \"casefile_fact%'"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A case file of invented people, large enough to be killed in its middle."""
    path = tmp_path / "cases.csv"
    with path.open("wb") as stream:
        write_cases(
            (replace(row, case_ref=f"K-{row.case_ref}") for row in islice(simulate(ROWS, 5), ROWS)), stream
        )
    return path


def cases_in(home: Path) -> int:
    return len(asked(home, "cases", "--as", "ra-secretary")["cases"])


def postmaster_of(home: Path) -> Postmaster | None:
    return Postmaster.of((home / "database" / "cluster").resolve())


@pytest.mark.timeout(600)
def test_a_home_is_made_loaded_asked_and_outlives_what_is_killed(tmp_path: Path, file: Path) -> None:
    home = tmp_path / "home"
    refused = run(home, "offices", "--format", "json")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "opennrm init" in refused.stderr

    done(home, "init")
    assert (home / "database-url").stat().st_mode & 0o777 == 0o600
    assert "invented cases were loaded" in done(home, "load", "albania")
    assert done(home, "load", "albania") == "The country stands.\n"
    _asked(home)
    loaded = cases_in(home)
    _killed_while_importing(home, file, loaded)
    _postmaster_killed(home, loaded + ROWS)
    done(home, "init")
    assert cases_in(home) == loaded + ROWS
    assert not processes_of(str(home))


def _asked(home: Path) -> None:
    offices = {one["code"]: one for one in asked(home, "offices")["offices"]}
    assert {"miu-vlora", "asp-tirana", "sss-tirana", "ra"} <= set(offices)
    assert asked(home, "cases", "--as", "minister")["cases"] == []
    mine = asked(home, "cases", "--open", "--as", "miu-vlora")["cases"]
    assert all(case["open"] for case in mine)
    assert asked(home, "simulate", "--cases", "20", "--seed", "7")["simulated"] == 20
    assert asked(home, "simulate", "--cases", "20", "--seed", "7")["simulated"] == 0


def _killed_while_importing(home: Path, file: Path, loaded: int) -> None:
    importing = started(home, "import", "cases", file)
    _until_it_writes(home)
    importing.kill()
    importing.communicate()
    assert cases_in(home) == loaded
    assert asked(home, "import", "cases", file)["imported"] == ROWS
    assert asked(home, "import", "cases", file)["unchanged"] == ROWS
    assert asked(home, "audit", "verify")["ok"]


def _until_it_writes(home: Path) -> None:
    server = _answering(home)
    superuser = psycopg.connect(
        host=str(server.socket_folder),
        port=server.port,
        dbname="postgres",
        user="postgres",
        password=(home / "database" / "password").read_text(),
        autocommit=True,
    )
    with superuser:
        give_up = time.monotonic() + 60
        while not superuser.execute(WRITES).fetchone():
            assert time.monotonic() < give_up
            time.sleep(0.01)


def _answering(home: Path) -> Postmaster:
    give_up = time.monotonic() + 60
    while (postmaster := postmaster_of(home)) is None or not postmaster.alive or not postmaster.answers:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return postmaster


def _postmaster_killed(home: Path, wanted: int) -> None:
    worker = started(home, "worker")
    os.kill(_answering(home).pid, signal.SIGKILL)
    assert cases_in(home) == wanted
    worker.kill()
    worker.communicate()
    assert cases_in(home) == wanted
