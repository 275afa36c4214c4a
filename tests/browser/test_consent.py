"""A person is asked to share, agrees, and later no longer does: walked in both languages."""

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

UNDERSTOOD = ("interview", "purpose", "data_use", "research_use", "own_data", "storage", "withdrawal")


def ask(page: Page, case: str) -> list[str]:
    """Asks to share with the shelter of Vatra, with a mistake on each page first; what is wrong with the pages."""
    page.goto(f"{case}sharing/agree/")
    wrong = faults(page)
    submit(page)
    wrong += [] if page.locator(".govuk-error-summary").count() else ["the first page said no error"]
    wrong += faults(page)
    vatra = page.locator("[name=recipient] option").filter(has_text=re.compile("Vatra")).first
    page.select_option("[name=recipient]", vatra.get_attribute("value"))
    page.check("[name=purpose][value=shelter]")
    page.check("[name=classes][value=contact]")
    page.check("input[name=language][value=sq]")
    fill_date(page, "until", today() + timedelta(days=30))
    submit(page)
    wrong += faults(page)
    submit(page)
    wrong += [] if page.locator(".govuk-error-summary").count() else ["the second page said no error"]
    wrong += faults(page)
    for one in UNDERSTOOD:
        page.check(f"[name=asked-{one}][value=yes]")
    page.check("[name=asked-way][value=spoken_with_witness]")
    submit(page)
    return wrong + faults(page)


@pytest.mark.parametrize("language", ["en", "sq"])
def test_a_consent_is_asked_for_seen_and_withdrawn(walk: Walk, language: str) -> None:
    page, shelter = walk.as_("miu-vlora"), walk.as_("shelter-vatra")
    case = enter_case(page, "consents", first_name="Dora", second_name="Shembulli")
    with walk.refused(404):
        assert answered(shelter, case) == 404
    if language == "sq":
        in_albanian(page)
    wrong = ask(page, case)
    assert answered(shelter, case) == 200
    said = {"en": "What the person agreed to", "sq": "Çfarë pranoi personi"}[language]
    assert said in text(page)
    go(page, page.locator("a[href*='/sharing/']:not([href*='/as/'])").filter(has_text="Vatra").first)
    assert "Para se të vendosni, do t'jua lexoj këtë." in text(page)
    wrong += faults(page)
    page.locator("details summary").first.click()
    page.check("[name=how][value=by_phone]")
    submit(page)
    wrong += faults(page)
    with walk.refused(404):
        assert answered(shelter, case) == 404
    assert wrong == []
