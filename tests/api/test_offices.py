"""What programs do for an office beside its cases: reviews, giving, absences, the procedure, figures, bodies and agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from opennrm.duties import handover, planning, reviewing
from opennrm.duties.sops import sop
from opennrm.lib import clock
from tests.acting import by, duty, office, opened, person, told
from tests.api.calling import Caller, caller
from tests.api.operations import IN_A_MONTH, TODAY
from tests.coordination.bodies import establish

pytestmark = pytest.mark.django_db


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def declined(case: UUID) -> UUID:
    """A duty of the border office that the shelter declined."""
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case, "notify_police").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    return made


def test_a_decline_is_reviewed_by_another_office_which_reads_no_case() -> None:
    case = opened()
    offer = declined(case.id)
    ana, sam, rita = caller("border-ana"), caller("shelter-sam"), caller("authority-rita")
    assert ana.get(f"/offers/{offer}").json()["can"] == ["ask_review"]
    assert sam.post(f"/offers/{offer}/review").status_code == 404
    made = ana.post(f"/offers/{offer}/review").json()
    assert (
        ana.get(f"/offers/{offer}").json() | {"can": [], "review": made["id"]}
        == ana.get(f"/offers/{offer}").json()
    )
    assert refused(ana.post(f"/offers/{offer}/review")) == (409, "already_reviewed")
    listed = rita.get("/reviews").json()["reviews"]
    assert [(one["id"], one["from_office"], one["can"]) for one in listed] == [
        (made["id"], "border", ["decide"])
    ]
    assert "Besa" not in str(listed)
    assert refused(ana.post(f"/reviews/{made['id']}/decide", {"moves": True, "reason": "capacity"}))[0] == 403
    assert rita.post(f"/reviews/{made['id']}/decide", {"moves": True, "reason": "whim"}).status_code == 422
    decided = {"moves": True, "reason": "capacity"}
    assert rita.post(f"/reviews/{made['id']}/decide", decided).status_code == 200
    assert refused(rita.post(f"/reviews/{made['id']}/decide", decided))[0] in (404, 409)
    assert rita.get("/reviews").json() == {"reviews": []}
    with by("shelter-sam"):
        assert duty(case.id, "notify_police").holder_id == office("shelter")


def test_a_duty_by_law_is_disputed_and_stays_until_a_review_moves_it() -> None:
    case = told()
    sara, rita = caller("social-sara"), caller("authority-rita")
    with by("social-sara"):
        owed = duty(case.id, "joint_interview")
    assert "dispute" in sara.get(f"/duties/{owed.id}").json()["can"]
    to_itself = {"office": "social-tirana", "reason": "other_region"}
    assert refused(sara.post(f"/duties/{owed.id}/dispute", to_itself)) == (400, "office_cannot_be_asked")
    made = sara.post(f"/duties/{owed.id}/dispute", {"office": "social-vlora", "reason": "other_region"})
    assert made.status_code == 201
    found = sara.get(f"/duties/{owed.id}").json()
    assert (found["holder"], found["review"], "dispute" in found["can"]) == (
        "social-tirana",
        made.json()["id"],
        False,
    )
    stays = {"moves": False, "reason": "competence"}
    assert rita.post(f"/reviews/{made.json()['id']}/decide", stays).status_code == 200
    assert sara.get(f"/duties/{owed.id}").json()["holder"] == "social-tirana"
    assert caller("border-ana").post(f"/duties/{owed.id}/dispute", to_itself).status_code == 403


def test_several_duties_are_given_to_one_person_or_none_is() -> None:
    case, ana = opened(), caller("border-ana")
    ben = next(
        one["id"] for one in ana.get("/colleagues").json()["colleagues"] if one["name"] == "Test border-ben"
    )
    with by("border-ana"):
        mine = [str(duty(case.id, kind).id) for kind in ("lead", "notify_police")]
        theirs = str(duty(case.id, "joint_interview").id)
    assert ana.post("/duties/give", {"duties": [*mine, theirs], "worker": ben}).status_code == 403
    assert {ana.get(f"/duties/{one}").json()["person"] for one in mine} != {"Test border-ben"}
    assert ana.post("/duties/give", {"duties": [], "worker": ben}).status_code == 422
    answer = ana.post("/duties/give", {"duties": mine, "worker": ben}, key="give")
    assert answer.json() == {"id": mine[0], "look": "/api/v1/worklist"}
    assert {ana.get(f"/duties/{one}").json()["person"] for one in mine} == {"Test border-ben"}
    outsider = person("shelter-sam").officer
    assert ana.post("/duties/give", {"duties": mine, "worker": outsider}).status_code in (400, 409)


def test_who_is_away_says_who_stands_in_and_her_office_sees_it() -> None:
    ana, ben = caller("border-ana"), caller("border-ben")
    until = (clock.today() + timedelta(days=3)).isoformat()
    week = {"since": TODAY, "until": until, "deputy": person("border-ben").officer}
    assert (
        refused(ana.post("/away", week | {"deputy": person("shelter-sam").officer}))[1]
        == "not_of_this_office"
    )
    assert refused(ana.post("/away", week | {"since": "2020-01-01"}))[1] == "away_in_past"
    made = ana.post("/away", week)
    assert made.status_code == 201
    assert refused(ana.post("/away", week)) == (409, "already_away")
    away = {one["name"]: one["away"] for one in ben.get("/colleagues").json()["colleagues"]}
    assert away["Test border-ana"] == {"until": until, "deputy": "Test border-ben"}
    assert ben.post(f"/away/{made.json()['id']}/back").status_code == 404
    assert ana.post(f"/away/{made.json()['id']}/back").status_code == 200
    assert ana.get("/away").json() == {"absences": []}


def test_the_rules_of_a_procedure_are_read_in_words_with_their_source() -> None:
    ana, case = caller("border-ana"), opened()
    listed = ana.get("/procedures").json()["procedures"]
    assert [one["id"] for one in listed if one["in_force"]] == ["al-2018-499"]
    assert {one["planned_from"] for one in listed} == {None}
    day = clock.today() + timedelta(days=9)
    with by("coordinator-kim") as kim:
        planning.plan(sop("odihr-generic"), effective_on=day, by=kim)
    listed = ana.get("/procedures").json()["procedures"]
    assert [one["planned_from"] for one in listed if one["id"] == "odihr-generic"] == [day.isoformat()]
    assert ana.get("/procedures/odihr-generic").json()["planned_from"] == day.isoformat()
    found = ana.get("/procedures/al-2018-499").json()
    assert all(rule["source"] for rule in found["rules"])
    assert any(not rule["verified"] for rule in found["rules"])
    assert ana.get("/procedures/nowhere").status_code == 404
    rules = ana.get(f"/cases/{case.id}/procedure").json()["rules"]
    assert "notify_police" in {rule["owes"] for rule in rules if rule["place"] == "owed"}
    assert "police_case" not in {rule["owes"] for rule in rules if rule["place"] != "not_reached"}
    assert (
        Caller(ana.headers["Authorization"].partition(" ")[2], language="sq")
        .get("/procedures/al-2018-499")
        .json()["name"]
        != found["name"]
    )


def test_the_country_sees_every_office_and_a_case_worker_none() -> None:
    case = opened()
    reviewed = declined(case.id)
    with by("border-ana") as ana:
        reviewing.ask(offer=reviewed, by=ana)
    found = caller("coordinator-kim").get("/offices/performance").json()
    shelter = next(one for one in found["offices"] if one["office"] == "shelter")
    assert (shelter["declined"], shelter["decline_reasons"]) == (1, {"no_capacity": 1})
    assert found["country"]["declined"] == 1
    assert caller("border-ana").get("/offices/performance").status_code == 403
    unknown = caller("coordinator-kim").get("/offices/performance", year=1999)
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "year")


def test_a_body_meets_decides_with_a_quorum_and_its_decision_is_owed() -> None:
    establish()
    kim = caller("coordinator-kim")
    assert {one["code"] for one in kim.get("/bodies").json()["bodies"]} == {"test-board", "test-committee"}
    made = kim.post("/bodies/test-board/meetings", {"on": TODAY, "place": "online"})
    assert made.status_code == 201
    assert kim.post("/bodies/test-board/meetings", {"on": TODAY, "place": "online"}).status_code == 409
    assert kim.post("/bodies/nowhere/meetings", {"on": TODAY, "place": "online"}).status_code == 404
    meeting = f"/meetings/{made.json()['id']}"
    decision = {"text": "Name a night contact.", "office": "labour", "due_on": IN_A_MONTH}
    assert refused(kim.post(f"{meeting}/decisions", decision)) == (409, "meeting_not_held")
    seats = [one["id"] for one in kim.get("/bodies/test-board").json()["seats"]]
    came = [{"seat": seat, "came": "present"} for seat in seats]
    assert refused(kim.post(f"{meeting}/attendance", {"came": came[:1]})) == (400, "attendance_incomplete")
    assert refused(kim.post(f"{meeting}/attendance", {"came": [*came, came[0]]}))[1] == "not_understood"
    assert kim.post(f"{meeting}/attendance", {"came": came}).status_code == 201
    assert refused(kim.post(f"{meeting}/attendance", {"came": came})) == (409, "attendance_recorded")
    assert refused(kim.post(f"{meeting}/decisions", decision | {"due_on": TODAY}))[1] == "decision_due_day"
    assert kim.post(f"{meeting}/decisions", decision).status_code == 201
    found = kim.get(meeting).json()
    assert (found["quorate"], found["present"]) == (True, 3)
    assert [(one["office"], one["state"]) for one in found["decided"]] == [("labour", "held")]
    assert caller("border-ana").get(meeting).status_code == 403


def test_an_agreement_is_entered_by_its_keeper_and_ended_by_nobody_else() -> None:
    kim, rita = caller("coordinator-kim"), caller("authority-rita")
    new = {"subject": "Shared transport", "parties": ["police", "shelter"], "signed_on": TODAY}
    assert refused(kim.post("/agreements", new | {"subject": " "})) == (400, "agreement_subject")
    assert refused(kim.post("/agreements", new | {"parties": ["police"]})) == (400, "agreement_of_one")
    unknown = kim.post("/agreements", new | {"parties": ["police", "moon"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "parties")
    made = kim.post("/agreements", new)
    assert made.status_code == 201
    assert [one["can"] for one in rita.get("/agreements").json()["agreements"]] == [[]]
    assert rita.post(f"/agreements/{made.json()['id']}/end").status_code == 404
    assert kim.post(f"/agreements/{made.json()['id']}/end").status_code == 200
    listed = kim.get("/agreements").json()
    assert ([one["standing"] for one in listed["agreements"]], listed["can"]) == (["over"], ["agree"])


def test_a_gap_names_the_role_that_nobody_holds_there() -> None:
    opened(needs=("food",))
    found = caller("border-ana").get("/gaps/health_care/AL-07").json()
    assert [one["office"] for one in found["missing"]] == [None]
