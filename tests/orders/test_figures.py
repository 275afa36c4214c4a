"""What was entered, confirmed, refused and revoked in a year, counted for the account; before it was kept there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.lib import clock
from opennrm.orders import actions
from opennrm.reporting.account import account
from tests.acting import by
from tests.orders.ordering import confirm, entered, in_force

pytestmark = pytest.mark.django_db


def figures(year: int) -> dict[str, int | None]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(year)
    found = [one for one in drawn.figures if one.id.startswith("sharing.orders.")]
    return {one.id.removeprefix("sharing.orders."): one.now.value for one in found}


def test_none_is_a_known_zero_since_they_are_kept_and_nothing_at_all_before() -> None:
    nothing = dict.fromkeys(("in_force", "entered", "confirmed", "refused", "revoked"), 0)
    assert figures(clock.today().year) == nothing | {"median_days": None}
    assert figures(2020) == {}


def test_what_was_entered_and_what_came_of_it_is_counted() -> None:
    year, now = clock.today().year, clock.now()
    with clock.stopped_at(now - timedelta(days=4)):
        refused, late = entered(), entered()
    confirm(late)
    in_force()
    ended = in_force()
    with by("coordinator-kim") as kim:
        actions.refuse(order=refused, words="Not as on the paper.", by=kim)
        actions.revoke(order=ended, words="Taken back.", by=kim)
    if (now - timedelta(days=4)).year != year:
        pytest.skip("the four days lie in two years")
    assert figures(year) == {
        "in_force": 2,
        "entered": 4,
        "confirmed": 3,
        "refused": 1,
        "revoked": 1,
        "median_days": 0,
    }
