from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import Count, Q

from opennrm.access.scope import Actor, acting
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import handover, queries
from opennrm.duties.exclusion import exclude_officer
from opennrm.duties.models import OPEN, Duty
from opennrm.duties.rules import State
from opennrm.lib import clock
from tests.acting import by, duty, office, opened, person

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


@pytest.mark.parametrize("username", ["border-ana", "social-sara", "police-petra", "authority-rita"])
@pytest.mark.parametrize("days", [0, 2, 40])
def test_the_counters_are_what_row_security_lets_the_office_count(username: str, days: int) -> None:
    opened()
    opened("social-sara")
    counted, row_by_row = both(person(username), timedelta(days=days))
    assert counted == row_by_row
    # What the police owe on a referral opens with their answer.
    assert (counted["all"] > 0) == (username in ("border-ana", "social-sara"))


def test_who_is_excluded_from_a_case_counts_nothing_of_it() -> None:
    case = opened()
    opened()
    ana = person("border-ana")
    before, _ = both(ana, timedelta())
    assert ana.officer is not None
    with by("border-ana") as holder:
        offer = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=holder)
    with by("shelter-sam") as sam:
        handover.accept(offer=offer, by=sam)
        exclude_officer(case=case, officer=ana.officer, reason=ExclusionReason.SUSPECTED, by=sam)
    counted, row_by_row = both(ana, timedelta())
    assert counted == row_by_row
    assert 0 < counted["all"] < before["all"] - 1


def test_nobody_counts_what_another_office_owes() -> None:
    opened()
    now = clock.now()
    with by("labour-lea"):
        found = queries.counters([office("border")], now=now, end_of_today=now + timedelta(hours=9))
    assert found == queries.Counters(0, 0, 0, 0, 0)
