"""The same service in Albanian: no English is left on the pages of daily work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk, enter_case, faults, in_albanian

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CATALOGUE = Path(__file__).parents[2] / "opennrm" / "locale" / "sq" / "LC_MESSAGES" / "django.po"
# A law keeps the name it was given where the procedure was written.
LAWS = (
    "Decision of the Council of Ministers",
    "Council of Europe Convention",
    "Trafficking in Persons Report",
    "Joint instruction",
)
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
# Words that every English sentence has one of and that no Albanian one has.
ENGLISH = re.compile(
    r"\b(the|and|of|your|you|with|this|that|was|were|has|have|which|who|nobody)\b", re.IGNORECASE
)
VISIBLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (parent.closest('script, style, [lang=en]') || !parent.checkVisibility()) continue;
    found.push(node.textContent);
  }
  for (const one of document.querySelectorAll('[aria-label], [data-label]'))
    found.push(one.getAttribute('aria-label') || one.getAttribute('data-label'));
  return found.map(text => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""


def forms(string: Iterable[str] | str | None) -> list[str]:
    """A string of the catalogue in each of its numbers."""
    return [string] if isinstance(string, str) else list(string or ())


@cache
def english() -> tuple[set[str], list[re.Pattern[str]]]:
    """The English of every string that Albanian says otherwise, or not yet; and the shapes of those with a place to fill."""
    with CATALOGUE.open("rb") as file:
        messages = [(forms(message.id), forms(message.string)) for message in read_po(file) if message.id]
    albanian = {one for _says, said in messages for one in said}
    said_otherwise = {one for says, _said in messages for one in says} - albanian
    shapes = [PLACE.split(one) for one in said_otherwise if PLACE.search(one)]
    patterns = [
        re.compile(".+".join(map(re.escape, shape))) for shape in shapes if len(" ".join(shape).split()) > 1
    ]
    return {one for one in said_otherwise if not PLACE.search(one)}, patterns


def left_in_english(page: Page) -> list[str]:
    """Every text on the page that is still English."""
    whole, patterns = english()
    seen: list[str] = page.evaluate(VISIBLE)
    return [
        f"{page.url}: {text}"
        for text in seen
        if not text.startswith(LAWS)
        and (text in whole or ENGLISH.search(text) or any(pattern.fullmatch(text) for pattern in patterns))
    ]


def test_no_english_is_left_on_the_pages_of_daily_work(walk: Walk) -> None:
    page = walk.as_("miu-vlora")
    case = enter_case(page, "child", first_name="Fatjona", second_name="Shembulli", age="15")
    in_albanian(page)
    expect(page.locator("html")).to_have_attribute("lang", "sq")
    left = left_in_english(page) + faults(page)
    for address in (
        "/",
        "/cases/",
        f"{case}identification/",
        f"{case}support/",
        f"{case}rights/",
        f"{case}sharing/",
        f"{case}journal/",
        f"{case}responsible/",
        "/gaps/",
        "/competence/",
        "/reports/",
        "/reports/protection/2020/",
        "/reports/protection/2020/identified.all/",
        "/cases/new/",
    ):
        page.goto(address)
        left += left_in_english(page)
    assert left == []


def test_the_account_says_in_albanian_why_it_does_not_add_up(walk: Walk) -> None:
    page = walk.as_("analyst")
    in_albanian(page)
    page.goto("/reports/protection/2020/")
    for number in ("86", "81", "48", "27"):
        expect(page.get_by_role("cell", name=number, exact=True).first).to_be_visible()
    expect(page.locator(".govuk-inset-text")).to_contain_text("48 + 27 + 6 = 81")
    assert left_in_english(page) + faults(page) == []
