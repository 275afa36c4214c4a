"""A referral: an addressee accepts or declines with a reason, and a decline is looked at by another office."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.identification.interview_rules import Side
from opennrm.lib.problems import Problem


class ReferralState(StrEnum):
    """What came of it: refused where a review agreed with a decline, withdrawn by who made it, overtaken by the case closing."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class DeclineReason(StrEnum):
    """Why an office declines; a word and never a sentence, because it is not sealed."""

    NOT_COMPETENT = "not_competent"
    NO_CAPACITY = "no_capacity"
    SAFETY = "safety"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    OTHER = "other"


class WithdrawReason(StrEnum):
    """Why the office that referred takes it back; a word and never a sentence, because it is not sealed."""

    WRONG_OFFICE = "wrong_office"
    ENTERED_WRONGLY = "entered_wrongly"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    SAFETY = "safety"
    OTHER = "other"


class AgainReason(StrEnum):
    """Why an office that was told before is told again."""

    CHANGED = "changed"
    NOBODY_ELSE = "nobody_else"
    WRONG_BEFORE = "wrong_before"
    OTHER = "other"


# The duty to tell an addressee is done by a referral; the addressee is found by its role in the procedure.
TELLS = {Side.POLICE: "notify_police", Side.SOCIAL_SERVICE: "notify_social_service"}
ROLES = {Side.POLICE: "police_anti_trafficking", Side.SOCIAL_SERVICE: "state_social_service"}
ANSWERS = "answer_referral"


def answer(state: ReferralState, *, accepts: bool, reason: str) -> ReferralState:
    """The addressee's answer; it is given once, and a decline has a reason."""
    if state is not ReferralState.OPEN:
        raise Problem("referral_is_answered", _("This referral is answered already."), 409)
    if accepts:
        return ReferralState.ACCEPTED
    if reason not in set(DeclineReason):
        raise Problem("reason_missing", _("Choose why your office declines."))
    return ReferralState.DECLINED


def withdraw(state: ReferralState) -> ReferralState:
    """Who made the referral takes it back while the addressee has not answered."""
    if state is ReferralState.OPEN:
        return ReferralState.WITHDRAWN
    if state is ReferralState.WITHDRAWN:
        raise Problem("referral_is_withdrawn", _("This referral is withdrawn already."), 409)
    raise Problem("referral_is_answered", _("This referral is answered already."), 409)


def review(state: ReferralState, *, takes: bool, own: bool, told_another: bool) -> ReferralState:
    """Another office decides: the addressee takes the referral after all, or somebody else must be told.

    Where somebody else was told meanwhile, that office has it; the decline is still looked at.
    """
    if state is not ReferralState.DECLINED:
        raise Problem("nothing_to_review", _("There is no declined referral to review."), 409)
    if own:
        raise Problem("own_answer", _("Another office reviews what yours decided."), 409)
    if takes and told_another:
        raise Problem(
            "another_was_told",
            _("Another office was told meanwhile. Say that this one does not take it."),
            409,
        )
    return ReferralState.ACCEPTED if takes else ReferralState.REFUSED
