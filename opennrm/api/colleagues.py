from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.agencies import absences
from opennrm.agencies import queries as agencies
from opennrm.agencies.absences import AbsenceCard
from opennrm.agencies.policies import DOOR as AGENCIES
from opennrm.api.kinds import Day, Given, PersonAtWork, names_of
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties import giving
from opennrm.duties.policies import DOOR
from opennrm.lib import clock

MOST = 100


class AwayNow(Schema):
    """Until when a colleague is away, and who stands in."""

    until: date
    deputy: str | None


class Colleague(Schema):
    id: int
    name: str
    away: AwayNow | None


class Colleagues(Schema):
    colleagues: list[Colleague]


class Absence(Schema):
    id: UUID
    since: date
    until: date
    deputy: str | None


class Absences(Schema):
    absences: list[Absence]


class GivenDuties(Given):
    """Which duties of your office, and who does them: all of them or none."""

    duties: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    worker: PersonAtWork


class NewAbsence(Given):
    """From when until when you are away, and which colleague stands in."""

    since: Day
    until: Day
    deputy: PersonAtWork


@reads("/colleagues", Colleagues)
def list_colleagues(request: HttpRequest) -> Any:
    """Who works in your offices today, who of them is away, and who stands in."""
    actor = actor_of(request)
    DOOR.require(actor, "duties.worklist")
    people = agencies.officers_of(actor.offices, clock.today())
    away = absences.away([one.id for one in people], clock.today())
    names = names_of(one.deputy for one in away.values())
    return {
        "colleagues": [
            {"id": one.id, "name": one.name, "away": _now(away.get(one.id), names)} for one in people
        ]
    }


@acts("/duties/give")
def give_duties(request: HttpRequest, given: GivenDuties) -> Any:
    """Gives several duties of your offices to one of its people at once; the answer names the first of them."""
    giving.give(duties=given.duties, officer=given.worker, by=actor_of(request))
    return done(given.duties[0], "worklist")


@reads("/away", Absences)
def list_absences(request: HttpRequest) -> Any:
    """When you are away, and who stands in; what is over is left out."""
    actor = actor_of(request)
    AGENCIES.require(actor, "agencies.away")
    mine = absences.own_absences(by=actor)
    names = names_of(one.deputy for one in mine)
    return {
        "absences": [
            {"id": one.id, "since": one.since, "until": one.until, "deputy": names[one.deputy]}
            for one in mine
        ]
    }


@acts("/away", status=201)
def mark_away(request: HttpRequest, given: NewAbsence) -> Any:
    """Says when you are away and who stands in; nothing is taken from you."""
    made = absences.mark_away(since=given.since, until=given.until, deputy=given.deputy, by=actor_of(request))
    return done(made, "away")


@acts("/away/{uuid:absence}/back")
def come_back(request: HttpRequest, absence: UUID) -> Any:
    """Says that you are back before the day, or takes it back."""
    absences.come_back(absence=absence, by=actor_of(request))
    return done(absence, "away")


def _now(one: AbsenceCard | None, names: dict[int | None, str | None]) -> dict[str, Any] | None:
    return {"until": one.until, "deputy": names[one.deputy]} if one else None
