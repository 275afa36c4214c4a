from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from opennrm.access.scope import Actor, acting
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.country.names import FAMILIES, FOREIGN
from opennrm.country.open_caseload import copy_sql, sample
from opennrm.country.open_caseload.copies import Copy
from opennrm.country.open_caseload.patterns import patterns
from opennrm.country.open_caseload.raising import raise_caseload
from opennrm.duties.models import Duty
from opennrm.lib import clock
from opennrm.lib.database import owner_url
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people
from tests.command.conftest import Run

CASES = 30
FAMILY_NAMES = {*FAMILIES, *(name for _, _, names, _ in FOREIGN.values() for name in names)}


@pytest.fixture(scope="module")
def owner(country: tuple[str, str]) -> Iterator[psycopg.Connection]:
    database = str(psycopg.conninfo.conninfo_to_dict(country[1])["dbname"])
    with psycopg.connect(owner_url(country[1], database)) as connection:
        yield connection


@pytest.fixture(scope="module")
def raised(owner: psycopg.Connection) -> list[Copy]:
    """Thirty open cases in the reference country: all of them copies but twelve."""
    from opennrm.access.scope import as_system
    from opennrm.country import loading

    with as_system("setup", reason="test") as actor:
        country = loading.load_bodies(with_accounts=True, by=actor)
        loading.mark(country.code, demo=True, by=actor)
    return raise_caseload(owner, CASES, seed=3, show=lambda done: None)


def _actor(office: int) -> Actor:
    card = agencies.offices([office])[office]
    return Actor(user="test", offices=frozenset({office}), organisations=frozenset({card.organisation}))


def _seen_by(owner: psycopg.Connection, case: UUID, data_class: str) -> set[int]:
    asked = "SELECT office_id FROM access_sight WHERE case_id = %s AND data_class = %s"
    return {row[0] for row in owner.execute(asked, [case, data_class]).fetchall()}


def test_the_same_seed_and_day_give_the_same_cases_to_copy() -> None:
    today = clock.today()
    assert patterns(5, 3, today) == patterns(5, 3, today) != patterns(5, 4, today)


def test_so_many_open_cases_stand_in_a_mix_of_states(owner: psycopg.Connection, raised: list[Copy]) -> None:
    assert owner.execute("SELECT count(*) FROM casefile_case").fetchone() == (CASES,)
    states: dict[str, int] = dict(
        owner.execute("SELECT state, count(*) FROM duties_duty GROUP BY state").fetchall()
    )
    assert {"held", "fulfilled"} <= states.keys()
    assert 8 <= sum(states.values()) / CASES <= 24


def test_a_copy_is_seen_by_the_offices_of_its_pattern_and_by_no_other(
    owner: psycopg.Connection, raised: list[Copy]
) -> None:
    for one in raised[:4]:
        case = one.id(one.source)
        seeing = _seen_by(owner, case, "ordinary")
        assert seeing == _seen_by(owner, one.source, "ordinary")
        for office in agencies.offices():
            with acting(_actor(office)):
                assert (case in cases.cases_by_id([case])) == (office in seeing)
                assert Duty.objects.filter(case=case).exists() == (office in seeing)


def test_a_copy_has_a_name_of_its_own_that_its_offices_open_and_find(
    owner: psycopg.Connection, raised: list[Copy]
) -> None:
    opened = 0
    for one in raised:
        case = one.id(one.source)
        for office in sorted(_seen_by(owner, case, "identity"))[:2]:
            with acting(_actor(office)) as by:
                identity = people.identity(case, by=by)
                for kind, first, second in identity.names:
                    assert (kind, second in FAMILY_NAMES) == ("name", True)
                    assert case in people.cases_with_name(first, second, tolerant=True)
                    opened += 1
    assert opened


def test_an_office_without_sight_finds_no_copy(owner: psycopg.Connection, raised: list[Copy]) -> None:
    case = raised[0].id(raised[0].source)
    stranger = min(set(agencies.offices()) - _seen_by(owner, case, "ordinary"))
    with acting(_actor(stranger)), pytest.raises(NotFound):
        cases.case_by_id(case)


def test_a_copy_that_differs_from_what_the_actions_make_is_refused(
    owner: psycopg.Connection, raised: list[Copy]
) -> None:
    sample.check(owner, raised)
    ids = [one.id(one.source) for one in raised]
    later = "UPDATE duties_duty SET due_at = due_at + interval '1 day' WHERE state = 'held' AND case_id = ANY (%s)"
    owner.execute(later, [ids])
    with pytest.raises(Problem, match="due at another instant"):
        sample.check(owner, raised)
    owner.execute(later.replace("+", "-"), [ids])
    owner.execute("DELETE FROM duties_happening WHERE kind = 'case_opened' AND case_id = ANY (%s)", [ids])
    with pytest.raises(Problem, match="duties_happening"):
        sample.check(owner, raised)
    owner.rollback()


def test_open_cases_are_raised_where_the_home_has_its_own_server_alone(run: Run) -> None:
    ran = run("simulate", "--cases", 5, "--open")
    assert ran.exit == 1
    assert "embedded server" in ran.err


def test_every_part_of_a_case_is_copied() -> None:
    tables = [model._meta.db_table for model in copy_sql.models()]
    assert tables.index("access_basis") < tables.index("casefile_case") < tables.index("duties_duty")
    assert tables.index("duties_duty") < tables.index("duties_holding")
