from __future__ import annotations

import argparse
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.command import figures
from opennrm.duties import handover
from opennrm.exchange import exporting
from opennrm.exchange.exporting import export_cases
from opennrm.exchange.htcds import read_cases, write_cases
from opennrm.exchange.importing import content_of
from opennrm.exchange.rules import CaseRow
from opennrm.lib import clock
from opennrm.lib.problems import ChangedMeanwhile
from opennrm.sharing import actions as sharing
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, duty, office, opened
from tests.exchange.case_file import FULL, OPTIONAL, SHORT, Row, csv_of, rows_of, sent
from tests.sharing.agreeing import agreed

pytestmark = pytest.mark.django_db
SEALED = ("prs_FirstName", "prs_SecondName", "prs_Birthdate", "prs_IdentityNumber")
LATELY = (clock.today() - timedelta(days=10)).isoformat()


def exported(username: str, **how: Any) -> bytes:
    stream = io.BytesIO()
    with by(username) as actor:
        export_cases(stream, by=actor, **how)
    return stream.getvalue()


def read(content: bytes) -> dict[str, CaseRow]:
    with by("border-ana"):
        offices = [card.code for card in agencies.offices().values()]
        regions = list(agencies.regions())
    found = read_cases(io.BytesIO(content), offices=offices, regions=regions, today=clock.today())
    rows = [one for one in found if isinstance(one, CaseRow)]
    assert len({row.case_ref for row in rows}) == len(rows)
    return {row.case_ref: row for row in rows}


def same(row: Row, tmp_path: Path) -> bool:
    sent(tmp_path, row, sender="border")
    before, after = read(csv_of(row)), read(exported("border-ana"))
    return {ref: content_of(one) for ref, one in before.items()} == {
        ref: content_of(one) for ref, one in after.items()
    }


def test_who_sees_names_gets_the_same_file_back(tmp_path: Path) -> None:
    rows = [{**FULL, "case_ref": f"A-{n}", "prs_FirstName": f"Shembull-{n}"} for n in range(7)]
    sent(tmp_path, *rows)
    assert read(exported("border-ana")) == read(csv_of(*rows))


def test_an_exported_file_is_known_to_its_sender_row_for_row(tmp_path: Path) -> None:
    sent(tmp_path, *({**FULL, "case_ref": f"A-{n}"} for n in range(3)), sender="shelter")
    again = list(rows_of(exported("border-ana")))
    done = sent(tmp_path, *again, sender="shelter")
    assert (done.imported, done.unchanged, done.problem_count) == (0, 3, 0)


@pytest.mark.parametrize("column", OPTIONAL)
def test_an_empty_cell_comes_back_empty(column: str, tmp_path: Path) -> None:
    assert same({**FULL, column: ""}, tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"nrm_ClosedOn": LATELY, "nrm_Shelter": ""},
        {"prs_Birthdate": "", "nrm_AgeAtIdentification": "0"},
        {"vic_TraffickingStatus": "NotAVictimOfTrafficking", "nrm_StatusDecision": "not_victim"},
        {
            "vic_TraffickingStatus": "NotAVictimOfTrafficking",
            "nrm_StatusDecision": "",
            "nrm_StatusDecidedOn": "",
        },
        {"vic_TraffickingStatus": "PossibleVictimOfTrafficking", "nrm_StatusDecision": "declined"},
        {"vic_TraffickingStatus": "PossibleVictimOfTrafficking", "nrm_StatusDecision": ""},
        {"nrm_Cooperated": "no"},
        {"prs_FirstName": "=HYPERLINK(1)", "prs_SecondName": "'@x", "case_ref": "-1+2"},
        {"prs_FirstName": 'Đorđe; "Gjon", von\nder Shembull', "prs_SecondName": "محمد"},
        {"nrm_Repatriated": "out@2020-12-01@IT;in@2021-01-01@IT"},
    ],
)
def test_what_is_unusual_comes_back_too(changes: dict[str, str], tmp_path: Path) -> None:
    assert same({**FULL, **changes}, tmp_path)


def test_a_row_of_the_required_columns_comes_back(tmp_path: Path) -> None:
    assert same(SHORT, tmp_path)


