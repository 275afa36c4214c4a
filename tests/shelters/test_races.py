"""Two at once, on two real connections that commit: a place goes to one, and the other is told why."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.casefile.queries import CaseCard
from opennrm.shelters import actions, placing
from opennrm.shelters.rules import ClosedBecause
from tests.acting import by
from tests.committed import watched
from tests.duties.test_races import TIMES, Act, at_once, check
from tests.shelters.housing import furnished, held, in_need, places, room, use_of

BOTH = "SELECT count(*) FROM shelters_use WHERE until IS NULL OR until > now()"


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "place_races") as found:
        furnished()
        yield found


@pytest.fixture(autouse=True)
def emptied(superuser: psycopg.Connection) -> None:
    """Every place is free before each race."""
    superuser.execute("TRUNCATE shelters_stay, shelters_use")


def holds(case: CaseCard, place: int) -> Act:
    return lambda actor: placing.hold(case=case, places=[place], by=actor)


def closes(room: int) -> Act:
    return lambda actor: actions.close_room(room=room, reason=ClosedBecause.REPAIR, until=None, by=actor)


def admits(case: CaseCard) -> Act:
    use = use_of(case)
    return lambda actor: placing.admit(use=use, by=actor)


def lets_go(case: CaseCard) -> Act:
    return lambda actor: placing.release(case=case, by=actor)


def last() -> int:
    with by("shelter-sam"):
        return places(2)[0].id


def test_the_last_place_goes_to_one_of_two(superuser: psycopg.Connection) -> None:
    for _ in range(TIMES):
        first, second, place = in_need(), in_need(), last()
        check(at_once(("border-ana", holds(first, place)), ("shelter-sam", holds(second, place))))
        assert superuser.execute(BOTH).fetchone() == (1,)
        superuser.execute("TRUNCATE shelters_stay, shelters_use")


def test_a_room_is_closed_or_held_and_never_both(superuser: psycopg.Connection) -> None:
    with by("shelter-sam"):
        family, one = room(1).id, places(1)[1].id
    for _ in range(TIMES):
        case = in_need()
        check(at_once(("border-ana", holds(case, one)), ("shelter-sam", closes(family))))
        states = {row[0] for row in superuser.execute("SELECT state FROM shelters_use")}
        assert states in ({"held"}, {"out_of_use"})
        superuser.execute("TRUNCATE shelters_stay, shelters_use")


def test_moving_in_meets_letting_go(superuser: psycopg.Connection) -> None:
    for _ in range(TIMES):
        case = in_need()
        held(case, last())
        check(at_once(("shelter-sam", admits(case)), ("shelter-sam", lets_go(case))))
        superuser.execute("TRUNCATE shelters_stay, shelters_use")
