"""A life is in danger: one case is opened for an hour, another organisation is told at once and reviews; in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import (
    Walk,
    answered,
    enter_case,
    faults,
    go,
    in_albanian,
    reference,
    submit,
    text,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SAYS = {
    "en": {
        "alone": "You alone see this case until",
        "told": "opened this case for an hour",
        "found": "Not justified",
        "review": "Your review",
    },
    "sq": {
        "alone": "Vetëm ju e shihni këtë rast deri në",
        "told": "për një orë",
        "found": "E papërligjur",
        "review": "Shqyrtimi juaj",
    },
}


def break_glass(page: Page, known_as: str) -> list[str]:
    """Opens a case in an emergency, first without saying what happened; what is wrong with the pages."""
    page.goto("/emergency/")
    wrong = faults(page)
    page.fill("[name=reference]", known_as)
    page.check("[name=danger][value=violence]")
    submit(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert "/emergency/" in page.url
    wrong += faults(page)
    page.fill("[name=words]", "Invented: she telephones and says that he is at the door.")
    submit(page)
    return wrong + faults(page)


@pytest.mark.parametrize(("language", "username"), [("en", "return-partner"), ("sq", "shelter-tv")])
def test_a_case_is_opened_for_an_hour_and_another_organisation_finds_it_was_not_justified(
    walk: Walk, language: str, username: str
) -> None:
    says = SAYS[language]
    unit = walk.as_("miu-vlora")
    case = enter_case(unit, "consents", first_name="Flutura", second_name="Shembulli")
    known_as = reference(unit)
    worker, dpo = walk.as_(username), walk.as_("dpo")
    if language == "sq":
        for page in (unit, worker, dpo):
            in_albanian(page)
    with walk.refused(404):
        assert answered(worker, case) == 404
    wrong = break_glass(worker, known_as)
    assert case in worker.url
    assert says["alone"] in text(worker)
    assert "Flutura" not in text(worker)
    wrong += everything_reads_only(worker, case)
    worker.goto(f"{case}?show=name")
    assert "Flutura" in text(worker)
    # Who leads the case is told at once.
    unit.goto("/")
    assert says["told"] in unit.content()
    dpo.goto("/oversight/")
    go(dpo, dpo.get_by_role("link", name=re.compile(known_as)).first)
    assert "he is at the door" in text(dpo)
    assert "Flutura" not in dpo.content()
    wrong += faults(dpo)
    submit(dpo)
    expect(dpo.locator(".govuk-error-summary")).to_be_visible()
    wrong += faults(dpo)
    dpo.check("[name=outcome][value=not_justified]")
    dpo.fill("[name=findings]", "Invented: there was time to ask the unit.")
    submit(dpo)
    wrong += faults(dpo)
    go(dpo, dpo.get_by_role("link", name=re.compile(known_as)).first)
    assert says["found"] in text(dpo)
    assert says["review"] not in text(dpo)
    wrong += faults(dpo)
    worker.goto(case)
    with worker.expect_navigation():
        worker.locator("form[action^='/emergency/'] button").click()
    with walk.refused(404):
        assert answered(worker, case) == 404
    assert wrong == []


def everything_reads_only(page: Page, case: str) -> list[str]:
    """No tab of the case offers anything to do, but to end the hour; what is wrong with them."""
    wrong = []
    for tab in ("", "support/", "sharing/", "journal/", "responsible/"):
        page.goto(f"{case}{tab}")
        forms = page.locator("main form[method=post]").evaluate_all("all => all.map(one => one.action)")
        wrong += [f"{tab}: {one}" for one in forms if "/emergency/" not in one]
        wrong += faults(page)
    return wrong