def test_the_authority_gets_every_case_without_what_identifies(tmp_path: Path) -> None:
    sent(tmp_path, FULL, {**SHORT, "case_ref": "A-2"})
    rows = {row["case_ref"]: row for row in rows_of(exported("authority-rita"))}
    assert set(rows) == {"A-1", "A-2"}
    assert all(row[column] == "" for row in rows.values() for column in SEALED)
    assert rows["A-1"]["nrm_AgeAtIdentification"] == "16"
    kept = {name: value for name, value in FULL.items() if name not in SEALED}
    assert {name: rows["A-1"][name] for name in kept} == kept


def test_an_office_gets_its_own_cases_alone(tmp_path: Path) -> None:
    sent(tmp_path, FULL, {**FULL, "case_ref": "A-2", "nrm_IdentifiedBy": "social-vlora"})
    assert [row["case_ref"] for row in rows_of(exported("social-vera"))] == ["A-2"]
    assert list(rows_of(exported("health-hana"))) == []


def test_a_text_that_a_spreadsheet_would_run_is_marked(tmp_path: Path) -> None:
    sent(tmp_path, {**FULL, "prs_FirstName": "=1+1", "prs_SecondName": "@SUM(A1)"})
    [row] = rows_of(exported("border-ana"))
    assert (row["prs_FirstName"], row["prs_SecondName"]) == ("'=1+1", "'@SUM(A1)")


def test_forced_criminality_is_other_in_plain_htcds(tmp_path: Path) -> None:
    sent(tmp_path, FULL)
    [ours], [plain] = rows_of(exported("border-ana")), rows_of(exported("border-ana", plain_htcds=True))
    assert ours["vic_TypeOfExploitation"] == "ForcedLabour;ForcedCriminality"
    assert plain["vic_TypeOfExploitation"] == "ForcedLabour;Other"


def test_a_reference_of_two_senders_stands_once_in_one_file(tmp_path: Path) -> None:
    sent(tmp_path, FULL, sender="shelter")
    sent(tmp_path, {**FULL, "prs_FirstName": "Besa"}, sender="border")
    assert len(read(exported("border-ana"))) == 2


def test_a_case_that_was_entered_is_exported_under_its_own_reference() -> None:
    case = opened()
    [row] = rows_of(exported("border-ana"))
    assert (row["case_ref"], row["prs_FirstName"], row["nrm_IdentifiedBy"]) == (
        case.reference,
        "Besa",
        "border",
    )


def test_more_cases_than_a_page_are_all_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    sent(tmp_path, *({**SHORT, "case_ref": f"A-{n}"} for n in range(7)))
    assert len(read(exported("authority-rita"))) == 7


def entries(verb: str) -> list[dict[str, Any]]:
    with as_system("audit", reason="a test"), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_audit WHERE verb = %s ORDER BY seq", [verb])
        return [json.loads(body) for (body,) in cursor.fetchall()]


def test_each_case_of_a_file_leaves_an_entry_with_what_was_read_on_which_basis() -> None:
    first, second = opened(), opened()
    consent = agreed(first, "shelter", "identity")
    with by("border-ana") as ana:
        handover.offer(duty=duty(second.id, "lead").id, to_office=office("shelter"), by=ana)
    exported("shelter-sam")
    [entry] = entries("exchange.read")
    assert (entry["case"], entry["basis"]) == (str(first.id), f"consent {consent}")
    assert entry["detail"] == {"classes": ["ordinary", "identity"]}
    exported("authority-rita")
    assert {one["case"] for one in entries("exchange.read")[1:]} >= {str(first.id), str(second.id)}
    assert entries("exchange.read")[-1]["detail"] == {"classes": ["ordinary"]}


def test_a_share_that_ends_while_the_file_is_written_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")

    def slowly(*given: Any, **how: Any) -> int:
        written = write_cases(*given, **how)
        with by("border-ana") as ana:
            sharing.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=ana)
        return written

    asked = argparse.Namespace(user="shelter-sam", out=tmp_path / "cases.csv", plain_htcds=False)
    with monkeypatch.context() as patched, pytest.raises(ChangedMeanwhile) as told:
        patched.setattr(exporting, "write_cases", slowly)
        figures.export_cases(asked)
    assert "Besa" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_asked_for_after_a_share_ended_holds_nothing_of_the_case() -> None:
    kept, lost = opened(), opened()
    agreed(kept, "shelter")
    consent = agreed(lost, "shelter", "identity")
    with by("border-ana") as ana:
        sharing.withdraw(case=lost, consent=consent, how=WithdrawnHow.IN_WRITING, by=ana)
    assert [row["case_ref"] for row in rows_of(exported("shelter-sam"))] == [kept.reference]
