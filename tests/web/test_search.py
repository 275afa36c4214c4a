"""Search before create: only what her office sees, and nothing about anybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.acting import BESA, opened
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def searched(username: str, first: str = "", second: str = "") -> str:
    data = {"act": "name", "first_name": first, "second_name": second}
    return whole(browser(username).post("/cases/search/", data)).text


def test_a_case_is_found_by_its_name() -> None:
    case = opened()
    shown = searched("border-ana", "Besa", "Shembulli")
    assert case.reference in shown
    assert "The same spelling" in shown


@pytest.mark.parametrize(
    ("stored", "asked"), [("Shkëlqim", "shkelqim"), ("Đorđe", "Djordje"), ("Mohammed", "Muhamed")]
)
def test_other_spellings_are_found_and_said_to_be_similar(stored: str, asked: str) -> None:
    case = opened(who=replace(BESA, first_name=stored))
    shown = searched("border-ana", asked)
    assert case.reference in shown
    assert "similar spelling" in shown


def test_another_office_is_told_the_same_whether_the_person_is_known_or_not() -> None:
    opened()
    known = searched("shelter-sam", "Besa", "Shembulli")
    assert "will be checked with the office that holds the case" in known
    assert "None of the cases" in known
    unknown = searched("shelter-sam", "Nobody", "Shembulli")
    assert known.replace("Besa", "") == unknown.replace("Nobody", "")


def test_an_office_that_sees_the_case_without_names_finds_nothing_by_name() -> None:
    opened()
    assert "None of the cases" in searched("authority-rita", "Besa", "Shembulli")


def test_a_reference_opens_the_case_for_who_sees_it_and_tells_others_nothing() -> None:
    case = opened()
    data = {"act": "reference", "reference": case.reference.lower()}
    assert browser("border-ana").post("/cases/search/", data).headers["Location"] == f"/cases/{case.id}/"
    refused = browser("shelter-sam").post("/cases/search/", data).content.decode()
    invented = (
        browser("shelter-sam").post("/cases/search/", {**data, "reference": "AL-0000-0000"}).content.decode()
    )
    assert "no case of this reference" in refused
    assert "no case of this reference" in invented


def test_an_empty_search_is_refused_in_a_sentence() -> None:
    assert "Enter a first name, a family name or both." in searched("border-ana")


def test_no_name_may_stand_in_an_address() -> None:
    opened()
    shown = whole(browser("border-ana").get("/cases/search/?first_name=Besa&act=name")).text
    assert "Cases your office sees" not in shown


def test_who_does_no_case_work_may_not_search() -> None:
    assert browser("analyst-ada").get("/cases/search/").status_code == 403
    assert (
        browser("analyst-ada").post("/cases/search/", {"act": "name", "first_name": "Besa"}).status_code
        == 403
    )
