from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

import pytest

from opennrm.access.matrix import commands as matrix
from opennrm.command import commands, parser
from tests.command.conftest import Run

PROMISED = (
    *("init", "load", "offices", "serve", "worker", "simulate", "demo"),
    *("import cases", "export cases", "report protection", "cases", "responsible", "match", "gaps"),
    *("duties sweep", "audit verify", "doctor", "bench"),
)
AS_USER = ("cases", "responsible", "match", "export cases")
PRINTS_JSON = (
    *("offices", "simulate", "cases", "import cases", "responsible", "match", "gaps", "duties sweep"),
    *("report protection", "audit verify", "doctor", "bench"),
)


def leaves(
    one: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [action for action in one._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for word, inner in action.choices.items():
            yield from leaves(inner, (*words, word))
    if not below:
        yield " ".join(words), one


LEAVES = dict(leaves(parser.build()))


def test_every_command_of_the_matrix_has_a_parser_and_a_place_and_vice_versa() -> None:
    assert set(LEAVES) == set(matrix()) == set(commands.PLACES)


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED) <= set(LEAVES)


@pytest.mark.parametrize("name", sorted(set(commands.PLACES) - {"bench"}))
def test_every_place_is_a_function(name: str, run: Run) -> None:
    module, function = commands.PLACES[name].split(".")
    assert callable(getattr(import_module(f"opennrm.command.{module}"), function))


@pytest.mark.parametrize("name", sorted(matrix()))
def test_a_command_names_a_person_just_where_the_matrix_says(name: str) -> None:
    options = {option for action in LEAVES[name]._actions for option in action.option_strings}
    assert ("--as" in options) == bool(matrix()[name].get("user")) == (name in AS_USER)


@pytest.mark.parametrize("name", PRINTS_JSON)
def test_every_command_that_prints_data_prints_json(name: str) -> None:
    [how] = [action for action in LEAVES[name]._actions if "--format" in action.option_strings]
    assert "json" in (how.choices or ())


@pytest.mark.parametrize(
    "arguments",
    [
        ["cases"],
        ["responsible", "AL-00000-00000"],
        ["export", "cases", "--out", "file.csv"],
        ["cases", "--format", "json", "--as", ""],
    ],
)
def test_a_command_that_shows_cases_refuses_without_a_person(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)
    assert (ran.exit, ran.out) == (2, "")
    assert "--as" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["import"],
        ["report", "protection"],
        ["report", "protection", "--year", "next"],
        ["report", "protection", "--year", "20200"],
        ["report", "protection", "--year", "2020", "--format", "yaml"],
        ["simulate", "--cases", "0"],
        ["serve", "--port", "70000"],
        ["responsible", "X", "--as", "y", "--at", "yesterday"],
        ["duties", "sweep", "--now", "2026-13-01"],
        ["load", "atlantis"],
    ],
)
def test_wrong_usage_ends_with_two(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)
    assert (ran.exit, ran.out) == (2, "")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-03T14:00", "2026-03-03T14:00:00+01:00"),
        ("2026-07-03T14:00", "2026-07-03T14:00:00+02:00"),
        ("2026-03-03T14:00:00Z", "2026-03-03T14:00:00+00:00"),
        ("2026-03-03", "2026-03-03T23:59:59+01:00"),
    ],
)
def test_an_instant_without_a_zone_is_the_country_s_time_and_a_day_is_its_end(
    text: str, instant: str
) -> None:
    assert parser.instant(text).isoformat() == instant
