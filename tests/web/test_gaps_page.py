from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.acting import opened
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
# Nobody in the small world is competent for legal aid, and no health service for Vlora.
LEGAL = "/gaps/legal_assistance/AL-11/"


def test_an_empty_grid_says_what_would_stand_here() -> None:
    page = whole(browser("coordinator-kim").get("/gaps/"))
    assert page.h1 == "Gaps"
    assert "No need is without an office." in page.text
    assert "Vocational training" in page.text


def test_a_need_that_no_office_is_competent_for_stands_in_its_cell() -> None:
    opened(needs=("legal_assistance",))
    page = whole(browser("coordinator-kim").get("/gaps/"))
    assert LEGAL in page.addresses()
    assert "1 person waits since today" in page.text


def test_every_post_that_may_see_gaps_sees_the_whole_country_and_no_person() -> None:
    case = opened(needs=("legal_assistance",))
    for username in ("analyst-ada", "social-vera"):
        page = whole(browser(username).get("/gaps/"))
        assert LEGAL in page.addresses()
        assert case.reference not in page.text


def test_a_cell_leads_to_the_people_and_to_the_missing_competence() -> None:
    case = opened(needs=("legal_assistance",))
    page = whole(browser("coordinator-kim").get(LEGAL))
    assert case.reference in page.text
    assert "/competence/#legal_aid" in page.addresses()
    assert "no office" in page.text
    assert "Besa" not in page.markup


def test_who_sees_numbers_only_is_told_so() -> None:
    case = opened(needs=("legal_assistance",))
    page = whole(browser("analyst-ada").get(LEGAL))
    assert "not who they are" in page.text
    assert case.reference not in page.text


def test_an_office_that_may_not_know_the_case_sees_nobody() -> None:
    case = opened(needs=("legal_assistance",))
    page = whole(browser("social-vera").get(LEGAL))
    assert "Your office sees none of the people" in page.text
    assert case.reference not in page.text


def test_a_region_that_does_not_exist_is_not_there() -> None:
    assert browser("coordinator-kim").get("/gaps/food/XX-99/").status_code == 404


def test_posts_without_gaps_are_refused() -> None:
    for address in ("/gaps/", LEGAL):
        assert browser("officer-dpo").get(address).status_code == 403
        assert browser().get(address).status_code == 302


@pytest.mark.parametrize("address", ["/gaps/", LEGAL])
def test_more_people_who_wait_take_no_more_queries(address: str) -> None:
    def taken() -> int:
        client = browser("coordinator-kim")
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    opened(needs=("legal_assistance",))
    few = taken()
    for _ in range(3):
        opened(needs=("legal_assistance",))
    assert taken() == few <= 30
