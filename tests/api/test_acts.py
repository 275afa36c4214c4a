from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from opennrm.access.models import Answered
from opennrm.casefile.models import Case
from opennrm.duties import handover
from opennrm.duties.models import Duty
from tests.acting import by, duty, office, opened, person
from tests.api.calling import Caller, caller, token
from tests.api.operations import BODIES

pytestmark = pytest.mark.django_db


def lead_of(case: UUID) -> Duty:
    with by("border-ana"):
        return duty(case, "lead")


def test_a_program_opens_a_case_in_every_fork_and_the_rules_say_who_owes_what() -> None:
    ana = caller("border-ana")
    nameless = {"sex": "Feminine", "age": 30, "age_basis": "declared"}
    forks: dict[str, Any] = {
        "consents": BODIES["open_case"]["person"],
        "child": {"first_name": "Drita", "age": 12},
        "does_not_consent": nameless,
    }
    for fork, who in forks.items():
        answer = ana.post("/cases", BODIES["open_case"] | {"fork": fork, "person": who})
        assert answer.status_code == 201, answer.content
        case = answer.json()["id"]
        assert answer.json()["look"] == f"/api/v1/cases/{case}"
        assert ana.get(f"/cases/{case}").json()["fork"] == fork
        assert "lead" in {one["kind"] for one in ana.get(f"/cases/{case}/duties").json()["duties"]}
    named = ana.post("/cases", BODIES["open_case"] | {"fork": "does_not_consent"})
    assert (named.status_code, named.json()["code"]) == (400, "named_without_consent")
    guardian = nameless | {"guardian": "Guri Shembulli"}
    refused = ana.post("/cases", BODIES["open_case"] | {"fork": "does_not_consent", "person": guardian})
    assert refused.json()["code"] == "named_without_consent"


def test_a_duty_is_named_put_off_gone_on_with_and_done() -> None:
    case = opened(needs=("food",))
    ana, lead = caller("border-ana"), lead_of(case.id)
    workers = ana.get(f"/duties/{lead.id}/workers").json()["workers"]
    ben = person("border-ben").officer
    assert ben in {one["id"] for one in workers}
    assert ana.post(f"/duties/{lead.id}/name-worker", {"worker": ben}).status_code == 200
    told = next(
        one for one in ana.get(f"/cases/{case.id}/duties").json()["duties"] if one["kind"] == "notify_police"
    )
    waits_for = ana.get(f"/duties/{told['id']}").json()["waits_for"]
    assert waits_for == ["waits_for_paper", "waits_for_office", "waits_for_authority", "other"]
    not_so = ana.post(f"/duties/{told['id']}/suspend", {"reason": "ill"})
    assert (not_so.status_code, not_so.json()["code"]) == (409, "does_not_pause")
    assert ana.post(f"/duties/{lead.id}/suspend", {"reason": "ill"}).status_code == 200
    assert ana.get(f"/duties/{lead.id}").json()["state"] == "suspended"
    assert ana.post(f"/duties/{lead.id}/suspend", {"reason": "ill"}).status_code == 409
    assert ana.post(f"/duties/{lead.id}/resume").status_code == 200
    refused = ana.post(f"/duties/{lead.id}/fulfil")
    assert (refused.status_code, refused.json()["code"]) == (409, "lead_is_not_fulfilled")
    found = ana.get(f"/duties/{lead.id}").json()
    assert found["person"] == "Test border-ben"
    assert "suspend" in found["can"]


def test_a_duty_is_offered_declined_withdrawn_and_accepted() -> None:
    case = opened()
    ana, sam, lead = caller("border-ana"), caller("shelter-sam"), lead_of(case.id)
    first = ana.post(f"/duties/{lead.id}/offers", {"office": "shelter"}).json()["id"]
    assert sam.post(f"/offers/{first}/decline", {"reason": "no_capacity"}).status_code == 200
    second = ana.post(f"/duties/{lead.id}/offers", {"office": "shelter"}).json()["id"]
    assert ana.post(f"/offers/{second}/withdraw").status_code == 200
    third = ana.post(f"/duties/{lead.id}/offers", {"office": "shelter"}).json()
    assert ana.post(f"/duties/{lead.id}/offers", {"office": "labour"}).status_code == 409
    accepted = sam.post(f"/offers/{third['id']}/accept")
    assert accepted.json() == {"id": str(case.id), "look": f"/api/v1/cases/{case.id}"}
    assert sam.get(f"/cases/{case.id}").json()["lead_office"] == "shelter"
    assert sam.post(f"/offers/{third['id']}/accept").status_code == 409
    assert [one["state"] for one in sam.get(f"/cases/{case.id}/offers").json()["offers"]] == [
        "accepted",
        "withdrawn",
        "declined",
    ]


