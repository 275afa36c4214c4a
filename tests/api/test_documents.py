"""The client of docs/api.md runs as it stands, against a server that listens."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread
from pytest_django.plugin import DjangoDbBlocker

from opennrm.duties import handover
from tests.acting import by, duty, office, opened
from tests.api.calling import token
from tests.committed import committed

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


class Quiet(LiveServerThread):
    """A server for one test, on a port of its own."""

    server_class = ThreadedWSGIServer


@pytest.fixture
def server(admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server over a small world that commits."""
    with committed(admin_url, application_url, django_db_blocker, "client"), django_db_blocker.unblock():
        thread = Quiet("127.0.0.1", lambda application: application)  # type: ignore[arg-type]
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        assert thread.error is None
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()


def test_the_client_of_the_document_accepts_what_is_offered(server: str, tmp_path: Path) -> None:
    case = opened()
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    client = tmp_path / "client.py"
    client.write_text(re.findall(r"```python\n(.+?)```", DOCUMENT, re.S)[0])
    secret = token("shelter-sam", acts=["answer"])
    words = [sys.executable, str(client), server, secret]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "Acting for shelter" in said.stdout
    assert f"{case.reference} is led by shelter" in said.stdout
    refused = subprocess.run(
        [*words[:3], "nrm_none"], capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 1
    assert "token" in refused.stderr
