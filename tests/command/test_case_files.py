from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command.conftest import Ran, Run
from tests.exchange.case_file import FULL, SHORT, counted, csv_of, rows_of

NAMES = ("Shkëlqim", "Shembulli", "SHEMBULL-1", "2004-02-29")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "cases.csv"
        path.write_bytes(csv_of(*rows))
        return path

    return write


def test_a_file_is_imported_and_the_same_file_again_changes_nothing(
    file: Callable[..., Path], run: Run
) -> None:
    rows = [{**FULL, "case_ref": f"I-{n}"} for n in range(3)]
    first = run("import", "cases", file(*rows), "--format", "json")
    again = run("import", "cases", file(*rows), "--format", "json")
    assert (first.exit, first.json["imported"], first.json["errors"]) == (0, 3, [])
    assert (again.exit, again.json["imported"], again.json["unchanged"]) == (0, 0, 3)


def test_a_sender_is_named_by_its_office(file: Callable[..., Path], run: Run) -> None:
    ran = run("import", "cases", file({**SHORT, "case_ref": "S-1"}), "--from", "shelter", "--format", "json")
    assert (ran.exit, ran.json["imported"]) == (0, 1)
    listed = run("cases", "--as", "shelter-sam", "--format", "json").json["cases"]
    assert "shelter" in [case["lead_office"] for case in listed]
    assert run("import", "cases", file(SHORT), "--from", "nowhere").exit == 1


def test_refusals_are_listed_in_json_and_in_words(file: Callable[..., Path], run: Run) -> None:
    bad = {**FULL, "case_ref": "R-1", "nrm_Region": "AL-99", "prs_Birthdate": "yesterday"}
    before = counted()
    ran = run("import", "cases", file(FULL, bad), "--format", "json")
    assert ran.exit == 1
    assert ran.json["imported"] == 0
    assert {(one["row"], one["column"]) for one in ran.json["errors"]} == {
        (3, "nrm_Region"),
        (3, "prs_Birthdate"),
    }
    assert all(one.keys() == {"row", "column", "problem"} for one in ran.json["errors"])
    assert "Row 3, nrm_Region: " in ran.err
    assert "Nothing was imported." in ran.err
    assert counted() == before


def test_words_of_a_person_are_never_printed(file: Callable[..., Path], run: Run) -> None:
    bad = {**FULL, "case_ref": "N-1", "nrm_AgeAtIdentification": "Shembulli", "nrm_ClosedOn": "2004-02-29"}
    for how in ([], ["--format", "json"], ["--dry-run"]):
        ran = run("import", "cases", file(bad), *how)
        assert ran.exit == 1
        assert not any(name in ran.out + ran.err for name in NAMES)


def test_a_dry_run_writes_nothing(file: Callable[..., Path], run: Run) -> None:
    before = counted()
    ran = run("import", "cases", file({**FULL, "case_ref": "D-1"}), "--dry-run", "--format", "json")
    assert (ran.exit, ran.json["imported"], ran.json["would_import"]) == (0, 0, 1)
    assert counted() == before


def test_warnings_are_told_and_imported(file: Callable[..., Path], run: Run) -> None:
    row = {**SHORT, "case_ref": "W-1", "nrm_Services": "food@2020-01-01"}
    ran = run("import", "cases", file(row), "--format", "json")
    assert (ran.exit, ran.json["imported"], ran.json["warning_count"]) == (0, 1, 1)
    assert "Warning, row 2, nrm_Services" in ran.err


def binary(path: Path) -> Path:
    path.write_bytes(os.urandom(4096))
    return path


def text(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda path: path, id="not there"),
        pytest.param(lambda path: path.parent, id="a folder"),
        pytest.param(binary, id="binary"),
        pytest.param(text(b""), id="empty"),
        pytest.param(text(b"\xff\xfec\x00a\x00"), id="UTF-16"),
        pytest.param(text(b"case_ref;nrm_IdentifiedOn\n"), id="semicolons"),
        pytest.param(text(b'case_ref,"x\n'), id="torn"),
        pytest.param(lambda path: Path("/proc/self/mem"), id="unreadable"),
    ],
)
def test_a_file_that_is_none_is_refused_in_sentences(
    made: Callable[[Path], Path], tmp_path: Path, run: Run
) -> None:
    before = counted()
    for how in ([], ["--format", "json"]):
        ran = run("import", "cases", made(tmp_path / "odd.csv"), *how)
        assert ran.exit == 1
        assert "Traceback" not in ran.err
        assert ran.err.strip()
        assert not how or json.loads(ran.out)
    assert counted() == before


def test_an_export_is_read_by_import(file: Callable[..., Path], run: Run, tmp_path: Path) -> None:
    run("import", "cases", file({**FULL, "case_ref": "E-1"}), "--from", "border")
    out = tmp_path / "out.csv"
    ran = run("export", "cases", "--format", "htcds-csv", "--out", out, "--as", "border-ana")
    rows = {row["case_ref"]: row for row in rows_of(out.read_bytes())}
    assert (ran.exit, ran.out) == (0, f"{len(rows)} cases were written.\n")
    assert rows["E-1"] == {**FULL, "case_ref": "E-1"}
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_plain_htcds_knows_no_forced_criminality(file: Callable[..., Path], run: Run, tmp_path: Path) -> None:
    run("import", "cases", file({**FULL, "case_ref": "P-1"}))
    out = tmp_path / "out.csv"
    assert run("export", "cases", "--plain-htcds", "--out", out, "--as", "border-ana").exit == 0
    assert b"ForcedCriminality" not in out.read_bytes()


@pytest.mark.parametrize("username", ["analyst-ada", "admin-abe", "nobody"])
def test_who_may_not_export_gets_no_file(username: str, run: Run, tmp_path: Path) -> None:
    ran = run("export", "cases", "--out", tmp_path / "out.csv", "--as", username)
    assert (ran.exit, ran.out) == (1, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["", "not/there.csv"])
def test_a_place_that_cannot_be_written_is_one_sentence(place: str, run: Run, tmp_path: Path) -> None:
    def refused(ran: Ran) -> bool:
        return ran.exit == 1 and len(ran.err.splitlines()) == 1 and not ran.out

    assert refused(run("export", "cases", "--out", tmp_path / place, "--as", "border-ana"))
    assert refused(run("report", "protection", "--year", "2020", "--out", tmp_path / place))
    assert list(tmp_path.iterdir()) == []
