from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings

from opennrm.agencies import hook_sending, hooks
from opennrm.agencies.hook_rules import GIVEN_UP_AFTER, Outcome
from opennrm.agencies.hook_sending import Attempt, Claimed
from opennrm.agencies.models import Hook, HookLook
from opennrm.lib import clock, networks
from tests.acting import by, office
from tests.agencies.hooked import NOWHERE, hooked
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
FORM = {"act": "register", "address": NOWHERE}


@pytest.fixture(autouse=True)
def networks_of_documents() -> Iterator[None]:
    with override_settings(HOOK_NETWORKS=networks.read("192.0.2.0/24")):
        yield


def test_who_answers_for_an_office_registers_an_address_whose_secret_is_shown_once() -> None:
    client = browser("health-hana")
    assert "/hooks/" in whole(client.get("/tokens/")).addresses()
    assert "Your office has no address" in whole(client.get("/hooks/")).text
    page = whole(client.post("/hooks/", FORM))
    secret = re.findall(r"whsec_[\w+/]{43}=", page.markup)[0]
    again = whole(client.get("/hooks/"))
    assert secret not in again.markup
    assert NOWHERE in again.text
    assert "Told to look" in again.text


def test_an_address_is_tried_paused_resumed_and_ended_from_its_page() -> None:
    client = browser("health-hana")
    hook, _secret = hooked("health-hana", "health-tirana")
    for act, said in (
        ("look_now", "A look is sent within two minutes"),
        ("pause", "Nothing is sent until you resume"),
        ("resume", "Resumed"),
        ("end", "Its secret is forgotten"),
    ):
        page = whole(client.get("/hooks/"))
        assert f'value="{act}"' in page.markup
        answer = client.post("/hooks/", {"act": act, "hook": page.value("hook")})
        assert answer.headers["Location"] == "/hooks/"
        assert said in whole(client.get("/hooks/")).text
    assert "Your office has no address" in whole(client.get("/hooks/")).text
    assert client.post("/hooks/", {"act": "resume", "hook": str(hook)}).status_code == 404
    assert client.post("/hooks/", {"act": "resume", "hook": "x"}).status_code == 404
    assert client.post("/hooks/", {"act": "x", "hook": str(hook)}).status_code == 404


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://health.example/look", "must begin with https://"),
        ("https://ana:word@health.example/", "Leave a name, a password"),
        ("https://192.0.2.7:22/", "port 443"),
        ("https://127.0.0.1/", "its network is not allowed"),
        ("", "this must be filled in"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_beside_its_field(address: str, said: str) -> None:
    page = whole(browser("health-hana").post("/hooks/", FORM | {"address": address}))
    assert "There is a problem" in page.text
    assert said in page.text
    with by("health-hana"):
        assert Hook.objects.count() == 0


def test_who_does_not_answer_for_an_office_finds_no_page_and_no_link() -> None:
    hooked("border-ana", "border")
    ben = browser("border-ben")
    assert "/hooks/" not in whole(ben.get("/tokens/")).addresses()
    assert ben.get("/hooks/").status_code == 403
    assert ben.post("/hooks/", FORM).status_code == 403
    for username in ("analyst-ada", "admin-abe", "officer-dpo"):
        assert browser(username).get("/hooks/").status_code == 403
    assert NOWHERE not in whole(browser("health-hana").get("/hooks/")).text


def test_the_page_says_why_an_address_is_paused_and_how_each_look_ended_also_in_albanian() -> None:
    hook, _secret = hooked("health-hana", "health-tirana")
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
        look = HookLook.objects.get(hook=hook)
    claimed = Claimed(look.id, hook, clock.now() - GIVEN_UP_AFTER, 1, "", "")
    hook_sending.record(claimed, Attempt(Outcome.REFUSED, 503))
    client = browser("health-hana")
    page = whole(client.get("/hooks/"))
    assert "It was not reached for three days" in page.text
    assert "Given up: the answer was not that it arrived (503)" in page.text
    client.cookies["language"] = "sq"
    albanian = whole(client.get("/hooks/"))
    assert albanian.h1 == "Adresa për programet"
    assert "tri ditë" in albanian.text
    assert "Paused" not in albanian.text


def test_the_page_asks_the_same_few_questions_however_many_looks_there_are(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = browser("health-hana")
    hook, _secret = hooked("health-hana", "health-tirana")
    with by("health-hana"):
        now = clock.now()
        HookLook.objects.bulk_create(
            [HookLook(hook_id=hook, made_at=now, try_at=now, state="delivered") for _ in range(30)]
        )
    client.get("/hooks/")
    with django_assert_max_num_queries(24):
        page = whole(client.get("/hooks/"))
    assert page.text.count("Delivered") == hooks.SHOWN
    assert office("health-tirana")
