from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.api import kinds
from opennrm.api.kinds import Given
from opennrm.api.opened import opened
from opennrm.api.service import acts, done, reads
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.people.rules import GuardianStanding
from opennrm.sharing import guardians


class Guardian(Schema):
    """Who answers for a child, and whether that word counts today."""

    id: UUID
    name: str
    relation: str
    standing: str
    since: date | None
    until: date | None
    may_be_involved: bool
    counts: bool


class NewGuardian(Given):
    """Who answers for the child, on what standing, since when."""

    name: kinds.Line
    relation: kinds.Word = ""
    standing: GuardianStanding
    since: kinds.Day


class GuardianEnded(Given):
    """Since when no longer."""

    on: kinds.Day


@reads("/cases/{uuid:case}/guardians", list[Guardian])
def list_guardians(request: HttpRequest, case: UUID) -> Any:
    """Who answers for a child, as far as your office sees how to reach her."""
    one = opened(request, case)
    one.read("list_guardians", "ordinary", *(["contact"] if "contact" in one.sees() else []))
    known, _dependants = people.carers(case, by=one.actor)
    counts = guardians.who_count(case, clock.today())
    plain = ("id", "name", "relation", "standing", "since", "until", "may_be_involved")
    return [{name: getattr(card, name) for name in plain} | {"counts": card.id in counts} for card in known]


@acts("/cases/{uuid:case}/guardians", status=201)
def record_guardian(request: HttpRequest, case: UUID, given: NewGuardian) -> Any:
    """Records who answers for the child."""
    one = opened(request, case)
    guardians.record(
        case=one.case,
        name=given.name,
        relation=given.relation,
        standing=given.standing,
        since=given.since,
        by=one.actor,
    )
    return done(case, "cases", case, "guardians")


@acts("/cases/{uuid:case}/guardians/{uuid:guardian}/end")
def end_guardian(request: HttpRequest, case: UUID, guardian: UUID, given: GuardianEnded) -> Any:
    """Records that a guardian no longer answers for the child; what rests on that word alone closes."""
    one = opened(request, case)
    guardians.end(case=one.case, guardian=guardian, on=given.on, by=one.actor)
    return done(guardian, "cases", case, "guardians")


@acts("/cases/{uuid:case}/guardians/{uuid:guardian}/suspect")
def suspect_guardian(request: HttpRequest, case: UUID, guardian: UUID) -> Any:
    """Records that a guardian may be involved: no word counts from now on, and another one is owed."""
    one = opened(request, case)
    guardians.suspect(case=one.case, guardian=guardian, by=one.actor)
    return done(guardian, "cases", case, "guardians")
