"""A legal order is entered by one office, confirmed by another, opens a case and is ended: walked in both languages."""

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
    reference,
    submit,
    text,
    today,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def enter(page: Page, case: str, number: str) -> list[str]:
    """Enters a court's order about one case for the special prosecution, with a mistake first; what is wrong with the pages."""
    page.goto("/orders/new/")
    wrong = faults(page)
    submit(page)
    wrong += [] if page.locator(".govuk-error-summary").count() else ["the page said no error"]
    wrong += faults(page)
    for name, typed in {
        "issued_by": "Invented Court of Trial",
        "number": number,
        "legal_basis": "Article 1 of an invented law",
        "case": case,
    }.items():
        page.fill(f"[name={name}]", typed)
    for name, value in {
        "authority": "court",
        "classes": "identity",
        "scope": "case",
        "purpose": "trial",
    }.items():
        page.check(f"[name={name}][value={value}]")
    spak = (
        page.locator("[name=office] option")
        .filter(has_text=re.compile("Special Prosecution|Prokuroria e Posaçme"))
        .first
    )
    page.select_option("[name=office]", spak.get_attribute("value"))
    for name, day in (("dated", today()), ("since", today()), ("until", today() + timedelta(days=30))):
        fill_date(page, name, day)
    submit(page)
    return wrong + faults(page)


def act(page: Page, act: str, why: str = "") -> None:
    """Sends one of the forms of an order's page and waits for the answer."""
    if why:
        page.fill(f"[name={act}-words]", why)
    go(page, page.locator(f"form:has(input[name=act][value={act}]) button"))


@pytest.mark.parametrize("language", ["en", "sq"])
def test_an_order_is_entered_confirmed_read_under_and_ended(walk: Walk, language: str) -> None:
    worker, authority = walk.as_("miu-vlora"), walk.as_("ra-secretary")
    coordinator, prosecutor, dpo = walk.as_("coordinator"), walk.as_("prosecutor-spak"), walk.as_("dpo")
    case = enter_case(worker, "consents", first_name="Lule", second_name="Shembulli")
    named = reference(worker)
    if language == "sq":
        for page in (worker, authority, coordinator, prosecutor, dpo):
            in_albanian(page)
    number = f"walked/{language}"
    wrong = enter(authority, named, number)
    where = authority.url
    assert authority.locator("input[name=act][value=confirm]").count() == 0
    with walk.refused(404):
        assert answered(prosecutor, case) == 404
    coordinator.goto("/orders/")
    wrong += faults(coordinator)
    go(coordinator, coordinator.get_by_role("link", name=number))
    wrong += faults(coordinator)
    act(coordinator, "refuse")
    wrong += [] if coordinator.locator(".govuk-error-summary").count() else ["the page said no error"]
    act(coordinator, "confirm")
    wrong += faults(coordinator)
    in_force = {"en": "In force", "sq": "Në fuqi"}[language]
    assert in_force in text(coordinator)
    assert answered(prosecutor, case) == 200
    wrong += faults(prosecutor)
    worker.goto(f"{case}sharing/")
    assert number in text(worker)
    wrong += faults(worker)
    dpo.goto(where)
    assert number in text(dpo)
    wrong += faults(dpo)
    act(coordinator, "revoke", "Invented: the court took it back.")
    wrong += faults(coordinator)
    with walk.refused(404):
        assert answered(prosecutor, case) == 404
    assert wrong == []
