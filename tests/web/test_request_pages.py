"""An office asks another on the case; the other reads a few facts and the question on its own page, and answers or refuses."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.sharing.request_rules import RefusalReason, Subject
from tests.acting import by, office, opened
from tests.sharing.agreeing import agreed
from tests.sharing.asking import QUESTION, answered, asked, refused
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    usual = {
        "office": str(office("labour")),
        "subject": "earlier_help",
        "question": QUESTION,
        "purpose": "safety",
        "basis": "duty",
    }
    return {**usual, **changes}


def test_an_office_asks_and_the_other_answers_on_a_page_of_its_own() -> None:
    case = opened()
    ana, lea = browser("border-ana"), browser("labour-lea")
    sharing, ask = f"/cases/{case.id}/sharing/", f"/cases/{case.id}/sharing/ask/"
    assert "No other office was asked" in whole(ana.get(sharing)).text
    assert "Your question" in whole(ana.get(ask)).text
    assert ana.post(ask, form(question="")).status_code == 200
    assert ana.post(ask, form()).headers["Location"] == sharing
    today = whole(lea.get("/"))
    assert "Information asked of us" in today.text
    assert case.reference in today.text
    where = next(address for address in today.addresses() if address.startswith("/requests/"))
    page = whole(lea.get(where))
    assert QUESTION in page.text
    assert "Besa" not in page.markup
    assert lea.get(f"/cases/{case.id}/").status_code == 404
    assert "Your answer" in whole(lea.post(where, {"act": "answer"})).text
    assert lea.post(where, {"act": "answer", "answer-text": "She came twice."}).headers["Location"] == "/"
    assert "She came twice." not in whole(lea.get(where)).text
    assert "She came twice." in whole(ana.get(where)).text
    assert "Answered" in whole(ana.get(sharing)).text
    assert lea.post(where, {"act": "answer", "answer-text": "Again."}).status_code == 409
    assert "answered your request" in whole(ana.get("/")).text


def test_who_sees_the_case_answers_by_a_share_that_the_person_agreed_to() -> None:
    case = opened(needs=("mental_health_counselling",))
    consent = agreed(case, "shelter", "ordinary", "contact")
    request = asked(case, "border", who="shelter-sam", subject=Subject.HOW_TO_REACH)
    where = f"/requests/{request}/"
    ana = browser("border-ana")
    assert "No, we answer in words only" in whole(ana.get(where)).text
    nothing = whole(ana.post(where, {"act": "answer", "answer-text": "", "answer-consent": ""}))
    assert "Write the answer, or name the consent by which it was shared." in nothing.text
    other = {"act": "answer", "answer-consent": "0198c0de-0000-7000-8000-000000000000"}
    assert ana.post(where, other).status_code == 200
    assert ana.post(where, {"act": "answer", "answer-consent": str(consent)}).status_code == 302
    assert "Shared, because the person agreed." in whole(browser("shelter-sam").get(where)).text


def test_who_does_not_see_the_case_is_offered_no_share() -> None:
    case = opened()
    agreed(case, "shelter")
    page = whole(browser("labour-lea").get(f"/requests/{asked(case)}/")).text
    assert "Did the person agree to share this" not in page


def test_who_asked_reads_one_sentence_whatever_the_reason() -> None:
    case = opened()
    cannot = (RefusalReason.NO_BASIS, RefusalReason.OTHER_LAW, RefusalReason.DOES_NOT_HOLD)
    for subject, reason in zip(Subject, cannot, strict=False):
        request = asked(case, subject=subject)
        refused(request, reason)
        page = whole(browser("border-ana").get(f"/requests/{request}/")).text
        assert "The office cannot give this." in page
        assert "Reason" not in page
        assert "Reason" in whole(browser("labour-lea").get(f"/requests/{request}/")).text


def test_a_refusal_is_reviewed_on_the_same_page() -> None:
    case = opened()
    request = asked(case)
    where = f"/requests/{request}/"
    ana, lea, rita = browser("border-ana"), browser("labour-lea"), browser("authority-rita")
    assert lea.post(where, {"act": "refuse", "refuse-reason": "does_not_hold"}).status_code == 302
    assert "Ask for a review" in whole(ana.get(where)).text
    assert ana.post(where, {"act": "contest"}).status_code == 302
    assert "Review a refusal" in whole(rita.get("/")).text
    assert "Our office does not hold it" in whole(rita.get(where)).text
    assert rita.post(where, {"act": "review", "review-stands": "no"}).status_code == 302
    assert "Send the answer" in whole(lea.get(where)).text


def test_a_page_shows_the_verbs_of_the_door_alone() -> None:
    case = opened()
    where = f"/requests/{asked(case)}/"
    assert "Take the request back" in whole(browser("border-ana").get(where)).text
    assert "Send the answer" not in whole(browser("border-ana").get(where)).text
    assert "Take the request back" not in whole(browser("labour-lea").get(where)).text
    assert browser("border-ana").post(where, {"act": "answer", "answer-text": "x"}).status_code == 403
    assert browser("labour-lea").post(where, {"act": "withdraw"}).status_code == 403
    assert browser("labour-lea").post(where, {"act": "wave"}).status_code == 404
    for stranger in ("shelter-sam", "health-hana"):
        assert browser(stranger).get(where).status_code == 404
    assert browser("border-ana").post(where, {"act": "withdraw"}).status_code == 302


def test_the_office_that_is_asked_reads_on_what_the_other_asks_and_that_its_limit_is_not_confirmed() -> None:
    page = whole(browser("labour-lea").get(f"/requests/{asked(opened())}/")).text
    assert "It owes something to this person" in page
    assert "limit to be confirmed" in page


def test_an_office_that_must_learn_nothing_is_not_offered() -> None:
    case = opened()
    ask = f"/cases/{case.id}/sharing/ask/"
    assert "Office labour" in whole(browser("border-ana").get(ask)).text
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("labour"), reason=ExclusionReason.LEAKED, by=ana)
    assert "Office labour" not in whole(browser("border-ana").get(ask)).text
    assert browser("health-hana").get(ask).status_code == 404


def test_who_owes_nothing_with_words_may_not_ask() -> None:
    case = opened()
    rita = browser("authority-rita")
    assert "Ask another office" not in whole(rita.get(f"/cases/{case.id}/sharing/")).text
    assert rita.get(f"/cases/{case.id}/sharing/ask/").status_code == 403


def queries_of(username: str, address: str) -> int:
    who = browser(username)
    who.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_requests() -> None:
    case = opened()
    answered(asked(case, subject=Subject.THREATS))
    asked(case)
    counted = {where: queries_of(*where) for where in _pages(case.id)}
    for subject in (Subject.HEALTH, Subject.PROCEEDINGS, Subject.RESIDENCE):
        asked(case, subject=subject)
    assert {where: queries_of(*where) for where in _pages(case.id)} == counted


def _pages(case: object) -> list[tuple[str, str]]:
    return [("border-ana", f"/cases/{case}/sharing/"), ("labour-lea", "/")]
