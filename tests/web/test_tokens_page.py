from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from opennrm.access import bearer
from opennrm.access.models import ApiToken
from opennrm.access.scope import as_system
from opennrm.agencies.models import Post
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from tests.acting import by, office
from tests.api.calling import Caller, token
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

FORM = {"act": "make", "label": "Register of the border police", "acts": ["add_note"], "days": "30"}


def test_a_person_makes_a_token_that_is_shown_once_and_revokes_it() -> None:
    client = browser("border-ana")
    assert "You have no token" in whole(client.get("/tokens/")).text
    page = whole(client.post("/tokens/", FORM))
    secret = re.findall(r"nrm_[\w-]{43}", page.markup)[0]
    assert secret not in whole(client.get("/tokens/")).markup
    assert Caller(secret).get("/me").json()["acts"] == ["add_note"]
    answer = client.post("/tokens/", {"act": "revoke", "token": page.value("token")})
    assert answer.headers["Location"] == "/tokens/"
    assert Caller(secret).get("/me").status_code == 401


def test_a_token_needs_to_say_what_it_is_for_and_how_long() -> None:
    page = whole(browser("border-ana").post("/tokens/", {"act": "make", "days": "365"}))
    assert "There is a problem" in page.text
    with by("border-ana") as ana, pytest.raises(Problem, match="90"):
        bearer.make(label="too long", acts=(), offices=(), days=91, by=ana)


def test_only_a_digest_is_kept_and_nobody_else_sees_or_ends_the_token() -> None:
    secret = token("border-ana")
    with by("border-ana") as ana:
        row = ApiToken.objects.get()
        assert secret.encode() not in bytes(row.digest)
        detail = bearer.tokens_of(ana.officer or 0)[0]
    with by("border-ben") as ben:
        assert ApiToken.objects.count() == 0
        with pytest.raises(NotFound):
            bearer.revoke(token=detail.id, by=ben)
    answer = browser("border-ben").post("/tokens/", {"act": "revoke", "token": str(detail.id)})
    assert answer.status_code == 404
    assert Caller(secret).get("/me").status_code == 200


def test_a_token_ends_by_itself_with_the_post_and_with_the_account() -> None:
    secret = token("border-ana", days=7)
    with clock.stopped_at(clock.now() + timedelta(days=8)):
        assert Caller(secret).get("/me").status_code == 401
    User.objects.filter(username="border-ana").update(is_active=False)
    assert Caller(secret).get("/me").status_code == 401
    User.objects.filter(username="border-ana").update(is_active=True)
    assert Caller(secret).get("/me").status_code == 200
    with as_system("setup", reason="a post ends in a test"):
        yesterday = clock.today() - timedelta(days=1)
        Post.objects.filter(officer__user__username="border-ana").update(until=yesterday)
    assert Caller(secret).get("/me").status_code == 401


def test_a_token_for_an_office_she_has_left_opens_nothing() -> None:
    with by("border-ana") as ana, pytest.raises(Problem):
        bearer.make(label="another office", acts=(), offices=(office("labour"),), days=1, by=ana)
    secret = token("border-ana", offices=(office("border"),))
    with as_system("setup", reason="a person moves to another office in a test"):
        Post.objects.filter(officer__user__username="border-ana").update(office=office("labour"))
    assert Caller(secret).get("/me").status_code == 401
