"""The published figures of Albania come out of the invented caseload, person by person, and from nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import as_system
from opennrm.country import loading
from opennrm.reporting.account import account, as_json
from tests.committed import committed

PUBLISHED = json.loads((Path(__file__).parent / "figures_albania.json").read_text())
YEARS = (2019, 2020)
EXPECTED = [
    (one["id"], year, one[str(year)]) for one in PUBLISHED["figures"] for year in YEARS if str(year) in one
]


@pytest.fixture(scope="module")
def drawn(
    admin_url: str, application_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[int, dict[str, Any]]]:
    """The accounts of both years in a database with the reference country."""
    with committed(admin_url, application_url, django_db_blocker, "albania"):
        with as_system("setup", reason="the reference country") as actor:
            loading.load_bodies(with_accounts=False, by=actor)
            loading.mark("AL", demo=True, by=actor)
        with as_system("import", reason="the invented caseload") as actor:
            loading.load_caseload(by=actor)
        yield {year: as_json(account(year)) for year in YEARS}


def figure(account_of_year: dict[str, Any], figure_id: str) -> dict[str, Any]:
    return next(one for one in account_of_year["figures"] if one["id"] == figure_id)


@pytest.mark.parametrize(("figure_id", "year", "published"), EXPECTED)
def test_a_published_figure_comes_out(
    drawn: dict[int, dict[str, Any]], figure_id: str, year: int, published: int | str
) -> None:
    found = figure(drawn[year], figure_id)
    assert (found["state"] if isinstance(published, str) else found["value"]) == published


@pytest.mark.parametrize(("figure_id", "year", "published"), [one for one in EXPECTED if one[1] == 2019])
def test_the_account_of_2020_gives_2019_the_same(
    drawn: dict[int, dict[str, Any]], figure_id: str, year: int, published: int
) -> None:
    before = figure(drawn[2020], figure_id)["previous"]
    assert (before["year"], before["value"]) == (year, published)


@pytest.mark.parametrize("expected", PUBLISHED["checks_2020"], ids=lambda check: str(check["id"]))
def test_what_does_not_add_up_is_said_as_published(
    drawn: dict[int, dict[str, Any]], expected: dict[str, Any]
) -> None:
    assert expected in drawn[2020]["checks"]


def test_the_rate_and_the_procedure_stand_on_the_account(drawn: dict[int, dict[str, Any]]) -> None:
    one = drawn[2020]
    stated = (one["as_at"], one["country"], one["sop"], one["currency"], one["usd_rate"])
    assert stated == ("2021-03-31", "AL", "al-2018-499", "ALL", 100.35)
