"""Escalation acts: the next office is told when the first does nothing, and a late act tells whom a sweep would have told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from opennrm.access.scope import as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions, sweep
from opennrm.duties.models import Duty, Event, Notice
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from tests.acting import BESA, by, duty, office, opened

pytestmark = pytest.mark.django_db
FOREIGN = replace(BESA, citizenship=("RS",))


def with_a_limit_that_acts() -> tuple[CaseCard, Duty, datetime]:
    case = opened(who=FOREIGN)
    with by("border-ana"):
        row = duty(case.id, "reflection_period")
    assert row.due_at
    return case, row, row.due_at


def swept(at: datetime) -> list[tuple[str, int | None]]:
    with clock.stopped_at(at), as_system("sweep", reason="test") as actor:
        return [(one.action, one.told) for one in sweep.sweep(by=actor) if one.action != "reminded"]


def told(duty_id: UUID) -> set[tuple[str, int]]:
    with as_system("sweep", reason="what was told"):
        return set(Notice.objects.filter(duty=duty_id).values_list("what", "office_id"))


def test_when_the_first_office_told_does_nothing_the_next_is_told_once() -> None:
    case, row, due = with_a_limit_that_acts()
    assert swept(due + timedelta(hours=1)) == [("lapsed", office("authority"))]
    assert swept(due + timedelta(days=4)) == []
    assert swept(due + timedelta(days=6)) == [("escalated", office("coordinator"))]
    assert swept(due + timedelta(days=6)) == []
    assert ("escalated_further", office("coordinator")) in told(row.id)
    with by("border-ana"):
        steps = Event.objects.filter(duty=row.id, kind="escalated_further")
        assert [(one.reason, one.at) for one in steps] == [("national_coordinator", due + timedelta(days=5))]
    with by("coordinator-kim"), pytest.raises(NotFound):
        cases.case_by_id(case.id)


def test_a_sweep_that_missed_many_nights_takes_every_step() -> None:
    _case, _row, due = with_a_limit_that_acts()
    assert swept(due + timedelta(days=30)) == [
        ("lapsed", office("authority")),
        ("escalated", office("coordinator")),
    ]


def test_a_duty_done_before_the_next_step_tells_nobody_further() -> None:
    _case, row, due = with_a_limit_that_acts()
    swept(due + timedelta(hours=1))
    with clock.stopped_at(due + timedelta(days=1)), as_system("sweep", reason="who holds it"):
        holder = Duty.objects.get(id=row.id).holder_id
    assert holder == row.holder_id
    with clock.stopped_at(due + timedelta(days=1)):
        _fulfil(row)
    assert swept(due + timedelta(days=9)) == []


def test_a_late_act_before_any_sweep_tells_the_offices_the_sweep_would_have_told() -> None:
    _case, by_sweep, due = with_a_limit_that_acts()
    swept(due + timedelta(hours=1))
    _other, by_act, later = with_a_limit_that_acts()
    with clock.stopped_at(later + timedelta(hours=1)):
        _fulfil(by_act)
    assert (
        told(by_act.id)
        == told(by_sweep.id)
        == {
            ("lapsed", by_act.holder_id),
            ("escalated", office("authority")),
        }
    )
    with by("authority-rita"):
        kinds = set(Event.objects.filter(duty=by_act.id).values_list("kind", flat=True))
    assert {"lapsed", "escalated", "fulfil"} <= kinds


def _fulfil(row: Duty) -> None:
    people = {office("police-tirana"): "police-petra", office("border"): "border-ana"}
    people |= {office("social-tirana"): "social-sara", office("shelter"): "shelter-sam"}
    with by(people[row.holder_id]) as actor:
        actions.fulfil(duty=row.id, by=actor)
