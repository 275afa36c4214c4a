"""What the documents say is there: links, commands, tests, and every column of a table that holds case data."""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from opennrm.access.matrix import tables
from opennrm.command import parser

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted(DOCS.glob("adr/[0-9]*.md"))
# They name no person, and are open to everybody who is signed in.
WITHOUT_CASE_DATA = ("access_deployment", "access_order", "access_tree")
# Put together here, so that this file does not name what it looks for.
MACHINE = re.compile(
    r"(?<![\w.}-])/(?:"
    + "|".join(("ro" + "ot", "wo" + "rk", "tm" + "p", "ho" + "me"))
    + r")/[\w.]|"
    + "|".join(
        (
            r"py" + r"pi\.org",
            r"python" + r"hosted\.",
            r"npm" + r"js\.",
            r"arti" + r"factory",
            r"proxy\.gol" + "ang",
        )
    )
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands_in(document: Path) -> Iterator[list[str]]:
    text = document.read_text()
    spoken = re.findall(r"`opennrm ([^`\n]+)`", text)
    for found in (*spoken, *re.findall(r"^    (?:[A-Z_]+=\S+ )*opennrm (.+)$", text, re.MULTILINE)):
        yield found.split()


def subcommands(words: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in words._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def unknown_words(command: list[str]) -> list[str]:
    """What of a command line the program does not know."""
    words, rest = parser.build(), list(command)
    while rest and (choices := subcommands(words)):
        if rest[0] not in choices:
            return [rest[0]]
        words = choices[rest.pop(0)]
    options = {option for action in words._actions for option in action.option_strings}
    return [word for word in rest if word.startswith("--") and word not in options]


def listed_columns() -> dict[str, tuple[set[str], set[str]]]:
    """The tables of the threat model's list: sealed or keyed columns, and plain ones."""
    lines = re.findall(
        r"^\| `(\w+)` \|([^|]*)\|([^|]*)\|", (DOCS / "threat-model.md").read_text(), re.MULTILINE
    )
    return {
        table: (set(re.findall(r"`(\w+)`", sealed)), set(re.findall(r"`(\w+)`", plain)))
        for table, sealed, plain in lines
    }


def case_tables() -> set[str]:
    return {
        name
        for name, row in tables().items()
        if not row.exempt and not name.startswith("agencies_") and name not in WITHOUT_CASE_DATA
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text()):
        if target.startswith(("http:", "https:")):
            continue
        path, _, anchor = target.partition("#")
        led_to = (document.parent / path).resolve() if path else document
        assert led_to.exists(), target
        assert not anchor or anchor in anchors(led_to), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_exists_with_its_options(document: Path) -> None:
    assert [(command, wrong) for command in commands_in(document) if (wrong := unknown_words(command))] == []


def test_the_documents_name_commands_at_all() -> None:
    named_commands = {" ".join(command[:2]) for document in DOCUMENTS for command in commands_in(document)}
    assert {"audit verify", "import cases", "export cases"} <= named_commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_test_that_is_named_exists(document: Path) -> None:
    written = "\n".join(path.read_text() for path in ROOT.glob("tests/**/test_*.py"))
    missing = [
        name for name in re.findall(r"`(test_\w+)`", document.read_text()) if f"def {name}(" not in written
    ]
    assert missing == []


def test_every_table_with_case_data_is_listed_in_the_threat_model() -> None:
    assert set(listed_columns()) == case_tables()


def test_every_column_of_a_case_table_is_listed_in_the_threat_model(
    owner_connection: psycopg.Connection,
) -> None:
    rows = owner_connection.execute(
        "SELECT c.relname, a.attname, a.atttypid = 'bytea'::regtype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
        [sorted(case_tables())],
    ).fetchall()
    found: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in case_tables()}
    for table, column, is_binary in rows:
        # The hashes of the log's tree are binary and sealed by nothing.
        found[table][0 if is_binary and table != "access_audit" else 1].add(column)
    assert listed_columns() == found


def test_no_file_names_a_machines_folder_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name] or DOCUMENTS
    wrong = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        wrong += [f"{named(path)}: {found.group(0)}" for found in MACHINE.finditer(text)]
    assert wrong == []


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_a_decision_has_context_decision_and_consequences(decision: Path) -> None:
    text = decision.read_text()
    assert text.startswith(f"# {decision.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_every_decision_is_on_the_list_once() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DOCS / "adr" / "README.md").read_text())
    assert listed == [decision.name for decision in DECISIONS]
