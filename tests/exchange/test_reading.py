from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest

from opennrm.exchange.findings import LISTED, Findings
from opennrm.exchange.htcds import read_cases
from opennrm.exchange.rules import CaseRow, CellProblem, CellWarning, ShelterStay, effective_decision

TODAY = date(2026, 11, 24)
OFFICES = ("ra", "miu-vlora", "shelter-vatra", "shelter-de")
HEADER = "case_ref,vic_TraffickingStatus,nrm_IdentifiedOn"
ROW = "A1,PossibleVictimOfTrafficking,2020-05-17"


def found(content: str | bytes) -> list[CaseRow | CellProblem | CellWarning]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(read_cases(stream, offices=OFFICES, regions={"AL-11", "AL-12"}, today=TODAY))


def with_cell(column: str, value: str, status: str = "PossibleVictimOfTrafficking") -> str:
    quoted = '"' + value.replace('"', '""') + '"'
    return f"{HEADER},{column}\nA1,{status},2020-05-17,{quoted}\n"


def the_row(content: str) -> CaseRow:
    [row] = found(content)
    assert isinstance(row, CaseRow)
    return row


def the_problem(content: str | bytes) -> CellProblem:
    [problem] = found(content)
    assert isinstance(problem, CellProblem)
    return problem


def the_warnings(content: str) -> list[tuple[int, str]]:
    return [(item.row, item.column) for item in found(content) if isinstance(item, CellWarning)]


def test_the_three_required_columns_are_enough() -> None:
    assert the_row(f"{HEADER}\n{ROW}\n") == CaseRow("A1", "PossibleVictimOfTrafficking", date(2020, 5, 17))


def test_a_byte_order_mark_crlf_and_a_missing_last_newline_are_accepted() -> None:
    content = b"\xef\xbb\xbf" + f"{HEADER}\r\n{ROW}".encode()
    assert [type(item) for item in found(content)] == [CaseRow]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    content = f'{HEADER},prs_FirstName\n{ROW},"two\nlines"\n\n,,,\nA2,wrong,2020-05-17,x\n'
    first, problem = found(content)
    assert isinstance(first, CaseRow)
    assert (first.row_number, first.first_name) == (2, "two\nlines")
    assert isinstance(problem, CellProblem)
    assert (problem.row, problem.column) == (5, "vic_TraffickingStatus")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("prs_Birthdate", "17.05.1999"),
        ("prs_Birthdate", "19990517"),
        ("prs_Birthdate", "1999-02-30"),
        ("prs_Birthdate", "2020-05-18"),
        ("prs_Birthdate", "2027-01-01"),
        ("nrm_AgeAtIdentification", "seventeen"),
        ("nrm_AgeAtIdentification", "-1"),
        ("nrm_AgeAtIdentification", "121"),
        ("nrm_AgeAtIdentification", "16.5"),
        ("prs_Gender", "female"),
        ("prs_Citizenship", "ALB"),
        ("prs_Citizenship", "AL;UK"),
        ("prs_PrimaryLanguage", "albanian"),
        ("vic_TypeOfExploitation", "Sexual"),
        ("nrm_IdentifiedBy", "unknown-office"),
        ("nrm_DetectionChannel", "MIU"),
        ("nrm_Region", "Tirana"),
        ("nrm_Region", "GR-I"),
        ("nrm_StatusDecidedOn", "2999-01-01"),
        ("nrm_StatusDecision", "yes"),
        ("nrm_StatusDecision", "official"),
        ("nrm_Services", "food"),
        ("nrm_Services", "housing@2020-06-01"),
        ("nrm_Services", "food@2020-06-31"),
        ("nrm_Services", ";"),
        ("nrm_Shelter", "shelter-vatra@2020-06-01/2020-05-31"),
        ("nrm_Shelter", "nowhere@2020-06-01/"),
        ("nrm_ResidencePermit", "given@2020-06-01"),
        ("nrm_JobSeekerOn", "June 2020"),
        ("nrm_Repatriated", "in@2020-06-01"),
        ("nrm_Repatriated", "home@2020-06-01@AL"),
        ("nrm_Repatriated", "out@2020-06-01@UK"),
        ("nrm_Cooperated", "maybe"),
        ("nrm_ClosedOn", "2020-05-16"),
        ("prs_FirstName", "x" * 201),
        ("prs_FirstName", "a\x00b"),
    ],
)
def test_a_cell_that_is_not_understood_is_refused_with_row_and_column(column: str, value: str) -> None:
    problem = the_problem(with_cell(column, value))
    assert (problem.row, problem.column) == (2, column)
    assert problem.problem.endswith(".")


