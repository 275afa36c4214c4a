"""Recording a decision in a child's interest and reading it: a page without script, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.sharing import best_interest
from tests.acting import by, office, opened
from tests.sharing.children import child_case, heard
from tests.sharing.deciding import decided
from tests.sharing.test_best_interest import INVOLVED
from tests.web.browsing import browser, whole
from tests.web.test_consent_pages import address
from tests.web.test_voice_pages import both

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


def page_of(case: CaseCard) -> str:
    return f"/cases/{case.id}/best-interest/"


def filled(**changes: str) -> dict[str, str]:
    """A decision to share with the shelter, as the form sends it."""
    today, later = clock.today(), clock.today() + timedelta(days=60)
    days = {
        f"{name}_{part}": str(getattr(day, part))
        for name, day in (("decided_on", today), ("review_by", later))
        for part in ("day", "month", "year")
    }
    usual = {
        "about": "share",
        "recipient": str(office("shelter")),
        "outcome": "yes",
        "child": "directly",
        "guardian": "may_be_involved",
        "child_protection_heard": "on",
        "present": "2",
        "reasons": "She said: I want to sleep where my friend is.",
    }
    return usual | days | changes


def test_it_is_reached_from_rights_recorded_and_shown() -> None:
    case, ana = child_case(guardian_may_be_involved=True), browser("border-ana")
    assert page_of(case) in whole(ana.get(f"/cases/{case.id}/rights/")).addresses()
    assert "Nothing was decided yet" in whole(ana.get(page_of(case))).text
    done = whole(ana.post(page_of(case), filled(), follow=True)).text
    for words in (
        "The decision is recorded",
        "Sharing her data with an office",
        "Heard directly",
        "2 people decided",
        "I want to sleep where my friend is",
    ):
        assert words in done
    assert "Best-interest decision: sharing her data" in whole(ana.get(f"/cases/{case.id}/journal/")).text
    # The page where the two are asked leads here, and the share stands now.
    assert page_of(case) in whole(ana.post(address(case, "agree/"), both())).addresses()
    heard(case, guardian=INVOLVED)
    assert browser("shelter-sam").get(f"/cases/{case.id}/").status_code == 200


def test_what_is_not_whole_is_said_and_nothing_is_kept() -> None:
    case, ana = child_case(guardian_may_be_involved=True), browser("border-ana")
    again = whole(ana.post(page_of(case), filled(present="1", reasons=""))).text
    assert "There is a problem" in again
    assert ana.post(page_of(case), filled(child="not_heard")).status_code == 400
    with by("border-ana") as actor:
        assert best_interest.decisions(case.id, by=actor) == []


def test_the_reasons_are_hidden_from_who_may_not_read_them_and_a_reader_has_no_form() -> None:
    case = child_case(guardian_may_be_involved=True)
    decided(case)
    rita = browser("authority-rita")
    shown = whole(rita.get(page_of(case))).text
    assert "Your office does not see this." in shown
    assert "Record the decision" not in shown
    assert rita.post(page_of(case), filled()).status_code == 403


def test_there_is_nothing_for_a_stranger_nor_on_the_case_of_an_adult() -> None:
    case = child_case()
    assert browser("labour-lea").get(page_of(case)).status_code == 404
    assert browser("border-ana").get(page_of(opened())).status_code == 409


def test_it_is_all_said_in_albanian() -> None:
    case, ana = child_case(guardian_may_be_involved=True), browser("border-ana")
    decided(case)
    ana.post("/language/", {"language": "sq"})
    shown = whole(ana.get(page_of(case))).text
    assert "Vendimet në interesin më të lartë" in shown
    assert "Heard" not in shown


def test_the_number_of_queries_is_pinned() -> None:
    case, ana = child_case(guardian_may_be_involved=True), browser("border-ana")
    decided(case)
    ana.get(page_of(case))
    with CaptureQueriesContext(connection) as seen:
        assert ana.get(page_of(case)).status_code == 200
    assert len(seen) <= MOST_QUERIES
