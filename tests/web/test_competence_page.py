from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def test_each_cell_names_the_office_that_is_asked() -> None:
    page = whole(browser("social-sara").get("/competence/"))
    assert page.h1 == "Who does what"
    assert "Office social-vlora" in page.text
    assert "Office authority" in page.text


def test_where_nobody_is_competent_the_grid_says_so() -> None:
    page = whole(browser("social-sara").get("/competence/"))
    assert "Nobody" in page.text
    assert "Where nobody is" in page.text
    assert ("tr", {"id": "legal_aid"}) in page.tags


def test_everybody_at_work_may_know_who_does_what() -> None:
    assert browser("officer-dpo").get("/competence/").status_code == 200
    assert browser().get("/competence/").status_code == 302


def test_the_grid_takes_a_handful_of_queries() -> None:
    client = browser("social-sara")
    client.get("/competence/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/competence/")
    assert len(seen) <= 16
