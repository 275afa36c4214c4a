from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.rules import Fork
from opennrm.duties import actions, handover
from tests.acting import BESA, by, office, opened
from tests.web.browsing import browser, duty_of, whole

pytestmark = pytest.mark.django_db


def queries_of(username: str, address: str) -> int:
    client = browser(username)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_first_page_says_what_the_office_owes_and_names_nobody() -> None:
    case = opened(fork=Fork.CHILD, who=replace(BESA, age=15))
    page = whole(browser("border-ana").get("/"))
    assert page.h1 == "Today"
    assert case.reference in page.text
    assert "a child" in page.text
    assert "Besa" not in page.markup


def test_a_language_is_said_where_an_interpreter_matters() -> None:
    opened(who=replace(BESA, languages=("ar",)))
    assert "speaks Arabic" in whole(browser("border-ana").get("/")).text


def test_an_office_that_owes_nothing_is_told_what_would_stand_here() -> None:
    page = whole(browser("labour-lea").get("/"))
    assert "Your office owes nothing now" in page.text


@pytest.mark.parametrize("show", ["overdue", "today", "offered", "unnamed", "all", "nonsense"])
def test_each_counter_filters(show: str) -> None:
    opened()
    assert whole(browser("border-ana").get(f"/?show={show}")).h1 == "Today"


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    opened()
    few = queries_of("border-ana", "/")
    for _ in range(5):
        opened()
    assert queries_of("border-ana", "/") == few
    assert few <= 24


def test_a_worker_takes_a_duty_from_the_row() -> None:
    case = opened()
    client = browser("border-ana")
    lead = duty_of("border-ana", case.id, "lead")
    with by("border-ana") as ana:
        me = ana.officer
    answer = client.post(f"/duties/{lead.id}/name/", {"officer": me, "back": "today"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "The worker is named." in whole(client.get("/")).text
    assert duty_of("border-ana", case.id, "lead").person_id == me


def test_an_offer_stands_on_the_list_of_the_office_that_was_asked() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(
            duty=duty_of("border-ana", case.id, "lead").id, to_office=office("shelter"), by=ana
        )
    page = whole(browser("shelter-sam").get("/"))
    assert f"/offers/{made}/" in page.addresses()
    assert f"/cases/{case.id}/" not in page.addresses()


def test_a_notice_is_put_aside() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(
            duty=duty_of("border-ana", case.id, "lead").id, to_office=office("shelter"), by=ana
        )
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    client = browser("border-ana")
    page = whole(client.get("/"))
    assert "The office you asked declined" in page.text
    address = next(
        a["action"] for tag, a in page.tags if tag == "form" and "/notices/" in (a.get("action") or "")
    )
    assert client.post(str(address)).status_code == 302
    assert "The office you asked declined" not in whole(client.get("/")).text


def test_a_notice_of_another_office_cannot_be_put_aside() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(
            duty=duty_of("border-ana", case.id, "lead").id, to_office=office("shelter"), by=ana
        )
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    page = whole(browser("border-ana").get("/"))
    address = next(
        a["action"] for tag, a in page.tags if tag == "form" and "/notices/" in (a.get("action") or "")
    )
    assert browser("labour-lea").post(str(address)).status_code == 404


def test_a_suspended_duty_says_so_and_can_go_on() -> None:
    case = opened()
    lead = duty_of("border-ana", case.id, "immediate_safety_and_needs")
    with by("border-ana") as ana:
        actions.suspend(duty=lead.id, reason="ill", until=None, by=ana)
    page = whole(browser("border-ana").get("/"))
    assert "Suspended" in page.text
    assert f"/duties/{lead.id}/resume/?back=today" in page.addresses()


def test_a_post_without_case_work_has_no_worklist() -> None:
    opened()
    answer = browser("admin-abe").get("/", follow=True)
    assert "AL-" not in answer.content.decode()
    assert browser("admin-abe").get("/cases/").status_code == 403


def test_the_list_of_cases_shows_what_the_office_sees_and_no_name() -> None:
    case = opened()
    page = whole(browser("border-ana").get("/cases/"))
    assert page.h1 == "Cases"
    assert case.reference in page.text
    assert f"/cases/{case.id}/" in page.addresses()
    assert "Besa" not in page.markup
    assert case.reference not in whole(browser("labour-lea").get("/cases/?show=all")).text


def test_the_list_of_cases_goes_on_from_where_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from opennrm.web import case_list

    monkeypatch.setattr(case_list, "PAGE", 2)
    references = {opened().reference for _ in range(3)}
    client = browser("border-ana")
    first = whole(client.get("/cases/"))
    onward = next(a for a in first.addresses() if "before=" in a)
    second = whole(client.get(onward))
    assert sum(r in first.text for r in references) == 2
    assert sum(r in second.text for r in references) >= 1
    assert whole(client.get("/cases/?before=nonsense")).h1 == "Cases"


def test_the_list_of_cases_asks_as_often_for_many_as_for_few() -> None:
    opened()
    few = queries_of("border-ana", "/cases/")
    for _ in range(4):
        opened()
    assert queries_of("border-ana", "/cases/") == few
