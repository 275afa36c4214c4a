"""P2: two worlds that differ only in what somebody may not know answer all she asks byte for byte alike."""

from __future__ import annotations

import pytest

from tests import promises
from tests.access.asked_in_both import ROUTES, about_steps, asking_steps, differences, meant_steps, steps
from tests.access.two_worlds import MEANT, OBSERVERS, Observer
from tests.api.operations import OPERATIONS
from tests.coordination.bodies import a_row_of_each
from tests.shelters.housing import furnished

pytestmark = pytest.mark.django_db

SAMPLED = ("health-hana", "shelter-sam", "labour-lea", "border-ben", "authority-rita")
SEEDS = range(5)


@pytest.fixture(autouse=True)
def bodies(db: None) -> None:
    """Bodies, agreements and shelters stand before either world: the numbers of their rows are drawn from one sequence."""
    a_row_of_each()
    furnished()


@pytest.mark.parametrize("observer", [one for one in OBSERVERS if one.username in SAMPLED], ids=str)
def test_what_somebody_may_not_know_changes_nothing_she_is_answered(observer: Observer) -> None:
    asked = steps(seed=7, many=50)
    told = differences(observer, asked)
    promises.figure("P2", f"{len(asked)} requests in two worlds as {observer}: {len(told)} differences")
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    "observer", [one for one in OBSERVERS if one.username in ("labour-lea", "border-ben")], ids=str
)
def test_an_office_learns_from_being_asked_a_few_facts_and_who_asked_nothing_from_the_reason(
    observer: Observer,
) -> None:
    asked = asking_steps()
    told = differences(observer, asked)
    promises.figure(
        "P2", f"{len(asked)} requests about information asked as {observer}: {len(told)} differences"
    )
    assert not told, "\n".join(told)


def test_an_emergency_shows_what_it_opens_and_the_rest_of_the_country_stays_hidden() -> None:
    petra = next(one for one in OBSERVERS if one.breaks)
    asked = [*about_steps(petra.breaks), *steps(seed=3, many=25)]
    told = differences(petra, asked)
    promises.figure("P2", f"{len(asked)} requests in an emergency as {petra}: {len(told)} differences")
    assert not told, "\n".join(told)


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("observer", OBSERVERS, ids=str)
def test_a_thousand_requests_of_each_observer_are_answered_alike(observer: Observer) -> None:
    asked = [steps(seed=seed, many=210) for seed in SEEDS]
    told = [line for one in asked for line in differences(observer, one)]
    promises.figure(
        "P2", f"{sum(map(len, asked))} requests in two worlds as {observer}: {len(told)} differences"
    )
    promises.tally("P2", sum(map(len, asked)), "requests in two worlds in all")
    assert not told, "\n".join(told)


def test_the_flows_that_are_meant_do_differ_so_that_a_leak_would_be_seen() -> None:
    ada = next(one for one in OBSERVERS if one.username == "analyst-ada")
    told = differences(ada, meant_steps(), excused=False)
    assert any("report_protection" in line for line in told)


def test_every_flow_that_is_meant_is_a_page_or_an_operation() -> None:
    assert set(MEANT) <= set(ROUTES) | {one.name for one in OPERATIONS}