def test_needs_notes_decisions_exclusions_and_the_closing_are_recorded() -> None:
    case = opened()
    ana, path = caller("border-ana"), f"/cases/{case.id}"
    assert ana.post(f"{path}/needs", {"kind": "education"}).status_code == 201
    assert ana.post(f"{path}/needs", {"kind": "education"}).status_code == 409
    assert ana.post(f"{path}/notes", {"text": "She asked for a doctor."}).status_code == 201
    texts = [line["text"] for line in ana.get(f"{path}/journal").json()["lines"]]
    assert "She asked for a doctor." in texts
    assert ana.post(f"{path}/decisions", BODIES["record_decision"]).status_code == 403
    declined = BODIES["record_decision"] | {"decision": "declined"}
    assert ana.post(f"{path}/decisions", declined).status_code == 201
    assert ana.get(f"{path}/identification").json()["status"] == "potential"
    out = ana.post(f"{path}/exclusions", {"office": "health-tirana", "reason": "leaked"})
    assert ana.get(f"{path}/sharing").json()["exclusions"][0]["office"] == "health-tirana"
    assert ana.post(f"{path}/exclusions/{out.json()['id']}/end").status_code == 200
    both = {"office": "labour", "person": 1, "reason": "leaked"}
    assert ana.post(f"{path}/exclusions", both).status_code == 422
    assert ana.post(f"{path}/consent").status_code == 409
    assert ana.post(f"{path}/close", {"reason": "own_wish"}).status_code == 200


def test_the_same_key_with_the_same_body_is_done_once_and_answered_the_same() -> None:
    ana = caller("border-ana")
    first = ana.post("/cases", BODIES["open_case"], key="one-case")
    again = ana.post("/cases", BODIES["open_case"], key="one-case")
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.status_code == 201
    other = ana.post("/cases", BODIES["open_case"] | {"in_danger": True}, key="one-case")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = ana.post(f"/cases/{first.json()['id']}/consent", key="one-case")
    assert elsewhere.status_code == 422
    with by("border-ana"):
        assert Case.objects.count() == 1
        kept = Answered.objects.get()
        assert kept.look == first.json()["look"]
    assert (
        Caller(token("border-ben")).post("/cases", BODIES["open_case"], key="one-case").json() != first.json()
    )
    assert ana.post("/cases", BODIES["open_case"], key="\x7f").status_code == 422


def test_a_refusal_under_a_key_is_tried_again() -> None:
    case = opened()
    ana, lead = caller("border-ana"), lead_of(case.id)
    with by("border-ana") as actor:
        made = handover.offer(duty=lead.id, to_office=office("labour"), by=actor)
    offered = {"office": "shelter"}
    assert ana.post(f"/duties/{lead.id}/offers", offered, key="k").status_code == 409
    assert ana.post(f"/offers/{made}/withdraw").status_code == 200
    assert ana.post(f"/duties/{lead.id}/offers", offered, key="k").status_code == 201


def test_bad_input_names_the_field_and_the_way_out_and_writes_nothing() -> None:
    ana = caller("border-ana")
    wrong: dict[str, Any] = {
        "fork": "adult",
        "channel": "moon",
        "identified_at": "1600-01-01T00:00:00Z",
        "identified_by": "Besa",
        "region": "AL-99",
        "needs": ["gold"],
    }
    for field, value in wrong.items():
        answer = ana.post("/cases", BODIES["open_case"] | {field: value})
        assert answer.status_code == 422, (field, answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert field in answer.json()["errors"][0]["field"], answer.json()
        assert str(value) not in answer.json()["title"]
    where = {"first_name": "a\u0000b"}
    answer = ana.post("/cases", BODIES["open_case"] | {"person": where})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "person.first_name")
    assert ana.post("/cases").status_code in (400, 422)
    plain = ana.client.post("/api/v1/cases", b"fork=child", content_type="text/plain", headers=ana.headers)
    assert plain.status_code == 415
    broken = ana.client.post(
        "/api/v1/cases", b'{"fork": \xff', content_type="application/json", headers=ana.headers
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "not_json")
    large = ana.client.post(
        "/api/v1/cases", b" " * 1_100_000, content_type="application/json", headers=ana.headers
    )
    assert large.status_code == 413
    with by("border-ana"):
        assert Case.objects.count() == 0


def test_a_problem_speaks_the_language_of_the_one_who_asks() -> None:
    answer = Caller(token("border-ana"), language="sq").get("/cases/00000000-0000-0000-0000-000000000007")
    assert answer.headers["Content-Language"] == "sq"
    assert answer.json()["title"] != Caller(token("border-ana")).get("/nowhere").json()["title"]
