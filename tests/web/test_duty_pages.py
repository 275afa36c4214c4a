from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.access.actions import exclude
from opennrm.duties import actions, handover
from opennrm.lib import clock
from tests.acting import by, office, opened, person, told
from tests.api.calling import caller
from tests.web.browsing import browser, duty_of, whole

pytestmark = pytest.mark.django_db
VERBS = ("name", "done", "suspend", "hand-over")


def test_the_page_of_a_duty_says_its_rule_and_what_happened() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    page = whole(browser("border-ana").get(f"/duties/{row.id}/"))
    assert "To be confirmed" in page.text
    assert "The duty came to be" in page.text
    assert case.reference in page.text
    assert "Besa" not in page.markup
    for verb in VERBS:
        assert f"/duties/{row.id}/{verb}/" in page.addresses()


def test_a_duty_of_a_stranger_is_nothing_here() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    client = browser("labour-lea")
    assert client.get(f"/duties/{row.id}/").status_code == 404
    for verb in (*VERBS, "waive", "resume"):
        assert client.get(f"/duties/{row.id}/{verb}/").status_code == 404
        assert client.post(f"/duties/{row.id}/{verb}/").status_code == 404


def test_who_sees_a_duty_and_does_not_hold_it_is_refused_and_shown_no_verb() -> None:
    case = told()
    row = duty_of("border-ana", case.id, "lead")
    client = browser("social-sara")
    page = whole(client.get(f"/duties/{row.id}/"))
    assert not [
        a for a in page.addresses() if a.startswith(f"/duties/{row.id}/") and a != f"/duties/{row.id}/"
    ]
    for verb in VERBS:
        assert client.get(f"/duties/{row.id}/{verb}/").status_code == 403
        assert client.post(f"/duties/{row.id}/{verb}/", {}).status_code == 403


def test_a_post_without_case_work_is_refused() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    assert browser("analyst-ada").get(f"/duties/{row.id}/").status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_each_form_is_a_whole_page(verb: str) -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    whole(client.get(f"/duties/{row.id}/{verb}/"))
    if verb != "done":
        page = whole(client.post(f"/duties/{row.id}/{verb}/", {}))
        assert "There is a problem" in page.text


def test_a_duty_is_done_after_one_question() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    page = whole(client.get(f"/duties/{row.id}/done/?back=today"))
    answer = client.post(f"/duties/{row.id}/done/", {"seen": page.value("seen"), "back": page.value("back")})
    assert answer.headers["Location"] == "/"
    assert "The duty is done." in whole(client.get("/")).text
    assert duty_of("border-ana", case.id, "immediate_safety_and_needs").state == "fulfilled"
    assert client.post(f"/duties/{row.id}/done/").status_code == 409
    assert "Done" in whole(client.get(f"/duties/{row.id}/")).text


def test_a_worker_of_another_office_cannot_be_named() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    client = browser("border-ana")
    page = whole(client.post(f"/duties/{row.id}/name/", {"officer": person("labour-lea").officer}))
    assert "There is a problem" in page.text
    assert duty_of("border-ana", case.id, "lead").person_id is None


def test_the_lists_have_only_those_whose_post_is_to_work_with_cases() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    with by("border-ana") as ana:
        made = handover.offer(duty=row.id, to_office=office("authority"), by=ana)
    with by("authority-rita") as rita:
        handover.accept(offer=made, by=rita)
    client, abe = browser("authority-rita"), person("admin-abe").officer
    for page in (whole(client.get(f"/duties/{row.id}/name/")), whole(client.get("/duties/give/"))):
        assert "Test authority-rita" in page.text
        assert "Test admin-abe" not in page.text
    assert "There is a problem" in whole(client.post(f"/duties/{row.id}/name/", {"officer": abe})).text
    workers = caller("authority-rita").get(f"/duties/{row.id}/workers").json()["workers"]
    assert [one["name"] for one in workers] == ["Test authority-rita"]
    refused = caller("authority-rita").post(f"/duties/{row.id}/name-worker", {"worker": abe})
    assert (refused.status_code, refused.json()["code"]) == (400, "not_of_this_office")


def test_a_colleague_is_named_and_stands_in_the_history() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    client = browser("border-ana")
    answer = client.post(f"/duties/{row.id}/name/", {"officer": person("border-ben").officer})
    assert answer.headers["Location"] == f"/duties/{row.id}/"
    assert "Test border-ben" in whole(client.get(f"/duties/{row.id}/")).text


