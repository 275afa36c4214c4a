"""A real server: set up by an administrator's address, used by the application's role alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.command.debian_server import debian_server, reason_not_to
from tests.command.processes import asked, done, processes_of, run
from tests.exchange.case_file import SHORT, csv_of

pytestmark = pytest.mark.skipif(bool(reason_not_to()), reason=reason_not_to())


@pytest.fixture
def server() -> Iterator[str]:
    """Its superuser's address."""
    with debian_server() as url:
        yield url


@pytest.fixture
def administrator(server: str) -> str:
    """An account that may make roles and databases and is no superuser."""
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE chief LOGIN CREATEROLE CREATEDB")
    return make_conninfo(server, user="chief")


@pytest.mark.timeout(300)
def test_a_real_server_is_set_up_loaded_asked_and_verified(
    server: str, administrator: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    done(home, "init", "--admin-url", administrator)
    login = conninfo_to_dict((home / "database-url").read_text())
    assert (login["user"], login["dbname"]) == ("opennrm_app", "opennrm")
    _owns_nothing_and_is_no_superuser(server)

    done(home, "load", "albania", "--without-caseload")
    file = tmp_path / "cases.csv"
    file.write_bytes(csv_of(*({**SHORT, "case_ref": f"D-{n}"} for n in range(50))))
    assert asked(home, "simulate", "--cases", "20")["simulated"] == 20
    assert asked(home, "import", "cases", file)["imported"] == 50
    assert len(asked(home, "cases", "--as", "ra-secretary")["cases"]) == 70
    assert asked(home, "audit", "verify")["ok"]
    assert asked(home, "doctor")["ok"]
    figures = {
        one["id"]: one["value"] for one in asked(home, "report", "protection", "--year", "2020")["figures"]
    }
    assert figures["identified.all"] >= 50
    # Nothing of the embedded server was started beside it.
    assert not processes_of(str(home))

    done(home, "init", "--admin-url", administrator)
    assert conninfo_to_dict((home / "database-url").read_text()) == login
    refused = run(home, "init")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_who_may_not_make_roles_is_told_so(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE clerk LOGIN")
    ran = run(tmp_path / "home", "init", "--admin-url", make_conninfo(server, user="clerk"))
    assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "home" / "database-url").exists()


def _owns_nothing_and_is_no_superuser(server: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="opennrm")) as superuser:
        powers = superuser.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles "
            "WHERE rolname IN ('opennrm_app', 'opennrm_owner')"
        ).fetchall()
        owners = superuser.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert powers == [(False,), (False,)]
    assert owners == [("opennrm_owner",)]
