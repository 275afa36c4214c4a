"""Two invented bodies of the small world: a board of three, and the committee of one region."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from opennrm.access.scope import as_system
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement, NewBody, NewSeat
from opennrm.coordination.rules import Attendance, Place
from opennrm.lib import clock
from tests.acting import by, office

LONG_AGO = date(2018, 1, 1)
BODIES = [
    NewBody(
        "test-board",
        "Test board",
        "Bordi provë",
        "survivors_board",
        "coordinator",
        2,
        tuple(NewSeat(f"Member {n}", f"Anëtar {n}", LONG_AGO, is_chair=n == 1) for n in (1, 2, 3)),
    ),
    NewBody(
        "test-committee",
        "Test committee, Tirana",
        "Komiteti provë, Tiranë",
        "regional_committee",
        "authority",
        1,
        (
            NewSeat("Prefect", "Prefekti", LONG_AGO, is_chair=True),
            NewSeat("Police", "Policia", LONG_AGO, "police-tirana"),
        ),
        region="AL-11",
    ),
]


def establish() -> None:
    """The two bodies stand."""
    with as_system("setup", reason="bodies for a test") as actor:
        actions.establish(BODIES, by=actor)


def today() -> date:
    return clock.today()


def came(meeting: UUID, *answers: str) -> dict[int, Attendance]:
    """The attendance of the seats in their order."""
    card = queries.meeting(meeting)
    seats = queries.seats_on(card.body.id, card.on)
    return {seat.id: Attendance(answer) for seat, answer in zip(seats, answers, strict=True)}


def held(*answers: str) -> UUID:
    """A meeting of the board today, with this attendance."""
    with by("coordinator-kim") as kim:
        made = actions.plan_meeting(body="test-board", on=today(), place=Place.ONLINE, by=kim)
        actions.record_attendance(meeting=made, came=came(made, *answers), by=kim)
    return made


def a_row_of_each() -> None:
    """A row in every table of the room: bodies, a year to confirm, a meeting with who came and what it decided, an agreement."""
    establish()
    meeting = held("present", "present", "absent")
    with by("coordinator-kim") as kim:
        actions.decide(
            meeting=meeting,
            text="Name a night contact.",
            office=office("coordinator"),
            due_on=today() + timedelta(days=30),
            by=kim,
        )
        parties = tuple(queries.organisation_ids()[code] for code in ("police", "shelter"))
        new = NewAgreement("Test agreement", today(), None, parties)
        actions.enter_agreement(new=new, kept_by=office("coordinator"), by=kim)
    actions.warn_of_expiry()
