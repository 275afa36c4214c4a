from __future__ import annotations

from pathlib import Path

import django.db
import psycopg
import pytest

from opennrm.command.refusals import problem_of
from opennrm.lib.problems import NotFound, Problem
from tests.command.processes import run

NAME = "Besa Shembulli"


def caused(outer: Exception, cause: Exception) -> Exception:
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (NotFound(), "not for your office"),
        (caused(django.db.OperationalError(NAME), psycopg.OperationalError(NAME)), "does not answer"),
        (caused(django.db.ProgrammingError(NAME), psycopg.errors.UndefinedTable(NAME)), "opennrm init"),
        (
            caused(django.db.ProgrammingError(NAME), psycopg.errors.InsufficientPrivilege(NAME)),
            "did not allow",
        ),
        (caused(django.db.IntegrityError(NAME), psycopg.errors.UniqueViolation(NAME)), "UniqueViolation"),
        (caused(django.db.OperationalError(NAME), psycopg.errors.DiskFull(NAME)), "DiskFull"),
        (psycopg.ProgrammingError(NAME), "address"),
        (PermissionError(13, "Permission denied", "/somewhere"), "Permission denied: /somewhere"),
        (KeyError(NAME), "KeyError"),
    ],
)
def test_an_error_becomes_one_sentence_without_its_values(error: Exception, word: str) -> None:
    problem = problem_of(error)
    assert isinstance(problem, Problem)
    assert word in str(problem)
    assert NAME not in str(problem)
    assert "\n" not in str(problem)


@pytest.mark.parametrize(
    ("home", "more", "word"),
    [
        ("home", {}, "opennrm init"),
        ("file", {}, "file"),
        ("home", {"OPENNRM_DATABASE_URL": "postgresql://app@127.0.0.1:1/nrm"}, "does not answer"),
        ("home", {"OPENNRM_DATABASE_URL": "nonsense"}, "address"),
        ("home", {"OPENNRM_DATABASE_URL": "host=/nowhere dbname=nrm"}, "does not answer"),
    ],
)
def test_a_home_or_an_address_that_does_not_serve_is_one_sentence(
    home: str, more: dict[str, str], word: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    ran = run(tmp_path / home, "offices", "--format", "json", **more)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1)
    assert word in ran.stderr
    assert ran.stdout.startswith('{"error"')


def test_a_database_that_was_never_set_up_is_said_to_be_so(admin_url: str, tmp_path: Path) -> None:
    ran = run(tmp_path / "home", "offices", OPENNRM_DATABASE_URL=admin_url)
    assert ran.returncode == 1
    assert "opennrm init" in ran.stderr
