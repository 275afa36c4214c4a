from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from opennrm.lib import clock
from opennrm.reporting.account import account
from opennrm.shelters import leaving
from opennrm.shelters.leave_rules import RestrictedBecause
from opennrm.shelters.rules import LeftBecause
from opennrm.shelters.years import Spell, nights, spells
from tests.acting import by
from tests.shelters.housing import furnished, in_need, left, moved_in, places

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def figures(year: int) -> dict[str, int | None]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(year)
    return {
        one.id.removeprefix("shelters."): one.now.value
        for one in drawn.figures
        if one.id.startswith("shelters.")
    }


def test_who_moves_without_a_gap_came_once() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert spells(
        [
            (one, NOON, NOON + DAY),
            (one, NOON + DAY, None),
            (two, NOON, NOON + DAY),
            (two, NOON + 2 * DAY, None),
        ]
    ) == [
        Spell(one, NOON, None),
        Spell(two, NOON, NOON + DAY),
        Spell(two, NOON + 2 * DAY, None),
    ]


@pytest.mark.parametrize(
    ("began", "until", "slept"),
    [
        (NOON, NOON + DAY, 1),
        (NOON, NOON + timedelta(hours=2), 0),
        (NOON - 9 * DAY, NOON + DAY, 2),
        (NOON, None, 30),
        (NOON - 9 * DAY, NOON - 5 * DAY, 0),
    ],
)
def test_a_night_is_a_midnight_within_the_time(began: datetime, until: datetime | None, slept: int) -> None:
    first = date(2026, 2, 28) if began < NOON else date(2026, 3, 1)
    assert nights(began, until, first, date(2026, 3, 31)) == slept


def test_before_places_were_kept_there_is_nothing_but_which_shelters_there_were() -> None:
    assert set(figures(2020)) == {"state", "ngo"}


def test_a_year_of_stays_moves_and_restrictions_is_counted() -> None:
    furnished()
    today = clock.today()
    stays, leaves = in_need(), in_need()
    moved_in(stays)
    with by("shelter-sam") as sam:
        leaving.restrict(
            case=stays, reason=RestrictedBecause.COURT_ORDER, legal_basis="Test law 1", days=2, by=sam
        )
    with by("shelter-sam"):
        family = places(1)
    moved_in(leaves, family[0].id)
    left(leaves, LeftBecause.OWN_WISH)
    found = figures(today.year)
    assert (found["opening"], found["new"], found["closed"], found["staying"]) == (0, 2, 1, 1)
    assert (found["departures"], found["voluntary_exits"], found["transfers"]) == (1, 1, 0)
    assert (found["restrictions"], found["restricted_days"]) == (1, 1)
    assert found["bed_nights"] == found["bed_nights.shelter"]
    assert found["median_nights"] == 0
