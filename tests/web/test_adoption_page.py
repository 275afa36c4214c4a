from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opennrm.lib import clock
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

DAY = clock.today() + timedelta(days=5)
GIVEN: dict[str, Any] = {
    "pack": "odihr-generic",
    "effective_on_day": DAY.day,
    "effective_on_month": DAY.month,
    "effective_on_year": DAY.year,
}


def adoption() -> str:
    return reverse("adoption")


def test_the_coordinator_plans_an_adoption_and_everybody_reads_from_when_it_holds() -> None:
    kim = browser("coordinator-kim")
    assert adoption() in whole(kim.get(reverse("procedure"))).addresses()
    page = whole(kim.post(adoption(), GIVEN, follow=True))
    assert "Until that day nothing changes" in page.text
    assert "Call it off" in page.text
    read = whole(browser("social-sara").get(reverse("procedure") + "?sop=odihr-generic"))
    assert "a new case follows this procedure" in read.text
    assert adoption() not in read.addresses()


def test_it_is_called_off_on_the_same_page() -> None:
    kim = browser("coordinator-kim")
    kim.post(adoption(), GIVEN)
    page = whole(kim.post(adoption(), {"act": "call_off"}, follow=True))
    assert "Called off" in page.text
    assert "Plan the adoption" in page.text
    assert kim.post(adoption(), {"act": "call_off"}).status_code == 409


def test_a_day_that_is_not_ahead_stays_on_the_page() -> None:
    today = clock.today()
    given = GIVEN | {
        "effective_on_day": today.day,
        "effective_on_month": today.month,
        "effective_on_year": today.year,
    }
    page = whole(browser("coordinator-kim").post(adoption(), given))
    assert "There is a problem" in page.text
    assert "No adoption was planned yet" in page.text


def test_nobody_else_opens_it() -> None:
    for username in ("social-sara", "authority-rita", "admin-abe"):
        client = browser(username)
        assert client.get(adoption()).status_code == 403
        assert client.post(adoption(), GIVEN).status_code == 403
    assert browser().get(adoption()).status_code == 302


def test_it_reads_in_albanian() -> None:
    answer = browser("coordinator-kim").get(adoption(), headers={"accept-language": "sq"})
    assert "Kalimi në një procedurë tjetër" in whole(answer).text


def test_the_page_takes_a_handful_of_queries() -> None:
    client = browser("coordinator-kim")
    client.post(adoption(), GIVEN)
    client.get(adoption())
    with CaptureQueriesContext(connection) as seen:
        client.get(adoption())
    assert len(seen) <= 20
