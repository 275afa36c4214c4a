from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.utils import translation
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import promises

RUN = Path(os.environ.setdefault("OPENNRM_TEST_RUN", tempfile.mkdtemp(prefix="opennrm-test-")))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Every worker has a home of its own, keys and heads included; they share one server.
os.environ["OPENNRM_HOME"] = str(RUN / WORKER)
os.environ.pop("OPENNRM_DATABASE_URL", None)
TEMPLATE = "opennrm_template"

# A busy machine is no reason to fail: what a property costs is measured elsewhere.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


class BrowserTestsTogether(LoadScopeScheduling):  # type: ignore[misc]
    """One process runs every browser test, so that the country is served once; all others go to whoever is free.

    The mark of xdist for this, `xdist_group`, does nothing with pytest 9.2, which keeps a test's name elsewhere.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserTestsTogether:
    """Tells xdist which test goes to which process."""
    return BrowserTestsTogether(config, log)


@pytest.fixture(autouse=True)
def in_no_language_of_another_test() -> Iterator[None]:
    """A page that was read in Albanian leaves its thread speaking Albanian."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def admin_url() -> Iterator[str]:
    """A superuser's address: a server given by OPENNRM_TEST_ADMIN_URL, or the embedded one of this run."""
    if given := os.environ.get("OPENNRM_TEST_ADMIN_URL"):
        yield given
        return
    from opennrm.lib import postgres

    os.environ["OPENNRM_TEST_DATABASE"] = "1"
    server = postgres.ensure_running(RUN / "server")
    yield server.admin_conninfo
    server.release()


@pytest.fixture(scope="session")
def application_url(admin_url: str, django_db_blocker: DjangoDbBlocker) -> str:
    """This worker's own database with the small world in it, as the application's role reaches it."""
    with (RUN / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remembered = RUN / "template-url"
        if not remembered.exists():
            with django_db_blocker.unblock():
                remembered.write_text(_make_template(admin_url))
        template_url = remembered.read_text()
        name = f"opennrm_{WORKER}"
        copy_database(admin_url, name)
    return make_conninfo(template_url, dbname=name)


def copy_database(admin_url: str, name: str) -> None:
    """A new database that starts as the template."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER opennrm_owner").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO opennrm_app").format(sql.Identifier(name)))


def _make_template(admin_url: str) -> str:
    from django.db import connections

    from opennrm.access.install import install
    from opennrm.lib.database import django_settings

    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEMPLATE)))
    url = install(admin_url, TEMPLATE)
    connections["default"].settings_dict.update(django_settings(url))
    _load_world()
    connections["default"].close()
    return url


def _load_world() -> None:
    from opennrm.access import actions as access
    from opennrm.access.scope import as_system
    from opennrm.agencies import actions as agencies
    from opennrm.agencies import queries
    from opennrm.lib import clock
    from opennrm.sharing import actions as sharing
    from tests import world

    with as_system("setup", reason="the small world of the suite") as actor:
        agencies.establish(world.WORLD, with_accounts=True, by=actor)
        authority = queries.office_by_code("authority")
        assert authority is not None
        access.enter_order(
            office=authority.id,
            classes=["ordinary"],
            reference=world.AUTHORITY_ORDER,
            since=clock.now(),
            by=actor,
        )
        agencies.declare_child_roles(world.CHILD_ROLES, by=actor)
        # Before the first version of any country, whose texts some tests load as well.
        for language, body in world.CONSENT_TEXTS.items():
            sharing.enter_text(version=0, language=language, body=body, since=world.LONG_AGO, by=actor)


@pytest.fixture(scope="session")
def django_db_setup(application_url: str) -> None:
    """Django connects as the application's role, as it does at work; the suite never runs as the owner."""
    from django.db import connections

    from opennrm.lib.database import django_settings

    connections["default"].close()
    connections["default"].settings_dict.update(django_settings(application_url))


@pytest.fixture
def owner_connection(admin_url: str, application_url: str, db: None) -> Iterator[psycopg.Connection]:
    """A superuser in this worker's database, for what no application may do."""
    name = psycopg.conninfo.conninfo_to_dict(application_url)["dbname"]
    with psycopg.connect(make_conninfo(admin_url, dbname=name)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def app_connection(application_url: str, db: None) -> Iterator[psycopg.Connection]:
    """A second connection of the application's role."""
    with psycopg.connect(application_url) as connection:
        yield connection
        connection.rollback()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the promises with the figures this run measured; the long forms run under `make drills`."""
    if WORKER == "main" and (lines := promises.table(RUN)):
        terminalreporter.section("promises")
        for line in lines:
            terminalreporter.write_line(line)
