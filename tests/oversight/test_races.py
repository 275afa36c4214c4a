"""On real connections that commit: an exclusion in the same moment, two clicks at once, and the hour that ends by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import Actor
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.oversight import emergencies
from opennrm.oversight.rules import Danger
from opennrm.people import queries as people
from tests.acting import by, opened, person
from tests.committed import watched
from tests.duties.test_races import at_once

TIMES = 4


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "glass") as found:
        yield found


def breaks(reference: str, by: Actor) -> UUID | None:
    return emergencies.break_glass(reference=reference, danger=Danger.MISSING, words="Gone.", by=by).case


def sees(username: str, case: UUID) -> bool:
    with by(username):
        try:
            return cases.case_by_id(case).id == case
        except NotFound:
            return False


def forget_tries(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE oversight_emergency SET tried_at = tried_at - interval '2 days'")


@pytest.mark.parametrize("_time", range(TIMES))
def test_an_exclusion_in_the_same_moment_wins(superuser: psycopg.Connection, _time: int) -> None:
    case, hana = opened(), person("health-hana").officer
    assert hana is not None
    came = at_once(
        ("health-hana", lambda actor: breaks(case.reference, actor)),
        (
            "border-ana",
            lambda ana: exclusion.exclude_officer(
                case=case, officer=hana, reason=ExclusionReason.RELATIVE, by=ana
            ),
        ),
    )
    # Whichever came first, nobody was told that the two crossed, and afterwards she sees nothing.
    assert came == ["done", "done"]
    assert not sees("health-hana", case.id)
    forget_tries(superuser)


def test_two_clicks_at_once_open_it_once(superuser: psycopg.Connection) -> None:
    case = opened()
    came = at_once(*[("labour-lea", lambda lea: breaks(case.reference, lea))] * 2)
    assert came == ["done", "done"]
    assert sees("labour-lea", case.id)
    count = "SELECT count(*) FROM access_basis WHERE case_id = %s AND kind = 'emergency'"
    assert superuser.execute(count, [case.id]).fetchone() == (1,)
    forget_tries(superuser)


def test_the_hour_ends_by_itself_while_her_page_is_open(superuser: psycopg.Connection) -> None:
    case = opened()
    # Opened an hour but three seconds ago, so that the database's own clock ends it.
    with clock.stopped_at(clock.now() - timedelta(minutes=59, seconds=57)), by("labour-lea") as lea:
        breaks(case.reference, lea)
    if sees_early := sees("labour-lea", case.id):
        with by("labour-lea") as lea:
            assert people.identity(case.id, by=lea).shown
    assert sees_early
    time.sleep(3.2)
    assert not sees("labour-lea", case.id)
    standing = (
        "SELECT count(*) FROM access_basis WHERE case_id = %s AND kind = 'emergency' AND ended_at IS NULL"
    )
    # Nobody has ended anything yet: the hour alone did.
    assert superuser.execute(standing, [case.id]).fetchone() == (1,)
    assert emergencies.end_past() == 1
    assert superuser.execute(standing, [case.id]).fetchone() == (0,)
