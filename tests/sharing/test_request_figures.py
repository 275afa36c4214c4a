"""What was asked, answered, refused and late in a year, counted for the account; before it was kept there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.lib import clock
from opennrm.reporting.account import account
from opennrm.sharing import requests
from opennrm.sharing.request_rules import RefusalReason, Subject
from tests.acting import by, opened
from tests.sharing.asking import answered, asked, refused

pytestmark = pytest.mark.django_db


def figures(year: int) -> dict[str, tuple[int | None, str]]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(year)
    return {
        one.id.removeprefix("information."): (one.now.value, str(one.now.state))
        for one in drawn.figures
        if one.id.startswith("information.")
    }


def test_none_is_a_known_zero_since_they_are_kept_and_nothing_at_all_before() -> None:
    assert figures(clock.today().year)["asked"] == (0, "none")
    assert figures(clock.today().year)["median_days"] == (None, "not_reported")
    assert figures(2020) == {}


def test_what_was_asked_and_what_came_of_it_is_counted() -> None:
    case = opened()
    year = clock.today().year
    began = clock.now()
    with clock.stopped_at(began):
        first, second, third, _fourth = (
            asked(case, subject=one)
            for one in (Subject.EARLIER_HELP, Subject.THREATS, Subject.HEALTH, Subject.RESIDENCE)
        )
        answered(first)
        with by("border-ana") as ana:
            requests.withdraw(request=third, by=ana)
    with clock.stopped_at(began + timedelta(seconds=30)):
        refused(second, RefusalReason.PERSON_DID_NOT_AGREE)
    found = {code: value for code, (value, _state) in figures(year).items()}
    assert found == {
        "asked": 4,
        "answered": 1,
        "refused": 1,
        "refused.no_basis": 0,
        # To the nearest five: who asked learns from no figure why it was refused.
        "refused.person_did_not_agree": 0,
        "refused.other_law": 0,
        "refused.does_not_hold": 0,
        "late": 0,
        "median_days": 0,
    }


def test_an_answer_after_its_day_is_late_and_one_that_waits_too() -> None:
    case = opened()
    long_ago = clock.now() - timedelta(days=20)
    if long_ago.year != clock.now().year:
        pytest.skip("the twenty days lie in two years")
    with clock.stopped_at(long_ago):
        first, _second = asked(case), asked(case, subject=Subject.THREATS)
    answered(first)
    found = {code: value for code, (value, _state) in figures(clock.today().year).items()}
    assert (found["asked"], found["answered"], found["late"], found["median_days"]) == (2, 1, 2, 20)
