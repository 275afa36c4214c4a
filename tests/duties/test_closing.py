"""An office that closes strands nothing: what it owes goes to its substitute or the competent office, all or nothing."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

import pytest

from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.models import Office
from opennrm.casefile import queries as cases
from opennrm.command import bodies
from opennrm.duties import closing, handover, queries
from opennrm.duties.models import Duty, Event
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people import queries as people
from tests.acting import by, duty, office, opened

pytestmark = pytest.mark.django_db


def today() -> date:
    return clock.today()


def with_substitute(code: str, substitute: str) -> None:
    with as_system("setup", reason="a substitute for a test"):
        Office.objects.filter(code=code).update(substitute=office(substitute))


def test_what_the_office_owed_goes_to_its_substitute_the_lead_included() -> None:
    case = opened()
    with_substitute("border", "shelter")
    moved = closing.close_office(code="border", on=today())
    assert {one.to for one in moved} == {office("shelter")}
    with by("shelter-sam") as sam:
        assert cases.case_by_id(case.id).lead_office == office("shelter")
        assert people.identity(case.id, by=sam).shown == "Besa Shembulli"
        lead = duty(case.id, "lead")
        assert Event.objects.filter(duty=lead, kind="office_closed").exists()
    with as_system("statistics", reason="nothing is left behind"):
        assert not Duty.objects.filter(holder=office("border"), ended_at__isnull=True).exists()
    card = agencies.office_by_code("border")
    assert card
    assert card.closed_on == today()


def test_without_a_substitute_the_competent_office_takes_over_and_else_who_leads() -> None:
    case = opened(needs=("food",))
    moved = closing.close_office(code="shelter", on=today())
    assert moved
    with by("border-ana"):
        assert duty(case.id, "food").holder_id == office("border")


def test_an_offer_to_the_office_ends_and_stays_with_who_offered() -> None:
    case = opened()
    with by("border-ana") as ana:
        offer = handover.offer(duty=duty(case.id, "lead").id, to_office=office("labour"), by=ana)
    closing.close_office(code="labour", on=today())
    with by("border-ana"):
        assert queries.offer(offer).state == "withdrawn"
        assert duty(case.id, "lead").holder_id == office("border")


@pytest.mark.parametrize(
    ("code", "days", "problem"),
    [
        ("nowhere", 0, "office_unknown"),
        ("border", 3, "day_not_come"),
        ("border", -9000, "closed_before_opened"),
    ],
)
def test_an_office_that_cannot_close_keeps_everything(code: str, days: int, problem: str) -> None:
    case = opened()
    with pytest.raises(Problem) as refused:
        closing.close_office(code=code, on=today() + timedelta(days=days))
    assert refused.value.code == problem
    with by("border-ana"):
        assert duty(case.id, "lead").holder_id == office("border")


def test_the_command_says_where_each_duty_went() -> None:
    opened()
    with_substitute("border", "shelter")
    answer = bodies.close_office(argparse.Namespace(office="border", on=today()))
    assert "border is closed." in answer.text
    assert answer.object
    assert {one["to"] for one in answer.object["moved"]} == {"shelter"}
