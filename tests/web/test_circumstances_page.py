"""The page of what was learned since a case was opened: what may be recorded, what it changes, what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.lib import clock
from tests.acting import by, duty, opened
from tests.identification.test_circumstances import CHILD
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

MOST_QUERIES = 26


def address(case: CaseCard) -> str:
    return f"/cases/{case.id}/identification/changes/"


def sent(what: str, days_ago: int = 0) -> dict[str, Any]:
    day = timezone.localtime(clock.now()) - timedelta(days=days_ago)
    return {
        "act": "learn",
        "learn-what": what,
        "learn-on_day": day.day,
        "learn-on_month": day.month,
        "learn-on_year": day.year,
    }


def test_a_guardian_suspected_later_is_recorded_and_the_journal_and_the_duties_say_so() -> None:
    case = opened(fork=Fork.CHILD, who=CHILD)
    ana = browser("border-ana")
    assert "Not thought to be involved" in whole(ana.get(address(case))).text
    assert ana.post(address(case), sent("guardian_suspected")).status_code == 302
    assert "May be involved" in whole(ana.get(address(case))).text
    assert "A parent or guardian may be involved" in whole(ana.get(f"/cases/{case.id}/journal/")).text
    with by("border-ana"):
        assert duty(case.id, "appoint_other_guardian").state == "held"


def test_what_stands_already_is_not_offered_again() -> None:
    case = opened()
    ana = browser("border-ana")
    ana.post(address(case), sent("asylum_asked"))
    page = whole(ana.get(address(case)))
    assert "The procedure for international protection has ended" in page.text
    assert "The person asked for international protection" not in page.text
    assert "Parent or guardian" not in page.text
    again = whole(ana.post(address(case), sent("asylum_asked")))
    assert "Select a valid choice" in again.text or "Choose" in again.text


def test_a_day_before_the_case_was_opened_is_refused_in_a_sentence() -> None:
    case = opened()
    answer = browser("border-ana").post(address(case), sent("in_danger", days_ago=30))
    assert answer.status_code == 400
    assert "Choose a day after the case was opened" in answer.content.decode()


def test_the_authority_that_only_reads_is_told_who_records_and_strangers_find_nothing() -> None:
    case = opened()
    page = whole(browser("authority-rita").get(address(case)))
    assert "Only an office that owes something on this case records a change." in page.text
    assert browser("authority-rita").post(address(case), sent("in_danger")).status_code == 403
    assert browser("shelter-sam").get(address(case)).status_code == 404
    assert browser("shelter-sam").post(address(case), sent("in_danger")).status_code == 404
    assert browser("analyst-ada").get(address(case)).status_code == 403


def test_the_page_takes_a_fixed_number_of_queries() -> None:
    case, ana = opened(), browser("border-ana")
    ana.get(address(case))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ana.get(address(case))
    assert len(asked) <= MOST_QUERIES
