"""M2: the standard operating procedure is read rule by rule, a draft says so, and a case has its place in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk, answered, enter_case, faults, follow, in_albanian

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def unfold(page: Page, words: str) -> None:
    """Opens what is folded under these words."""
    page.locator("summary").filter(has_text=words).click()


def test_every_rule_is_read_with_its_source_and_what_is_not_confirmed_says_so(walk: Walk) -> None:
    page = walk.as_("sss-tirana")
    page.get_by_role("link", name="Procedure", exact=True).click()
    unfold(page, "Referral:")
    rule = page.locator("tr").filter(has_text="Tell the child protection unit")
    for words in ("the person is a child", "Within 1 hour", "To be confirmed", "no. 499"):
        expect(rule).to_contain_text(words)
    expect(page.locator("svg[role=img]")).to_be_hidden()
    unfold(page, "As a diagram")
    expect(page.locator("svg[role=img]")).to_be_visible()
    assert faults(page) == []


def test_a_draft_of_the_next_procedure_is_read_and_no_case_follows_it(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.goto("/procedure/")
    follow(page, "Albania, standard operating procedures as consulted in 2025")
    expect(page.get_by_role("main")).to_contain_text("This is a draft")
    with walk.refused(404):
        assert answered(page, "/procedure/?sop=al-1999") == 404


def test_a_case_has_its_place_in_the_procedure_and_another_office_finds_none(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, "child", first_name="Fëmija", second_name="Shembulli", age="13")
    page.goto(f"{case}responsible/")
    follow(page, "Where this case stands in the procedure")
    told = page.locator("tr").filter(has_text="Tell the child protection unit")
    expect(told).to_contain_text("Owed now")
    expect(page.locator("svg[role=img]")).to_be_visible()
    assert faults(page) == []
    other = walk.as_("shelter-tv")
    with walk.refused(404):
        assert answered(other, f"{case}procedure/") == 404


def test_the_procedure_reads_in_albanian(walk: Walk) -> None:
    page = walk.as_("sss-tirana")
    in_albanian(page)
    page.goto("/procedure/")
    unfold(page, "Identifikimi zyrtar")
    rule = page.locator("tr").filter(has_text="Zhvillimi i intervistës së përbashkët").first
    expect(rule).to_contain_text("Për t'u konfirmuar")