@pytest.mark.parametrize("column", ["prs_FirstName", "prs_Birthdate", "prs_IdentityNumber", "case_ref"])
def test_a_problem_never_repeats_what_identifies_a_person(column: str) -> None:
    secret = "Shembull\x07" + "9" * 200
    content = with_cell(column, secret) if column != "case_ref" else f"{HEADER}\n{secret},x,y\n"
    assert all("Shembull" not in item.problem for item in found(content) if isinstance(item, CellProblem))


def test_every_problem_of_the_file_is_listed() -> None:
    content = f"{HEADER},nrm_Region,nrm_Cooperated\n,x,y,z,q\nA2,PossibleVictimOfTrafficking,,AL-11,no\n"
    assert [(item.row, item.column) for item in found(content) if isinstance(item, CellProblem)] == [
        (2, "case_ref"),
        (2, "vic_TraffickingStatus"),
        (2, "nrm_IdentifiedOn"),
        (2, "nrm_Region"),
        (2, "nrm_Cooperated"),
        (3, "nrm_IdentifiedOn"),
    ]


def test_a_thousand_problems_are_listed_and_all_are_counted() -> None:
    findings = Findings()
    stream = io.BytesIO((f"{HEADER}\n" + "x,y,z\n" * 2000).encode())
    assert not list(findings.rows_of(read_cases(stream, offices=(), regions=(), today=TODAY)))
    assert (findings.problem_count, len(findings.problems)) == (4000, LISTED)


