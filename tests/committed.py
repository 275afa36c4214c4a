"""A database in which tests commit for real: for races, for what lies on the disk, for rows made by a superuser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from opennrm.lib.database import django_settings
from tests.conftest import RUN, WORKER, copy_database


@contextmanager
def committed(
    admin_url: str, application_url: str, blocker: DjangoDbBlocker, name: str
) -> Iterator[tuple[str, str]]:
    """A copy of the small world with a home of its own: the addresses of the application and of a superuser."""
    database = f"opennrm_{name}_{WORKER}"
    copy_database(admin_url, database)
    connection, home = connections["default"], os.environ["OPENNRM_HOME"]
    before = dict(connection.settings_dict)
    url = make_conninfo(application_url, dbname=database)
    connection.close()
    connection.settings_dict.update(django_settings(url))
    os.environ["OPENNRM_HOME"] = str(RUN / database)
    try:
        with blocker.unblock():
            yield url, make_conninfo(admin_url, dbname=database)
    finally:
        with blocker.unblock():
            connection.close()
        connection.settings_dict.update(before)
        os.environ["OPENNRM_HOME"] = home
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


@contextmanager
def watched(
    admin_url: str, application_url: str, blocker: DjangoDbBlocker, name: str
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with (
        committed(admin_url, application_url, blocker, name) as (_, admin),
        psycopg.connect(admin, autocommit=True) as found,
    ):
        yield found
