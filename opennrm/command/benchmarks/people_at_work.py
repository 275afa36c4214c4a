from __future__ import annotations

from dataclasses import dataclass

from opennrm.access import queries as access
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.duties.models import OPEN, Duty
from opennrm.lib import clock
from opennrm.lib.problems import Problem

SEES_EVERY_CASE = "ra-secretary"
SMALL = "asylum-officer"
ENTERS = "migration-officer"


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose work is measured: the office that owes most, the one that sees every case, a small one, and one that enters cases."""

    busy: Actor
    everywhere: Actor
    small: Actor
    entering: Actor


def staff() -> Staff:
    """The accounts of the demonstration that take part; nothing is measured where real people are."""
    deployment = access.deployment()
    if deployment is None or not deployment.is_demo:
        raise Problem(
            "bench_needs_demo",
            "The benchmarks enter invented cases, and this database is no demonstration. Name --cases to use one of their own.",
        )
    return Staff(_actor(_busiest()), _actor(SEES_EVERY_CASE), _actor(SMALL), _actor(ENTERS))


def _busiest() -> str:
    today = clock.today()
    with as_system("statistics", reason="busiest office of a benchmark"):
        offices = list(Duty.objects.filter(state__in=OPEN).values_list("holder", flat=True).distinct())
        most = sorted(offices, key=lambda office: -Duty.objects.filter(holder=office, state__in=OPEN).count())
    for office in most:
        if username := agencies.account_in(office, today):
            return username
    return SMALL


def _actor(username: str) -> Actor:
    actor = agencies.actor_for_username(username, clock.today())
    if actor is None:
        raise Problem(
            "bench_account",
            f"The account {username} of the demonstration is missing: load the country first.",
        )
    return actor
