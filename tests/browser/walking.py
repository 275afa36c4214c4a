"""How tests walk the service in a real browser: windows of people, what every page must hold, and the case entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

from opennrm.lib import clock

AXE = (Path(__file__).parents[1] / "web" / "axe.min.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
PATIENCE = 30_000


class Walk:
    """The windows of one test, and what went wrong in any of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._refusals = 0

    def window(self, **options: Any) -> Page:
        """A fresh browser without a session, on a desktop unless said otherwise."""
        context = self.browser.new_context(
            **{"base_url": self.address, "viewport": DESKTOP, "locale": "en-GB", **options}
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._asked)
        return page

    def as_(self, username: str, **options: Any) -> Page:
        """A window in which one of the demonstration's people has signed in with one click."""
        page = self.window(**options)
        page.goto("/accounts/login/")
        page.locator(f"form[action='/demo/sign-in/{username}/'] button").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """Inside, pages may be refused: the browser's own note of it is no complaint."""
        before = len(self.complaints)
        yield
        note = f"the server responded with a status of {status}"
        self.complaints[before:] = [one for one in self.complaints[before:] if note not in one]

    def close(self) -> None:
        """Closes every window."""
        for context in self._contexts:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:")):
            self.complaints.append(f"asked another origin: {request.url}")


def answered(page: Page, address: str) -> int:
    """The status of the answer to an address."""
    response: Response | None = page.goto(address)
    assert response is not None
    return response.status


def press(page: Page, name: str) -> None:
    """Presses the button of that name in the page's main part and waits for the answer."""
    go(page, page.get_by_role("main").get_by_role("button", name=name, exact=True).first)


def go(page: Page, leads: Locator) -> None:
    """Presses what leads to another page and waits for the answer."""
    with page.expect_navigation():
        leads.click()


def submit(page: Page) -> None:
    """Presses the last button of the page's main part and waits for the answer."""
    go(page, page.get_by_role("main").get_by_role("button").last)


def follow(page: Page, name: str) -> None:
    """Follows the link of that name in the page's main part."""
    go(page, page.get_by_role("main").get_by_role("link", name=name, exact=True).first)


def in_albanian(page: Page) -> None:
    """Reads on in Albanian."""
    go(page, page.get_by_role("button", name="Shqip"))


def text(page: Page) -> str:
    """Everything that the page's main part says."""
    return re.sub(r"\s+", " ", page.get_by_role("main").inner_text())


def today() -> date:
    """The day it is for the country."""
    return clock.today()


def fill_date(page: Page, name: str, day: date) -> None:
    """Types a day in three parts."""
    for part in ("day", "month", "year"):
        page.fill(f"[name={name}_{part}]", str(getattr(day, part)))


def enter_case(page: Page, fork: str, *, days_ago: int = 0, region: str = "AL-12", **person: str) -> str:
    """Enters a case page by page as somebody would; the address of the case."""
    page.goto("/cases/new/")
    page.check(f"[name=fork][value={fork}]")
    press(page, "Continue")
    for name, value in person.items():
        chosen = page.locator(f'[type=radio][name={name}][value="{value}"]')
        chosen.check() if chosen.count() else page.fill(f"[name={name}]", value)
    press(page, "Continue")
    fill_date(page, "identified_on", today() - timedelta(days=days_ago))
    page.check("[name=channel][value=miu]")
    page.select_option("[name=region]", region)
    press(page, "Continue")
    page.check("[name=needs][value=food]")
    press(page, "Continue")
    press(page, "Open the case")
    found = re.search(r"/cases/[0-9a-f-]{36}/", page.url)
    assert found, page.url
    return found[0]


def reference(page: Page) -> str:
    """The reference of the case whose page stands."""
    return page.locator("h1").inner_text().split()[0]


def row(page: Page, what: str) -> Locator:
    """The row of a table that begins with these words."""
    return page.locator("tr").filter(has=page.get_by_role("rowheader", name=what, exact=True)).first


def faults(page: Page) -> list[str]:
    """What is wrong with the page that stands: by axe at both widths, too wide for a phone, headings, title."""
    found = [] if page.title().strip(" -") else ["no title"]
    headings = page.locator("h1").count()
    found += [] if headings == 1 else [f"{headings} h1"]
    page.evaluate(AXE)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [f"at {size['width']}: {one}" for one in _axe(page)]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found += [f"{wide} px too wide for a phone"] if wide else []
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return [f"{page.url}: {one}" for one in found]


def _axe(page: Page) -> list[str]:
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
