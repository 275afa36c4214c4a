from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from opennrm.coordination import actions, queries
from opennrm.coordination.models import Meeting
from opennrm.coordination.rules import Place
from opennrm.duties.models import Duty
from tests.acting import by, office
from tests.coordination.bodies import establish, held, today
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
COORDINATION = reverse("coordination")
AGREEMENTS = reverse("agreements")
BOARD = reverse("body", args=["test-board"])


@pytest.fixture(autouse=True)
def bodies() -> None:
    establish()


def typed(name: str, day: date) -> dict[str, Any]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def page_of(meeting: object) -> str:
    return reverse("meeting", args=[meeting])


def test_a_meeting_is_entered_recorded_and_decides_in_the_browser() -> None:
    kim = browser("coordinator-kim")
    assert "no meeting on record" in whole(kim.get(COORDINATION)).text
    answer = kim.post(BOARD, typed("on", today()) | {"place": "online"})
    meeting = answer.headers["Location"]
    page = whole(kim.get(meeting))
    assert "Planned" in page.text
    with by("coordinator-kim"):
        seats = [seat.id for seat in queries.seats_on(queries.body("test-board").id, today())]
    came = dict(zip([f"seat_{one}" for one in seats], ("present", "present", "excused"), strict=True))
    assert "There was a quorum" in whole(kim.post(meeting, came, follow=True)).text
    given = {"text": "Name a night contact.", "office": office("police-tirana")}
    said = whole(kim.post(meeting, given | typed("due_on", today() + timedelta(days=20)), follow=True)).text
    assert "Name a night contact." in said
    assert "Office police-tirana" in said
    petra = browser("police-petra")
    assert "Name a night contact." in whole(petra.get(reverse("worklist"))).text
    with by("police-petra"):
        duty = Duty.objects.get(kind="meeting_decision").id
    assert "Name a night contact." in whole(petra.get(reverse("duty", args=[duty]))).text
    assert petra.post(reverse("fulfil", args=[duty])).status_code == 302
    assert "Done" in whole(kim.get(meeting)).text


def test_a_second_meeting_on_one_day_is_refused_beside_the_day_and_the_form_keeps_what_it_held() -> None:
    kim = browser("coordinator-kim")
    sent = typed("on", today()) | {"place": "online"}
    assert kim.post(BOARD, sent).status_code == 302
    page = whole(kim.post(BOARD, sent))
    assert "This body already meets on that day." in page.text
    assert page.value("on_year") == str(today().year)
    with by("coordinator-kim"):
        assert Meeting.objects.filter(on=today()).count() == 1


def test_an_agreement_entered_twice_is_refused_beside_the_day_and_the_form_keeps_what_it_held() -> None:
    kim = browser("coordinator-kim")
    with by("coordinator-kim"):
        parties = [one for one, _name in queries.organisations()][:2]
    sent = {"subject": "Sharing a night line", "parties": parties} | typed("signed_on", today())
    assert kim.post(AGREEMENTS, sent).status_code == 302
    page = whole(kim.post(AGREEMENTS, sent))
    assert "This agreement of that day is already entered." in page.text
    assert page.value("subject") == "Sharing a night line"


def test_a_decision_without_words_stays_on_the_page() -> None:
    meeting = held("present", "present", "absent")
    said = whole(browser("coordinator-kim").post(page_of(meeting), {})).text
    assert "What the meeting decided" in said
    assert "this must be filled in" in said


def test_a_meeting_without_a_quorum_offers_no_decision_and_refuses_one() -> None:
    meeting = held("present", "absent", "excused")
    kim = browser("coordinator-kim")
    assert "Record the decision" not in whole(kim.get(page_of(meeting))).text
    given = {"text": "Anything.", "office": office("police-tirana")}
    answer = kim.post(page_of(meeting), given | typed("due_on", today() + timedelta(days=20)))
    assert answer.status_code == 409
    assert "without a quorum" in answer.content.decode()


def test_who_came_cannot_be_recorded_before_the_day() -> None:
    with by("coordinator-kim") as kim:
        made = actions.plan_meeting(
            body="test-board", on=today() + timedelta(days=9), place=Place.ONLINE, by=kim
        )
        seats = queries.seats_on(queries.body("test-board").id, today())
    client = browser("coordinator-kim")
    assert "Record who came" not in whole(client.get(page_of(made))).text
    answer = client.post(page_of(made), {f"seat_{seat.id}": "present" for seat in seats})
    assert answer.status_code == 409


def test_who_only_reads_sees_no_form_and_writes_nothing() -> None:
    meeting = held("present", "present", "absent")
    ada = browser("analyst-ada")
    for address in (COORDINATION, BOARD, page_of(meeting), AGREEMENTS):
        assert '<form method="post" novalidate>' not in whole(ada.get(address)).markup
    assert ada.post(BOARD, typed("on", today()) | {"place": "online"}).status_code == 403
    assert ada.post(page_of(meeting), {}).status_code == 403
    assert ada.post(AGREEMENTS, {}).status_code == 403
    assert browser("border-ana").get(COORDINATION).status_code == 403
    with by("coordinator-kim"):
        assert Meeting.objects.count() == 1


def test_the_secretary_of_another_office_plans_no_meeting_of_the_board() -> None:
    rita = browser("authority-rita")
    assert "Enter the meeting" not in whole(rita.get(BOARD)).text
    assert rita.post(BOARD, typed("on", today()) | {"place": "online"}).status_code == 403


def test_a_body_or_meeting_that_is_not_there_answers_404() -> None:
    kim = browser("coordinator-kim")
    assert kim.get(reverse("body", args=["nothing"])).status_code == 404
    assert kim.get(page_of("00000000-0000-4000-8000-000000000001")).status_code == 404
    assert kim.post(AGREEMENTS, {"act": "end", "agreement": "x"}).status_code == 404


def test_an_agreement_is_entered_and_ended_in_the_browser() -> None:
    kim = browser("coordinator-kim")
    with by("coordinator-kim"):
        parties = [queries.organisation_ids()[code] for code in ("police", "shelter")]
    given = {"subject": "Test agreement", "parties": parties} | typed("signed_on", today())
    ends = typed("expires_on", today() + timedelta(days=30))
    said = whole(kim.post(AGREEMENTS, given | ends, follow=True)).text
    assert "Test agreement" in said
    assert "Ends soon" in said
    with by("coordinator-kim"):
        (one,) = queries.agreements(today())
    kim.post(AGREEMENTS, {"act": "end", "agreement": one.id})
    assert "Over" in whole(kim.get(COORDINATION)).text
