"""Asking to share, what was agreed, and that it is over: as pages that work without script, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.lib import clock
from opennrm.sharing import queries
from opennrm.sharing.rules import Understanding
from tests.acting import by, office, opened
from tests.sharing.agreeing import agreed
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
MOST_QUERIES = {"agree/": 24, "consent": 30}


def address(case: CaseCard, page: object = "") -> str:
    return f"/cases/{case.id}/sharing/{page}"


def what(**changes: str) -> dict[str, str]:
    last = clock.today() + timedelta(days=20)
    filled = {
        "act": "what",
        "recipient": str(office("shelter")),
        "purpose": "shelter",
        "classes": "contact",
        "language": "sq",
        "until_day": str(last.day),
        "until_month": str(last.month),
        "until_year": str(last.year),
        "ends_with_change": "on",
    }
    return {**filled, **changes}


def answers(digest: str, **changes: str) -> dict[str, str]:
    given = {"way": "signed", "digest": digest, **dict.fromkeys(map(str, Understanding), "yes"), **changes}
    return {"act": "agree"} | {f"asked-{name}": answer for name, answer in given.items()}


def read_out(client: Client, case: CaseCard) -> str:
    """The digest of the text on the second page."""
    page = client.post(address(case, "agree/"), what())
    assert page.status_code == 200
    return str(page.context["text"].digest)


def test_she_is_asked_in_two_pages_and_the_office_sees_what_she_agreed_to() -> None:
    case, ana = opened(), browser("border-ana")
    first = whole(ana.get(address(case, "agree/")))
    assert "Ask the person to share" in first.text
    second = whole(ana.post(address(case, "agree/"), what()))
    # The very text, in its own language, and what she is asked about.
    assert "Dikush e lexon këtë para se të pranoni." in second.text
    assert '<div class="govuk-inset-text" lang="sq">' in second.markup
    assert "Office shelter" in second.text
    assert "How to reach the person, guardians" in second.text
    assert browser("shelter-sam").get(f"/cases/{case.id}/").status_code == 404
    digest = read_out(ana, case)
    assert ana.post(address(case, "agree/"), {**what(), **answers(digest)}).status_code == 302
    assert browser("shelter-sam").get(f"/cases/{case.id}/").status_code == 200
    shown = whole(ana.get(address(case))).text
    assert "What the person agreed to" in shown
    assert "A place to stay" in shown


def test_nothing_is_kept_when_she_does_not_agree() -> None:
    case, ana = opened(), browser("border-ana")
    digest = read_out(ana, case)
    page = ana.post(address(case, "agree/"), {**what(), **answers(digest, withdrawal="no")})
    assert page.status_code == 400
    assert "must have understood" in page.content.decode()
    with by("border-ana"):
        assert queries.consents(case.id) == []


def test_an_unanswered_question_is_asked_again_and_nothing_filled_in_is_lost() -> None:
    case, ana = opened(), browser("border-ana")
    digest = read_out(ana, case)
    sent = {**what(), **answers(digest)}
    del sent["asked-storage"]
    again = whole(ana.post(address(case, "agree/"), sent))
    assert "There is a problem" in again.text
    assert f'name="recipient" value="{office("shelter")}"' in again.markup
    with by("border-ana"):
        assert queries.consents(case.id) == []


def test_a_text_that_changed_meanwhile_is_one_sentence() -> None:
    case, ana = opened(), browser("border-ana")
    page = ana.post(address(case, "agree/"), {**what(), **answers("0" * 64)})
    assert page.status_code == 409
    assert "has changed since you opened the page" in page.content.decode()


def test_a_day_that_is_too_late_or_none_is_refused_on_the_page() -> None:
    case, ana = opened(), browser("border-ana")
    far = clock.today().year + 2
    assert "or earlier" in whole(ana.post(address(case, "agree/"), what(until_year=str(far)))).text
    assert (
        "Enter a day"
        in whole(ana.post(address(case, "agree/"), what(until_day="", until_month="", until_year=""))).text
    )


def test_only_classes_her_office_sees_can_be_chosen() -> None:
    case = opened(needs=("health_care",))
    hers = whole(browser("health-hana").get(address(case, "agree/"))).markup
    assert 'value="narrative"' not in hers


def test_the_page_of_a_consent_shows_the_text_the_answers_and_what_was_shared() -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    shown = whole(browser("border-ana").get(address(case, f"{consent}/"))).text
    for words in (
        "Dikush e lexon këtë",
        "Knows how to withdraw",
        "Test border-ana",
        "How to reach the person, guardians",
        "The same as then",
        "Withdraw the consent",
    ):
        assert words in shown


def test_withdrawing_closes_it_and_says_that_no_help_is_lost() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    done = browser("border-ana").post(address(case, f"{consent}/"), {"how": "by_phone"}, follow=True)
    assert "no help is lost" in whole(done).text
    sam = browser("shelter-sam")
    assert sam.get(f"/cases/{case.id}/").status_code == 404
    told = whole(sam.get("/")).text
    assert "no longer shared" in told
    assert case.reference not in told
    ended = whole(browser("border-ana").get(address(case, f"{consent}/"))).text
    assert "Withdrawn by the person" in ended
    assert "Withdraw the consent" not in ended


def test_who_received_it_withdraws_and_lands_on_the_worklist() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    done = browser("shelter-sam").post(address(case, f"{consent}/"), {"how": "in_person"})
    assert (done.status_code, done["Location"]) == (302, "/")


def test_a_page_that_stayed_open_past_the_withdrawal_tells_nothing() -> None:
    case = opened()
    consent, sam = agreed(case, "shelter", "contact"), browser("shelter-sam")
    assert sam.get(f"/cases/{case.id}/").status_code == 200
    browser("border-ana").post(address(case, f"{consent}/"), {"how": "by_phone"})
    unknown = sam.get("/cases/00000000-0000-4000-8000-000000000009/").content.decode()
    for where in (f"/cases/{case.id}/", address(case), address(case, f"{consent}/"), address(case, "agree/")):
        answer = sam.get(where)
        assert answer.status_code == 404
        assert "There is nothing here, or it is not for your office." in answer.content.decode()
        assert len(answer.content) == pytest.approx(len(unknown.encode()), abs=400)
    assert sam.post(address(case, f"{consent}/"), {"how": "by_phone"}).status_code == 404


def test_a_forwarded_link_opens_nothing_for_another_office() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    lea = browser("labour-lea")
    assert lea.get(address(case, f"{consent}/")).status_code == 404
    assert browser("border-ana").get(address(opened(), f"{consent}/")).status_code == 404


def test_an_excluded_office_gets_the_sentence_that_any_office_gets() -> None:
    case, ana = opened(), browser("border-ana")
    with by("border-ana") as actor:
        exclusion.exclude_office(case=case, office=office("labour"), reason=ExclusionReason.LEAKED, by=actor)
    digest = read_out(ana, case)
    page = ana.post(address(case, "agree/"), {**what(recipient=str(office("labour"))), **answers(digest)})
    assert page.status_code == 409
    assert "This office cannot receive it. Choose another office." in page.content.decode()


def test_a_reader_is_offered_no_form() -> None:
    case = opened()
    agreed(case, "shelter")
    sam = browser("shelter-sam")
    assert sam.get(address(case, "agree/")).status_code == 403
    assert address(case, "agree/") not in whole(sam.get(address(case))).addresses()


def test_it_is_all_said_in_albanian() -> None:
    case = opened()
    consent, ana = agreed(case, "shelter"), browser("border-ana")
    ana.post("/language/", {"language": "sq"})
    shown = whole(ana.get(address(case, f"{consent}/"))).text
    assert "Çfarë pranoi personi" in shown
    assert "The person" not in shown


@pytest.mark.parametrize("page", MOST_QUERIES)
def test_the_number_of_queries_is_pinned(page: str) -> None:
    case = opened()
    consent, ana = agreed(case, "shelter", "contact"), browser("border-ana")
    where = address(case, f"{consent}/" if page == "consent" else page)
    ana.get(where)
    with CaptureQueriesContext(connection) as seen:
        assert ana.get(where).status_code == 200
    assert len(seen) <= MOST_QUERIES[page]
