"""Several people, the sweep, an adoption and an office that closes at once, on real connections that commit.

After each schedule every invariant is read from history, and whatever was refused was told in a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import audit
from opennrm.access.scope import as_system
from opennrm.agencies import actions as bodies
from opennrm.casefile import queries as cases
from opennrm.duties import sops
from opennrm.duties.caseload import changes_of
from opennrm.identification import actions as identification
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests import promises, world
from tests.acting import by, new_case
from tests.committed import watched
from tests.duties import crowd, reference_procedure
from tests.duties.whole_sql import broken

SAMPLE, SCHEDULES = 8, 1000
ACTS_EACH = 5


@pytest.fixture(scope="module")
def superuser(
    admin_url: str,
    application_url: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[psycopg.Connection]:
    """A database in which everybody commits, with the two short procedures, and a superuser who looks at what stands."""
    with (
        reference_procedure.standing(Path(tmp_path_factory.mktemp("procedures"))),
        watched(admin_url, application_url, django_db_blocker, "crowd") as found,
    ):
        yield found


def annex(number: int) -> str:
    """An office of one schedule, asked for what nobody else provides, that may close in the middle of it."""
    code = f"annex-{number}"
    new = bodies.Establishment(
        offices=[bodies.NewOffice(code, code, code, "labour", is_state=True, opened_on=world.LONG_AGO)],
        competences=[bodies.NewCompetence(code, "legal_aid", "AL-11", world.LONG_AGO)],
        posts=[
            bodies.NewPost(
                code,
                "Post",
                "Vendi",
                "case_worker",
                True,
                world.LONG_AGO,
                officer=f"Test {code}",
                username=code,
            )
        ],
    )
    with as_system("setup", reason="an office of one schedule") as actor:
        bodies.establish(new, with_accounts=True, by=actor)
    return code


def opened_long_ago(needs: Sequence[str], at: datetime) -> UUID:
    """A case entered today that began so long ago that some of its limits have passed."""
    new = replace(new_case(needs=tuple(needs), at=at), sop="walk-first")
    with by("border-ana") as ana:
        return identification.open_case(new=new, by=ana).id


def run(number: int) -> tuple[list[UUID], Counter[str], list[BaseException]]:
    """One schedule: two to four hands on one or two cases, each with a few acts, beginning at one moment."""
    dice = Random(number)
    code = annex(number)
    people = (*crowd.PEOPLE, code)
    long_ago = clock.now() - timedelta(hours=dice.choice([1, 30, 80]))
    needs = dice.sample(crowd.NEEDS, 2)
    on = [opened_long_ago(needs, long_ago) for _ in range(dice.choice([1, 1, 2]))]
    system: list[Callable[[], None]] = [
        crowd.sweep_all,
        crowd.sweep_all,
        crowd.adopt,
        crowd.plan,
        crowd.call_off,
        lambda: crowd.close_annex(code),
    ]
    hands = dice.choice([2, 3, 3, 4])
    start, counted, wrong = Barrier(hands), Counter[str](), list[BaseException]()

    def work(mine: Random) -> None:
        start.wait(20)
        for _ in range(ACTS_EACH):
            act = (
                mine.choice(system)
                if mine.random() < 0.2
                else lambda: crowd.act_of_a_person(on, mine, people)
            )
            try:
                act()
                counted["done"] += 1
            except Problem as problem:
                counted[problem.code] += 1
                if problem.status not in (400, 403, 404, 409):
                    wrong.append(problem)
            except BaseException as error:
                wrong.append(error)
        connection.close()

    threads = [Thread(target=work, args=(Random(f"{number}.{hand}"),)) for hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "somebody waits for ever"
    return on, counted, wrong


def check(superuser: psycopg.Connection, number: int, on: list[UUID], wrong: list[BaseException]) -> None:
    assert wrong == [], (number, wrong)
    assert broken(superuser, on) == {}, number
    # What a plan left half done, the next sweep ends.
    crowd.sweep_all()
    with as_system("sop", reason="no plan is left half done"):
        assert sops.planned_adoption() is None, number
    # What the procedures ask is owed, no more and no less: nothing was swallowed on the way.
    with as_system("sop", reason="what is asked is owed"):
        for case in cases.cases_by_id(on).values():
            if case.is_open:
                (found,) = changes_of([case], sops.confirmed_sop(case.sop), begins=clock.now())
                what = found.changes
                moves = [one for one in what.keep if one.moves_to is not None]
                assert (what.appear, what.gaps, what.end, moves) == ((), (), (), []), number


def crowded(superuser: psycopg.Connection, numbers: range) -> Counter[str]:
    total = Counter[str]()
    for number in numbers:
        on, counted, wrong = run(number)
        check(superuser, number, on, wrong)
        total += counted
    verified = audit.verify(superuser)
    assert verified.ok, verified.problems
    return total


def test_whatever_people_do_at_once_the_ledger_stays_whole(superuser: psycopg.Connection) -> None:
    total = crowded(superuser, range(SAMPLE))
    assert total["done"] > SAMPLE


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_whatever_people_do_at_once_the_ledger_stays_whole_in_a_thousand_schedules(
    superuser: psycopg.Connection,
) -> None:
    total = crowded(superuser, range(SAMPLE, SAMPLE + SCHEDULES))
    promises.figure(
        "L",
        f"{SCHEDULES} schedules of 2 to 4 people, sweeps, adoptions and closing offices at once on real connections:"
        f" {total['done']} acts done, {total.total() - total['done']} refused in a sentence, 0 broken invariants",
    )