@pytest.mark.parametrize(
    ("content", "column", "says"),
    [
        ("", "", "empty"),
        (b"\xff\xfec\x00", "", "UTF-16"),
        (HEADER.replace(",", ";") + "\n", "", "semicolons"),
        (f"{HEADER},{HEADER.split(',')[0]}\n", "case_ref", "twice"),
        (f"{HEADER},prs_Firstname\n", "prs_Firstname", "prs_FirstName"),
        (f"{HEADER},\n", "", "no heading"),
        ("case_ref,nrm_IdentifiedOn\n", "vic_TraffickingStatus", "missing"),
        (f"{HEADER}\rA1,x,y\r", "", "carriage return"),
        (f'{HEADER},"', "", "never closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: str | bytes, column: str, says: str) -> None:
    problem = next(item for item in found(content) if isinstance(item, CellProblem))
    assert (problem.row, problem.column) == (1, column)
    assert says in problem.problem


def test_a_ragged_row_is_refused() -> None:
    assert the_problem(f"{HEADER}\nA1,PossibleVictimOfTrafficking\n").row == 2
    assert the_problem(f"{HEADER}\n{ROW},more\n").row == 2


def test_a_cell_in_another_encoding_is_named_and_the_next_row_is_read() -> None:
    content = f"{HEADER},prs_FirstName\n{ROW},Shk\xeblqim\n".encode("latin-1") + b"A2,x,2020-01-01,y\n"
    torn, wrong = found(content)
    assert isinstance(torn, CellProblem)
    assert isinstance(wrong, CellProblem)
    assert (torn.row, torn.column) == (2, "prs_FirstName")
    assert "UTF-8" in torn.problem
    assert (wrong.row, wrong.column) == (3, "vic_TraffickingStatus")


def test_a_misplaced_quotation_mark_ends_the_reading_at_its_row() -> None:
    problem = found(f'{HEADER}\n{ROW}\n"A2"x,PossibleVictimOfTrafficking,2020-05-17\n')[-1]
    assert isinstance(problem, CellProblem)
    assert problem.row == 3


def test_an_endless_cell_is_refused_without_being_kept() -> None:
    content = f"{HEADER}\n".encode() + b"x" * 30_000_000
    tracemalloc.start()
    assert "longer" in the_problem(content).problem
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


@pytest.mark.parametrize(
    ("status", "decision", "accepted"),
    [
        ("PossibleVictimOfTrafficking", "declined", True),
        ("PossibleVictimOfTrafficking", "official", False),
        ("PossibleVictimOfTrafficking", "not_victim", False),
        ("ActualVictimOfTrafficking", "official", True),
        ("ActualVictimOfTrafficking", "not_victim", False),
        ("ActualVictimOfTrafficking", "declined", False),
        ("NotAVictimOfTrafficking", "not_victim", True),
        ("NotAVictimOfTrafficking", "official", False),
    ],
)
def test_a_decision_may_not_contradict_the_status(status: str, decision: str, accepted: bool) -> None:
    refused = [
        item
        for item in found(with_cell("nrm_StatusDecision", decision, status))
        if isinstance(item, CellProblem)
    ]
    assert bool(refused) is not accepted
    assert all(problem.column == "nrm_StatusDecision" for problem in refused)


def test_an_official_victim_without_a_decision_date_is_one_from_the_identification() -> None:
    row = the_row(f"{HEADER}\nA1,ActualVictimOfTrafficking,2020-05-17\n")
    assert effective_decision(row) == ("official", date(2020, 5, 17))


def test_a_birth_date_and_an_age_must_agree_within_a_year() -> None:
    header = f"{HEADER},prs_Birthdate,nrm_AgeAtIdentification\n{ROW},"
    assert the_row(header + "2003-06-01,17\n").age == 17
    assert the_problem(header + "2003-06-01,18\n").column == "nrm_AgeAtIdentification"


def test_an_open_stay_has_an_empty_end() -> None:
    row = the_row(with_cell("nrm_Shelter", "shelter-vatra@2020-06-01/2020-07-01; shelter-de@2020-07-01/"))
    assert row.shelter_stays == (
        ShelterStay("shelter-vatra", date(2020, 6, 1), date(2020, 7, 1)),
        ShelterStay("shelter-de", date(2020, 7, 1), None),
    )


def test_the_same_row_twice_is_imported_once_and_other_content_is_refused() -> None:
    once, warning, problem = found(f"{HEADER}\n{ROW}\n{ROW}\n{ROW.replace('05-17', '05-18')}\n")
    assert isinstance(once, CaseRow)
    assert isinstance(warning, CellWarning)
    assert (warning.row, warning.column) == (3, "case_ref")
    assert isinstance(problem, CellProblem)
    assert (problem.row, problem.column) == (4, "case_ref")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"nrm_Services": "food@2020-06-02", "nrm_Repatriated": "out@2020-06-01@RS"}, "nrm_Services"),
        ({"nrm_Services": "vocational_training@2020-06-02", "nrm_AgeAtIdentification": "7"}, "nrm_Services"),
        ({"nrm_Services": "food@2020-05-16"}, "nrm_Services"),
        ({"nrm_Services": "food@2020-06-02", "nrm_ClosedOn": "2020-06-01"}, "nrm_Services"),
        ({"nrm_Shelter": "shelter-de@2020-05-01/"}, "nrm_Shelter"),
        ({"nrm_Shelter": "shelter-de@2020-06-01/;ra@2020-07-01/"}, "nrm_Shelter"),
        ({"nrm_StatusDecision": "declined"}, "nrm_StatusDecidedOn"),
        ({"nrm_StatusDecidedOn": "2020-06-01"}, "nrm_StatusDecision"),
        (
            {"nrm_AgeAtIdentification": "40", "vic_TypeOfExploitation": "ChildLabour"},
            "vic_TypeOfExploitation",
        ),
        ({"nrm_JobSeekerOn": "2020-06-01", "nrm_AgeAtIdentification": "9"}, "nrm_JobSeekerOn"),
        ({"nrm_Repatriated": "in@2020-01-01@IT"}, "nrm_Repatriated"),
    ],
)
def test_the_improbable_is_read_with_a_warning(cells: dict[str, str], column: str) -> None:
    content = f"{HEADER},{','.join(cells)}\n{ROW},{','.join(cells.values())}\n"
    assert (2, column) in the_warnings(content)
    assert isinstance(found(content)[-1], CaseRow)
