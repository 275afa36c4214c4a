from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import BaseModel

from opennrm.api.operations import MODULES
from opennrm.duties import handover
from opennrm.lib import clock
from tests.acting import by, duty, office, opened
from tests.api.calling import Caller, caller

pytestmark = pytest.mark.django_db


def test_a_program_reads_what_its_person_may_see_and_no_name() -> None:
    case = opened(needs=("food",))
    ana = caller("border-ana")
    listed = ana.get("/cases").json()
    assert [line["id"] for line in listed["cases"]] == [str(case.id)]
    assert listed["cases"][0]["lead_office"] == "border"
    names = (
        "duties needs journal sharing offers facts identification interviews known circumstances assessments"
    )
    for path in ("", *(f"/{name}" for name in f"{names} police-case decisions procedure".split())):
        answer = ana.get(f"/cases/{case.id}{path}")
        assert answer.status_code == 200, (path, answer.content)
        assert "Besa" not in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    assert ana.get(f"/cases/{case.id}/identity").json()["names"][0]["first"] == "Besa"
    assert ana.get(f"/cases/{case.id}/contact").json()["guardians"] == []


def test_a_figure_names_the_cases_behind_it_to_those_who_see_them_anyway() -> None:
    case, year = opened(), clock.today().year
    path = f"/reports/protection/{year}/figures/identified.all"
    found = caller("border-ana").get(path).json()
    assert (found["figure"]["value"], [one["case"] for one in found["cases"]]) == (1, [str(case.id)])
    assert caller("health-hana").get(path).json()["cases"] == []
    assert caller("analyst-ada").get(path).json()["cases"] is None
    assert caller("border-ana").get(f"/reports/protection/{year}/figures/nowhere").status_code == 404


def test_the_list_of_cases_goes_on_where_the_page_ended() -> None:
    cases = {str(opened().id) for _ in range(27)}
    ana = caller("border-ana")
    first = ana.get("/cases").json()
    rest = ana.get("/cases", after=first["next"]).json()
    assert {line["id"] for line in first["cases"] + rest["cases"]} == cases
    assert rest["next"] is None
    refused = ana.get("/cases", after="nowhere")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "after")


def test_who_was_responsible_is_answered_as_the_command_line_answers_it() -> None:
    case = opened(at=clock.now() - timedelta(days=2))
    answer = caller("border-ana").get(f"/cases/{case.id}/responsible").json()
    assert answer["case"] == str(case.id)
    assert answer["lead_office"] == "border"
    lead = answer["duties"][0]
    assert (lead["kind"], lead["holder"], lead["state"]) == ("lead", "border", "held")
    before = caller("border-ana").get(
        f"/cases/{case.id}/responsible", at=(clock.now() - timedelta(days=3)).isoformat()
    )
    assert (before.status_code, before.json()["duties"]) == (200, [])


def test_the_offered_office_reads_the_snapshot_and_not_the_case() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    sam = caller("shelter-sam")
    assert sam.get(f"/cases/{case.id}").status_code == 404
    assert sam.get(f"/offers/{made}").json()["from_office"] == "border"
    assert [one["id"] for one in sam.get("/worklist").json()["offers"]] == [str(made)]


def test_what_names_no_case_is_read_by_those_whose_post_opens_it() -> None:
    ana, ada = caller("border-ana"), caller("analyst-ada")
    for path in (
        "/me",
        "/offices",
        "/competence",
        "/gaps",
        "/gaps/food/AL-11",
        "/worklist",
        "/reports/protection",
    ):
        assert ana.get(path).status_code == 200, path
    assert ana.get("/reports/protection/2020").json()["year"] == 2020
    assert ada.get("/gaps").status_code == 200
    assert ada.get("/cases").status_code == 403
    assert ana.get("/me").json()["offices"] == ["border"]


def test_without_a_token_that_stands_nothing_is_said() -> None:
    for secret in ("", "nrm_invented", "nrm_ë", "x"):
        answer = Caller(secret).get("/cases")
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_document_is_open_and_names_every_operation() -> None:
    document = Caller("").get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/cases/{case}/responsible" in document["paths"]


def test_no_two_kinds_of_value_share_a_name_in_the_document() -> None:
    names = [
        kind.__name__
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__
    ]
    assert len(names) == len(set(names))


def test_an_address_that_leads_nowhere_is_a_problem_and_not_a_page() -> None:
    for path in ("/nowhere", "/", "/cases/7"):
        answer = caller("border-ana").get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert caller("border-ana").post("/me").status_code == 405
