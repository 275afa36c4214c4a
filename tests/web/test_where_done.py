"""A duty of the procedure leads to the page of the case where it is done, and cannot be ticked off beside it."""

from __future__ import annotations

import pytest

from opennrm.duties import actions
from opennrm.duties.own_records import DONE_BY_RECORD
from opennrm.web.where_done import PAGES
from tests.acting import by, duty, opened, told
from tests.procedure import hold_interview, sign
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def test_the_page_of_the_duty_and_the_list_of_today_lead_to_the_joint_interview() -> None:
    case = told()
    with by("social-sara"):
        owed = duty(case.id, "joint_interview").id
    there = f"/cases/{case.id}/identification/interview/"
    for address in (f"/duties/{owed}/", "/"):
        page = whole(browser("social-sara").get(address))
        assert "Go to the joint interview" in page.text
        assert there in page.addresses()


def test_a_decision_is_not_ticked_off_but_recorded() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    with by("social-sara"):
        owed = duty(case.id, "status_decision_recorded").id
    page = whole(browser("social-sara").get(f"/duties/{owed}/"))
    assert f"/cases/{case.id}/identification/decision/" in page.addresses()
    assert f"/duties/{owed}/done/" not in page.addresses()
    for answer in (
        browser("social-sara").get(f"/duties/{owed}/done/"),
        browser("social-sara").post(f"/duties/{owed}/done/", {}),
    ):
        assert answer.status_code == 409
        assert "recording the decision" in answer.content.decode()


def test_a_decision_that_was_put_off_still_leads_to_its_page() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    with by("social-sara") as sara:
        owed = duty(case.id, "status_decision_recorded").id
        actions.suspend(duty=owed, reason="ill", until=None, by=sara)
    page = whole(browser("social-sara").get(f"/duties/{owed}/"))
    assert f"/cases/{case.id}/identification/decision/" in page.addresses()


def test_what_is_done_elsewhere_is_just_done() -> None:
    case = opened()
    with by("border-ana"):
        owed = duty(case.id, "immediate_safety_and_needs").id
    page = whole(browser("border-ana").get(f"/duties/{owed}/"))
    assert f"/duties/{owed}/done/" in page.addresses()


def test_whoever_may_not_do_it_is_led_nowhere() -> None:
    case = told()
    with by("social-sara"):
        owed = duty(case.id, "joint_interview").id
    assert "Go to the joint interview" not in whole(browser("border-ana").get(f"/duties/{owed}/")).text
    with by("social-sara") as sara:
        actions.fulfil(duty=owed, by=sara)
    assert "Go to the joint interview" not in whole(browser("border-ana").get(f"/duties/{owed}/")).text


def test_every_kind_that_is_done_by_its_record_has_a_page() -> None:
    assert set(PAGES) > set(DONE_BY_RECORD)
