"""Who is responsible, now and on any day: the answer, the table and the timeline."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions, handover
from opennrm.lib import clock
from tests.acting import by, duty, office, opened, person
from tests.web.browsing import Page, browser, whole

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())
HANDED_OVER = START + timedelta(days=5)
TODAY = START + timedelta(days=12)


def handed_over() -> CaseCard:
    """A case opened on 2 March whose lead the shelter accepted on 7 March."""
    with clock.stopped_at(START):
        case = opened(at=START - timedelta(minutes=5))
    with clock.stopped_at(HANDED_OVER):
        with by("border-ana") as ana:
            made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        with by("shelter-sam") as sam:
            handover.accept(offer=made, by=sam)
            actions.name_worker(
                duty=duty(case.id, "lead").id, officer=person("shelter-sam").officer or 0, by=sam
            )
    return case


def page(case: CaseCard, on: datetime | None = None, hour: str = "", username: str = "shelter-sam") -> Page:
    asked = f"?at_day={on.day}&at_month={on.month}&at_year={on.year}&hour={hour}" if on else ""
    with clock.stopped_at(TODAY):
        return whole(browser(username).get(f"/cases/{case.id}/responsible/{asked}"))


def answer(shown: Page) -> str:
    said: str = shown.markup.split('id="answer">')[1].split("<")[0]
    return said


def test_the_page_answers_for_now() -> None:
    assert answer(page(handed_over())) == "Now: Office shelter, lead office. Case worker: Test shelter-sam."


def test_who_was_responsible_on_3_march_is_this_one_page() -> None:
    said = answer(page(handed_over(), on=datetime(2026, 3, 3)))  # noqa: DTZ001
    assert said.startswith("On 3 March 2026, 23:59: Office border, lead office.")
    assert "No case worker is named, so Test border-ana, its head, answers." in said


def test_an_hour_divides_the_day_of_a_hand_over() -> None:
    case = handed_over()
    assert "Office border" in answer(page(case, on=HANDED_OVER, hour="08:30"))
    assert "Office shelter" in answer(page(case, on=HANDED_OVER, hour="09:30"))


def test_before_the_case_nobody_was_responsible_and_the_page_says_when_it_was_opened() -> None:
    shown = page(handed_over(), on=datetime(2026, 2, 1))  # noqa: DTZ001
    assert "nobody yet" in answer(shown)
    assert "2 March 2026" in answer(shown)
    assert "<svg" not in shown.markup.split('id="main-content"')[1]


def test_the_table_says_what_which_office_who_since_due_state_and_rule_with_its_source() -> None:
    shown = page(handed_over()).text
    for words in (
        "Lead the case",
        "Office social-tirana",
        "Nobody named",
        "Owed",
        "case-worker",
        "Decision of the Council of Ministers",
        "To be confirmed",
    ):
        assert words in shown


def test_what_was_done_later_is_still_owed_as_it_was_before() -> None:
    case = handed_over()
    with clock.stopped_at(HANDED_OVER + timedelta(days=1)), by("border-ana") as ana:
        actions.fulfil(duty=duty(case.id, "explain_rights").id, by=ana)
    before = page(case, on=HANDED_OVER).markup.split("govuk-details")[0]
    after = page(case).markup.split("govuk-details")[0]
    assert "Explain rights" in before.split('id="owed"')[1]
    assert "Explain rights" not in after.split('id="owed"')[1]


def test_the_timeline_shows_the_hand_over_and_as_it_was_only_the_past() -> None:
    case = handed_over()
    now, then = page(case).markup, page(case, on=datetime(2026, 3, 3)).markup  # noqa: DTZ001
    assert 'class="joint"' in now.split("app-timeline")[1].split("<g")[0]
    assert "Office shelter" in now.split("<svg")[-1]
    assert "Office shelter, Test" not in then.split("<svg")[-1]


def test_a_day_that_has_not_come_is_refused_beside_its_field() -> None:
    shown = page(handed_over(), on=datetime(2027, 1, 1))  # noqa: DTZ001
    assert "must be" in shown.text
    assert answer(shown).startswith("Now:")


def test_a_closed_case_says_who_led_it_last() -> None:
    case = opened()
    with by("border-ana") as ana:
        actions.close_case(case=case, reason="independent", by=ana)
    said = answer(whole(browser("border-ana").get(f"/cases/{case.id}/responsible/")))
    assert said == "Now: nobody any more. The case is closed; Office border led it last."


def test_the_page_is_the_same_in_albanian_dates_and_all() -> None:
    case = handed_over()
    client = browser("shelter-sam")
    with clock.stopped_at(TODAY):
        shown = whole(client.get(f"/cases/{case.id}/responsible/", headers={"accept-language": "sq"}))
    assert "Zyra shelter" in shown.text
    assert date_format(START, "Y") in shown.text
