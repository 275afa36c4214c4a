"""M7: each agency's own assessment stands beside the other's, a conference has minutes, and a police refusal is looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.identifying import accepted, part
from tests.browser.walking import Walk, answered, faults, fill_date, press, text, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def assess(page: Page, case: str, means: str, reasons: str) -> None:
    """Records an office's own assessment: act and purpose are there, the means as said."""
    page.goto(part(case, "assessment"))
    for element, answer in {"act": "yes", "means": means, "purpose": "yes"}.items():
        page.check(f"[name=assess-{element}][value={answer}]")
    page.fill("[name=assess-reasons]", reasons)
    press(page, "Record the assessment")


def test_two_views_stand_side_by_side_and_a_conference_over_them_has_minutes(walk: Walk) -> None:
    case, _lead, police, social_service = accepted(walk, "Liljana")
    assess(police, case, "no", "")
    expect(police.locator(".govuk-error-summary")).to_contain_text("own reasons")
    assess(police, case, "no", "Invented: nobody threatened her.")
    expect(police.get_by_role("main")).not_to_contain_text("The agencies disagree")
    assess(social_service, case, "yes", "Invented: he kept her passport.")
    expect(social_service.get_by_role("main")).to_contain_text("The agencies disagree on: Means")
    for words in ("nobody threatened her", "he kept her passport"):
        expect(social_service.get_by_role("main")).to_contain_text(words)
    assert faults(social_service) == []

    social_service.locator("summary").filter(has_text="Record a case conference").click()
    fill_date(social_service, "confer-held_on", today())
    social_service.get_by_label("State Social Service, Tirana", exact=True).check()
    social_service.get_by_label("The agencies still disagree", exact=True).check()
    social_service.fill("[name=confer-minutes]", "Invented: each said why.")
    with walk.refused(400):
        press(social_service, "Record the conference")
        expect(social_service.locator("body")).to_contain_text("Choose at least two offices that took part.")
    social_service.goto(part(case, "assessment"))
    social_service.locator("summary").filter(has_text="Record a case conference").click()
    fill_date(social_service, "confer-held_on", today())
    for name in ("State Social Service, Tirana", "State Police, anti-trafficking sector, Tirana"):
        social_service.get_by_label(name, exact=True).check()
    social_service.get_by_label("The agencies still disagree", exact=True).check()
    social_service.fill("[name=confer-minutes]", "Invented: each said why.")
    press(social_service, "Record the conference")
    expect(social_service.get_by_role("main")).to_contain_text("each said why")

    # Who only counts and answers for the register sees that they disagree, and no word of what was written.
    authority = walk.as_("ra-secretary")
    authority.goto(part(case, "assessment"))
    expect(authority.get_by_role("main")).to_contain_text("The agencies disagree on: Means")
    for words in ("passport", "each said why"):
        assert words not in text(authority)


def test_the_police_say_why_no_case_is_opened_and_another_office_does_not_agree(walk: Walk) -> None:
    case, lead, police, _social_service = accepted(walk, "Rudina")
    lead.goto(part(case, "police-case"))
    expect(lead.get_by_role("main")).to_contain_text("Whoever identified the person, they owe an answer")
    expect(lead.get_by_role("main")).to_contain_text("Your office reads")
    expect(lead.get_by_role("button", name="Record the answer")).to_have_count(0)

    police.goto(part(case, "police-case"))
    police.check("[name=record-opened][value=no]")
    fill_date(police, "record-decided_on", today())
    press(police, "Record the answer")
    expect(police.locator(".govuk-error-summary")).to_contain_text("Choose why no case is opened.")
    police.get_by_label("No evidence", exact=True).check()
    press(police, "Record the answer")
    expect(police.get_by_role("main")).to_contain_text("Another office has not looked at it yet.")
    expect(police.get_by_role("button", name="Record the review")).to_have_count(0)

    authority = walk.as_("ra-secretary")
    authority.goto(part(case, "police-case"))
    authority.check("[name=review-agrees][value=no]")
    press(authority, "Record the review")
    expect(authority.get_by_role("main")).to_contain_text("the police answer again")
    police.goto(f"{case}responsible/")
    expect(police.locator("#owed")).to_contain_text("Say whether a police case is opened")
    shelter = walk.as_("shelter-tv")
    with walk.refused(404):
        assert answered(shelter, part(case, "police-case")) == 404
