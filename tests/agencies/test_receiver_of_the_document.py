"""The receiver of docs/api.md runs as it stands, and takes what is really sent."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from opennrm.access.rules import new_id
from opennrm.agencies import hook_rules, hook_sending
from opennrm.agencies.hook_rules import Outcome
from opennrm.agencies.hook_sending import Attempt, Claimed
from opennrm.lib import clock, networks
from tests.agencies.receiver import certified

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
SECRET = hook_rules.shown_secret(b"of a test, and of nobody at all!")


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The receiver of the document on a free port, and its address."""
    trusted, shown = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    program = tmp_path / "receiver.py"
    program.write_text(re.findall(r"```python\n(.+?)```", DOCUMENT, re.S)[1])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(program), SECRET, str(shown), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        _listens(port)
        yield f"https://localhost:{port}/look", running
        running.terminate()


def _listens(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 30:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def test_the_receiver_of_the_document_takes_a_look_once_and_nothing_forged(
    receiver: tuple[str, subprocess.Popen[str]],
) -> None:
    address, running = receiver
    look = Claimed(new_id(), new_id(), clock.now(), 1, address, SECRET)
    forged = Claimed(look.look, look.hook, look.made_at, 1, address, hook_rules.shown_secret(b"x" * 32))
    with override_settings(HOOK_NETWORKS=networks.read("127.0.0.0/8, ::1/128")):
        assert hook_sending.send(forged) == Attempt(Outcome.REFUSED, 403)
        assert [hook_sending.send(look) for _ in range(2)] == [Attempt(Outcome.DELIVERED, 204)] * 2
        with clock.stopped_at(clock.now().replace(year=2020)):
            assert hook_sending.send(look) == Attempt(Outcome.REFUSED, 403)
    running.terminate()
    assert running.stdout
    assert running.stdout.read() == "Look at /api/v1/worklist\n"
