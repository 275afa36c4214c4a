"""An adoption planned for a day to come: nothing changes before, the sweep carries it out once, and till then it can go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from opennrm.access.scope import Actor, as_system
from opennrm.casefile.queries import CaseCard
from opennrm.duties import adopting, planning, sops
from opennrm.duties.models import Adoption, Duty, Event, PlannedAdoption
from opennrm.duties.pack import Pack
from opennrm.duties.sweep import sweep_all
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, duty, opened

pytestmark = pytest.mark.django_db

NEXT, OLD = "odihr-generic", "al-2018-499"
TODAY = clock.today()
DAY = TODAY + timedelta(days=3)


def pack() -> Pack:
    return sops.sop(NEXT)


def scope() -> AbstractContextManager[Actor]:
    return as_system("sop", reason="test")


def planned(day: date = DAY, who: str = "coordinator-kim") -> None:
    with by(who) as actor:
        planning.plan(pack(), effective_on=day, by=actor)


def swept_on(day: date) -> None:
    with clock.stopped_at(clock.midnight(day) + timedelta(hours=2)):
        for _portion in sweep_all():
            pass


def stand() -> set[tuple[object, ...]]:
    with as_system("sweep", reason="test"):
        return set(Duty.objects.values_list("id", "rule", "sop", "state", "holder", "due_at", "started_at"))


def procedures(*cases: CaseCard) -> list[str]:
    from opennrm.casefile.queries import cases_by_id

    with scope():
        found = cases_by_id([case.id for case in cases])
        return [found[case.id].sop for case in cases]


def states() -> list[str]:
    with scope():
        return list(PlannedAdoption.objects.order_by("planned_at").values_list("state", flat=True))


def test_before_its_day_a_plan_changes_nothing() -> None:
    case = opened()
    swept_on(TODAY)
    before = stand()
    planned()
    swept_on(TODAY)
    assert stand() == before
    assert (procedures(case), procedures(opened())) == ([OLD], [OLD])
    assert not Adoption.objects.exists()


def test_on_its_day_the_sweep_carries_it_out_and_sweeping_again_changes_nothing() -> None:
    case = opened()
    planned()
    swept_on(DAY)
    assert (procedures(case), states()) == ([NEXT], ["done"])
    after = stand()
    with scope():
        events = Event.objects.count()
    swept_on(DAY)
    assert stand() == after
    with scope():
        assert Event.objects.count() == events
    assert (Adoption.objects.get().cases_done, Adoption.objects.get().effective_on) == (1, DAY)


def test_a_missed_night_loses_nothing_and_dates_nothing_back() -> None:
    case = opened()
    planned()
    late = DAY + timedelta(days=2)
    swept_on(late)
    assert (procedures(case), states()) == ([NEXT], ["done"])
    with scope():
        new = Duty.objects.filter(case=case.id, sop=NEXT, known_at__gte=clock.midnight(late))
        assert new.exists()
        assert not new.filter(started_at__lt=clock.midnight(late)).exists()


def test_a_case_opened_on_its_day_begins_with_it_before_any_sweep() -> None:
    before = opened()
    planned()
    with clock.stopped_at(clock.midnight(DAY) + timedelta(minutes=1)):
        assert opened(at=clock.now()).sop == NEXT
        assert sops.sop_in_force() == NEXT
    assert procedures(before) == [OLD]


def test_an_adoption_that_stopped_in_the_middle_goes_on_with_the_next_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = [opened() for _ in range(3)]
    planned()
    monkeypatch.setattr(adopting, "AT_ONCE", 1)
    with clock.stopped_at(clock.midnight(DAY)):
        going = planning.carry_out()
        assert next(going) == (1, 3)
    assert (states(), sorted(procedures(*cases))) == (["running"], [OLD, OLD, NEXT])
    with by("coordinator-kim") as kim, pytest.raises(Problem):
        planning.call_off(by=kim)
    swept_on(DAY)
    assert (states(), procedures(*cases)) == (["done"], [NEXT] * 3)
    assert Adoption.objects.get().cases_done == 3


def test_people_go_on_working_between_the_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    from opennrm.duties import actions

    first, second = opened(), opened()
    planned()
    monkeypatch.setattr(adopting, "AT_ONCE", 1)
    with clock.stopped_at(clock.midnight(DAY)):
        for _have_it, _of in planning.carry_out():
            for case in (first, second):
                with by("border-ana") as ana:
                    safety = duty(case.id, "immediate_safety_and_needs")
                    if safety.ended_at is None and safety.holder_id in ana.offices:
                        actions.fulfil(duty=safety.id, by=ana)
    assert procedures(first, second) == [NEXT, NEXT]


def test_until_its_day_it_is_called_off_and_another_may_be_planned() -> None:
    case = opened()
    planned()
    with by("coordinator-kim") as kim:
        assert planning.call_off(by=kim).pack == NEXT
    swept_on(DAY)
    assert (procedures(case), states()) == ([OLD], ["called_off"])
    planned(DAY + timedelta(days=1))
    assert states() == ["called_off", "planned"]


def test_from_its_day_on_it_is_not_called_off() -> None:
    planned()
    with (
        clock.stopped_at(clock.midnight(DAY) + timedelta(minutes=1)),
        by("coordinator-kim") as kim,
        pytest.raises(Problem) as refused,
    ):
        planning.call_off(by=kim)
    assert refused.value.code == "adoption_began"


def test_the_same_plan_again_changes_nothing_and_a_second_is_refused() -> None:
    planned()
    planned()
    assert states() == ["planned"]
    with pytest.raises(Problem) as refused:
        planned(DAY + timedelta(days=1))
    assert refused.value.code == "adoption_planned"


def test_today_a_draft_and_the_procedure_in_force_are_not_planned() -> None:
    with by("coordinator-kim") as kim:
        for asked, day, code in (
            (NEXT, TODAY, "adoption_not_ahead"),
            ("al-2025-consultation", DAY, "pack_is_draft"),
            (OLD, DAY, "already_in_force"),
        ):
            with pytest.raises(Problem) as refused:
                planning.plan(sops.sop(asked), effective_on=day, by=kim)
            assert refused.value.code == code
    assert states() == []


def test_nobody_but_the_coordinator_plans_or_calls_off() -> None:
    planned()
    for username in ("border-ana", "authority-rita", "analyst-ada", "admin-abe"):
        with by(username) as actor:
            with pytest.raises(NotAllowed):
                planning.plan(pack(), effective_on=DAY, by=actor)
            with pytest.raises(NotAllowed):
                planning.call_off(by=actor)


def test_an_adoption_at_once_does_not_overtake_the_plan_for_the_same_procedure() -> None:
    planned()
    with pytest.raises(Problem) as refused:
        list(adopting.adopt(pack(), effective_on=TODAY, scope=scope))
    assert refused.value.code == "adoption_planned"


@pytest.fixture
def row() -> Iterator[PlannedAdoption]:
    planned()
    with scope():
        yield PlannedAdoption.objects.get()


@pytest.mark.parametrize("change", [{"state": "done"}, {"state": "running"}, {"began_at": clock.now()}])
def test_the_database_refuses_a_step_out_of_order(row: PlannedAdoption, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PlannedAdoption.objects.filter(id=row.id).update(**change)


def test_the_database_refuses_a_second_plan(row: PlannedAdoption) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PlannedAdoption.objects.create(pack=OLD, effective_on=DAY, planned_at=clock.now())


def test_the_database_lets_nobody_but_a_coordinator_write_a_plan() -> None:
    with by("authority-rita") as rita, pytest.raises(DatabaseError), transaction.atomic():
        PlannedAdoption.objects.bulk_create(
            [PlannedAdoption(pack=NEXT, effective_on=DAY, planned_at=clock.now(), planned_by_id=rita.officer)]
        )
