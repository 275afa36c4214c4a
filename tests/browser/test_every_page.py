"""Every page that a link leads to, for several kinds of post, at the width of a desk and of a phone."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.walking import ID, Walk, enter_case, faults, follow, go, press, submit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LEFT_OUT = re.compile(r"^/leave/|download=|^/accounts/second-step/codes/")
# What looks the same to everybody is tried with the first account alone.
ALIKE = re.compile(
    r"^/(duties|offers)/|^/procedure/\?|show=|^/cases/(search|new)/|^/cases/\*/(support|rights|journal|identif|respons)"
)
A_PART = re.compile(r"(?<=/)(19|20)\d\d(?=/)|AL-\d\d|none")


def kind_of_page(address: str) -> str:
    """An address with its case, year, figure and region taken out: pages of one kind look alike."""
    parts = urlsplit(address)
    path = A_PART.sub("*", ID.sub("*", parts.path))
    path = re.sub(r"^/reports/protection/\*/.+", "/reports/protection/*/*/", path)
    path = re.sub(r"^/gaps/[^/]+/", "/gaps/*/", path)
    path = re.sub(r"/sharing/as/[^/]+/", "/sharing/as/*/", path)
    path = re.sub(r"^/coordination/bodies/[^/]+/", "/coordination/bodies/*/", path)
    path = re.sub(r"^/places/[^/]+/", "/places/*/", path)
    return path + ("?" + re.sub(r"=\d+", "=*", parts.query) if parts.query else "")


def links(page: Page) -> list[str]:
    """Where the page's links lead within the service."""
    found: list[str] = page.locator("a[href^='/'], a[href^='?']").evaluate_all(
        "all => all.map(one => one.pathname + one.search)"
    )
    return [one for one in found if not LEFT_OUT.search(one)]


def crawl(page: Page, alike: re.Pattern[str] | None) -> list[str]:
    """Opens one page of every kind that links lead to, and says what is wrong with them."""
    waiting, seen, wrong = ["/"], set[str](), list[str]()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of_page(address)
        if kind in seen or (alike and alike.search(kind)):
            continue
        seen.add(kind)
        answer = page.goto(address)
        assert answer is not None
        wrong += [] if answer.status == 200 else [f"{address}: {answer.status}"]
        waiting += links(page)
        wrong += faults(page)
    return wrong


@pytest.mark.parametrize("username", ["miu-vlora", "coordinator", "ra-secretary", "analyst", "admin"])
def test_every_page_is_for_everyone(walk: Walk, username: str) -> None:
    alike = None if username == "miu-vlora" else ALIKE
    wrong = crawl(walk.as_(username), alike)
    assert wrong == []


def test_the_pages_before_signing_in_are_for_everyone(walk: Walk) -> None:
    page = walk.window()
    wrong = []
    for address in ("/accounts/login/", "/nothing/"):
        page.goto(address)
        wrong += faults(page)
    with walk.refused(404):
        page.goto("/there-is-no-such-page/")
        wrong += faults(page)
    page.goto("/accounts/login/")
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "not the password")
    submit(page)
    wrong += faults(page)
    assert wrong == []


def test_entering_a_case_is_for_everyone_also_where_answers_are_missing(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    wrong = []
    page.goto("/cases/new/")
    press(page, "Continue")
    wrong += faults(page)
    for fork in ("child", "consents", "does_not_consent"):
        page.goto("/cases/new/")
        page.check(f"[value={fork}]")
        press(page, "Continue")
        wrong += faults(page)
    page.fill("[name=age]", "12")
    press(page, "Continue")
    wrong += faults(page)
    page.fill("[name=age]", "32")
    press(page, "Continue")
    wrong += faults(page)
    page.fill("[name=identified_on_day]", "31")
    page.fill("[name=hour]", "midnight")
    press(page, "Continue")
    wrong += faults(page)
    assert "There is a problem" in page.locator(".govuk-error-summary").inner_text()
    assert page.title().startswith("Error:")
    assert wrong == []


def test_the_forms_of_a_case_are_for_everyone_also_where_answers_are_missing(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, "consents", first_name="Tina", second_name="Shembulli")
    wrong = faults(page)
    for tab, button in (
        ("support", "Record the need"),
        ("journal", "Write it down"),
    ):
        page.goto(f"{case}{tab}/")
        buttons = page.get_by_role("main").get_by_role("button", name=button, exact=True)
        go(page, buttons.first) if buttons.count() else submit(page)
        wrong += [f"{tab}: no error was said"] if not page.locator(".govuk-error-summary").count() else []
        wrong += faults(page)
    page.goto(f"{case}identification/decision/")
    page.get_by_text("Record a decision with its votes").first.click()
    press(page, "Record the decision")
    wrong += ["decision: no error was said"] if not page.locator(".govuk-error-summary").count() else []
    wrong += faults(page)
    for tab, summary in (("sharing", "Exclude an office or a person at work"), ("support", "Close the case")):
        page.goto(f"{case}{tab}/")
        page.get_by_text(summary).first.click()
        submit(page)
        wrong += [f"{tab}: no error was said"] if not page.locator(".govuk-error-summary").count() else []
        wrong += faults(page)
    page.goto(f"{case}responsible/?at_day=31&at_month=2&at_year=2026")
    wrong += faults(page)
    for name in ("show=name", "show=contact"):
        page.goto(f"{case}?{name}")
        wrong += faults(page)
    assert wrong == []


def test_the_forms_of_a_duty_are_for_everyone_also_where_answers_are_missing(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, "consents", first_name="Mira", second_name="Shembulli")
    page.goto(f"{case}responsible/")
    follow(page, "Assess the risk")
    duty, wrong = page.url, faults(page)
    for act in ("name", "hand-over", "waive", "suspend", "done"):
        answer = page.goto(f"{duty}{act}/")
        if answer is None or answer.status != 200:
            continue
        if act != "done":
            submit(page)
        wrong += faults(page)
    assert wrong == []
