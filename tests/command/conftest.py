from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.command.main import main
from tests.committed import committed


@dataclass(frozen=True)
class Ran:
    """What a command gave back: its exit code, and what it printed."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on the standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def country(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[tuple[str, str]]:
    """A copy of the small world in which commands commit: the addresses of the application and of a superuser."""
    # A new home each time: signed heads of an earlier copy would not fit this one's log.
    name = f"command_{secrets.token_hex(4)}"
    with committed(admin_url, application_url, django_db_blocker, name) as addresses:
        os.environ["OPENNRM_DATABASE_URL"] = addresses[0]
        try:
            yield addresses
        finally:
            del os.environ["OPENNRM_DATABASE_URL"]


@pytest.fixture
def run(country: object, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in this process."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return command
