from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import connections
from playwright.sync_api import Browser
from psycopg.conninfo import conninfo_to_dict
from pytest_django.plugin import DjangoDbBlocker

from opennrm.lib.database import django_settings
from tests.browser.walking import Walk
from tests.conftest import RUN

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The browser's loop runs in this thread for the rest of the session, and Django would refuse every query after it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@dataclass(frozen=True, slots=True)
class Country:
    """The reference country as a demonstration: its database, and the home with the keys it was loaded under."""

    url: str
    home: Path

    def command(self, *words: str) -> list[str]:
        """A command of the product on this country."""
        return [sys.executable, "-m", "opennrm.command.main", *words]

    def environment(self) -> dict[str, str]:
        """The surroundings such a command needs."""
        # Whatever the service is asked to call, it calls nothing but this machine.
        here = {"OPENNRM_HOOK_NETWORKS": "127.0.0.0/8"}
        return {**os.environ, **here, "OPENNRM_DATABASE_URL": self.url, "OPENNRM_HOME": str(self.home)}


@pytest.fixture(scope="session")
def country(admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker) -> Country:
    """The reference country, loaded once in a run."""
    from opennrm.access.install import install

    home, remembered = RUN / "country", RUN / "country-url"
    with (RUN / "country.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if remembered.exists():
            return Country(remembered.read_text(), home)
        password = str(conninfo_to_dict(application_url)["password"])
        with django_db_blocker.unblock():
            made = Country(install(admin_url, "opennrm_country", password), home)
        subprocess.run(made.command("load", "albania"), env=made.environment(), check=True)
        remembered.write_text(made.url)
    return made


@pytest.fixture
def people_of_the_country(country: Country, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django of this process works on the country, with its keys: for accounts that a test has to prepare."""
    connection, home = connections["default"], os.environ["OPENNRM_HOME"]
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(django_settings(country.url))
    os.environ["OPENNRM_HOME"] = str(country.home)
    try:
        with django_db_blocker.unblock():
            yield
            connection.close()
    finally:
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        os.environ["OPENNRM_HOME"] = home


@contextmanager
def serving(country: Country) -> Iterator[str]:
    """The web server of the product as a process of its own, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(country.command("serve", "--port", str(port)), env=country.environment()) as server:
        try:
            _wait_for(server, address)
            yield address
        finally:
            server.terminate()


def _wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    for _attempt in range(300):
        try:
            with urlopen(f"{address}/healthz", timeout=30):
                return
        except OSError:
            assert server.poll() is None, "the web server ended"
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")


@pytest.fixture(scope="session")
def base_url(country: Country) -> Iterator[str]:
    """Where the country is served."""
    with serving(country) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's own browser, which calls nobody."""
    return {"executable_path": "/usr/bin/chromium", "args": CHROMIUM}


@pytest.fixture
def walk(browser: Browser, base_url: str) -> Iterator[Walk]:
    """Opens windows for people; at the end no page may have complained or asked another machine for anything."""
    walk = Walk(browser, base_url)
    yield walk
    walk.close()
    assert walk.complaints == []
