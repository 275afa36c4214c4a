from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.api import kinds
from opennrm.api.bodies import MeetingLine, Seat, meeting_line
from opennrm.api.kinds import Day, Given, Line, codes_of
from opennrm.api.problems import NotUnderstood
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.api.words import SEATS_TWICE
from opennrm.coordination import actions, queries
from opennrm.coordination.policies import DOOR
from opennrm.coordination.queries import MeetingCard, ResolutionCard
from opennrm.coordination.rules import Attendance


class AgendaLine(Schema):
    """Numbers of one region, null for one or two: a smaller number could point to a person."""

    region: str | None
    lapses: int | None
    gaps: int | None
    disagreements: int | None
    declines: int | None


class SeatAttended(Seat):
    came: str


class Resolution(Schema):
    """What a meeting decided; the office owes it, and `state` is how that duty stands."""

    id: UUID
    decided_on: date
    text: str
    office: str | None
    due: datetime | None
    state: str | None


class Meeting(MeetingLine):
    body: str
    attendance: list[SeatAttended]
    agenda: list[AgendaLine]
    still_owed: list[Resolution]
    decided: list[Resolution]
    can: list[str]


class SeatAnswer(Given):
    seat: kinds.PersonAtWork
    came: Attendance


class MembersCame(Given):
    """Of every seat of the body whether its member came."""

    came: Annotated[list[SeatAnswer], Field(max_length=100)]


class NewResolution(Given):
    """What was decided, without the name or the reference of a case, which office does it, by when."""

    text: Line
    office: kinds.Word
    due_on: Day


@reads("/meetings/{uuid:meeting}", Meeting)
def read_meeting(request: HttpRequest, meeting: UUID) -> Any:
    """One meeting: what lies before it, who came, what it decided and what earlier ones decided and is still owed."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.read")
    card = queries.meeting(meeting)
    return meeting_line(card) | {
        "body": card.body.code,
        "attendance": _attendance(card),
        "agenda": card.agenda if card.recorded_at else queries.agenda_of(card),
        "still_owed": _resolutions(queries.still_owed(card)),
        "decided": _resolutions(queries.decided(card.id)),
        "can": [word for word in ("attend", "decide") if DOOR.may(actor, f"coordination.{word}", card.body)],
    }


@acts("/meetings/{uuid:meeting}/attendance", status=201)
def record_members_came(request: HttpRequest, meeting: UUID, given: MembersCame) -> Any:
    """Records once which members came, by seat; what lay before the body is kept with it."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.attend", queries.meeting(meeting).body)
    came = {one.seat: one.came for one in given.came}
    if len(came) < len(given.came):
        raise NotUnderstood("came", SEATS_TWICE)
    actions.record_attendance(meeting=meeting, came=came, by=actor)
    return done(meeting, "meetings", meeting)


@acts("/meetings/{uuid:meeting}/decisions", status=201)
def record_resolution(request: HttpRequest, meeting: UUID, given: NewResolution) -> Any:
    """Records what a meeting with a quorum decided; the office named owes it from now on."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.decide", queries.meeting(meeting).body)
    office = kinds.office(given.office).id
    made = actions.decide(meeting=meeting, text=given.text, office=office, due_on=given.due_on, by=actor)
    return done(made, "meetings", meeting)


def _attendance(card: MeetingCard) -> list[dict[str, Any]]:
    found = queries.attendance(card.id)
    codes = codes_of(seat.office for seat, _came in found)
    return [
        {
            "id": seat.id,
            "title": seat.shown,
            "office": codes[seat.office],
            "is_chair": seat.is_chair,
            "came": came,
        }
        for seat, came in found
    ]


def _resolutions(found: list[ResolutionCard]) -> list[dict[str, Any]]:
    codes = codes_of(one.duty.holder_id for one in found if one.duty)
    return [
        {
            "id": one.id,
            "decided_on": one.on,
            "text": one.text,
            "office": codes[one.duty.holder_id] if one.duty else None,
            "due": one.duty.due_at if one.duty else None,
            "state": one.duty.state if one.duty else None,
        }
        for one in found
    ]
