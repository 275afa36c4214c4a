from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.conftest import Run
from tests.exchange.case_file import SHORT, sent


@pytest.fixture(scope="module", autouse=True)
def three_cases(country: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    sent(tmp_path_factory.mktemp("cases"), *({**SHORT, "case_ref": f"Y-{n}"} for n in range(3)))


def test_the_account_as_json_has_the_promised_shape(run: Run) -> None:
    ran = run("report", "protection", "--year", "2020", "--as-at", "2021-03-31", "--format", "json")
    assert (ran.exit, ran.err) == (0, "")
    account = ran.json
    assert account.keys() >= {"year", "as_at", "country", "figures", "checks"}
    assert (account["year"], account["as_at"]) == (2020, "2021-03-31")
    figures = {one["id"]: one for one in account["figures"]}
    assert all(one.keys() >= {"id", "label", "value", "state", "unit"} for one in account["figures"])
    assert (figures["identified.all"]["value"], figures["identified.all"]["state"]) == (3, "known")


@pytest.mark.parametrize(("form", "begins"), [("md", "# "), ("html", "<!DOCTYPE html>")])
def test_the_account_is_printed_or_written(form: str, begins: str, run: Run, tmp_path: Path) -> None:
    printed = run("report", "protection", "--year", "2020", "--format", form)
    out = tmp_path / f"account.{form}"
    written = run("report", "protection", "--year", "2020", "--format", form, "--out", out)
    assert (printed.exit, written.exit) == (0, 0)
    assert printed.out.lower().startswith(begins.lower())
    assert out.read_text().strip() == printed.out.strip()


def test_a_year_without_anything_is_an_account_too(run: Run) -> None:
    assert run("report", "protection", "--year", "1990", "--format", "json").exit == 0


def test_a_year_to_come_is_refused_in_one_sentence(run: Run) -> None:
    ran = run("report", "protection", "--year", "2090", "--format", "json")
    assert ran.exit == 1
    assert ran.err.strip() == ran.json["error"]["sentence"]


def test_offices_are_listed_with_what_they_are_competent_for(run: Run) -> None:
    ran = run("offices", "--format", "json")
    offices = {one["code"]: one for one in ran.json["offices"]}
    assert offices["social-vlora"]["roles"] == ["state_social_service"]
    assert offices["social-vlora"]["competence"] == [{"role": "state_social_service", "region": "AL-12"}]
    assert "social-vlora" in run("offices").out
