from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.access.scope import Actor, as_system
from opennrm.agencies.models import Post
from opennrm.duties import handover
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed
from opennrm.reporting import account as accounts
from opennrm.reporting.offices import performance
from tests.acting import by, duty, office, opened, person
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def this_year() -> int:
    return clock.today().year


def offer_to_shelter() -> str:
    case = opened()
    with by("border-ana") as ana:
        lead = duty(case.id, "lead").id
        offer = handover.offer(duty=lead, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=offer, reason="no_capacity", by=sam)
    with by("border-ana") as ana:
        offer = handover.offer(duty=lead, to_office=office("shelter"), by=ana)
    with clock.stopped_at(clock.now() + timedelta(hours=3)), by("shelter-sam") as sam:
        handover.accept(offer=offer, by=sam)
    return case.reference


def a_head_of(code: str) -> Actor:
    return Actor(user="head", officer=1, offices=frozenset({office(code)}), roles=frozenset({"head"}))


def test_the_figures_of_an_office_count_offers_hand_overs_and_reasons() -> None:
    offer_to_shelter()
    with clock.stopped_at(clock.now() + timedelta(hours=4)):
        drawn = performance(this_year(), by=person("coordinator-kim"))
    shelter = drawn.offices[office("shelter")]
    assert (shelter.accepted, shelter.declined, shelter.unanswered) == (1, 1, 0)
    assert shelter.hours_to_accept == pytest.approx(3, abs=0.1)
    assert drawn.reasons[office("shelter")] == {"no_capacity": 1}
    assert (shelter.taken_over, drawn.offices[office("border")].handed_on) == (1, 1)
    assert drawn.moves_of_a_case == (1,)
    assert drawn.country.open >= shelter.open == 1


def test_the_account_carries_the_figures_of_the_ledger() -> None:
    offer_to_shelter()
    with clock.stopped_at(clock.now() + timedelta(hours=4)):
        drawn = accounts.account(this_year())
    values = {f.id: f.now.value for f in drawn.figures if f.id.startswith("duties.")}
    assert values["duties.offers.declined"] == 1
    assert values["duties.offers.declined.no_capacity"] == 1
    assert values["duties.offers.answered"] == 2
    assert values["duties.hours_to_accept"] == 3
    assert values["duties.hand_overs"] == 1
    assert values["duties.cases_passed_around"] == 0


def test_the_account_says_why_duties_were_put_off() -> None:
    from opennrm.duties import actions

    case = opened()
    with by("border-ana") as ana:
        for kind, reason in (("risk_assessment", "ill"), ("notify_police", "waits_for_office")):
            actions.suspend(duty=duty(case.id, kind).id, reason=reason, until=None, by=ana)
    values = {f.id: f.now.value for f in accounts.account(this_year()).figures}
    assert (values["duties.put_off"], values["duties.put_off.ill"]) == (2, 1)
    assert (values["duties.put_off.waits_for_office"], values["duties.put_off.no_interpreter"]) == (1, 0)


def test_a_duty_done_late_counts_as_late() -> None:
    from opennrm.duties import actions

    case = opened()
    with by("border-ana"):
        held = duty(case.id, "immediate_safety_and_needs")
    assert held.due_at
    with clock.stopped_at(held.due_at + timedelta(hours=1)):
        with by("border-ana") as ana:
            actions.fulfil(duty=held.id, by=ana)
        drawn = performance(this_year(), by=person("coordinator-kim"))
    border = drawn.offices[office("border")]
    assert border.due >= 1
    assert border.on_time == 0


def test_a_year_without_a_ledger_reports_nothing() -> None:
    drawn = accounts.account(2020)
    assert {f.now.value for f in drawn.figures if f.id.startswith("duties.")} == {None}


@pytest.mark.parametrize("username", ["coordinator-kim", "authority-rita", "analyst-ada"])
def test_who_answers_for_the_country_sees_every_office_and_no_case(username: str) -> None:
    reference = offer_to_shelter()
    page = whole(browser(username).get("/offices/"))
    assert page.h1.endswith("How offices do") or "How offices do" in page.h1
    assert "Office shelter" in page.text
    assert "The whole country" in page.text
    assert reference not in page.text


def test_the_head_of_an_office_sees_her_own_alone() -> None:
    offer_to_shelter()
    drawn = performance(this_year(), by=a_head_of("border"))
    assert set(drawn.offices) == {office("border")}
    assert drawn.country.open == 0
    assert drawn.reasons == {}


def test_the_page_of_a_head_shows_her_office() -> None:
    offer_to_shelter()
    with as_system("setup", reason="a head for a test"):
        Post.objects.filter(officer=person("border-ben").officer).update(role="head")
    page = whole(browser("border-ben").get("/offices/"))
    assert "Office border" in page.text
    assert "Office shelter" not in page.text
    assert "The whole country" not in page.text


@pytest.mark.parametrize("username", ["health-hana", "officer-dpo", "admin-abe"])
def test_another_post_does_not_see_the_figures_of_offices(username: str) -> None:
    assert browser(username).get("/offices/").status_code == 403
    with pytest.raises(NotAllowed):
        performance(this_year(), by=person(username))
