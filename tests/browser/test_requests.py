"""An office asks another for information, which answers or refuses, and the refusal is reviewed: walked in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.walking import Walk, answered, enter_case, faults, go, in_albanian, submit, text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def ask(page: Page, case: str, subject: str, question: str) -> list[str]:
    """Asks the shelter of Vatra, with a mistake first; what is wrong with the pages."""
    page.goto(f"{case}sharing/ask/")
    wrong = faults(page)
    submit(page)
    wrong += [] if page.locator(".govuk-error-summary").count() else ["the page said no error"]
    wrong += faults(page)
    vatra = page.locator("[name=office] option").filter(has_text=re.compile("Vatra")).first
    page.select_option("[name=office]", vatra.get_attribute("value"))
    page.check(f"[name=subject][value={subject}]")
    page.fill("[name=question]", question)
    page.check("[name=purpose][value=social_support]")
    page.check("[name=basis][value=duty]")
    submit(page)
    return wrong + faults(page)


def act(page: Page, act: str) -> None:
    """Sends one of the forms of a request's page and waits for the answer."""
    go(page, page.locator(f"form:has(input[name=act][value={act}]) button"))


@pytest.mark.parametrize("language", ["en", "sq"])
def test_information_is_asked_answered_refused_and_reviewed(walk: Walk, language: str) -> None:
    asker, asked, authority = walk.as_("miu-vlora"), walk.as_("shelter-vatra"), walk.as_("ra-secretary")
    case = enter_case(asker, "consents", first_name="Lule", second_name="Shembulli")
    if language == "sq":
        for page in (asker, asked, authority):
            in_albanian(page)
    wrong = ask(asker, case, "earlier_help", "Did she sleep at your place before?")
    wrong += ask(asker, case, "threats", "Was anybody looking for her?")
    urls = [str(link.get_attribute("href")) for link in asker.locator("a[href^='/requests/']").all()]
    assert len(urls) == 2
    threats, help_before = (asker.url.split("/cases/")[0] + url for url in urls)
    with walk.refused(404):
        assert answered(asked, case) == 404
    asked.goto(case.split("/cases/")[0] + "/")
    assert asked.locator("a[href^='/requests/']").count() >= 2
    asked.goto(help_before)
    assert "Did she sleep at your place before?" in text(asked)
    assert "Lule" not in text(asked)
    wrong += faults(asked)
    asked.fill("[name=answer-text]", "Two nights in March.")
    act(asked, "answer")
    asked.goto(threats)
    act(asked, "refuse")
    wrong += [] if asked.locator(".govuk-error-summary").count() else ["the page said no error"]
    asked.check("[name=refuse-reason][value=does_not_hold]")
    act(asked, "refuse")
    wrong += faults(asked)
    asker.goto(help_before)
    assert "Two nights in March." in text(asker)
    asker.goto(threats)
    cannot = {"en": "The office cannot give this.", "sq": "Zyra nuk mund ta japë këtë."}[language]
    assert cannot in text(asker)
    wrong += faults(asker)
    act(asker, "contest")
    authority.goto(threats)
    held = {"en": "Our office does not hold it", "sq": "Zyra jonë nuk e ka"}[language]
    assert held in text(authority)
    wrong += faults(authority)
    authority.check("[name=review-stands][value=no]")
    act(authority, "review")
    asked.goto(threats)
    assert asked.locator("[name=answer-text]").count() == 1
    assert wrong == []
