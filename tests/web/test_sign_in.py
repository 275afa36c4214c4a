from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests.web.browsing import browser, make_demo, whole

pytestmark = pytest.mark.django_db
PASSWORD = "a long invented sentence"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def with_password(username: str) -> None:
    user = User.objects.get(username=username)
    user.set_password(PASSWORD)
    user.save()


def sign_in(client: Client, username: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/accounts/login/", {"login": username, "password": password})


def code_for(secret: str) -> str:
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"


def enrolled(username: str) -> tuple[Client, str]:
    """A browser of somebody who has just set up her second step, and the key of her app."""
    with_password(username)
    client = Client()
    sign_in(client, username)
    page = whole(client.get("/accounts/second-step/app/"))
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.markup)
    assert secret
    answer = client.post("/accounts/second-step/app/", {"code": code_for(secret[1])})
    assert answer.headers["Location"] == "/accounts/second-step/codes/"
    return client, secret[1]


@pytest.mark.parametrize("address", ["/", "/cases/", "/accounts/second-step/app/"])
def test_a_stranger_is_led_to_the_sign_in_page(address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_sign_in_page_outside_a_demonstration_names_nobody() -> None:
    page = whole(Client().get("/accounts/login/"))
    assert page.h1 == "Sign in"
    assert "border-ana" not in page.markup
    assert "invented" not in page.text


def test_one_click_is_refused_outside_a_demonstration() -> None:
    assert Client().post("/demo/sign-in/border-ana/").status_code == 404
    assert "_auth_user_id" not in Client().session


def test_a_demonstration_lists_its_people_and_signs_in_with_one_click() -> None:
    make_demo()
    client = Client()
    page = whole(client.get("/accounts/login/"))
    assert "All data here is invented." in page.text
    assert {f"/demo/sign-in/{name}/" for name in ("border-ana", "admin-abe")} <= {
        a.get("action") for tag, a in page.tags if tag == "form"
    }
    answer = client.post("/demo/sign-in/border-ana/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    first = whole(client.get("/"))
    assert "All data here is invented." in first.text
    assert "Test border-ana" in first.text


def test_one_click_needs_the_token_of_its_form_and_a_known_account() -> None:
    make_demo()
    assert Client(enforce_csrf_checks=True).post("/demo/sign-in/border-ana/").status_code == 403
    assert Client().post("/demo/sign-in/nobody/").status_code == 404
    assert Client().get("/demo/sign-in/border-ana/").status_code == 405


def test_signing_in_gives_the_session_a_new_name() -> None:
    make_demo()
    client = browser("labour-lea")
    before = client.cookies["session"].value
    client.post("/demo/sign-in/border-ana/")
    assert client.cookies["session"].value != before


def test_a_password_alone_opens_nothing_until_a_second_step_is_set_up() -> None:
    with_password("border-ana")
    client = Client()
    assert sign_in(client, "border-ana").headers["Location"] == "/"
    for address in ("/", "/cases/"):
        assert client.get(address).headers["Location"] == "/accounts/second-step/app/"
    page = whole(client.get("/accounts/second-step/app/"))
    assert page.h1 == "Set up your second step"
    assert "data:" not in page.markup


def test_one_who_has_set_up_a_second_step_reads_her_codes_and_works() -> None:
    client, _secret = enrolled("border-ana")
    page = whole(client.get("/accounts/second-step/codes/"))
    assert len(re.findall(r"<li><code>", page.markup)) == 10
    assert whole(client.get("/")).h1 == "Today"
    assert whole(client.get("/accounts/second-step/")).h1 == "Second step"
    assert whole(client.get("/accounts/second-step/app/remove/")).h1 == "Remove this authenticator app?"
    assert whole(client.get("/accounts/second-step/codes/new/")).h1 == "Make new recovery codes?"


def test_the_next_sign_in_asks_for_the_second_step() -> None:
    _client, secret = enrolled("border-ana")
    client = Client()
    assert sign_in(client, "border-ana").headers["Location"] == "/accounts/second-step/authenticate/"
    assert client.get("/").headers["Location"] == "/accounts/login/"
    assert whole(client.get("/accounts/second-step/authenticate/")).h1 == "Second step"
    wrong = client.post("/accounts/second-step/authenticate/", {"code": "000000"})
    assert "Error:" in whole(wrong).text
    cache.clear()  # the code that set the app up counts as used
    client.post("/accounts/second-step/authenticate/", {"code": code_for(secret)})
    assert whole(client.get("/")).h1 == "Today"


def test_a_wrong_password_says_the_same_for_everybody_and_is_soon_refused() -> None:
    with_password("border-ana")
    client = Client()
    known = whole(sign_in(client, "border-ana", "wrong"))
    unknown = whole(sign_in(client, "nobody", "wrong"))
    said = re.compile(r"There is a problem(.*?)Sign in")
    assert said.search(known.text) == said.search(unknown.text) or (
        said.search(known.text)[1] == said.search(unknown.text)[1]  # type: ignore[index]
    )
    for _ in range(40):
        last = sign_in(client, "border-ana", "wrong")
    assert last.status_code == 429 or "Too many" in last.content.decode()


def test_signing_out_ends_the_session() -> None:
    client = browser("border-ana")
    assert whole(client.get("/accounts/logout/")).h1 == "Sign out?"
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_exit_this_page_ends_the_session_and_back_finds_an_empty_page() -> None:
    client = browser("border-ana")
    assert client.get("/").headers["Cache-Control"] == "no-store"
    answer = client.get("/leave/")
    page = whole(answer)
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Referral" not in page.markup
    assert client.get("/cases/").headers["Location"] == "/nothing/"
    assert "Referral" not in client.get("/nothing/").content.decode()
    assert whole(client.get("/accounts/login/")).h1 == "Sign in"


def test_forms_carry_their_origin() -> None:
    """With no-referrer a browser sends forms with a null origin, which the check on tokens refuses."""
    assert Client().get("/accounts/login/").headers["Referrer-Policy"] == "same-origin"


def test_the_service_reads_in_albanian_and_keeps_the_page() -> None:
    client = Client()
    answer = client.post("/language/", {"language": "sq", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    assert '<html lang="sq"' in client.get("/accounts/login/").content.decode()


def test_an_account_without_a_post_is_told_so() -> None:
    User.objects.create_user("postless")
    answer = browser("postless").get("/")
    assert answer.status_code == 403
    assert "holds no post" in answer.content.decode()


def test_an_address_that_leads_nowhere_is_answered_in_our_words() -> None:
    answer = browser("border-ana").get("/no/such/page/")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()


def test_the_database_holds_no_readable_second_factor() -> None:
    from allauth.mfa.models import Authenticator

    _client, secret = enrolled("border-ana")
    kept = " ".join(str(one.data) for one in Authenticator.objects.all())
    assert kept
    assert secret not in kept
