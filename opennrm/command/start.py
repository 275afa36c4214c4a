"""Brings up what a command needs before Django: the home's database, embedded or remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from opennrm.lib import database, home, postgres
from opennrm.lib.problems import Problem

NO_DATABASE = "This home has no database yet. Run `opennrm init` first."


@contextmanager
def database_of_home() -> Iterator[None]:
    """The application's connection stands: the server of this home is started where it is the embedded one."""
    if os.environ.get("OPENNRM_DATABASE_URL") or is_on_a_server():
        django.setup()
        try:
            yield
        finally:
            _close()
        return
    remembered = database.application_url()
    if not remembered:
        raise Problem("no_database", NO_DATABASE)
    with embedded_server() as server:
        # The socket may lie elsewhere since the home was moved.
        here = make_conninfo(remembered, host=str(server.socket), port=server.port)
        os.environ["OPENNRM_DATABASE_URL"] = here
        django.setup()
        _connect_to(here)
        yield


@contextmanager
def embedded_server() -> Iterator[postgres.Server]:
    """The home's own server, until the work with it is done."""
    with postgres.ensure_running(home.home()) as server:
        try:
            yield server
        finally:
            _close()


def is_embedded() -> bool:
    """Whether this home's database is the embedded one."""
    return _mark().exists()


def is_on_a_server() -> bool:
    """Whether `init` made this home's database on a server of its own."""
    return home.database_url_file().exists() and not is_embedded()


def remember(url: str, *, embedded: bool) -> None:
    """Keeps the application's login in the home, readable by its user alone."""
    path = home.database_url_file()
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(url)
    _mark().touch() if embedded else _mark().unlink(missing_ok=True)
    draft.replace(path)


def remembered_password(*, embedded: bool) -> str | None:
    """The application's password where `init` has set one on this very kind of database."""
    path = home.database_url_file()
    if not path.exists() or is_embedded() is not embedded:
        return None
    return str(conninfo_to_dict(path.read_text().strip()).get("password") or "") or None


def _connect_to(url: str) -> None:
    from django.db import connections

    # The settings may have been read before there was a database.
    connections.databases["default"].update(database.django_settings(url))


def _mark() -> Path:
    return home.database_folder() / "is-embedded"


def _close() -> None:
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()
