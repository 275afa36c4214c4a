from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.agencies import queries as agencies
from opennrm.api.kinds import (
    Country,
    Day,
    Exploitation,
    Gender,
    Given,
    Instant,
    Language,
    Text,
    Word,
    chosen,
    codes_of,
    support_kind,
)
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.rules import Fork
from opennrm.duties.sops import DEFAULT_SOP
from opennrm.identification import actions, queries
from opennrm.identification.rules import Channel
from opennrm.lib import clock
from opennrm.people.actions import NewPerson
from opennrm.people.rules import AgeBasis


class Decision(Schema):
    decision: str
    decided_on: date
    known_on: date
    office: str | None
    legal_basis: str


class Identification(Schema):
    """How a person was identified, and what was decided on the status, the latest first."""

    status: str
    identified_on: date | None
    office: str | None
    channel: str | None
    region: str | None
    age: int | None
    exploitation: list[str]
    decisions: list[Decision]


class GivenPerson(Given):
    """What is known of the person; everything may stay open, and of an adult who does not agree nothing that names."""

    first_name: Word = ""
    second_name: Word = ""
    alias: Word = ""
    birth_date: Day | None = None
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    age_basis: AgeBasis | None = None
    sex: Gender | None = None
    citizenship: Annotated[list[Country], Field(max_length=5)] = []
    languages: Annotated[list[Language], Field(max_length=5)] = []
    interpreter_needed: bool | None = None
    document: Word = ""
    contact: Text = ""
    guardian: Word = ""
    guardian_relation: Word = ""
    guardian_may_be_involved: bool = False


class NewCase(Given):
    """What a first responder enters, in one of the three forks; the instant may be an earlier one."""

    fork: Fork
    channel: Channel
    identified_at: Instant
    region: Word | None = None
    person: GivenPerson = GivenPerson()
    exploitation: Annotated[list[Exploitation], Field(max_length=12)] = []
    needs: Annotated[list[Word], Field(max_length=20)] = []
    in_danger: bool = False
    note: Text = ""


@reads("/cases/{uuid:case}/identification", Identification)
def read_identification(request: HttpRequest, case: UUID) -> Any:
    """How the person was identified, and what was decided on the status."""
    opened(request, case).read("read_identification")
    found, decisions = queries.identification(case), queries.decisions(case)
    codes = codes_of([*(one.office for one in decisions), found.office if found else None])
    return {
        "status": str(queries.statuses([case])[case]),
        "identified_on": found.identified_on if found else None,
        "office": codes[found.office] if found else None,
        "channel": found.channel if found else None,
        "region": found.region if found else None,
        "age": found.age if found else None,
        "exploitation": list(found.exploitation) if found else [],
        "decisions": [
            {
                "decision": one.decision,
                "decided_on": one.decided_on,
                "known_on": one.known_on,
                "office": codes[one.office],
                "legal_basis": one.legal_basis,
            }
            for one in decisions
        ],
    }


@acts("/cases/{uuid:case}/consent")
def record_consent(request: HttpRequest, case: UUID) -> Any:
    """Records that an adult who was notified without a name now agrees to be referred."""
    one = opened(request, case)
    actions.record_consent(case=one.case, by=one.actor)
    return done(case, "cases", case)


@acts("/cases", status=201)
def open_case(request: HttpRequest, given: NewCase) -> Any:
    """Opens a case for an identified person; the rules say at once which office owes what."""
    actor = actor_of(request)
    CASES.require(actor, "casefile.open")
    case = actions.open_case(new=_as_entered(given), by=actor)
    return done(case.id, "cases", case.id)


def _as_entered(given: NewCase) -> actions.NewCase:
    who = given.person
    known = {name: getattr(who, name) for name in GivenPerson.model_fields}
    known |= {
        "sex": str(who.sex or ""),
        "age_basis": str(who.age_basis or ""),
        "citizenship": tuple(dict.fromkeys(who.citizenship)),
        "languages": tuple(dict.fromkeys(who.languages)),
        "age_on": clock.local_day(given.identified_at) if who.age is not None else None,
    }
    return actions.NewCase(
        person=NewPerson(**known),
        fork=given.fork,
        channel=given.channel,
        region=chosen(given.region, agencies.regions(), "region") if given.region is not None else None,
        identified_at=given.identified_at,
        exploitation=tuple(str(one) for one in dict.fromkeys(given.exploitation)),
        needs=tuple(support_kind(kind, DEFAULT_SOP, "needs") for kind in given.needs),
        in_danger=given.in_danger,
        note=given.note,
    )
