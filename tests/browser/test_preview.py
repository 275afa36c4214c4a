"""A case is looked at as another office, and that office's own pages show just what was said; in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_consent import ask
from tests.browser.walking import Walk, answered, enter_case, faults, go, in_albanian, text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# In the order in which the page names them.
CLASSES = ("ordinary", "identity", "contact", "narrative", "snapshot")
YES, NO = {"en": "Yes", "sq": "Po"}, {"en": "No", "sq": "Jo"}
NOTHING = {"en": "for it, there is no such case", "sq": "një rast i tillë nuk ekziston"}
NAME, REACH, NOTE = "Lindita", "Invented: by message in the evening", "Invented: she asked for time to think."


def said(page: Page, language: str) -> dict[str, bool]:
    """Which classes of data the preview says that the office sees."""
    values = page.locator("main dl").first.locator("dd").all_inner_texts()
    found = dict(zip(CLASSES, values, strict=True))
    assert all(one.startswith((YES[language], NO[language])) for one in values), values
    return {data_class: one.startswith(YES[language]) for data_class, one in found.items()}


def shown(page: Page, case: str) -> dict[str, bool]:
    """Which classes of data the office's own pages show, by words that each of them alone holds."""
    found = {"ordinary": answered(page, case) == 200}
    for data_class, address, word in (
        ("identity", f"{case}?show=name", NAME),
        ("contact", f"{case}?show=contact", REACH),
        ("narrative", f"{case}journal/", NOTE),
    ):
        page.goto(address)
        found[data_class] = word in page.content()
    return found


@pytest.mark.parametrize("language", ["en", "sq"])
def test_what_another_office_would_see_is_what_its_own_pages_show(walk: Walk, language: str) -> None:
    unit, shelter, stranger = walk.as_("miu-vlora"), walk.as_("shelter-vatra"), walk.as_("shelter-tv")
    case = enter_case(unit, "consents", first_name=NAME, second_name="Shembulli", contact=REACH)
    unit.goto(f"{case}journal/")
    unit.fill("[name=text]", NOTE)
    go(unit, unit.locator("form:has([name=text]) button"))
    if language == "sq":
        for page in (unit, shelter, stranger):
            in_albanian(page)
    wrong = ask(unit, case)
    sharing = f"{case}sharing/"
    unit.goto(sharing)
    go(unit, unit.locator("a[href*='/sharing/as/shelter-vatra/']").first)
    wrong += faults(unit)
    told = said(unit, language)
    assert (told["ordinary"], told["contact"]) == (True, True)
    assert NAME not in text(unit)
    snapshot = told.pop("snapshot")
    assert not snapshot
    assert shown(shelter, case) == told
    assert told == {"ordinary": True, "identity": False, "contact": True, "narrative": False}
    unit.goto(f"{sharing}as/shelter-tv/")
    assert NOTHING[language] in text(unit)
    assert not any(said(unit, language).values())
    wrong += faults(unit)
    with walk.refused(404):
        assert answered(stranger, case) == 404
    # The one who looks is herself again.
    unit.goto(f"{case}?show=name")
    assert NAME in text(unit)
    assert wrong == []
