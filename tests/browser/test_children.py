"""A child and her guardian are asked apart, something is decided in her interest, the guardian loses the word: in both."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.walking import (
    Walk,
    answered,
    enter_case,
    faults,
    fill_date,
    go,
    in_albanian,
    submit,
    text,
    today,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SAID = {
    "en": (
        "Who answers for the child",
        "what both agreed to",
        "The decision is recorded",
        "another one is owed",
    ),
    "sq": (
        "Kush përgjigjet për fëmijën",
        "atë që pranuan të dy",
        "Vendimi u shënua",
        "duhet caktuar një tjetër",
    ),
}


def with_mistake(page: Page) -> list[str]:
    """Sends the page's last form empty first; what is wrong with it then."""
    submit(page)
    said = [] if page.locator(".govuk-error-summary").count() else [f"{page.url} said no error"]
    return said + faults(page)


def appoint(page: Page, case: str) -> list[str]:
    page.goto(f"{case}guardians/")
    wrong = faults(page)
    page.locator("details summary").last.click()
    wrong += with_mistake(page)
    page.fill("[name=name]", "Tezja Shembulli")
    page.check("[name=standing][value=appointed]")
    fill_date(page, "since", today())
    submit(page)
    return wrong + faults(page)


def ask(page: Page, case: str) -> list[str]:
    page.goto(f"{case}sharing/agree/")
    vatra = page.locator("[name=recipient] option").filter(has_text=re.compile("Vatra")).first
    page.select_option("[name=recipient]", vatra.get_attribute("value"))
    page.check("[name=purpose][value=shelter]")
    page.check("[name=classes][value=contact]")
    page.check("input[name=language][value=sq]")
    page.check("input[name=guardian_language][value=sq]")
    fill_date(page, "until", today() + timedelta(days=30))
    wrong = faults(page)
    submit(page)
    wrong += faults(page) + with_mistake(page)
    page.locator("[name=asked-guardian_guardian]").first.check()
    for whose in ("child", "guardian"):
        page.check(f"[name=asked-{whose}_word][value=agrees]")
        page.check(f"[name=asked-{whose}_way][value=signed]")
        page.check(f"[name=asked-{whose}_understood][value=yes]")
        fill_date(page, f"asked-{whose}_on", today())
    submit(page)
    return wrong + faults(page)


def decide(page: Page, case: str) -> list[str]:
    page.goto(f"{case}best-interest/")
    wrong = faults(page) + with_mistake(page)
    page.check("[name=about][value=placement]")
    page.check("[name=outcome][value=yes]")
    page.check("[name=child][value=directly]")
    page.check("[name=guardian][value=heard]")
    page.fill("[name=present]", "2")
    page.fill("[name=reasons]", "She said where she wants to stay.")
    fill_date(page, "decided_on", today())
    fill_date(page, "review_by", today() + timedelta(days=60))
    submit(page)
    return wrong + faults(page)


@pytest.mark.parametrize("language", ["en", "sq"])
def test_two_are_asked_a_decision_is_taken_and_a_guardian_loses_the_word(walk: Walk, language: str) -> None:
    page, shelter = walk.as_("miu-vlora"), walk.as_("shelter-vatra")
    case = enter_case(page, "child", first_name="Lira", second_name="Shembulli")
    if language == "sq":
        in_albanian(page)
    answers, agreed, decided, owed = SAID[language]
    wrong = appoint(page, case)
    assert answers in text(page)
    wrong += ask(page, case)
    assert agreed in text(page)
    assert answered(shelter, case) == 200
    go(page, page.locator("a[href*='/sharing/']:not([href*='/as/'])").filter(has_text="Vatra").first)
    wrong += faults(page)
    wrong += decide(page, case)
    assert decided in text(page)
    page.goto(f"{case}guardians/")
    go(page, page.locator("form:has(input[value=suspect]) button").first)
    assert owed in text(page)
    wrong += faults(page)
    with walk.refused(404):
        assert answered(shelter, case) == 404
    assert wrong == []
