from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import Count, Q

from opennrm.access.scope import Actor, acting
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import queries
from opennrm.duties.exclusion import exclude_officer
from opennrm.duties.models import OPEN, Duty
from opennrm.duties.rules import State
from opennrm.lib import clock
from tests.acting import by, office, opened, person

pytestmark = pytest.mark.django_db


def counted_row_by_row(actor: Actor, now: datetime, tonight: datetime) -> dict[str, int]:
    """The same numbers through row security, which tests every duty alone."""
    mine = Duty.objects.filter(holder__in=actor.offices, state__in=OPEN)
    return mine.aggregate(
        overdue=Count("id", filter=Q(due_at__lt=now) | Q(state=State.LAPSED)),
        due_today=Count("id", filter=Q(due_at__gte=now, due_at__lt=tonight)),
        unnamed=Count("id", filter=Q(person__isnull=True)),
        all=Count("id"),
    )


def both(actor: Actor, ahead: timedelta) -> tuple[dict[str, int], dict[str, int]]:
    now = clock.now() + ahead
    tonight = now + timedelta(hours=30)
    with acting(actor):
        found = queries.counters(sorted(actor.offices), now=now, end_of_today=tonight)
        return (
            {name: getattr(found, name) for name in ("overdue", "due_today", "unnamed", "all")},
            counted_row_by_row(actor, now, tonight),
        )


@pytest.mark.parametrize("username", ["border-ana", "police-petra", "social-sara", "authority-rita"])
@pytest.mark.parametrize("days", [0, 2, 40])
def test_the_counters_are_what_row_security_lets_the_office_count(username: str, days: int) -> None:
    opened()
    opened("social-sara")
    counted, row_by_row = both(person(username), timedelta(days=days))
    assert counted == row_by_row
    assert username == "authority-rita" or counted["all"] > 0


def test_who_is_excluded_from_a_case_counts_nothing_of_it() -> None:
    case = opened()
    opened()
    petra = person("police-petra")
    before, _ = both(petra, timedelta())
    assert petra.officer is not None
    with by("border-ana") as ana:
        exclude_officer(case=case, officer=petra.officer, reason=ExclusionReason.SUSPECTED, by=ana)
    counted, row_by_row = both(petra, timedelta())
    assert counted == row_by_row
    assert counted["all"] < before["all"]


def test_nobody_counts_what_another_office_owes() -> None:
    opened()
    now = clock.now()
    with by("labour-lea"):
        found = queries.counters([office("border")], now=now, end_of_today=now + timedelta(hours=9))
    assert found == queries.Counters(0, 0, 0, 0, 0)
