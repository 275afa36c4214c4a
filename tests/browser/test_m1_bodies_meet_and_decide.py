"""M1: bodies of the mechanism meet with a quorum, decide what an office then owes, and agreements are kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk, answered, fill_date, follow, press, text, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def enter_meeting(page: Page, body: str, days_ago: int) -> None:
    """Enters a meeting of a body in one room and opens it."""
    page.goto("/coordination/")
    follow(page, body)
    day = today() - timedelta(days=days_ago)
    fill_date(page, "on", day)
    page.get_by_label("In one room", exact=True).check()
    press(page, "Enter the meeting")


def say_who_came(page: Page, *answers: str) -> None:
    """Says of every member, in the order of the seats, whether she came; the last answer goes for the rest."""
    groups = page.get_by_role("main").locator("fieldset")
    for number in range(groups.count()):
        groups.nth(number).get_by_label(answers[min(number, len(answers) - 1)], exact=True).check()
    press(page, "Record who came")


def test_a_body_decides_with_a_quorum_and_the_office_named_owes_it_from_then_on(walk: Walk) -> None:
    page = walk.as_("coordinator")
    enter_meeting(page, "Regional committee against trafficking, Tirana", 1)
    expect(page.get_by_role("main")).to_contain_text("What lies before the meeting")
    press(page, "Record who came")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say of every member whether she came.")
    say_who_came(page, "Came")
    expect(page.get_by_role("alert")).to_contain_text("There was a quorum")
    page.get_by_label("What the meeting decided").fill("Agree on one person to call at night.")
    page.get_by_label("Which office does it").select_option(label="State Social Service, Tirana")
    fill_date(page, "due_on", today())
    press(page, "Record the decision")
    expect(page.locator(".govuk-error-summary")).to_contain_text("must be")
    fill_date(page, "due_on", today() + timedelta(days=1))
    press(page, "Record the decision")
    expect(page.get_by_role("main")).to_contain_text("Agree on one person to call at night.")
    office = walk.as_("sss-tirana")
    owed = office.locator("tr").filter(has_text="Agree on one person to call at night.")
    expect(owed).to_contain_text("nobody named")
    owed.get_by_role("link").first.click()
    expect(office.get_by_role("main")).to_contain_text("Regional committee against trafficking, Tirana")


def test_without_a_quorum_a_body_decides_nothing_and_who_came_is_recorded_once(walk: Walk) -> None:
    page = walk.as_("coordinator")
    enter_meeting(page, "Advisory Board of survivors", 2)
    say_who_came(page, "Came", "Excused", "Did not come")
    expect(page.get_by_role("alert")).to_contain_text("There was no quorum")
    expect(page.get_by_role("main")).to_contain_text("without a quorum the body decides nothing")
    for button in ("Record the decision", "Record who came"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)


def test_a_body_does_not_meet_twice_on_a_day_and_nobody_came_to_a_meeting_ahead(walk: Walk) -> None:
    page = walk.as_("coordinator")
    enter_meeting(page, "Regional committee against trafficking, Berat", -20)
    expect(page.get_by_role("main")).to_contain_text("recorded on the day of the meeting or after it")
    expect(page.get_by_role("button", name="Record who came")).to_have_count(0)
    with walk.refused(409):
        enter_meeting(page, "Regional committee against trafficking, Berat", -20)
        expect(page.get_by_role("main")).to_contain_text("This body already meets on that day.")


def test_only_the_office_that_keeps_the_records_writes_and_case_workers_do_not_read_them(walk: Walk) -> None:
    page = walk.as_("ra-secretary")
    page.goto("/coordination/bodies/state-committee/")
    expect(page.get_by_role("main")).to_contain_text("Minister of Interior")
    expect(page.get_by_role("button", name="Enter the meeting")).to_have_count(0)
    page.goto("/coordination/bodies/responsible-authority/")
    expect(page.get_by_role("button", name="Enter the meeting")).to_be_visible()
    unit = walk.as_("miu-vlora")
    with walk.refused(403):
        assert answered(unit, "/coordination/") == 403
    expect(unit.get_by_role("main")).not_to_contain_text("Minister of Interior")


def test_an_agreement_warns_before_it_ends_and_one_organisation_agrees_with_nobody(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.goto("/coordination/agreements/")
    ending = page.locator("tr").filter(has_text="Mobile identification units with the State Police")
    expect(ending).to_contain_text("Ends soon")
    page.get_by_label("What is agreed").fill("An invented agreement of a test")
    page.get_by_label("State Police", exact=True).check()
    fill_date(page, "signed_on", today())
    with walk.refused(400):
        press(page, "Enter the agreement")
        expect(page.locator("body")).to_contain_text("Choose at least two organisations.")
    assert re.search("An invented agreement", text(page)) is None
