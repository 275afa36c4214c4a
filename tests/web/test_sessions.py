from __future__ import annotations

import base64
import zlib

import pytest
from django.contrib.sessions.models import Session

from tests.web.browsing import browser

pytestmark = pytest.mark.django_db


def test_a_stolen_session_table_does_not_show_a_secret_that_waits_in_a_session() -> None:
    client = browser("border-ana")
    session = client.session
    session["waiting"] = "JBSWY3DPEHPK3PXP"
    session.save()
    assert client.session["waiting"] == "JBSWY3DPEHPK3PXP"
    stored = Session.objects.get(session_key=session.session_key)
    assert "JBSWY3DPEHPK3PXP" not in stored.session_data
    body = stored.session_data.split(":")[0]
    raw = base64.urlsafe_b64decode(body.lstrip(".") + "=" * (-len(body.lstrip(".")) % 4))
    plain = zlib.decompress(raw) if stored.session_data.startswith(".") else raw
    assert b"JBSWY3DPEHPK3PXP" not in plain
