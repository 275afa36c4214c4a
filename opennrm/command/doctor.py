from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from opennrm.access import queries as access
from opennrm.access.matrix import Table, tables
from opennrm.access.scope import as_system
from opennrm.agencies.hooks import failing_offices
from opennrm.agencies.queries import competences
from opennrm.agencies.rules import competent_office
from opennrm.command import start
from opennrm.lib import clock, home
from opennrm.lib.database import OWNER

TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: ok, a warning or an error."""

    level: str
    subject: str
    sentence: str


def examine() -> list[Finding]:
    """Examines roles, row security, keys, clock, versions and routing."""
    with as_system("audit", reason="doctor"):
        return [finding for check in CHECKS for finding in check()]


def _versions() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0])
    python = ".".join(map(str, sys.version_info[:3]))
    yield _judge(
        server >= 150000,
        "versions",
        f"PostgreSQL {server // 10000}, Python {python}",
        "PostgreSQL 15 or newer is needed",
    )
    if start.is_embedded():
        yield Finding(
            "warning",
            "database",
            "this is the embedded server: for demonstration and development, never for real people",
        )


def _roles() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR pg_has_role(r.oid, %s, 'MEMBER'), "
            "EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid) FROM pg_roles r WHERE rolname = current_user",
            [OWNER],
        )
        powerful, owns = cursor.fetchone()
    yield _judge(
        not powerful and not owns,
        "roles",
        "the application owns nothing and passes no rule by",
        "the application's role has too much power",
    )


def _row_security() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {name: (forced, set(policies)) for name, forced, policies in cursor.fetchall()}
    known = tables()
    under = {name for name in found if name in known and not known[name].exempt}
    wrong = [name for name in sorted(found) if name not in known]
    wrong += [name for name in sorted(under) if found[name] != (True, _policies(known[name]))]
    wrong += [name for name in sorted(known) if name not in found]
    good = f"{len(under)} tables under row security, {len(known) - len(under)} exempt with a reason"
    yield _judge(
        not wrong,
        "row security",
        good,
        f"not as the matrix says: {', '.join(wrong)}; `opennrm init` puts it right",
    )


def _policies(table: Table) -> set[str]:
    return {"owner", *(f"application_{verb}" for verb in table.verbs)}


def _keys() -> Iterator[Finding]:
    for folder in (home.keys_folder(), home.keystore_folder(), home.heads_folder()):
        private = folder.stat().st_mode & 0o077 == 0
        yield _judge(
            private,
            "keys",
            f"{folder.name} is closed to other users",
            f"{folder.name} can be read by other users",
        )


def _clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    yield _judge(
        apart < 2,
        "clock",
        "database and application agree",
        f"database and application are {apart:.0f} seconds apart",
    )


def _bodies() -> Iterator[Finding]:
    row = access.deployment()
    if row is None:
        yield Finding(
            "warning", "country", "no country is loaded: run `opennrm load albania --without-caseload`"
        )
        return
    if row.is_demo:
        yield Finding(
            "warning", "country", "this database is a demonstration for good: no real person may be entered"
        )
    coordinator = competent_office(competences(clock.today()), role="national_coordinator", region=None)
    yield _judge(
        coordinator is not None,
        "coordinator",
        "gaps have an office that finds a provider",
        "no office is the national coordinator: gaps would be lost",
    )


def _hooks() -> Iterator[Finding]:
    failing = failing_offices()
    sentence = (
        f"not reached: the own systems of {', '.join(failing)}; the head of the office sees why at /hooks/"
    )
    yield Finding(
        "warning" if failing else "ok",
        "hooks",
        sentence if failing else "every office's own system is reached",
    )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _versions,
    _roles,
    _row_security,
    _keys,
    _clock,
    _bodies,
    _hooks,
)


def _judge(good: bool, subject: str, ok: str, error: str) -> Finding:
    return Finding("ok", subject, ok) if good else Finding("error", subject, error)
