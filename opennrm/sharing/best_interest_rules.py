"""What must stand in a best-interest decision, and when it may stand in the place of a guardian who is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

# Nobody decides alone over a child, and no decision stands longer than this without another look.
FEWEST_PRESENT = 2
LONGEST = timedelta(days=366)


class DecidedOn(StrEnum):
    """What a best-interest decision is about."""

    SHARE = "share"
    PLACEMENT = "placement"
    RETURN = "return"
    INTERVIEW = "interview"
    FAMILY_CONTACT = "family_contact"


class InHerInterest(StrEnum):
    """What was decided."""

    YES = "yes"
    NO = "no"


class ChildHeard(StrEnum):
    """How the child was heard."""

    DIRECTLY = "directly"
    THROUGH_TRUSTED = "through_trusted"
    NOT_HEARD = "not_heard"


class ChildNotHeard(StrEnum):
    """Why she was not."""

    TOO_YOUNG = "too_young"
    HARM = "harm"
    DID_NOT_WANT = "did_not_want"
    NOT_REACHED = "not_reached"


class GuardianHeard(StrEnum):
    """Whether a guardian was heard; one who may be involved never is."""

    HEARD = "heard"
    NO_GUARDIAN = "no_guardian"
    MAY_BE_INVOLVED = "may_be_involved"
    NOT_REACHED = "not_reached"


class AlsoHeard(StrEnum):
    """Who else was heard."""

    PSYCHOLOGIST = "psychologist"
    SHELTER = "shelter"
    SCHOOL = "school"
    HEALTH = "health"
    LAWYER = "lawyer"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What was decided over a child, who was heard, how many decided, and when it is looked at again."""

    about: DecidedOn
    outcome: InHerInterest
    decided_on: date
    review_by: date
    reasons: str
    child: ChildHeard
    guardian: GuardianHeard
    child_protection_heard: bool
    present: int
    child_not_why: ChildNotHeard | None = None
    also: frozenset[AlsoHeard] = frozenset()
    recipient: int | None = None


def check(new: NewDecision, *, today: date, opened_on: date, suspected: bool, counts: bool) -> None:
    """Raises the problem that keeps a decision from being recorded, if there is one."""
    if not opened_on <= new.decided_on <= today:
        raise Problem("day_out_of_case", _("The day must lie between the opening of the case and today."))
    if not today < new.review_by <= new.decided_on + LONGEST:
        raise Problem(
            "review_too_late", _("Looked at again by: a day after today, at most a year from the decision.")
        )
    if not new.reasons.strip():
        raise Problem("reasons_missing", _("Write the reasons, and what the child said in her own words."))
    if new.present < FEWEST_PRESENT:
        raise Problem("decided_alone", _("At least two people decide over a child, never one alone."))
    if (new.child is ChildHeard.NOT_HEARD) != (new.child_not_why is not None):
        raise Problem("child_not_why", _("Say why the child was not heard, and only where she was not."))
    if (new.about is DecidedOn.SHARE) != (new.recipient is not None):
        raise Problem(
            "share_with_whom", _("Say with which office, and only where the decision is about sharing.")
        )
    if new.guardian is GuardianHeard.HEARD and not counts:
        raise Problem(
            "guardian_has_no_word",
            _(
                "Only a guardian who is recorded, in office and not thought to be involved answers for the child."
            ),
            409,
        )
    if new.guardian is GuardianHeard.MAY_BE_INVOLVED and not suspected:
        raise Problem("guardian_not_suspected", _("Record first that a guardian may be involved."))


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of a recorded decision as tells whether it stands."""

    about: str
    outcome: str
    recipient: int | None
    review_by: date


def opens(decisions: Iterable[Standing], *, recipient: int, until: date) -> bool:
    """Whether the newest decision on sharing with this office, given first, finds it in her interest until this day."""
    for one in decisions:
        if one.about == DecidedOn.SHARE and one.recipient == recipient:
            return one.outcome == InHerInterest.YES and until <= one.review_by
    return False
