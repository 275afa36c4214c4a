from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.duties import handover
from tests.acting import by, office, opened
from tests.web.browsing import browser, duty_of, whole

pytestmark = pytest.mark.django_db


def offered(to: str = "shelter") -> tuple[CaseCard, UUID]:
    case = opened()
    lead = duty_of("border-ana", case.id, "lead").id
    with by("border-ana") as ana:
        return case, handover.offer(duty=lead, to_office=office(to), by=ana)


def test_the_asked_office_reads_a_few_facts_and_no_name() -> None:
    case, made = offered()
    page = whole(browser("shelter-sam").get(f"/offers/{made}/"))
    assert case.reference in page.text
    assert "Besa" not in page.markup
    assert f"/cases/{case.id}/" not in page.addresses()


def test_accepting_makes_the_office_owe_it() -> None:
    case, made = offered()
    answer = browser("shelter-sam").post(f"/offers/{made}/accept/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.id}/")
    assert duty_of("shelter-sam", case.id, "lead").holder_id == office("shelter")
    page = whole(browser("shelter-sam").get(f"/offers/{made}/"))
    assert "Accepted" in page.text


def test_declining_needs_a_reason_and_leaves_the_duty_where_it_is() -> None:
    _, made = offered()
    client = browser("shelter-sam")
    assert "There is a problem" in whole(client.post(f"/offers/{made}/decline/", {})).text
    answer = client.post(f"/offers/{made}/decline/", {"reason": "no_capacity"})
    assert answer.headers["Location"] == "/"
    assert "Declined." in whole(client.get("/")).text
    assert client.get(f"/offers/{made}/").status_code == 404
    page = whole(browser("border-ana").get(f"/offers/{made}/"))
    assert "no capacity" in page.text


def test_the_offering_office_withdraws_and_the_asked_office_finds_nothing() -> None:
    case, made = offered()
    client = browser("border-ana")
    page = whole(client.get(f"/offers/{made}/"))
    actions = {a.get("action") for tag, a in page.tags if tag == "form"}
    assert f"/offers/{made}/withdraw/" in actions
    assert f"/offers/{made}/accept/" not in actions
    assert client.post(f"/offers/{made}/withdraw/").status_code == 302
    asked = browser("shelter-sam")
    assert asked.get(f"/offers/{made}/").status_code == 404
    assert asked.post(f"/offers/{made}/accept/").status_code == 404
    assert duty_of("border-ana", case.id, "lead").holder_id == office("border")


def test_who_was_not_asked_cannot_answer() -> None:
    _, made = offered()
    for verb in ("accept", "decline", "withdraw"):
        assert browser("labour-lea").post(f"/offers/{made}/{verb}/").status_code == 404
        assert browser("shelter-sam").get(f"/offers/{made}/{verb}/").status_code == 405
    assert browser("shelter-sam").post(f"/offers/{made}/withdraw/").status_code == 403
    assert browser("border-ana").post(f"/offers/{made}/accept/").status_code == 403
    assert browser("border-ana").post(f"/offers/{made}/decline/", {"reason": "safety"}).status_code == 403


def test_an_offer_is_answered_once() -> None:
    _, made = offered()
    client = browser("shelter-sam")
    assert client.post(f"/offers/{made}/accept/").status_code == 302
    assert client.post(f"/offers/{made}/accept/").status_code == 409
    assert browser("border-ana").post(f"/offers/{made}/withdraw/").status_code == 409


def test_a_post_without_case_work_reads_no_offer() -> None:
    _, made = offered("coordinator")
    assert browser("analyst-ada").get(f"/offers/{made}/").status_code == 403
