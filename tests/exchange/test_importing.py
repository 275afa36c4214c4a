from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.access import keystore
from opennrm.access.keystore import Wrap
from opennrm.access.scope import as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.models import Case, Fact
from opennrm.duties import queries as duties
from opennrm.duties import sweep
from opennrm.duties.models import Duty
from opennrm.exchange import importing
from opennrm.identification.models import Decision, Identification
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people
from opennrm.people.models import Name, Person
from tests.acting import by, office
from tests.exchange.case_file import FULL, OPTIONAL, SHORT, Row, counted, sent, the_case

pytestmark = pytest.mark.django_db
NOON = datetime(2020, 5, 17, 12, tzinfo=ZoneInfo("Europe/Tirane"))


def without(row: Row, *columns: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in columns}


def entries() -> list[str]:
    with as_system("audit", reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT verb FROM access_audit ORDER BY seq")
        return [verb for (verb,) in cursor.fetchall()]


def problems(done: importing.Imported) -> list[tuple[int, str]]:
    return [(one.row, one.column) for one in done.problems]


def test_a_row_of_the_required_columns_alone_becomes_a_case(tmp_path: Path) -> None:
    assert sent(tmp_path, SHORT).imported == 1
    case = the_case()
    assert (case.opened_at, case.known_at, case.region, case.closed_on) == (NOON, NOON, None, None)


@pytest.mark.parametrize("column", OPTIONAL)
def test_every_other_column_may_be_missing(column: str, tmp_path: Path) -> None:
    assert sent(tmp_path, without(FULL, column)).imported == 1


@pytest.mark.parametrize("column", OPTIONAL)
def test_every_other_column_may_be_the_only_one(column: str, tmp_path: Path) -> None:
    value = FULL[column] or "2020-12-01"
    status = FULL if column == "nrm_StatusDecision" else SHORT
    row = {**SHORT, "vic_TraffickingStatus": status["vic_TraffickingStatus"], column: value}
    assert sent(tmp_path, row).imported == 1


@pytest.mark.parametrize("column", OPTIONAL)
def test_every_other_cell_may_be_empty(column: str, tmp_path: Path) -> None:
    assert sent(tmp_path, {**FULL, column: ""}).imported == 1


def test_everything_a_row_says_is_kept(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    case = the_case()
    with as_system("statistics", reason="test"):
        found, decision = Identification.objects.get(case=case), Decision.objects.get(case=case)
        person = Person.objects.get(case_id=case.id)
        told = list(Fact.objects.filter(case=case).values_list("kind", "subject", "happened_on"))
    assert (found.channel, found.region_id, found.exploitation) == (
        "border",
        "AL-11",
        ["ForcedLabour", "ForcedCriminality"],
    )
    assert (found.office_id, found.age, case.fork) == (office("border"), 16, "child")
    assert (decision.decision, decision.decided_on) == ("official", date(2020, 6, 20))
    assert (person.sex, person.citizenship, person.languages) == ("Masculine", ["AL", "XK"], ["sqi", "en"])
    assert len(told) == 3 + 2 + 2 + 1 + 1 + 1
    assert ("repatriation", "in:IT", date(2020, 5, 16)) in told


def test_an_imported_fact_was_known_on_the_day_it_happened(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    with as_system("statistics", reason="test"):
        assert all(fact.known_on == fact.happened_on for fact in Fact.objects.all())
        assert Identification.objects.get().known_on == date(2020, 5, 17)
        assert Decision.objects.get().known_on == date(2020, 6, 20)


def test_an_official_victim_without_a_day_is_one_from_her_identification(tmp_path: Path) -> None:
    sent(tmp_path, {**SHORT, "vic_TraffickingStatus": "ActualVictimOfTrafficking"})
    with as_system("statistics", reason="test"):
        decision = Decision.objects.get()
    assert (decision.decision, decision.decided_on, decision.known_on) == (
        "official",
        date(2020, 5, 17),
        date(2020, 5, 17),
    )


def test_a_possible_victim_without_a_decision_has_none(tmp_path: Path) -> None:
    sent(tmp_path, SHORT)
    with as_system("statistics", reason="test"):
        assert not Decision.objects.exists()


def test_one_bad_cell_leaves_the_whole_file_out(tmp_path: Path) -> None:
    rows = [{**FULL, "case_ref": f"A-{n}"} for n in range(5)]
    rows[3]["nrm_Region"] = "AL-99"
    done = sent(tmp_path, *rows)
    assert problems(done) == [(5, "nrm_Region")]
    assert counted() == (0, 0)


def test_every_refusal_in_the_file_is_listed_in_its_order(tmp_path: Path) -> None:
    sent(tmp_path, {**FULL, "case_ref": "A-1"})
    rows = [{**FULL, "case_ref": f"A-{n}"} for n in range(4)]
    rows[1]["nrm_Cooperated"] = "no"
    rows[0]["nrm_Services"] = "magic@2020-05-17"
    rows[3]["nrm_IdentifiedOn"] = "17.05.2020"
    assert problems(sent(tmp_path, *rows)) == [
        (2, "nrm_Services"),
        (3, "case_ref"),
        (5, "nrm_IdentifiedOn"),
    ]
    assert counted() == (1, 1)


def test_an_unknown_column_is_named_and_refused(tmp_path: Path) -> None:
    done = sent(tmp_path, {**SHORT, "nrm_Servises": ""})
    assert problems(done) == [(1, "nrm_Servises")]
    assert "nrm_Services" in done.problems[0].problem


def test_a_status_that_contradicts_the_decision_is_refused(tmp_path: Path) -> None:
    done = sent(tmp_path, {**FULL, "nrm_StatusDecision": "not_victim"})
    assert problems(done) == [(2, "nrm_StatusDecision")]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    first = sent(tmp_path, FULL, {**FULL, "case_ref": "A-2"})
    with as_system("import", reason="test"):
        before = set(Case.objects.values_list("id", "reference"))
    again = sent(tmp_path, FULL, {**FULL, "case_ref": "A-2"})
    with as_system("import", reason="test"):
        assert set(Case.objects.values_list("id", "reference")) == before
    assert (first.imported, first.unchanged, again.imported, again.unchanged) == (2, 0, 0, 2)


def test_the_same_row_with_its_values_in_another_order_is_the_same_row(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    turned = {**FULL, "prs_Citizenship": "XK;AL", "vic_TypeOfExploitation": "ForcedCriminality;ForcedLabour"}
    assert sent(tmp_path, turned).unchanged == 1


def test_new_rows_join_those_that_stand(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    done = sent(tmp_path, FULL, {**FULL, "case_ref": "A-2"})
    assert (done.imported, done.unchanged, counted()) == (1, 1, (2, 2))


@pytest.mark.parametrize("column", ["prs_FirstName", "nrm_Services", "nrm_Cooperated", "nrm_ClosedOn"])
def test_the_same_reference_with_other_content_is_refused(column: str, tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    other = {"prs_FirstName": "Besa", "nrm_ClosedOn": "2021-09-01"}.get(column, "")
    done = sent(tmp_path, {**FULL, "case_ref": "A-0"}, {**FULL, column: other})
    assert problems(done) == [(3, "case_ref")]
    assert counted() == (1, 1)


def test_two_senders_may_use_the_same_reference(tmp_path: Path) -> None:
    sent(tmp_path, FULL, sender="shelter")
    other = {**FULL, "prs_FirstName": "Besa"}
    assert sent(tmp_path, other, sender="border").imported == 1
    assert sent(tmp_path, other).imported == 1
    assert problems(sent(tmp_path, other, sender="shelter")) == [(2, "case_ref")]
    assert counted() == (3, 3)


@pytest.mark.parametrize(
    ("identified_by", "sender", "lead"),
    [
        ("border", "shelter", "border"),
        ("border", None, "border"),
        ("", "shelter", "shelter"),
        ("", None, "authority"),
    ],
)
def test_who_identified_leads_or_who_sent_or_else_the_authority(
    identified_by: str, sender: str | None, lead: str, tmp_path: Path
) -> None:
    sent(tmp_path, {**SHORT, "nrm_IdentifiedBy": identified_by}, sender=sender)
    assert the_case(sender=sender).lead_office_id == office(lead)


def test_a_country_without_an_authority_refuses_a_case_that_would_fall_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "competent_office", lambda *known, **asked: None)
    with pytest.raises(Problem, match="Responsible Authority"):
        sent(tmp_path, SHORT)
    assert counted() == (0, 0)


def test_an_open_case_has_its_lead_alone_without_a_due_date(tmp_path: Path) -> None:
    sent(tmp_path, {**SHORT, "nrm_IdentifiedBy": "border"})
    with by("border-ana"):
        case = cases.case_by_id(the_id := the_case().id)
        [lead] = duties.responsible(case, clock.now())
        [then] = duties.responsible(case, NOON)
        assert duties.lead_office_at(case, NOON) == office("border")
    assert (lead.kind, lead.holder_id, lead.due_at, lead.state) == ("lead", office("border"), None, "held")
    assert (lead.started_at, lead.since, lead.person_id) == (NOON, NOON, None)
    assert (then.id, lead.case_id) == (lead.id, the_id)


def test_a_sweep_finds_nothing_due_on_imported_cases(tmp_path: Path) -> None:
    sent(tmp_path, *({**FULL, "case_ref": f"A-{n}"} for n in range(3)))
    with as_system("sweep", reason="test") as actor:
        assert sweep.sweep(by=actor) == []
    with as_system("sweep", reason="test") as actor, clock.stopped_at(clock.now().replace(year=2060)):
        assert sweep.sweep(by=actor) == []


def test_a_closed_case_is_owed_nothing_and_stays_in_sight_of_its_office_for_a_while(tmp_path: Path) -> None:
    closed_on = clock.today() - timedelta(days=10)
    sent(tmp_path, {**FULL, "nrm_ClosedOn": closed_on.isoformat()})
    with as_system("statistics", reason="test"):
        assert not Duty.objects.exists()
    with by("border-ana") as ana:
        case = cases.case_by_id(the_case().id)
        assert (case.is_open, case.closed_on) == (False, closed_on)
        assert people.identity(case.id, by=ana).shown == "Shkëlqim Shembulli"


def test_a_case_closed_long_ago_is_seen_by_the_authority_alone(tmp_path: Path) -> None:
    sent(tmp_path, {**FULL, "nrm_ClosedOn": "2021-09-01"})
    with by("border-ana"), pytest.raises(NotFound):
        cases.case_by_id(the_case().id)
    with by("authority-rita") as rita:
        assert people.identity(cases.case_by_id(the_case().id).id, by=rita).shown == ""


def test_the_leading_office_finds_the_person_by_her_name_in_any_spelling(tmp_path: Path) -> None:
    sent(tmp_path, {**FULL, "prs_FirstName": "Shkëlqim", "prs_SecondName": "Đorđević"})
    case = the_case().id
    with by("border-ana"):
        assert people.cases_with_name("Shkëlqim", "Đorđević", tolerant=False) == [case]
        assert people.cases_with_name("Shkelqim", "Djordjevic", tolerant=True) == [case]
        assert people.cases_with_name("", "djordjevic", tolerant=True) == [case]
        assert people.cases_with_name("Besa", "Đorđević", tolerant=True) == []


@pytest.mark.parametrize("username", ["authority-rita", "social-sara", "shelter-sam"])
def test_no_other_office_finds_or_reads_the_name(username: str, tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    with by(username):
        assert people.cases_with_name("Shkëlqim", "Shembulli", tolerant=True) == []
        assert not Name.objects.exists()


def test_the_authority_sees_the_ordinary_class_and_no_other_office_sees_the_case(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    with by("authority-rita"):
        assert cases.case_by_id(the_case().id).is_open
    with by("social-sara"), pytest.raises(NotFound):
        cases.case_by_id(the_case().id)


def test_no_name_and_no_number_stands_in_a_plain_column(
    tmp_path: Path, owner_connection: Any, app_connection: Any
) -> None:
    sent(tmp_path, FULL)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.purpose = 'import'")
        cursor.execute(
            "SELECT to_jsonb(i)::text || to_jsonb(c)::text FROM casefile_importedrow i, casefile_case c"
        )
        text = str(cursor.fetchall())
    assert "Shembulli" not in text
    assert "SHEMBULL" not in text
    assert "2004-02-29" not in text


def test_the_improbable_is_imported_with_a_warning(tmp_path: Path) -> None:
    row = {
        **SHORT,
        "nrm_AgeAtIdentification": "7",
        "nrm_Services": "vocational_training@2020-06-01;food@2021-01-01",
        "nrm_Repatriated": "out@2020-12-01@IT",
    }
    done = sent(tmp_path, row)
    assert (done.imported, done.problem_count, done.warning_count) == (1, 0, 2)
    assert {(one.row, one.column) for one in done.warnings} == {(2, "nrm_Services")}


def test_a_row_that_is_there_twice_is_imported_once_with_a_warning(tmp_path: Path) -> None:
    done = sent(tmp_path, SHORT, SHORT)
    assert (done.imported, done.warning_count, counted()) == (1, 1, (1, 1))


def test_more_rows_than_are_written_at_once_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 3)
    assert sent(tmp_path, *({**FULL, "case_ref": f"A-{n}"} for n in range(10))).imported == 10
    assert counted() == (10, 10)


def test_plans_are_made_anew_as_the_tables_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    with CaptureQueriesContext(connection) as asked:
        sent(tmp_path, *({**SHORT, "case_ref": f"A-{n}"} for n in range(6)))
    statements = [one["sql"] for one in asked]
    assert statements.count("DISCARD PLANS") == 3


def test_a_refusal_in_the_last_row_leaves_no_row_no_key_and_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    kept: list[Wrap] = []
    monkeypatch.setattr(keystore, "put", kept.extend)
    rows = [{**FULL, "case_ref": f"A-{n}"} for n in range(6)]
    rows[5]["nrm_Region"] = "AL-99"
    before = entries()
    assert problems(sent(tmp_path, *rows)) == [(7, "nrm_Region")]
    assert (counted(), kept) == ((0, 0), [])
    assert "casefile.import" not in entries()[len(before) :]


def test_a_reference_that_stands_is_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from opennrm.exchange import writing

    drawn = iter(["AL-1", "AL-1", "AL-1", "AL-2", "AL-3"])
    monkeypatch.setattr(writing, "new_reference", lambda country: next(drawn))
    sent(tmp_path, SHORT)
    sent(tmp_path, {**SHORT, "case_ref": "A-2"}, {**SHORT, "case_ref": "A-3"})
    with as_system("import", reason="test"):
        assert set(Case.objects.values_list("reference", flat=True)) == {"AL-1", "AL-2", "AL-3"}


def test_a_dry_run_says_what_would_be_imported_and_writes_nothing(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    path = tmp_path / "more.csv"
    path.write_bytes((tmp_path / "cases.csv").read_bytes().replace(b"A-1", b"A-2"))
    with as_system("import", reason="test"):
        done = importing.check(importing.file_source(path), office=None)
    assert (done.imported, done.unchanged, counted()) == (1, 0, (1, 1))
