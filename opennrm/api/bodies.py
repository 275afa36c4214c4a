from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Schema

from opennrm.api.kinds import Day, Given, codes_of
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.coordination import actions, queries
from opennrm.coordination.policies import DOOR
from opennrm.coordination.queries import BodyCard, MeetingCard
from opennrm.coordination.rules import Place
from opennrm.coordination.silent_years import confirm, silent_years
from opennrm.lib import clock

Year = Annotated[int, Path(ge=1990, le=2200)]


class BodyLine(Schema):
    """A body of coordination; `quorum` is how many members must come for it to decide."""

    code: str
    name: str
    kind: str
    region: str | None
    kept_by: str
    quorum: int
    source: str


class BodyWithDays(BodyLine):
    met_last: date | None
    meets_next: date | None


class Bodies(Schema):
    bodies: list[BodyWithDays]


class Seat(Schema):
    id: int
    title: str
    office: str | None
    is_chair: bool


class MeetingLine(Schema):
    """A meeting; `quorate` is null until it is recorded who came."""

    id: UUID
    on: date
    place: str
    present: int
    quorum: int | None
    quorate: bool | None


class SilentYear(Schema):
    """A year without a meeting on record; `confirmed_on` is null until its keeper confirms that there was none."""

    year: int
    confirmed_on: date | None
    confirmed_by: str | None


class Body(BodyLine):
    seats: list[Seat]
    meetings: list[MeetingLine]
    years_without_a_meeting: list[SilentYear]
    can: list[str]


class NewMeeting(Given):
    """When and how a body meets; a past day for a meeting that was held and is not here yet."""

    on: Day
    place: Place


@reads("/bodies", Bodies)
def list_bodies(request: HttpRequest) -> Any:
    """The bodies of coordination with the day each met last and meets next, those of the whole country first."""
    DOOR.require(actor_of(request), "coordination.read")
    cards = queries.bodies(clock.today())
    codes = codes_of(card.kept_by_id for card in cards)
    return {
        "bodies": [_line(card, codes) | {"met_last": card.last, "meets_next": card.next} for card in cards]
    }


@reads("/bodies/{slug:code}", Body)
def read_body(request: HttpRequest, code: str) -> Any:
    """One body: the seats of its members today, and its meetings, the newest first."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.read")
    card = queries.body(code)
    seats = queries.seats_on(card.id, clock.today())
    silent = silent_years([card.id])
    asked = [card.kept_by_id, *(seat.office for seat in seats), *(one.confirmed_for_id for one in silent)]
    codes = codes_of(asked)
    return _line(card, codes) | {
        "seats": [
            {"id": s.id, "title": s.shown, "office": codes[s.office], "is_chair": s.is_chair} for s in seats
        ],
        "meetings": [meeting_line(one) for one in queries.meetings(card.id)],
        "years_without_a_meeting": [
            {
                "year": one.year,
                "confirmed_on": one.confirmed_at and clock.local_day(one.confirmed_at),
                "confirmed_by": codes[one.confirmed_for_id],
            }
            for one in silent
        ],
        "can": [word for word in ("plan", "confirm") if DOOR.may(actor, f"coordination.{word}", card)],
    }


@acts("/bodies/{slug:code}/meetings", status=201)
def plan_meeting(request: HttpRequest, code: str, given: NewMeeting) -> Any:
    """Plans a meeting of a body, or enters one that was held."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.plan", queries.body(code))
    made = actions.plan_meeting(body=code, on=given.on, place=given.place, by=actor)
    return done(made, "meetings", made)


@acts("/bodies/{slug:code}/years/{int:year}/no-meeting")
def confirm_no_meeting(request: HttpRequest, code: str, year: Year) -> Any:
    """Confirms that a body held no meeting in a year that is over; the account then says none."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.confirm", queries.body(code))
    return done(confirm(body=code, year=year, by=actor), "bodies", code)


def meeting_line(one: MeetingCard) -> dict[str, Any]:
    """A meeting as this interface shows it in a list."""
    return {name: getattr(one, name) for name in MeetingLine.model_fields}


def _line(card: BodyCard, codes: dict[int | None, str | None]) -> dict[str, Any]:
    plain = set(BodyLine.model_fields) - {"name", "kept_by"}
    return {name: getattr(card, name) for name in plain} | {
        "name": card.shown,
        "kept_by": codes[card.kept_by_id],
    }
