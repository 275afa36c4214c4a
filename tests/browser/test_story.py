"""The story of the first issue, walked in a browser: from a person who is found to the account of the year."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import (
    Walk,
    answered,
    enter_case,
    fill_date,
    follow,
    go,
    press,
    row,
    submit,
    text,
    today,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HIDDEN = "Your office does not see this."


def test_one_click_signs_in_and_the_list_of_today_says_what_is_owed(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    expect(page.locator("h1")).to_have_text(re.compile("Today"))
    expect(page.locator("header")).to_contain_text("Vjosa Provaj, Mobile identification unit, Vlorë")
    expect(page.locator(".app-counter").first).to_contain_text("overdue")
    owed = int(page.locator(".app-counter__number").last.inner_text())
    assert owed > 0
    first = page.locator("tbody tr").first
    expect(first.get_by_role("link", name=re.compile("^AL-"))).to_be_visible()
    for verb in ("Name a worker", "Hand over"):
        expect(page.get_by_role("link", name=verb).first).to_be_visible()
    go(page, page.locator(".app-counter").first)
    expect(page.locator("[aria-current=page], [aria-current=true]").first).to_be_visible()
    assert "day late" in text(page) or "days late" in text(page) or "Nothing is late" in text(page)


@pytest.mark.parametrize(
    ("fork", "person", "owed"),
    [
        ("child", {"first_name": "Fëmija", "second_name": "Shembulli", "age": "14"}, "Child protection unit"),
        (
            "consents",
            {"first_name": "Besa", "second_name": "Shembulli", "age": "24"},
            "Mobile identification unit",
        ),
        ("does_not_consent", {"age": "31"}, "Mobile identification unit"),
    ],
)
def test_a_case_is_entered_in_a_few_pages_and_the_duties_stand_at_once(
    walk: Walk, fork: str, person: dict[str, str], owed: str
) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, fork, days_ago=0, **person)
    expect(page.get_by_role("alert")).to_contain_text("The case is open")
    page.goto(f"{case}responsible/")
    expect(page.locator("#answer")).to_contain_text("Mobile identification unit, Vlorë, lead office")
    expect(page.locator("#owed tbody tr")).not_to_have_count(0)
    expect(page.locator("#owed")).to_contain_text(owed)
    expect(row(page, "Lead the case")).to_contain_text("No limit")
    expect(page.locator("svg[role=img], figure svg").first).to_be_visible()


def test_a_paper_form_is_entered_late_and_what_it_started_counts_from_its_own_day(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, "consents", days_ago=9, first_name="Vona", second_name="Shembulli")
    page.goto(f"{case}identification/")
    expect(page.get_by_role("main")).to_contain_text("Known since")
    page.goto(f"{case}responsible/")
    assert "days late" in text(page)


def test_nothing_by_which_she_is_recognised_is_asked_of_an_adult_who_does_not_agree(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    page.goto("/cases/new/")
    page.check("[value=does_not_consent]")
    press(page, "Continue")
    for name in ("first_name", "second_name", "birth_date_day", "document", "contact"):
        expect(page.locator(f"[name={name}]")).to_have_count(0)


def hand_over_the_lead(page: Page, case: str) -> None:
    """Names the first worker and offers the lead to the shelter in Vlorë."""
    page.goto(f"{case}responsible/")
    follow(page, "Lead the case")
    press(page, "Name a worker")
    page.get_by_label("Vjosa Provaj").check()
    submit(page)
    page.goto(f"{case}responsible/")
    expect(page.locator("#answer")).to_contain_text("Case worker: Vjosa Provaj")
    follow(page, "Lead the case")
    press(page, "Hand over")
    page.get_by_label("Which office do you ask?").select_option(label="Vatra shelter")
    submit(page)
    expect(page.get_by_role("main")).to_contain_text("Vatra shelter")


def test_the_lead_is_handed_over_and_the_past_still_answers_with_the_former_office(walk: Walk) -> None:
    mobile_unit = walk.as_("miu-vlora")
    case = enter_case(mobile_unit, "consents", days_ago=3, first_name="Lira", second_name="Shembulli")
    reference = mobile_unit.locator("h1").inner_text().split()[0]
    hand_over_the_lead(mobile_unit, case)

    shelter = walk.as_("shelter-vatra")
    with walk.refused(404):
        assert answered(shelter, case) == 404
    shelter.goto("/?show=offered")
    offer = shelter.locator("li").filter(has_text=reference)
    go(shelter, offer.get_by_role("link"))
    expect(shelter.get_by_role("main")).to_contain_text("An offer to take this over")
    expect(shelter.get_by_role("main")).to_contain_text(reference)
    assert "Lira" not in text(shelter)
    press(shelter, "Accept")
    assert shelter.url.endswith(case)
    expect(shelter.get_by_role("alert")).to_contain_text("Your office now owes this")
    assert "Vatra shelter Lead office" in text(shelter)

    shelter.goto(f"{case}responsible/")
    expect(shelter.locator("#answer")).to_contain_text("Now: Vatra shelter, lead office")
    fill_date(shelter, "at", today() - timedelta(days=1))
    press(shelter, "Show it as it was")
    expect(shelter.locator("#answer")).to_contain_text("Mobile identification unit, Vlorë")
    expect(shelter.locator("#answer")).not_to_contain_text("Vatra")


def test_the_state_social_service_records_a_decision(walk: Walk) -> None:
    page = walk.as_("sss-tirana")
    row(page, "Record the decision on the status").get_by_role("link", name=re.compile("^AL-")).click()
    follow(page, "Identification")
    follow(page, "Decision, notice and review")
    page.check("[name=decide-decision][value=official]")
    fill_date(page, "decide-decided_on", today())
    press(page, "Record the decision")
    expect(page.get_by_role("alert")).to_contain_text("The decision is recorded")
    expect(page.get_by_role("main")).to_contain_text("State Social Service, Tirana")
    expect(page.locator("h1, .govuk-tag").filter(has_text="Official victim").first).to_be_visible()


def test_the_coordinator_sees_the_gaps_and_where_nobody_is_competent(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.get_by_role("link", name="Gaps", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("held by nobody")
    go(page, page.locator("table a").first)
    expect(page.get_by_role("main")).to_contain_text("The competence that is missing")
    expect(page.get_by_role("heading", name="Who waits")).to_be_visible()
    page.get_by_role("link", name="Who does what", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Where nobody is")
    cell = row(page, "Mobile identification unit").get_by_role("cell", name="Nobody").first
    expect(cell).to_be_visible()


def test_an_excluded_office_learns_nothing_more_of_the_case(walk: Walk) -> None:
    page, authority = walk.as_("miu-vlora"), walk.as_("ra-secretary")
    case = enter_case(page, "consents", first_name="Era", second_name="Shembulli")
    assert answered(authority, case) == 200
    page.goto(f"{case}sharing/")
    page.get_by_text("Exclude an office or a person at work").click()
    page.get_by_label("An office", exact=True).select_option(label="Responsible Authority")
    page.locator("[name=reason]").first.check()
    press(page, "Exclude")
    expect(page.get_by_role("alert")).to_contain_text("Excluded")
    with walk.refused(404):
        assert answered(authority, case) == 404
        assert answered(authority, f"{case}responsible/") == 404


def test_the_responsible_authority_sees_the_ordinary_and_no_name(walk: Walk) -> None:
    page, authority = walk.as_("shelter-vatra"), walk.as_("ra-secretary")
    case = enter_case(page, "consents", first_name="Dona", second_name="Shembulli", age="29")
    page.goto(f"{case}?show=name")
    expect(page.get_by_role("main")).to_contain_text("Dona")
    authority.goto(f"{case}?show=name")
    seen = text(authority)
    assert "29" in seen
    assert "Dona" not in seen
    if HIDDEN not in seen:
        # Where she is told of the case she owes something on it, and sees names by that.
        authority.goto(f"{case}sharing/")
        assert "Responsible Authority" in text(authority)


def test_another_office_is_told_that_there_is_no_such_page(walk: Walk) -> None:
    page, other = walk.as_("miu-vlora"), walk.as_("shelter-tv")
    case = enter_case(page, "does_not_consent")
    with walk.refused(404):
        assert answered(other, case) == 404
        seen = text(other)
        assert answered(other, "/cases/00000000-0000-4000-8000-000000000000/") == 404
    assert text(other) == seen


def test_the_analyst_reads_the_account_of_2020_and_why_it_does_not_add_up(walk: Walk) -> None:
    page = walk.as_("analyst")
    page.get_by_role("link", name="Reports", exact=True).click()
    follow(page, "2020")
    for figure, number in {
        "Identified in the year": "86",
        "Potential victims": "81",
        "Official victims": "5",
        "Sexual exploitation": "48",
        "Forced labour, child labour, servitude or forced begging": "27",
        "Forced criminality": "6",
    }.items():
        assert row(page, figure).get_by_role("cell").first.inner_text() == number, figure
    expect(page.locator(".govuk-inset-text")).to_contain_text("81 of 86: five official victims without")
    follow(page, "Official victims")
    expect(page.get_by_role("main")).to_contain_text("How it came about")
    expect(page.get_by_role("heading", name="Cases behind it")).to_have_count(0)


def test_the_cases_behind_a_figure_open_for_those_who_work_with_cases_alone(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.goto("/reports/protection/2020/identified.all/")
    expect(page.get_by_role("heading", name="Cases behind it")).to_be_visible()
    administrator = walk.as_("admin")
    with walk.refused(403):
        assert answered(administrator, "/reports/protection/2020/") == 403
