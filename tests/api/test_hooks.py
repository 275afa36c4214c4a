from __future__ import annotations

import pytest

from opennrm.access import bearer
from tests.acting import by, office
from tests.agencies.hooked import NOWHERE, hooked
from tests.api.calling import Caller, caller

pytestmark = pytest.mark.django_db


def test_a_program_tries_pauses_and_resumes_the_address_at_which_it_is_told() -> None:
    hook, secret = hooked("health-hana", "health-tirana")
    hana = caller("health-hana", acts=["keep_hooks"])
    [one] = hana.get("/hooks").json()["hooks"]
    assert (one["id"], one["office"], one["address"]) == (str(hook), "health-tirana", NOWHERE)
    assert (one["state"], one["why"], one["looks"]) == ("on", "", [])
    answer = hana.post(f"/hooks/{hook}/look")
    assert answer.json() == {"id": str(hook), "look": "/api/v1/hooks"}
    [look] = hana.get("/hooks").json()["hooks"][0]["looks"]
    assert (look["state"], look["outcome"], look["attempts"], look["status"]) == ("pending", "", 0, None)
    assert hana.post(f"/hooks/{hook}/pause").status_code == 200
    refused = hana.post(f"/hooks/{hook}/look")
    assert (refused.status_code, refused.json()["code"]) == (409, "hook_is_paused")
    assert hana.post(f"/hooks/{hook}/resume").status_code == 200
    [one] = hana.get("/hooks").json()["hooks"]
    assert (one["state"], [look["state"] for look in one["looks"]]) == ("on", ["pending", "dropped"])
    assert secret not in hana.get("/hooks").content.decode()


def test_only_a_program_of_the_one_who_answers_for_the_office_reads_its_addresses() -> None:
    hook, _secret = hooked("border-ana", "border")
    assert len(caller("border-ana").get("/hooks").json()["hooks"]) == 1
    for username in ("border-ben", "health-hana"):
        assert caller(username).get("/hooks").json()["hooks"] == []
        assert caller(username).post(f"/hooks/{hook}/pause").status_code == 404
    with by("coordinator-kim") as kim:
        _card, narrow = bearer.make(
            label="another act", acts=["add_note"], offices=(office("coordinator"),), days=1, by=kim
        )
    assert Caller(narrow).post(f"/hooks/{hook}/pause").json()["code"] == "token_too_narrow"
