from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.reporting.people_of_a_year import give_sight, identified
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
ACCOUNT = "/reports/protection/2020/"


def queries_of(username: str, address: str) -> int:
    client = browser(username)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_years_with_people_are_listed_down_to_the_first() -> None:
    identified(date(2019, 3, 1))
    page = whole(browser("analyst-ada").get("/reports/"))
    assert page.h1 == "Reports"
    assert "/reports/protection/2019/" in page.addresses()
    assert ACCOUNT in page.addresses()
    assert "/reports/protection/2018/" not in page.addresses()


def test_the_account_reads_like_the_printed_page() -> None:
    identified(citizenship=("RS",))
    page = whole(browser("analyst-ada").get(ACCOUNT))
    assert page.h1 == "Protection account of 2020"
    assert "In 2020, 1 person was identified: 1 potential and 0 official victims." in page.text
    assert "as known on 31 March 2021" in page.text
    assert "Citizens of Serbia" in page.text
    assert f"{ACCOUNT}identified.foreign.RS/" in page.addresses()


def test_what_does_not_add_up_is_said_beside_it() -> None:
    identified(exploitation=(), decision="official")
    identified()
    page = whole(browser("analyst-ada").get(ACCOUNT))
    assert (
        "By form of exploitation it does not add up: 1 of 2: one official victim without a published form of exploitation."
        in page.text
    )


def test_the_account_can_be_asked_for_another_day() -> None:
    identified(decision="official", decided_on=date(2021, 5, 1))
    ada = browser("analyst-ada")
    assert "0 official" in whole(ada.get(ACCOUNT)).text
    assert "1 official" in whole(ada.get(ACCOUNT + "?as_at=2021-05-01")).text
    assert ada.get(ACCOUNT + "?as_at=yesterday").status_code == 400
    assert ada.get("/reports/protection/3000/").status_code == 404


def test_a_figure_opens_with_what_it_counts_and_how_it_came_about() -> None:
    identified(exploitation=("ForcedBegging",))
    identified(exploitation=("ForcedLabour", "SexualExploitation"))
    page = whole(browser("analyst-ada").get(f"{ACCOUNT}identified.exploitation.labour/"))
    assert "A person with two forms counts in both" in page.text
    assert "Forced to beg" in page.text
    assert "Forced labour, Sexual exploitation" in page.text
    assert "Cases behind it" not in page.text


@pytest.mark.parametrize(
    "figure", ["identified.all", "miu.regions", "assistance.kinds", "identified.age.child"]
)
def test_every_sort_of_figure_opens(figure: str) -> None:
    identified(age=12, facts=(("service", "food", date(2020, 7, 1)),))
    whole(browser("coordinator-kim").get(f"{ACCOUNT}{figure}/"))


def test_a_figure_nobody_knows_is_not_there() -> None:
    assert browser("analyst-ada").get(f"{ACCOUNT}identified.everything/").status_code == 404


def test_the_cases_behind_a_figure_are_those_her_office_sees() -> None:
    identified()
    seen = identified()
    give_sight(seen, "social-tirana")
    page = whole(browser("social-sara").get(f"{ACCOUNT}identified.all/"))
    links = [one for one in page.addresses() if one.startswith("/cases/") and len(one) > 40]
    assert links == [f"/cases/{seen}/"]
    other = whole(browser("social-vera").get(f"{ACCOUNT}identified.all/"))
    assert "Your office sees none of the cases" in other.text


def test_the_account_is_taken_away_as_data_as_text_and_as_a_page() -> None:
    identified()
    ada = browser("analyst-ada")
    answer = ada.get(ACCOUNT + "?download=json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="protection-2020.json"'
    assert json.loads(answer.content)["year"] == 2020
    assert ada.get(ACCOUNT + "?download=md").content.startswith(b"# Protection account of 2020")
    assert b"<!doctype html>" in ada.get(ACCOUNT + "?download=html").content


@pytest.mark.parametrize("address", ["/reports/", ACCOUNT, f"{ACCOUNT}identified.all/"])
def test_posts_without_reports_are_refused(address: str) -> None:
    assert browser("admin-abe").get(address).status_code == 403
    assert browser().get(address).status_code == 302


def test_more_people_take_no_more_queries() -> None:
    give_sight(identified(), "social-tirana")
    address = f"{ACCOUNT}identified.all/"
    few = queries_of("social-sara", ACCOUNT), queries_of("social-sara", address)
    for _ in range(4):
        give_sight(identified(), "social-tirana")
    assert (queries_of("social-sara", ACCOUNT), queries_of("social-sara", address)) == few
    assert max(few) <= 61
