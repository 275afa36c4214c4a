"""Without script, and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import PHONE, Walk, enter_case, follow, press, submit, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const label = one.labels && one.labels[0] && getComputedStyle(one.labels[0], '::before');
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'
    || label && (label.boxShadow !== 'none' || label.outlineStyle !== 'none');
  const box = one.getBoundingClientRect();
  return {what: one.tagName + ' ' + (one.innerText || one.name || '').slice(0, 40), shown: Boolean(shown),
    onScreen: box.bottom > 0 && box.top < innerHeight, body: one === document.body};
}"""


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_a_case_is_entered_and_handed_over_without_script(walk: Walk, size: dict[str, int] | None) -> None:
    page = walk.as_("miu-vlora", java_script_enabled=False, **({"viewport": size} if size else {}))
    case = enter_case(page, "consents", first_name="Zana", second_name="Shembulli")
    page.goto(f"{case}responsible/")
    follow(page, "Lead the case")
    press(page, "Hand over")
    page.get_by_label("Which office do you ask?").select_option(label="Vatra shelter")
    submit(page)
    expect(page.get_by_role("main")).to_contain_text("Vatra shelter")
    page.locator(".govuk-exit-this-page__button").click()
    expect(page.get_by_role("heading")).to_have_text("This page is empty")


def test_the_first_key_leads_past_the_header(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/cases/search/", "/gaps/", "/reports/protection/2020/"])
def test_whoever_uses_keys_sees_where_she_is(walk: Walk, address: str) -> None:
    page = walk.as_("miu-vlora")
    page.goto(address)
    lost = []
    for _step in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"]:
            break
        lost += [] if focus["shown"] and focus["onScreen"] else [focus["what"]]
    assert lost == []


def reach(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no key leads to {selector}")


def test_a_case_is_entered_with_keys_alone(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    page.goto("/cases/new/")
    reach(page, "[name=fork]")
    for _down in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[name=fork][value=does_not_consent]")).to_be_checked()
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/identified/")
    for part in ("day", "month", "year"):
        reach(page, f"[name=identified_on_{part}]")
        page.keyboard.type(str(getattr(today(), part)))
    reach(page, "[name=channel]")
    page.keyboard.press("Space")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/needs/")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")
    expect(page.get_by_role("alert")).to_contain_text("The case is open")
