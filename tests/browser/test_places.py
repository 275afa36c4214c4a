"""A place is looked for, held, declined, held again, moved into and left; the coalition looks on: walked in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.walking import Walk, enter_case, faults, fill_date, go, in_albanian, text, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def act(page: Page, name: str, **fields: str) -> None:
    """Sends one of the forms of a page and waits for the answer."""
    form = page.locator(f"form:has(input[name=act][value={name}])").first
    form.evaluate("one => { const folded = one.closest('details'); if (folded) folded.open = true; }")
    for field, value in fields.items():
        form.locator(f"[name={name}-{field}][value={value}]").check()
    go(page, form.locator("button"))


@pytest.mark.parametrize("language", ["en", "sq"])
def test_a_person_finds_a_place_moves_in_and_leaves(walk: Walk, language: str) -> None:
    looks, shelter, coalition = walk.as_("miu-vlora"), walk.as_("shelter-vatra"), walk.as_("coalition")
    case = enter_case(looks, "consents", first_name="Lule", sex="Feminine")
    if language == "sq":
        for page in (looks, shelter, coalition):
            in_albanian(page)
    base = case.split("/cases/")[0]
    coalition.goto(f"{base}/places/")
    wrong = faults(coalition)
    assert coalition.locator(".app-grid__cell").count() > 30
    looks.goto(f"{case}place/find/")
    wrong += faults(looks)
    vatra = looks.locator(".govuk-summary-card").filter(has_text=re.compile("Vatra"))
    go(looks, vatra.locator("form button"))
    wrong += faults(looks)
    shelter.goto(f"{base}/places/shelter-vatra/")
    wrong += faults(shelter)
    assert "Lule" not in text(shelter)
    last = shelter.locator("[name=decline-use] option").last
    shelter.locator("[name=decline-use]").evaluate("one => { one.closest('details').open = true; }")
    shelter.select_option("[name=decline-use]", last.get_attribute("value"))
    act(shelter, "decline", reason="no_staff")
    looks.goto(f"{case}place/")
    wrong += faults(looks)
    looks.goto(f"{case}place/find/")
    go(looks, looks.locator(".govuk-summary-card").filter(has_text="Vatra").locator("form button"))
    shelter.goto(f"{base}/places/shelter-vatra/")
    # The place that was held last stands last of those held; the demonstration holds one before.
    go(shelter, shelter.locator("form:has(input[name=act][value=admit]) button").last)
    wrong += faults(shelter)
    shelter.goto(f"{case}place/leaving/")
    wrong += faults(shelter)
    fill_date(shelter, "notice-leaves_on", today())
    act(shelter, "notice", plan="not_wanted")
    wrong += faults(shelter)
    looks.goto(f"{case}journal/")
    wrong += faults(looks)
    assert wrong == []
