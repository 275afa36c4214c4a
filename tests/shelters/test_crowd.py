"""Holds, arrivals, moves, departures and closed rooms in random order on real connections: no bed twice, no night lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from random import Random
from threading import Thread
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.shelters import actions, placing, queries
from opennrm.shelters.rules import ClosedBecause, DeclinedBecause, LeftBecause, PlaceState
from tests import promises
from tests.acting import by
from tests.committed import watched
from tests.shelters.housing import furnished, in_need, shelter

PEOPLE = ("border-ana", "shelter-sam")
Act = Callable[[CaseCard, Random, Actor], None]
# Each must find nothing, whatever was tried.
TWICE = """
SELECT count(*) FROM shelters_use a JOIN shelters_use b ON a.place_id = b.place_id AND a.id < b.id
WHERE tstzrange(a.began_at, a.until) && tstzrange(b.began_at, b.until)
"""
APART = """
SELECT count(*) FROM shelters_stay s JOIN shelters_use u ON u.id = s.use_id
WHERE (s.state, s.began_at) <> (u.state, u.began_at) OR s.until IS DISTINCT FROM u.until
"""
# Who moved on has the new place from the very instant at which she left the old one.
LOST = """
SELECT count(*) FROM shelters_stay s JOIN shelters_use u ON u.id = s.use_id
WHERE s.state = 'occupied' AND s.until IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM shelters_departure d WHERE d.case_id = s.case_id AND d.at = s.until)
AND NOT EXISTS (SELECT 1 FROM shelters_stay n WHERE n.case_id = s.case_id AND n.state = 'occupied' AND n.began_at = s.until)
"""
UNSEEN = """
SELECT count(*) FROM shelters_use u
WHERE (u.state = 'out_of_use') = EXISTS (SELECT 1 FROM shelters_stay s WHERE s.use_id = u.id)
"""


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "place_crowd") as found:
        furnished()
        yield found


def hold(case: CaseCard, dice: Random, actor: Actor) -> None:
    room = dice.choice(shelter().rooms)
    free = [place.id for place in room.places if place.state is PlaceState.FREE]
    # Also what somebody else took since is tried.
    wanted = free or [place.id for place in room.places]
    placing.hold(case=case, places=dice.sample(wanted, dice.randint(1, len(wanted))), by=actor)


def release(case: CaseCard, dice: Random, actor: Actor) -> None:
    placing.release(case=case, by=actor)


def used(case: CaseCard, dice: Random) -> UUID:
    mine = [stay.use for stay in queries.stays_of(case.id, clock.now())]
    return dice.choice(mine) if mine else case.id


def admit(case: CaseCard, dice: Random, actor: Actor) -> None:
    placing.admit(use=used(case, dice), by=actor)


def decline(case: CaseCard, dice: Random, actor: Actor) -> None:
    placing.decline(use=used(case, dice), reason=DeclinedBecause.OTHER, by=actor)


def leave(case: CaseCard, dice: Random, actor: Actor) -> None:
    placing.leave(use=used(case, dice), reason=LeftBecause.OWN_WISH, by=actor)


def close_room(case: CaseCard, dice: Random, actor: Actor) -> None:
    room = dice.choice(shelter().rooms).id
    actions.close_room(room=room, reason=ClosedBecause.REPAIR, until=None, by=actor)


def reopen_room(case: CaseCard, dice: Random, actor: Actor) -> None:
    actions.reopen_room(room=dice.choice(shelter().rooms).id, by=actor)


ACTS: tuple[Act, ...] = (
    hold,
    hold,
    hold,
    admit,
    admit,
    admit,
    release,
    decline,
    leave,
    close_room,
    reopen_room,
)


def crowd(cases: list[CaseCard], seed: int, many: int) -> list[Exception]:
    """Two people at once, each act in a transaction of its own; what went wrong but was no refusal."""
    wrong: list[Exception] = []

    def work(username: str, dice: Random) -> None:
        try:
            for _ in range(many):
                with suppress(Problem), by(username) as actor:
                    dice.choice(ACTS)(dice.choice(cases), dice, actor)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(who, Random(f"{seed} {who}"))) for who in PEOPLE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return wrong


def broken(superuser: psycopg.Connection) -> dict[str, int]:
    """How many rows of each kind there are that must not be."""
    asked = {
        "beds given twice": TWICE,
        "stays apart from their use": APART,
        "nights lost": LOST,
        "uses of nobody": UNSEEN,
    }
    return {name: superuser.execute(query).fetchone()[0] for name, query in asked.items()}  # type: ignore[index]


def tried(superuser: psycopg.Connection, sequences: int, acts: int) -> None:
    superuser.execute("TRUNCATE shelters_stay, shelters_use, shelters_departure")
    cases = [in_need() for _ in range(4)]
    # So short that some holds expire while others try to have the bed.
    with patch("opennrm.shelters.rules.HOLD_LASTS", timedelta(milliseconds=400)):
        wrong = [error for seed in range(sequences) for error in crowd(cases, seed, acts)]
    found = broken(superuser)
    uses = superuser.execute("SELECT count(*) FROM shelters_use").fetchone()
    promises.figure(
        "M9", f"{sequences} sequences of {2 * acts} acts on places, {uses[0] if uses else 0} uses: {found}"
    )
    assert wrong == []
    assert found == dict.fromkeys(found, 0)


def test_no_bed_is_given_twice_and_no_night_is_lost(superuser: psycopg.Connection) -> None:
    tried(superuser, sequences=6, acts=8)


@pytest.mark.drill
@pytest.mark.timeout(40_000)
def test_ten_thousand_sequences_of_people_at_once(superuser: psycopg.Connection) -> None:
    tried(superuser, sequences=10_000, acts=6)
