"""The procedure of identification as programs of several agencies walk it, and what the rules refuse them on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from opennrm.casefile.rules import Fork
from opennrm.lib import clock
from opennrm.people.actions import NewPerson
from tests.acting import by, duty, told
from tests.api.calling import Caller, caller
from tests.api.operations import TODAY
from tests.procedure import decide

pytestmark = pytest.mark.django_db

CHILD = NewPerson(sex="Feminine", age=12, age_on=clock.today(), age_basis="declared", languages=("sq",))
BOTH_CAME = {"social_service": True, "police": True}
VIEW = {"act": "yes", "means": "yes", "purpose": "yes", "reasons": "Taken across the border to work unpaid."}


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def tomorrow() -> str:
    return (clock.now() + timedelta(days=1)).isoformat()


def agreed(petra: Caller, sara: Caller, path: str) -> datetime:
    """Petra proposes a time, Sara agrees to it."""
    assert petra.post(f"{path}/propose", {"at": tomorrow()}).status_code == 200
    at = sara.get(path).json()["interviews"][0]["at"]
    assert sara.post(f"{path}/accept", {"at": at}).status_code == 200
    return datetime.fromisoformat(at)


def test_two_agencies_agree_on_a_time_meet_and_sign() -> None:
    path = f"/cases/{told().id}/interviews"
    petra, sara, ana = (caller(one, days=7) for one in ("police-petra", "social-sara", "border-ana"))
    assert sara.get(path).json() | {"interviews": 0} == {
        "sides": {"social_service": "social-tirana", "police": "police-tirana"},
        "interviews": 0,
        "can": ["interview"],
    }
    assert ana.get(path).json()["can"] == []
    assert ana.post(f"{path}/propose", {"at": tomorrow()}).status_code == 403
    assert refused(petra.post(f"{path}/sign")) == (409, "no_interview")
    past = (clock.now() - timedelta(days=1)).isoformat()
    assert refused(petra.post(f"{path}/propose", {"at": past})) == (400, "time_is_past")
    in_a_week = (clock.now() + timedelta(days=7)).isoformat()
    assert petra.post(f"{path}/propose", {"at": in_a_week}).status_code == 200
    assert refused(sara.post(f"{path}/accept", {"at": tomorrow()})) == (409, "time_changed")
    assert refused(petra.post(f"{path}/accept", {"at": in_a_week})) == (409, "own_proposal")
    at = agreed(petra, sara, path)
    asked = {"interpreter_language": "ar", "same_sex_wanted": True, "same_sex_found": True}
    assert sara.post(f"{path}/arrange", asked).status_code == 200
    assert refused(sara.post(f"{path}/attend", BOTH_CAME)) == (409, "not_yet_time")
    with clock.stopped_at(at + timedelta(hours=1)):
        assert refused(sara.post(f"{path}/attend", BOTH_CAME)) == (409, "interpreter_missing")
        assert sara.post(f"{path}/arrange", asked | {"interpreter_found": True}).status_code == 200
        assert sara.post(f"{path}/attend", BOTH_CAME).status_code == 200
        assert petra.post(f"{path}/sign").json()["look"] == f"/api/v1{path}"
        assert refused(petra.post(f"{path}/sign")) == (409, "already_signed")
        assert sara.post(f"{path}/sign").status_code == 200
    found = ana.get(path).json()["interviews"][0]
    assert [(one["side"], one["office"]) for one in found["signed"]] == [
        ("police", "police-tirana"),
        ("social_service", "social-tirana"),
    ]
    assert [line["act"] for line in found["history"]] == [
        "proposed",
        "proposed",
        "agreed",
        "held",
        "signed",
        "signed",
    ]


def test_who_stays_away_is_on_record_and_a_new_time_is_needed() -> None:
    case = told()
    path = f"/cases/{case.id}/interviews"
    petra, sara = caller("police-petra", days=7), caller("social-sara", days=7)
    at = agreed(petra, sara, path)
    with clock.stopped_at(at + timedelta(hours=1)):
        assert sara.post(f"{path}/attend", BOTH_CAME | {"police": False}).status_code == 200
        found = sara.get(path).json()["interviews"][0]
        assert (found["state"], [one["side"] for one in found["missed"]]) == ("postponed", ["police"])
        assert petra.post(f"{path}/propose", {"at": tomorrow()}).status_code == 200
        assert petra.post(f"{path}/postpone", {"reason": "no_interpreter"}).status_code == 200
        assert petra.post(f"{path}/call-off", {"reason": "person_declined"}).status_code == 200
        with by("border-ana"):
            assert duty(case.id, "joint_interview").state == "waived", (
                "she does not want it, and loses nothing"
            )


def test_a_child_is_never_interviewed_alone_nor_beside_a_guardian_who_may_be_involved() -> None:
    case = told(fork=Fork.CHILD, who=CHILD)
    path = f"/cases/{case.id}/interviews"
    petra, sara = caller("police-petra", days=7), caller("social-sara", days=7)
    at = agreed(petra, sara, path)
    learned = {"what": "guardian_suspected", "on": TODAY}
    assert sara.post(f"/cases/{case.id}/circumstances", learned).status_code == 201
    guardian = {"companion": "guardian", "psychologist_asked": True}
    assert refused(sara.post(f"{path}/arrange", guardian)) == (409, "guardian_suspected")
    with clock.stopped_at(at + timedelta(hours=1)):
        assert refused(sara.post(f"{path}/attend", BOTH_CAME)) == (409, "child_alone")
        beside = {"companion": "child_protection"}
        assert sara.post(f"{path}/arrange", beside).status_code == 200
        assert refused(sara.post(f"{path}/attend", BOTH_CAME)) == (409, "psychologist_not_asked")
        assert sara.post(f"{path}/arrange", beside | {"psychologist_asked": True}).status_code == 200
        assert sara.post(f"{path}/attend", BOTH_CAME).status_code == 200


def test_nobody_asks_again_what_an_office_holds_and_no_name_is_said() -> None:
    case = told(needs=("food",), note="She came from the coast.")
    answer = caller("social-sara").get(f"/cases/{case.id}/known")
    known = answer.json()
    assert (known["office"], known["age"], known["languages"], known["needs"]) == (
        "border",
        24,
        ["sq"],
        ["food"],
    )
    assert known["told"] == [{"office": "border", "notes": 1}]
    assert "Besa" not in answer.content.decode()
    assert "coast" not in answer.content.decode()


def test_what_is_learned_later_changes_what_is_owed_and_is_recorded_once() -> None:
    ana, path = caller("border-ana"), f"/cases/{told().id}/circumstances"
    assert ana.post(path, {"what": "asylum_asked", "on": TODAY}).status_code == 201
    assert refused(ana.post(path, {"what": "asylum_asked", "on": TODAY})) == (409, "stands_already")
    assert refused(ana.post(path, {"what": "guardian_suspected", "on": TODAY})) == (400, "not_a_child")
    found = ana.get(path).json()
    assert {one["matter"]: one["is_so"] for one in found["matters"]} == {"danger": False, "asylum": True}
    assert set(found["may_follow"]) == {"in_danger", "asylum_ended"}


def test_agencies_assess_disagree_and_confer() -> None:
    case = told()
    petra, sara, rita = caller("police-petra"), caller("social-sara"), caller("authority-rita")
    path, conferences = f"/cases/{case.id}/assessments", f"/cases/{case.id}/conferences"
    met = {
        "held_on": TODAY,
        "offices": ["police-tirana", "social-tirana"],
        "outcome": "agreed_meets",
        "minutes": "What the two said.",
    }
    assert refused(sara.post(path, {name: VIEW[name] for name in ("act", "purpose", "reasons")})) == (
        400,
        "means_missing",
    )
    assert sara.post(path, VIEW).status_code == 201
    assert petra.post(path, VIEW).status_code == 201
    assert refused(sara.post(conferences, met)) == (409, "nobody_disagrees")
    assert petra.post(path, VIEW | {"means": "no"}).status_code == 201
    elsewhere = sara.post(conferences, met | {"offices": ["police-tirana", "labour"]})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["field"]) == (422, "offices")
    assert sara.post(conferences, met).status_code == 201
    found = petra.get(path).json()
    assert found["disagreements"] == ["means"]
    assert {one["office"]: one["conclusion"] for one in found["assessments"]} == {
        "police-tirana": "does_not_meet",
        "social-tirana": "meets",
    }
    assert found["conferences"][0]["minutes"] == "What the two said."
    unsealed = rita.get(path).json()
    assert {one["reasons"] for one in unsealed["assessments"]} == {None}
    assert (unsealed["conferences"][0]["minutes"], unsealed["can"]) == (None, [])
    assert rita.post(path, VIEW).status_code == 403


def test_the_police_refuse_with_a_reason_and_another_office_looks_at_it() -> None:
    path = f"/cases/{told().id}/police-case"
    petra, rita = caller("police-petra"), caller("authority-rita")
    refusal = {"opened": False, "decided_on": TODAY}
    assert refused(petra.post(path, refusal)) == (400, "reason_missing")
    assert caller("social-sara").post(path, refusal).status_code == 403
    assert petra.post(path, refusal | {"reason": "no_evidence"}).status_code == 201
    assert petra.post(f"{path}/review", {"agrees": True}).status_code == 403
    assert rita.get(path).json()["can"] == ["review_police_case"]
    assert rita.post(f"{path}/review", {"agrees": False}).status_code == 200
    found = petra.get(path).json()["answers"]
    assert [(one["reason"], one["reviewed_by"], one["review_agrees"]) for one in found] == [
        ("no_evidence", "authority", False)
    ]


def test_a_decision_has_votes_is_told_reviewed_by_another_office_and_status_may_be_asked_later() -> None:
    case = told()
    path = f"/cases/{case.id}/decisions"
    sara, rita, ana = caller("social-sara"), caller("authority-rita"), caller("border-ana")
    sent = {"given_on": TODAY, "language": "sq", "way": "in_writing", "review_explained": True}
    assert refused(sara.post(f"{path}/tell", sent)) == (409, "no_decision")
    votes = [
        {"office": "social-tirana", "vote": "for"},
        {"office": "police-tirana", "vote": "against"},
    ]
    decision = {"decision": "not_victim", "decided_on": TODAY, "votes": votes}
    for wrong in ([*votes, votes[0]], [{"office": "health-tirana", "vote": "for"}]):
        answer = sara.post(path, decision | {"votes": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "votes")
    assert sara.post(path, decision).status_code == 201
    assert refused(sara.post(f"{path}/tell", sent | {"review_explained": False}))[1] == "review_not_explained"
    assert refused(sara.post(f"{path}/tell", sent | {"language": "zz"}))[1] == "not_understood"
    assert sara.post(f"{path}/tell", sent).status_code == 200
    assert ana.post(f"{path}/ask-review", {"day": TODAY}).status_code == 200
    assert refused(ana.post(f"{path}/ask-review", {"day": TODAY})) == (409, "review_is_open")
    again = {"decision": "declined", "decided_on": TODAY}
    assert refused(sara.post(path, again)) == (409, "another_office_decides")
    assert rita.post(path, again).status_code == 201
    assert ana.post(f"/cases/{case.id}/status/ask", {"day": TODAY}).status_code == 200
    found = ana.get(path).json()
    latest, first = found["decisions"]
    assert found["asks_for_status"] is True
    assert sorted(first["votes"], key=lambda one: str(one["vote"])) == sorted(
        votes, key=lambda one: one["vote"]
    )
    assert (first["notices"][0]["way"], first["reviews"][0]["outcome"]) == ("in_writing", latest["id"])
    assert ana.post(f"/cases/{case.id}/status/withdraw", {"day": TODAY}).status_code == 200
    ahead = (clock.today() + timedelta(days=1)).isoformat()
    assert refused(ana.post(f"/cases/{case.id}/status/ask", {"day": ahead})) == (400, "day_in_future")


def test_a_program_makes_the_record_and_does_not_tick_off_its_duty() -> None:
    case = told()
    decide(case)
    with by("social-sara"):
        owed = duty(case.id, "notice_of_decision").id
    sara = caller("social-sara")
    assert "fulfil" not in sara.get(f"/duties/{owed}").json()["can"]
    assert refused(sara.post(f"/duties/{owed}/fulfil")) == (409, "done_by_its_record")