def test_the_person_declines_and_no_other_help_ends() -> None:
    case = opened(needs=("health_care",))
    row = duty_of("health-hana", case.id, "health_care")
    client = browser("health-hana")
    whole(client.get(f"/duties/{row.id}/waive/"))
    assert client.post(f"/duties/{row.id}/waive/", {"reason": "declined"}).status_code == 302
    assert duty_of("health-hana", case.id, "health_care").state == "waived"


def test_what_the_law_demands_cannot_be_waived() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    assert f"/duties/{row.id}/waive/" not in whole(client.get(f"/duties/{row.id}/")).addresses()


def test_a_duty_is_put_off_until_a_day_and_goes_on() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    later = clock.today() + timedelta(days=9)
    day = {"until_day": later.day, "until_month": later.month, "until_year": later.year}
    assert client.post(f"/duties/{row.id}/suspend/", {"reason": "ill", **day}).status_code == 302
    page = whole(client.get(f"/duties/{row.id}/"))
    assert "The person is ill" in page.text
    assert "Put off until" in page.text
    whole(client.get(f"/duties/{row.id}/resume/"))
    assert client.post(f"/duties/{row.id}/resume/").status_code == 302
    assert duty_of("border-ana", case.id, "immediate_safety_and_needs").state == "held"


def test_only_the_reasons_that_fit_the_duty_stand_on_its_page() -> None:
    case = opened()
    told = duty_of("border-ana", case.id, "notify_police")
    client = browser("border-ana")
    page = whole(client.get(f"/duties/{told.id}/suspend/"))
    assert "Another office must act first" in page.text
    assert "The person is ill" not in page.text
    assert client.post(f"/duties/{told.id}/suspend/", {"reason": "ill"}).status_code == 200
    assert duty_of("border-ana", case.id, "notify_police").state == "held"


def test_a_day_in_the_past_is_refused_by_the_form() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    past = {"reason": "ill", "until_day": "1", "until_month": "1", "until_year": "2020"}
    page = whole(browser("border-ana").post(f"/duties/{row.id}/suspend/", past))
    assert "must be" in page.text


def test_a_form_that_was_overtaken_changes_nothing() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    seen = whole(client.get(f"/duties/{row.id}/done/")).value("seen")
    with by("border-ben") as ben:
        actions.suspend(duty=row.id, reason="ill", until=None, by=ben)
    answer = client.post(f"/duties/{row.id}/done/", {"seen": seen})
    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.content.decode()
    assert duty_of("border-ana", case.id, "immediate_safety_and_needs").state == "suspended"


def test_the_offices_to_ask_begin_with_the_competent_and_leave_out_the_excluded() -> None:
    case = told(needs=("health_care",))
    with by("border-ana") as ana:
        exclude(case=case.id, office=office("labour"), reason="relative", at=clock.now(), by=ana)
    row = duty_of("border-ana", case.id, "lead")
    markup = whole(browser("border-ana").get(f"/duties/{row.id}/hand-over/")).markup
    assert f'value="{office("shelter")}"' in markup
    assert f'value="{office("labour")}"' not in markup
    assert f'value="{office("border")}"' not in markup
    joint = duty_of("social-sara", case.id, "joint_interview")
    listed = whole(browser("social-sara").get(f"/duties/{joint.id}/hand-over/")).markup
    assert listed.index("<optgroup") == listed.index('<optgroup label="')


def test_handing_over_makes_an_offer_and_the_duty_stays_until_the_answer() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "lead")
    client = browser("border-ana")
    assert client.post(f"/duties/{row.id}/hand-over/", {"office": office("shelter")}).status_code == 302
    page = whole(client.get(f"/duties/{row.id}/"))
    assert "has not answered yet" in page.text
    assert f"/duties/{row.id}/hand-over/" not in page.addresses()
    assert client.post(f"/duties/{row.id}/hand-over/", {"office": office("social-tirana")}).status_code == 409
    assert duty_of("border-ana", case.id, "lead").holder_id == office("border")


def test_a_duty_page_asks_as_often_after_much_has_happened() -> None:
    case = opened()
    row = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    client = browser("border-ana")
    client.get(f"/duties/{row.id}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/duties/{row.id}/")
    for _ in range(3):
        with by("border-ben") as ben:
            actions.suspend(duty=row.id, reason="ill", until=None, by=ben)
            actions.resume(duty=row.id, by=ben)
    with CaptureQueriesContext(connection) as after:
        client.get(f"/duties/{row.id}/")
    assert len(after) == len(before) <= 24
