"""M8: who owes what is never in doubt: a hand-over declined, a duty disputed and a review that alone moves it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.identifying import accepted
from tests.browser.walking import Walk, answered, enter_case, faults, follow, go, press, reference, submit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def offer_lead(page: Page, case: str, office: str) -> None:
    """Offers the lead of a case to another office."""
    page.goto(f"{case}responsible/")
    follow(page, "Lead the case")
    press(page, "Hand over")
    page.get_by_label("Which office do you ask?").select_option(label=office)
    submit(page)


def decide_review(page: Page, known_as: str, moves: bool) -> None:
    """The reviewing office decides from its list of today."""
    page.goto("/")
    go(page, page.locator("li").filter(has_text=known_as).get_by_role("link"))
    press(page, "Decide")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.check(f"[name=outcome][value={'moves' if moves else 'stays'}]")
    page.check("[name=reason][value=competence]")
    press(page, "Decide")
    expect(page.get_by_role("alert")).to_contain_text("Decided. Both offices are told.")


def test_a_declined_hand_over_stays_where_it_was_until_another_office_moves_it(walk: Walk) -> None:
    unit = walk.as_("miu-vlora")
    case = enter_case(unit, "consents", first_name="Majlinda", second_name="Shembulli")
    known_as = reference(unit)
    offer_lead(unit, case, "Vatra shelter")
    shelter = walk.as_("shelter-vatra")
    shelter.goto("/?show=offered")
    go(shelter, shelter.locator("li").filter(has_text=known_as).get_by_role("link"))
    press(shelter, "Decline")
    expect(shelter.locator(".govuk-error-summary")).to_be_visible()
    shelter.locator("[name=reason][value=no_capacity]").check()
    press(shelter, "Decline")
    with walk.refused(404):
        assert answered(shelter, case) == 404

    unit.goto(f"{case}responsible/")
    expect(unit.locator("#answer")).to_contain_text("Mobile identification unit, Vlorë, lead office")
    unit.goto("/")
    unit.locator("summary").filter(has_text="you were told").click()
    go(unit, unit.locator("li").filter(has_text=known_as).get_by_role("link").first)
    duty = unit.url
    expect(unit.get_by_role("main")).to_contain_text("Offered to another office")
    follow(unit, "See the decline")
    press(unit, "Ask for a review")
    expect(unit.get_by_role("alert")).to_contain_text("Until it is decided, your office still owes this.")
    authority = walk.as_("ra-secretary")
    decide_review(authority, known_as, moves=True)
    shelter.goto(f"{case}responsible/")
    expect(shelter.locator("#answer")).to_contain_text("Now: Vatra shelter, lead office")
    shelter.goto(duty)
    expect(shelter.get_by_role("main")).to_contain_text("A review moved it to another office")
    assert faults(shelter) == []


def test_a_duty_by_law_is_disputed_and_its_office_owes_it_until_the_review_says_otherwise(walk: Walk) -> None:
    case, _lead, _police, social_service = accepted(walk, "Teuta")
    known_as = reference_of(social_service, case)
    social_service.goto(f"{case}responsible/")
    follow(social_service, "Hold the joint interview")
    press(social_service, "Dispute")
    submit(social_service)
    expect(social_service.locator(".govuk-error-summary")).to_be_visible()
    social_service.locator("[name=reason][value=other_region]").check()
    social_service.locator("select").select_option(label="State Social Service, Vlorë")
    submit(social_service)
    expect(social_service.get_by_role("main")).to_contain_text("is asked to decide who owes this")
    expect(social_service.get_by_role("button", name=re.compile("Dispute"))).to_have_count(0)
    authority = walk.as_("ra-secretary")
    decide_review(authority, known_as, moves=False)
    social_service.goto(f"{case}responsible/")
    row = social_service.locator("#owed tr").filter(has_text="Hold the joint interview")
    expect(row).to_contain_text("State Social Service, Tirana")


def reference_of(page: Page, case: str) -> str:
    """The reference of a case that this window sees."""
    page.goto(case)
    return reference(page)


def test_who_sees_a_duty_and_does_not_owe_it_is_refused_and_a_stranger_finds_nothing(walk: Walk) -> None:
    unit = walk.as_("miu-vlora")
    case = enter_case(unit, "consents", first_name="Kimete", second_name="Shembulli")
    unit.goto(f"{case}responsible/")
    follow(unit, "Lead the case")
    duty = unit.url
    authority, shelter = walk.as_("ra-secretary"), walk.as_("shelter-tv")
    assert answered(authority, duty) == 200
    expect(authority.get_by_role("main").get_by_role("button")).to_have_count(0)
    with walk.refused(403):
        assert answered(authority, f"{duty}hand-over/") == 403
    with walk.refused(404):
        assert answered(shelter, duty) == 404
        assert answered(shelter, f"{case}responsible/") == 404


def test_the_coordinator_sees_which_offices_are_late_and_a_case_worker_does_not(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.goto("/reports/")
    follow(page, "How offices do")
    table = page.locator("table").filter(has_text="What each office owes now").first
    late = [int(one.split()[0]) for one in table.locator("tbody td:nth-of-type(2)").all_inner_texts()]
    assert late
    assert late == sorted(late, reverse=True)
    expect(table.locator("svg").first).to_be_visible()
    unit = walk.as_("miu-vlora")
    with walk.refused(403):
        assert answered(unit, "/offices/") == 403
