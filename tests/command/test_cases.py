from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions, handover
from opennrm.lib import clock
from tests.acting import by, duty, office, opened
from tests.command.conftest import Run

DUTY = {"id", "kind", "rule", "source", "verified", "holder", "person", "since", "due", "state"}
CASE = {"id", "reference", "status", "open", "lead_office"}
NAMES = ("Besa", "Shembulli")


@pytest.fixture(scope="module")
def case(country: object) -> CaseCard:
    """A case that the border opened an hour ago."""
    return opened(needs=("food",), at=clock.now() - timedelta(hours=1))


def listed(run: Run, username: str, *more: str) -> list[dict[str, Any]]:
    ran = run("cases", "--as", username, "--format", "json", *more)
    assert (ran.exit, ran.err) == (0, "")
    return ran.json["cases"]  # type: ignore[no-any-return]


def test_an_office_lists_the_cases_it_sees(case: CaseCard, run: Run) -> None:
    [line] = listed(run, "border-ana")
    assert line.keys() >= CASE
    assert (line["id"], line["reference"], line["open"]) == (str(case.id), case.reference, True)
    assert (line["status"], line["lead_office"]) == ("potential", "border")


def test_the_authority_lists_every_case_and_an_office_apart_none(case: CaseCard, run: Run) -> None:
    assert [line["id"] for line in listed(run, "authority-rita")] == [str(case.id)]
    assert listed(run, "social-vera") == []


@pytest.mark.parametrize("username", ["analyst-ada", "officer-dpo", "admin-abe"])
def test_a_post_without_cases_lists_none(username: str, case: CaseCard, run: Run) -> None:
    assert listed(run, username) == []


def test_a_list_shows_just_the_cases_that_open(case: CaseCard, run: Run) -> None:
    for username in ("border-ana", "social-vera", "health-hana", "authority-rita", "shelter-sam"):
        seen = {line["id"] for line in listed(run, username)}
        opens = run("responsible", case.id, "--as", username).exit == 0
        assert opens == (str(case.id) in seen), username


def test_a_list_in_words_names_no_person(case: CaseCard, run: Run) -> None:
    ran = run("cases", "--as", "border-ana")
    assert case.reference in ran.out
    assert not any(name in ran.out + ran.err for name in NAMES)


@pytest.mark.parametrize(
    "command", [["cases"], ["responsible", "AL-X"], ["export", "cases", "--out", "x.csv"]]
)
def test_an_unknown_account_is_one_sentence(
    command: list[str], run: Run, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*command, "--as", "nobody")
    assert (ran.exit, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_an_object_too_where_json_is_asked_for(run: Run) -> None:
    ran = run("cases", "--as", "nobody", "--format", "json")
    assert ran.exit == 1
    assert ran.json["error"]["sentence"] in ran.err


def test_an_offer_leaves_the_case_out_until_it_is_accepted(run: Run, country: object) -> None:
    offered = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(offered.id, "lead").id, to_office=office("social-vlora"), by=ana)
    assert listed(run, "social-vera") == []
    with by("social-vera") as vera:
        handover.accept(offer=made, by=vera)
    assert [line["lead_office"] for line in listed(run, "social-vera")] == ["social-vlora"]


def test_who_owes_what_has_the_promised_shape(case: CaseCard, run: Run) -> None:
    ran = run("responsible", case.id, "--as", "border-ana", "--format", "json")
    assert (ran.exit, ran.err) == (0, "")
    found = ran.json
    assert found.keys() >= {"case", "at", "lead_office", "duties"}
    assert (found["case"], found["lead_office"]) == (str(case.id), "border")
    assert datetime.fromisoformat(found["at"]).tzinfo is not None
    lead = next(one for one in found["duties"] if one["kind"] == "lead")
    assert all(one.keys() >= DUTY for one in found["duties"])
    assert (lead["holder"], lead["person"], lead["due"], lead["state"]) == ("border", None, None, "held")
    assert {type(one["verified"]) for one in found["duties"]} == {bool}


def test_a_case_is_found_by_its_reference_too(case: CaseCard, run: Run) -> None:
    by_id = run("responsible", case.id, "--as", "border-ana", "--format", "json").json
    for name in (case.reference, case.reference.lower()):
        found = run("responsible", name, "--as", "border-ana", "--format", "json").json
        assert (found["case"], len(found["duties"])) == (by_id["case"], len(by_id["duties"]))


def test_a_past_instant_is_answered_from_history(run: Run, country: object) -> None:
    case = opened(at=clock.now() - timedelta(hours=2))
    before = clock.now()
    with by("border-ana") as ana:
        actions.name_worker(duty=duty(case.id, "lead").id, officer=ana.officer or 0, by=ana)

    def lead(*at: str) -> Any:
        ran = run("responsible", case.id, "--as", "border-ana", "--format", "json", *at)
        return next((one for one in ran.json["duties"] if one["kind"] == "lead"), None)

    assert lead()["person"] == "Test border-ana"
    assert lead("--at", before.isoformat())["person"] is None
    ran = run("responsible", case.id, "--as", "border-ana", "--format", "json", "--at", "2001-01-01")
    assert (ran.json["duties"], ran.json["lead_office"]) == ([], None)


@pytest.mark.parametrize("username", ["social-vera", "health-hana"])
def test_another_office_s_case_is_one_sentence_like_one_that_is_not_there(
    username: str, case: CaseCard, run: Run
) -> None:
    refused = [
        run("responsible", name, "--as", username, "--format", "json")
        for name in (case.id, case.reference, uuid.uuid4(), "AL-00000-00000", "'; --", "")
    ]
    assert {(one.exit, one.err, one.out) for one in refused} == {(1, refused[0].err, refused[0].out)}
    assert len(refused[0].err.splitlines()) == 1


def test_a_post_without_cases_may_not_ask_who_owes_what(case: CaseCard, run: Run) -> None:
    assert run("responsible", case.id, "--as", "analyst-ada").exit == 1


def test_looking_is_on_the_record(case: CaseCard, run: Run, country: tuple[str, str]) -> None:
    import psycopg

    run("responsible", case.id, "--as", "border-ana")
    with psycopg.connect(country[1]) as superuser:
        query = "SELECT body FROM access_audit ORDER BY seq DESC LIMIT 1"
        [body] = superuser.execute(query).fetchone() or [""]
    assert "case.responsible" in body
    assert str(case.id) in body
