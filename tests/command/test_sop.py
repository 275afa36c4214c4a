"""The commands about procedures, as a person at the terminal meets them."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.duties.models import Duty
from opennrm.duties.pack import packs
from tests.acting import opened
from tests.command.conftest import Run

DAY = "2026-01-01"
SHIPPED = ("al-2018-499", "al-2025-consultation", "odihr-generic")


@pytest.fixture(scope="module")
def case(country: object) -> CaseCard:
    return opened(needs=("food",))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packs()["al-2018-499"], tmp_path / "al-2018-499"))


def stand() -> set[tuple[object, ...]]:
    with as_system("sweep", reason="test"):
        return set(Duty.objects.values_list("id", "rule", "sop", "state", "holder", "due_at"))


def test_the_three_procedures_that_ship_are_without_findings(run: Run) -> None:
    assert tuple(packs()) == SHIPPED
    for name in SHIPPED:
        ran = run("sop", "check", name, "--format", "json")
        assert (ran.exit, ran.json["ok"], ran.json["findings"]) == (0, True, [])


def test_a_finding_names_file_line_and_sentence_and_ends_with_one(copy: Path, run: Run) -> None:
    rules = copy / "rules.yaml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("if: foreign\n", "if: foreigner\n", 1), "utf-8")
    line = text[: text.index("if: foreign\n")].count("\n") + 1
    ran = run("sop", "check", copy)
    assert ran.exit == 1
    assert ran.out == f"rules.yaml:{line}: there is no fact named foreigner\n"
    found = run("sop", "check", copy, "--format", "json")
    assert found.json["findings"] == [
        {"file": "rules.yaml", "line": line, "sentence": "there is no fact named foreigner"}
    ]
    assert run("sop", "try", copy).exit == 1


def test_a_procedure_that_is_not_there_is_one_sentence(run: Run) -> None:
    ran = run("sop", "check", "al-1999")
    assert (ran.exit, ran.out) == (1, "")
    assert "al-2018-499" in ran.err


def test_a_difference_reads_like_a_change_to_a_law(run: Run) -> None:
    ran = run("sop", "diff", "al-2018-499", "al-2025-consultation")
    assert ran.exit == 0
    assert "a draft" in ran.out.splitlines()[0]
    assert "adult-plan (Agree an assistance plan): the limit changes from “10 days” to “15 days”." in ran.out
    assert "return-risk (Assess the risk of the return) is added" in ran.out
    assert "asylum-no-removal (Hold any removal while identification is open) is repealed" in ran.out
    changes = run("sop", "diff", "al-2018-499", "al-2025-consultation", "--format", "json").json["changes"]
    assert {
        "rule": "adult-plan",
        "kind": "assistance_plan",
        "what": "limit",
        "from": "10 days",
        "to": "15 days",
    } in changes


def test_a_procedure_does_not_differ_from_itself(run: Run) -> None:
    assert run("sop", "diff", "odihr-generic", "odihr-generic", "--format", "json").json["changes"] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_the_diagram_is_plain_svg_that_says_what_it_shows(name: str, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "procedure.svg"
    assert run("sop", "draw", name, "--out", out).exit == 0
    root = ElementTree.parse(out).getroot()
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags[:3] == ["svg", "title", "desc"]
    assert set(tags) <= {"svg", "title", "desc", "rect", "text"}
    assert not any(name in element.attrib for element in root.iter() for name in ("style", "onload", "class"))
    written = " ".join(element.text or "" for element in root.iter())
    assert "to be confirmed" in written


def test_the_diagram_speaks_albanian(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "procedure.svg"
    run("sop", "draw", "al-2018-499", "--out", out, "--language", "sq")
    assert "Kontakti i parë" in out.read_text("utf-8")


def test_a_folder_that_is_not_there_is_said_plainly(run: Run, tmp_path: Path) -> None:
    ran = run("sop", "draw", "al-2018-499", "--out", tmp_path / "none" / "a.svg")
    assert (ran.exit, "cannot be written" in ran.err) == (1, True)


def test_trying_says_who_gets_how_much_work_and_writes_nothing(case: CaseCard, run: Run) -> None:
    before = stand()
    ran = run("sop", "try", "al-2025-consultation", "--format", "json")
    assert (ran.exit, ran.json["draft"], ran.json["cases"]) == (0, True, 1)
    assert ran.json["cases_changed"] == 1
    rules = {row["rule"]: row for row in ran.json["by_rule"]}
    assert rules["status-asked-about"]["appears"] == 1
    assert rules["adult-interview"]["ends"] == 1
    offices = {row["office"]: row for row in ran.json["by_office"]}
    assert offices["social-tirana"]["ends"] == 1
    assert sum(row["appears"] for row in ran.json["by_office"]) == ran.json["totals"]["appears"]
    assert case.reference not in run("sop", "try", "al-2025-consultation").out
    assert stand() == before


def test_a_draft_is_not_adopted(case: CaseCard, run: Run) -> None:
    before = stand()
    ran = run("sop", "adopt", "al-2025-consultation", "--from", DAY)
    assert (ran.exit, "draft" in ran.err) == (1, True)
    assert stand() == before


def test_a_day_before_the_procedure_and_no_day_are_refused(case: CaseCard, run: Run) -> None:
    assert run("sop", "adopt", "odihr-generic", "--from", "2021-01-01").exit == 1
    assert run("sop", "adopt", "odihr-generic").exit == 2


def test_a_day_to_come_is_planned_told_by_trying_and_called_off(case: CaseCard, run: Run) -> None:
    before = stand()
    ran = run("sop", "adopt", "odihr-generic", "--from", "2999-01-01", "--format", "json")
    assert (ran.exit, ran.json["planned"], ran.json["finished"]) == (0, True, False)
    tried = run("sop", "try", "odihr-generic")
    assert tried.out.splitlines()[0] == "odihr-generic is planned from 2999-01-01."
    assert run("sop", "try", "odihr-generic", "--format", "json").json["planned_from"] == "2999-01-01"
    assert run("sop", "adopt", "odihr-generic", "--from", DAY).exit == 1
    assert run("duties", "sweep").exit == 0
    assert stand() == before
    off = run("sop", "call-off", "--format", "json")
    assert (off.exit, off.json["pack"]) == (0, "odihr-generic")
    assert run("sop", "call-off").exit == 1


def test_a_limit_is_confirmed_with_its_reference(case: CaseCard, run: Run) -> None:
    refused = run("sop", "confirm", "al-2018-499", "no-such-rule", "--reference", "Order 1")
    assert (refused.exit, "no rule" in refused.err) == (1, True)
    ran = run(
        *("sop", "confirm", "al-2018-499", "adult-police", "--reference", "Order 1 of the test"),
        *("--format", "json"),
    )
    assert (ran.exit, ran.json["running_duties"]) == (0, 1)


def test_another_procedure_is_adopted_once_and_trying_it_then_changes_nothing(
    case: CaseCard, run: Run
) -> None:
    ran = run("sop", "adopt", "odihr-generic", "--from", DAY, "--format", "json")
    assert (ran.exit, ran.json["cases"], ran.json["finished"]) == (0, 1, True)
    after = stand()
    assert {row[2] for row in after if row[3] in ("held", "suspended", "lapsed")} == {"odihr-generic"}
    again = run("sop", "adopt", "odihr-generic", "--from", DAY, "--format", "json")
    assert (again.exit, again.json["cases"]) == (0, 0)
    assert stand() == after
    tried = run("sop", "try", "odihr-generic", "--format", "json")
    assert (tried.json["cases_changed"], set(tried.json["totals"].values())) == (0, {0})
    assert run("audit", "verify").exit == 0
