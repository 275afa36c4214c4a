"""Brings up what a command needs before Django: the home's database, embedded or remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from psycopg.conninfo import make_conninfo

from opennrm.lib import database, home, postgres
from opennrm.lib.problems import Problem

EMBEDDED = "embedded"
NO_DATABASE = "This home has no database yet. Run `opennrm init` first."


@contextmanager
def database_of_home() -> Iterator[None]:
    """The application's connection stands: the server of this home is started where it is the embedded one."""
    if os.environ.get("OPENNRM_DATABASE_URL"):
        django.setup()
        yield
        return
    remembered = database.application_url()
    if not remembered:
        raise Problem("no_database", NO_DATABASE)
    if not is_embedded():
        django.setup()
        yield
        return
    with postgres.ensure_running(home.home()) as server:
        # The socket may lie elsewhere since the home was moved.
        os.environ["OPENNRM_DATABASE_URL"] = make_conninfo(
            remembered, host=str(server.socket), port=server.port
        )
        django.setup()
        try:
            yield
        finally:
            _close()


@contextmanager
def embedded_server() -> Iterator[postgres.Server]:
    """The home's own server, for its administrator."""
    with postgres.ensure_running(home.home()) as server:
        try:
            yield server
        finally:
            _close()


def is_embedded() -> bool:
    """Whether this home's database is the embedded one."""
    return (home.database_folder() / "is-embedded").exists()


def remember(url: str, *, embedded: bool) -> None:
    """Keeps the application's login in the home, readable by its user alone."""
    path = home.database_url_file()
    path.touch(mode=0o600)
    path.write_text(url)
    mark = home.database_folder() / "is-embedded"
    mark.touch() if embedded else mark.unlink(missing_ok=True)


def _close() -> None:
    from django.db import connections

    if connections.settings:
        connections.close_all()
