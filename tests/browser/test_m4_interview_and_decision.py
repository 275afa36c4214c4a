"""M4: two agencies agree on a joint interview, hold it and sign; the status is decided, told and reviewed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.identifying import POLICE, SOCIAL_SERVICE, accepted, case_where, part
from tests.browser.test_albanian import left_in_english
from tests.browser.walking import Walk, faults, fill_date, in_albanian, press, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def propose(page: Page, case: str, day: date, hour: str) -> None:
    """Proposes a time, as the first or in the place of another."""
    page.goto(part(case, "interview"))
    folded = page.locator("summary").filter(has_text="Propose another time")
    if folded.count():
        folded.click()
    fill_date(page, "propose-day", day)
    page.fill("[name=propose-hour]", hour)
    press(page, "Propose this time")


def act(page: Page, case: str, step: str, button: str) -> None:
    """Opens a page of the procedure and presses a button that needs no answer."""
    page.goto(part(case, step))
    press(page, button)


def test_two_agencies_agree_on_a_time_and_not_on_one_that_was_changed_meanwhile(walk: Walk) -> None:
    case, lead, police, social_service = accepted(walk, "Vera")
    with walk.refused(400):
        propose(police, case, today() - timedelta(days=1), "10:30")
        expect(police.locator("body")).to_contain_text("Choose a time that lies ahead.")
    propose(police, case, today() + timedelta(days=3), "10:30")
    expect(police.get_by_role("main")).to_contain_text("The other office has not answered yet")
    social_service.goto(part(case, "interview"))
    expect(social_service.get_by_role("main")).to_contain_text("Does this time suit your office?")
    # Meanwhile the police propose a second time; the first is not agreed to by mistake.
    propose(police, case, today() + timedelta(days=4), "09:00")
    with walk.refused(409):
        press(social_service, "Agree to this time")
        expect(social_service.locator("body")).to_contain_text("Another time was proposed meanwhile")
    act(social_service, case, "interview", "Agree to this time")
    expect(social_service.get_by_role("main")).to_contain_text("Both offices have agreed")
    lead.goto(part(case, "interview"))
    expect(lead.get_by_role("main")).to_contain_text("your office reads")
    expect(lead.get_by_role("button", name="Propose this time")).to_have_count(0)

    police.goto(part(case, "interview"))
    police.locator("summary").filter(has_text="The time does not hold").click()
    press(police, "Record it")
    expect(police.locator(".govuk-error-summary")).to_contain_text("Why")
    police.get_by_label("There is no interpreter", exact=True).check()
    press(police, "Record it")
    expect(police.get_by_role("main")).to_contain_text("Needs a new time")


def test_a_child_is_never_interviewed_alone_nor_beside_a_guardian_who_may_be_involved(walk: Walk) -> None:
    page = walk.as_(SOCIAL_SERVICE)
    case = case_where(page, "Hold the joint interview", "interview", "Who came?", child=True)
    expect(page.get_by_role("main")).to_contain_text("a child is never interviewed alone")

    def say_that_both_came() -> None:
        page.goto(part(case, "interview"))
        for agency in ("social_service", "police"):
            page.check(f"[name=attend-{agency}][value=yes]")
        press(page, "Record who came")

    def arrange(companion: str, *, psychologist: bool) -> None:
        page.goto(part(case, "interview"))
        page.locator("summary").filter(has_text="Change what the person needs").click()
        page.check(f"[name=arrange-companion][value={companion}]")
        page.set_checked("[name=arrange-psychologist_asked]", psychologist)
        press(page, "Save")

    with walk.refused(409):
        say_that_both_came()
        expect(page.locator("body")).to_contain_text("A child is never interviewed alone")
        arrange("guardian", psychologist=True)
        expect(page.locator("body")).to_contain_text(
            "A guardian who may be involved must not be in the interview"
        )
        arrange("child_protection", psychologist=False)
        say_that_both_came()
        expect(page.locator("body")).to_contain_text("Ask a psychologist before a child is interviewed")
    arrange("child_protection", psychologist=True)
    say_that_both_came()
    expect(page.get_by_role("main")).to_contain_text("Held, not signed by both")
    assert faults(page) == []
    press(page, "Sign")
    expect(page.get_by_role("main")).to_contain_text("Your agency has signed. The other has not yet.")


def test_a_decision_is_taken_told_and_reconsidered_by_another_office(walk: Walk) -> None:
    police, social_service = walk.as_(POLICE), walk.as_(SOCIAL_SERVICE)
    case = case_where(
        police, "Take part in the joint interview", "interview", "Sign for your agency", child=False
    )
    press(police, "Sign")
    social_service.goto(part(case, "decision"))
    press(social_service, "Record the decision")
    expect(social_service.locator(".govuk-error-summary")).to_contain_text("What was decided")
    social_service.check("[name=decide-decision][value=not_victim]")
    fill_date(social_service, "decide-decided_on", today())
    votes = social_service.locator("fieldset").filter(has_text="Vote of State Social Service, Tirana")
    votes.get_by_label("For", exact=True).check()
    press(social_service, "Record the decision")
    expect(social_service.get_by_role("main")).to_contain_text("State Social Service, Tirana: For")

    fill_date(social_service, "tell-given_on", today())
    social_service.get_by_label("In writing", exact=True).check()
    press(social_service, "Record that the person was told")
    expect(social_service.locator(".govuk-error-summary")).to_contain_text("how to ask for a review")
    social_service.get_by_label("The person was told how to ask for a review").check()
    press(social_service, "Record that the person was told")

    lead = walk.as_("shelter-de")
    lead.goto(part(case, "decision"))
    lead.locator("summary").filter(has_text="The person asks for a review").click()
    fill_date(lead, "ask_review-day", today())
    press(lead, "Record the request")
    expect(lead.get_by_role("main")).to_contain_text("A review is open")
    authority = walk.as_("ra-secretary")
    authority.goto(part(case, "decision"))
    authority.check("[name=decide-decision][value=official]")
    fill_date(authority, "decide-decided_on", today())
    press(authority, "Record the decision")
    expect(authority.locator("h1, .govuk-tag").filter(has_text="Official victim").first).to_be_visible()
    lead.goto(part(case, "decision"))
    expect(lead.get_by_role("main")).to_contain_text("A new decision was taken")
    # Potential and official victims are owed the same: the needs stand as they stood.
    lead.goto(f"{case}support/")
    expect(lead.get_by_role("main")).to_contain_text("Employment")


def test_what_is_learned_of_a_child_later_changes_at_once_what_is_owed(walk: Walk) -> None:
    page = walk.as_(SOCIAL_SERVICE)
    case = case_where(
        page, "Hold the joint interview", "interview", "Does this time suit your office?", child=True
    )
    page.goto(f"{case}identification/")
    page.get_by_role("link", name="What was learned since").click()
    press(page, "Record the change")
    expect(page.locator(".govuk-error-summary")).to_contain_text("What was learned")
    page.check("[name=learn-what][value=guardian_suspected]")
    fill_date(page, "learn-on", today())
    press(page, "Record the change")
    expect(page.get_by_role("main")).to_contain_text("May be involved")
    assert faults(page) == []
    page.goto(f"{case}responsible/")
    expect(page.locator("#owed")).to_contain_text("another guardian")


def test_the_interview_is_arranged_in_albanian(walk: Walk) -> None:
    page = walk.as_(SOCIAL_SERVICE)
    in_albanian(page)
    page.goto("/")
    case = (
        page.locator("tr").filter(has_text="Zhvillimi i intervistës së përbashkët").locator("a.app-reference")
    )
    page.goto(case.first.get_attribute("href") or "")
    address = page.url
    left = left_in_english(page)
    for step in (
        "identification/",
        *(f"identification/{one}/" for one in ("referral", "interview", "decision", "changes")),
    ):
        page.goto(f"{address}{step}")
        left += left_in_english(page) + faults(page)
    assert left == []
