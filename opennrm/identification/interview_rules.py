"""The joint interview: two agencies agree on a time, both come, both sign; what a child and a guardian may never be asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem


class Side(StrEnum):
    """The two agencies that hold the interview together."""

    SOCIAL_SERVICE = "social_service"
    POLICE = "police"


# The duty by which an office is one of the two sides.
SIDE_BY_DUTY = {
    "joint_interview": Side.SOCIAL_SERVICE,
    "take_part_in_joint_interview": Side.POLICE,
}
BOTH = frozenset(Side)


class InterviewState(StrEnum):
    """How far the interview has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    POSTPONED = "postponed"
    HELD = "held"
    SIGNED = "signed"
    CALLED_OFF = "called_off"


OVER = frozenset({InterviewState.SIGNED, InterviewState.CALLED_OFF})


class PostponeReason(StrEnum):
    """Why a time did not hold; a word and never a sentence, because it is not sealed."""

    PERSON_ASKED = "person_asked"
    ILL = "ill"
    NO_INTERPRETER = "no_interpreter"
    NO_COLLEAGUE = "no_colleague"
    NOT_SAFE = "not_safe"
    OTHER = "other"


class CallOffReason(StrEnum):
    """Why there is no interview after all."""

    PERSON_DECLINED = "person_declined"
    ENTERED_WRONGLY = "entered_wrongly"
    OTHER = "other"


class Companion(StrEnum):
    """Who is with a child in the interview."""

    NOBODY = ""
    GUARDIAN = "guardian"
    CHILD_PROTECTION = "child_protection"


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview as its rules look at it."""

    state: InterviewState
    at: datetime | None = None
    proposed_by: Side | None = None
    signed: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class Safeguards:
    """What must be right before a person is interviewed."""

    child: bool
    companion: Companion = Companion.NOBODY
    psychologist_asked: bool = False
    guardians: int = 0
    guardians_suspected: int = 0
    same_sex_wanted: bool = False
    same_sex_found: bool = False
    interpreter_asked: bool = False
    interpreter_found: bool = False


def propose(interview: Interview | None, side: Side, at: datetime, now: datetime) -> Interview:
    """One side names a time; it stands in the place of whatever time stood before."""
    if at <= now:
        raise Problem("time_is_past", _("Choose a time that lies ahead."))
    if interview is not None:
        _must_be_planned(interview)
    return Interview(InterviewState.PROPOSED, at, side)


def accept(interview: Interview, side: Side, now: datetime) -> Interview:
    """The other side agrees to the time."""
    _must_be(interview, InterviewState.PROPOSED)
    if side is interview.proposed_by:
        raise Problem("own_proposal", _("Your office proposed this time. The other office answers."), 409)
    if interview.at is None or interview.at <= now:
        raise Problem("time_is_past", _("This time has passed. Propose another."), 409)
    return replace(interview, state=InterviewState.AGREED)


def postpone(interview: Interview) -> Interview:
    """Either side says that the time does not hold."""
    _must_be(interview, InterviewState.PROPOSED, InterviewState.AGREED)
    return replace(interview, state=InterviewState.POSTPONED, proposed_by=None)


def attend(interview: Interview, came: Mapping[Side, bool], now: datetime) -> Interview:
    """The interview was held if both sides came; otherwise a new time is needed, and who stayed away is on record."""
    _must_be(interview, InterviewState.AGREED)
    if interview.at is None or interview.at > now:
        raise Problem("not_yet_time", _("The time of the interview has not come yet."), 409)
    if set(came) != BOTH:
        raise Problem("both_sides_needed", _("Say for both agencies whether they came."))
    held = all(came.values())
    return replace(
        interview, state=InterviewState.HELD if held else InterviewState.POSTPONED, proposed_by=None
    )


def correct(interview: Interview, before: Mapping[Side, bool], came: Mapping[Side, bool]) -> Interview:
    """Who came was recorded wrongly: it is said anew, until somebody signs or another time is proposed."""
    if interview.state not in (InterviewState.HELD, InterviewState.POSTPONED) or interview.signed:
        raise Problem(
            "attendance_stands",
            _("Somebody has signed or another time is proposed. Who came can no longer be corrected."),
            409,
        )
    if not before:
        raise Problem("nothing_to_correct", _("Nobody has recorded who came at this time."), 409)
    if set(came) != BOTH:
        raise Problem("both_sides_needed", _("Say for both agencies whether they came."))
    if dict(came) == dict(before):
        raise Problem("nothing_changed", _("This is what is on record already."), 409)
    return replace(interview, state=InterviewState.HELD if all(came.values()) else InterviewState.POSTPONED)


def sign(interview: Interview, side: Side) -> Interview:
    """One side signs; with the second signature the interview is complete."""
    _must_be(interview, InterviewState.HELD)
    if side in interview.signed:
        raise Problem("already_signed", _("Your agency has signed already."), 409)
    signed = interview.signed | {side}
    return replace(
        interview, signed=signed, state=InterviewState.SIGNED if signed == BOTH else InterviewState.HELD
    )


def call_off(interview: Interview) -> Interview:
    """There is no interview after all; once both have signed it stands."""
    if interview.state in OVER:
        raise Problem("interview_is_over", _("This interview is complete or was called off."), 409)
    return replace(interview, state=InterviewState.CALLED_OFF)


def check_safeguards(given: Safeguards) -> None:
    """Passes in silence, or says in one sentence what may not be."""
    if given.companion is Companion.GUARDIAN and given.guardians_suspected:
        raise Problem(
            "guardian_suspected",
            _("A guardian who may be involved must not be in the interview. Ask the child protection unit."),
            409,
        )
    if given.child:
        _check_child(given)
    if given.same_sex_wanted and not given.same_sex_found:
        raise Problem(
            "same_sex_wanted",
            _("The person asked for an interviewer of her own sex. Find one before the interview."),
            409,
        )
    if given.interpreter_asked and not given.interpreter_found:
        raise Problem(
            "interpreter_missing",
            _("An interpreter was asked for and is not found. Find one, or postpone."),
            409,
        )


def _check_child(given: Safeguards) -> None:
    if given.companion is Companion.NOBODY:
        raise Problem(
            "child_alone",
            _("A child is never interviewed alone: the child protection unit or the guardian is there."),
            409,
        )
    if given.companion is Companion.GUARDIAN and not given.guardians:
        raise Problem("guardian_unknown", _("No guardian is recorded. Ask the child protection unit."), 409)
    if not given.psychologist_asked:
        raise Problem("psychologist_not_asked", _("Ask a psychologist before a child is interviewed."), 409)


def _must_be_planned(interview: Interview) -> None:
    _must_be(interview, InterviewState.PROPOSED, InterviewState.AGREED, InterviewState.POSTPONED)


def _must_be(interview: Interview, *states: InterviewState) -> None:
    if interview.state in states:
        return
    sentences = {
        InterviewState.PROPOSED: _("The other office has not answered the proposed time yet."),
        InterviewState.AGREED: _("The time of this interview is already agreed."),
        InterviewState.POSTPONED: _("This interview needs a new time first."),
        InterviewState.HELD: _("This interview was already held."),
        InterviewState.SIGNED: _("Both agencies have signed this interview."),
        InterviewState.CALLED_OFF: _("This interview was called off."),
    }
    raise Problem(f"interview_is_{interview.state}", sentences[interview.state], 409)
