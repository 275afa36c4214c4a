"""Meetings of the bodies and an agreement about to end, for a demonstration: held again through the ordinary actions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

from opennrm.access.scope import Actor, acting
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement
from opennrm.coordination.rules import Attendance, Place
from opennrm.country.files import ALBANIA
from opennrm.country.replaying import AUTHORITY, Replay
from opennrm.lib import clock

HERE = ZoneInfo("Europe/Tirane")
FILE = "live-meetings.yaml"
Entry = dict[str, Any]
PLANNED_BEFORE = timedelta(days=14)


def written() -> Entry:
    """The file of the demonstration."""
    found: Entry = yaml.safe_load((ALBANIA / FILE).read_text(encoding="utf-8"))
    return found


def day_of(days: int, today: date) -> date:
    """So many days from today; a day of a weekend moves to the working day before, but never into the past."""
    day = today + timedelta(days=days)
    moved = day - timedelta(days=max(0, day.weekday() - 4))
    return max(moved, today) if days > 0 else moved


def hold(replay: Replay) -> None:
    """Plans, records and decides what the file says, each by the office that keeps the records."""
    found, today = written(), clock.local_day(replay.now)
    with acting(replay.actor_of(AUTHORITY)):
        kept_by = {body.code: replay.codes[body.kept_by_id] for body in queries.bodies(today)}
    for entry in found["meetings"]:
        _meet(entry, day_of(entry["days"], today), replay, replay.actor_of(kept_by[entry["body"]]))
    _agree(found["agreement"], today, replay)


def _meet(entry: Entry, on: date, replay: Replay, keeper: Actor) -> None:
    planned_at = min(datetime.combine(on, time(10), HERE) - PLANNED_BEFORE, replay.now)
    with clock.stopped_at(planned_at), acting(keeper) as by:
        meeting = actions.plan_meeting(body=entry["body"], on=on, place=Place(entry["place"]), by=by)
    if "came" in entry:
        with clock.stopped_at(datetime.combine(on, time(15), HERE)), acting(keeper) as by:
            actions.record_attendance(meeting=meeting, came=_attendance(meeting, entry["came"]), by=by)
            for decision in entry.get("decisions", ()):
                office = replay.offices[decision["office"]]
                due = on + timedelta(days=decision["within"])
                actions.decide(meeting=meeting, text=decision["text"], office=office.id, due_on=due, by=by)


def _attendance(meeting: UUID, came: int) -> dict[int, Attendance]:
    card = queries.meeting(meeting)
    seats = [seat.id for seat in queries.seats_on(card.body.id, card.on)]
    answers = dict.fromkeys(seats, Attendance.ABSENT) | dict.fromkeys(islice(seats, came), Attendance.PRESENT)
    if came < len(seats):
        answers[seats[-1]] = Attendance.EXCUSED
    return answers


def _agree(entry: Entry, today: date, replay: Replay) -> None:
    organisations, keeper = queries.organisation_ids(), replay.offices[entry["kept_by"]]
    new = NewAgreement(
        subject=entry["subject"],
        signed_on=today + timedelta(days=entry["signed"]),
        expires_on=today + timedelta(days=entry["expires"]),
        parties=tuple(organisations[code] for code in entry["parties"]),
        source=entry["source"],
    )
    signed_at = datetime.combine(new.signed_on, time(12), HERE)
    with clock.stopped_at(signed_at), acting(replay.actor_of(keeper.code)) as by:
        actions.enter_agreement(new=new, kept_by=keeper.id, by=by)
