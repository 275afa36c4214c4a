"""What makes a meeting able to decide, and when an agreement is about to end."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

WARNING_BEFORE = timedelta(days=60)
LONGEST_DECISION = 300
LATEST_AFTER = timedelta(days=3 * 366)
# A smaller number in one region could point to one person.
SMALLEST_SHOWN = 3


class BodyKind(StrEnum):
    RESPONSIBLE_AUTHORITY = "responsible_authority"
    STATE_COMMITTEE = "state_committee"
    REGIONAL_COMMITTEE = "regional_committee"
    SURVIVORS_BOARD = "survivors_board"


class Place(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    BOTH = "both"


class Attendance(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Standing(StrEnum):
    """How an agreement stands on a day."""

    IN_FORCE = "in_force"
    EXPIRES_SOON = "expires_soon"
    OVER = "over"


def has_quorum(answers: Iterable[Attendance], quorum: int) -> bool:
    """Whether so many members came that the body can decide; who is excused did not come."""
    return sum(one is Attendance.PRESENT for one in answers) >= max(quorum, 1)


def check_day_held(on: date, today: date) -> None:
    """Passes in silence, or the problem that nobody can have come to a meeting of a day to come."""
    if on > today:
        raise Problem(
            "meeting_not_yet", _("Who came is recorded on the day of the meeting or after it."), 409
        )


def check_answers(answered: Iterable[int], seats: Iterable[int]) -> None:
    """Passes in silence, or the problem that the attendance does not say of every member whether she came."""
    if set(answered) != set(seats):
        raise Problem("attendance_incomplete", _("Say of every member whether she came."))


def check_decision(*, text: str, due_on: date, today: date, quorate: bool | None) -> None:
    """Passes in silence, or the problem that the body cannot decide this."""
    if quorate is None:
        raise Problem("meeting_not_held", _("Record first who came to the meeting."), 409)
    if not quorate:
        raise Problem("no_quorum", _("Too few members came: without a quorum the body decides nothing."), 409)
    if not text.strip() or len(text) > LONGEST_DECISION:
        raise Problem("decision_text", _("Write the decision in one or two sentences."))
    if not today < due_on <= today + LATEST_AFTER:
        raise Problem("decision_due_day", _("The day by which it is done must lie in the next three years."))


def check_agreement(*, signed_on: date, expires_on: date | None, today: date, parties: int) -> None:
    """Passes in silence, or the problem that such an agreement cannot be."""
    if signed_on > today:
        raise Problem("agreement_signed_in_future", _("The day of signing must not be in the future."))
    if expires_on is not None and expires_on <= signed_on:
        raise Problem("agreement_ends_too_early", _("An agreement ends after the day it was signed."))
    if parties < 2:
        raise Problem("agreement_of_one", _("Choose at least two organisations."))


def standing(expires_on: date | None, ended_on: date | None, today: date) -> Standing:
    """Whether an agreement is in force on a day, and whether it ends within sixty days."""
    if ended_on is not None and ended_on <= today:
        return Standing.OVER
    if expires_on is None:
        return Standing.IN_FORCE
    if expires_on < today:
        return Standing.OVER
    return Standing.EXPIRES_SOON if today >= expires_on - WARNING_BEFORE else Standing.IN_FORCE


def shown_count(count: int) -> int | None:
    """A count as a committee may see it; None for one so small that it could point to a person."""
    return None if 0 < count < SMALLEST_SHOWN else count
