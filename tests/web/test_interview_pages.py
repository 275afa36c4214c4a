"""The pages of the procedure: what comes next for each agency, what the page refuses, and who may not see it at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opennrm.casefile.queries import CaseCard
from opennrm.identification import interview_queries, police_cases, reviews
from opennrm.identification import queries as identification
from opennrm.identification.rules import DecisionKind
from opennrm.lib import clock
from tests.acting import by, told
from tests.procedure import decide, disagree, hold_interview, refuse_police_case, sign
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

PARTS = ("interview", "assessment", "police-case", "decision")


def address(case: CaseCard, part: str = "interview") -> str:
    return f"/cases/{case.id}/identification/{part}/"


def parts_of(prefix: str, day: Any) -> dict[str, str]:
    return {f"{prefix}_day": str(day.day), f"{prefix}_month": str(day.month), f"{prefix}_year": str(day.year)}


def proposed(case: CaseCard, username: str = "police-petra") -> Any:
    day = timezone.localtime(clock.now()) + timedelta(days=2)
    sent = {"act": "propose", "propose-hour": "10:30", **parts_of("propose-day", day)}
    return browser(username).post(address(case), sent)


@pytest.mark.parametrize("part", PARTS)
def test_every_page_opens_for_both_agencies_and_the_lead(part: str) -> None:
    case = told(needs=("food",), note="Said she was hungry.")
    for username in ("border-ana", "police-petra", "social-sara", "authority-rita"):
        shown = whole(browser(username).get(address(case, part)))
        assert case.reference in shown.h1
        assert "Besa" not in shown.markup
        assert "hungry" not in shown.markup


@pytest.mark.parametrize("part", PARTS)
def test_another_office_finds_nothing_there(part: str) -> None:
    case = told()
    assert browser("shelter-sam").get(address(case, part)).status_code == 404
    assert browser("shelter-sam").post(address(case, part), {"act": "sign"}).status_code == 404
    assert browser("analyst-ada").get(address(case, part)).status_code == 403


def test_one_agency_proposes_and_the_other_is_asked() -> None:
    case = told()
    assert proposed(case).status_code == 302
    waits = whole(browser("police-petra").get(address(case)))
    assert "The other office has not answered yet." in waits.text
    page = whole(browser("social-sara").get(address(case)))
    assert "Does this time suit your office?" in page.text
    answer = browser("social-sara").post(address(case), {"act": "accept", "seen": page.value("seen")})
    assert answer.status_code == 302
    assert "Both offices have agreed." in whole(browser("police-petra").get(address(case))).text


def test_the_time_that_was_seen_is_the_time_that_is_agreed() -> None:
    case = told()
    proposed(case)
    seen = whole(browser("social-sara").get(address(case))).value("seen")
    proposed(case, "police-petra")
    day = timezone.localtime(clock.now()) + timedelta(days=5)
    other = {"act": "propose", "propose-hour": "09:00", **parts_of("propose-day", day)}
    browser("police-petra").post(address(case), other)
    assert browser("social-sara").post(address(case), {"act": "accept", "seen": seen}).status_code == 409
    assert browser("social-sara").post(address(case), {"act": "accept", "seen": "soon"}).status_code == 400


def test_who_is_no_side_of_the_interview_reads_and_does_nothing() -> None:
    case = told()
    assert proposed(case, "border-ana").status_code == 403
    assert "Propose this time" not in whole(browser("border-ana").get(address(case))).text


def test_an_hour_that_is_none_is_said_beside_the_field() -> None:
    case = told()
    day = timezone.localtime(clock.now()) + timedelta(days=2)
    sent = {"act": "propose", "propose-hour": "noonish", **parts_of("propose-day", day)}
    page = whole(browser("social-sara").post(address(case), sent))
    assert "hours and minutes" in page.text


def test_both_sign_on_the_page_and_the_interview_is_complete() -> None:
    case = told()
    hold_interview(case)
    for username in ("police-petra", "social-sara"):
        assert browser(username).post(address(case), {"act": "sign"}).status_code == 302
    with by("border-ana"):
        assert interview_queries.interviews(case.id)[0].state == "signed"
    assert browser("social-sara").post(address(case), {"act": "sign"}).status_code == 403


def test_what_is_already_known_is_shown_with_the_office_that_holds_it() -> None:
    case = told(needs=("food",), note="Said she was hungry.")
    page = whole(browser("social-sara").get(address(case)))
    assert "Already known: do not ask the person again" in page.text
    assert "Office border: notes written: 1" in page.text
    hidden = whole(browser("authority-rita").get(address(case)))
    assert "Your office does not see this." in hidden.text


def test_assessments_stand_side_by_side_and_the_reasons_only_for_those_who_may() -> None:
    case = told()
    disagree(case, "The boss kept the passports.")
    page = whole(browser("social-sara").get(address(case, "assessment")))
    assert "The agencies disagree on: Means." in page.text
    assert "The boss kept the passports." in page.text
    authority = whole(browser("authority-rita").get(address(case, "assessment")))
    assert "passports" not in authority.markup
    assert "Record your own" not in authority.text


def test_an_assessment_and_a_conference_are_recorded_on_the_page() -> None:
    case = told()
    sent = {"assess-act": "yes", "assess-means": "no", "assess-purpose": "yes", "assess-reasons": "No force."}
    petra, sara = browser("police-petra"), browser("social-sara")
    assert petra.post(address(case, "assessment"), {"act": "assess", **sent}).status_code == 302
    page = whole(sara.post(address(case, "assessment"), {"act": "assess", "assess-act": "yes"}))
    assert "choose an answer" in page.text
    sent["assess-means"] = "yes"
    assert sara.post(address(case, "assessment"), {"act": "assess", **sent}).status_code == 302
    page = whole(sara.get(address(case, "assessment")))
    offices = [a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "confer-offices"]
    met = {
        "act": "confer",
        "confer-offices": offices,
        "confer-outcome": "agreed_meets",
        "confer-minutes": "We talked it over.",
        **parts_of("confer-held_on", timezone.localtime(clock.now())),
    }
    assert sara.post(address(case, "assessment"), met).status_code == 302
    assert "We talked it over." in whole(petra.get(address(case, "assessment"))).text


def test_the_police_say_why_no_case_is_opened_and_the_authority_reviews_it() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    today = parts_of("record-decided_on", timezone.localtime(clock.now()))
    petra, rita = browser("police-petra"), browser("authority-rita")
    page = whole(petra.post(address(case, "police-case"), {"act": "record", "record-opened": "no", **today}))
    assert "Choose why no case is opened." in page.text
    refuse_police_case(case)
    sent = {"act": "review", "review-agrees": "no"}
    assert rita.post(address(case, "police-case"), sent).status_code == 302
    with by("police-petra"):
        assert police_cases.answers(case.id)[0].review_agrees is False
    assert "Does not agree" in whole(petra.get(address(case, "police-case"))).text
    assert rita.post(address(case, "police-case"), sent).status_code == 403


def test_a_decision_is_told_reviewed_and_taken_again_by_another_office() -> None:
    case = told()
    decide(case, DecisionKind.NOT_VICTIM)
    now = timezone.localtime(clock.now())
    sara, ana, rita = browser("social-sara"), browser("border-ana"), browser("authority-rita")
    sent = {"act": "tell", "tell-language": "sq", "tell-way": "in_writing", **parts_of("tell-given_on", now)}
    assert "tick the box" in whole(sara.post(address(case, "decision"), sent)).text
    sent["tell-review_explained"] = "on"
    assert sara.post(address(case, "decision"), sent).status_code == 302
    asks = {"act": "ask_review", **parts_of("ask_review-day", now)}
    assert ana.post(address(case, "decision"), asks).status_code == 302
    assert "A review is open" in whole(sara.get(address(case, "decision"))).text
    new = {"act": "decide", "decide-decision": "official", **parts_of("decide-decided_on", now)}
    assert sara.post(address(case, "decision"), new).status_code == 409
    assert rita.post(address(case, "decision"), new).status_code == 302
    with by("border-ana"):
        assert identification.statuses([case.id])[case.id] == "official"
        assert reviews.reviews(case.id)[0].outcome


def test_the_tab_says_how_each_step_stands_and_leads_there() -> None:
    case = told()
    hold_interview(case)
    disagree(case)
    page = whole(browser("border-ana").get(f"/cases/{case.id}/identification/"))
    assert "Held, not signed by both" in page.text
    assert "The agencies disagree" in page.text
    assert {address(case, part) for part in PARTS} <= set(page.addresses())
    journal = whole(browser("border-ana").get(f"/cases/{case.id}/journal/"))
    assert "A time for the interview was agreed" in journal.text
