"""On which page of a case a duty of the procedure is done: there it leaves its record, and the duty is done by it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.access.scope import Actor
from opennrm.coordination.silent_years import KIND as FIGURE_TO_CONFIRM
from opennrm.coordination.silent_years import body_of
from opennrm.duties.own_records import DONE_BY_RECORD
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.verbs import verbs

_INTERVIEW = ("case_interview", _("Go to the joint interview"))
_DECISION = ("case_decision", _("Go to the decision"))
_POLICE = ("case_police_case", _("Go to the police case"))
_REFERRAL = ("case_referral", _("Go to the referral"))
_BEST_INTEREST = ("case_best_interest", _("Go to the best-interest decisions"))
_GUARDIANS = ("case_guardians", _("Go to who answers for the child"))
_SHARING = ("case_sharing", _("Go to what was agreed"))
PAGES: dict[str, tuple[str, Promise | str]] = {
    "notify_police": _REFERRAL,
    "notify_social_service": _REFERRAL,
    "answer_referral": _REFERRAL,
    "review_referral": _REFERRAL,
    "joint_interview": _INTERVIEW,
    "take_part_in_joint_interview": _INTERVIEW,
    "status_decision_recorded": _DECISION,
    "notice_of_decision": _DECISION,
    "reconsider_decision": _DECISION,
    "police_case": _POLICE,
    "ask_again": _SHARING,
    "best_interests": _BEST_INTEREST,
    "appoint_guardian": _GUARDIANS,
    "appoint_other_guardian": _GUARDIANS,
    "review_police_case": _POLICE,
}


def page_for(actor: Actor, card: DutyCard) -> dict[str, str] | None:
    """The page where she does a duty of her office, with the words that lead there; None where it is just done."""
    if card.kind == FIGURE_TO_CONFIRM and card.is_open and (body := body_of(card.id)):
        return {"url": reverse("body", args=[body]), "text": __("Go to the body")}
    if card.case_id is None or card.kind not in PAGES or not _may_do(actor, card):
        return None
    route, words = PAGES[card.kind]
    return {"url": reverse(route, args=[card.case_id]), "text": str(words)}


def _may_do(actor: Actor, card: DutyCard) -> bool:
    # What its own record does is done there also while it waits; anything else goes on first.
    stands = card.is_open if card.kind in DONE_BY_RECORD else "fulfil" in verbs(actor, card)
    return stands and DOOR.may(actor, "duties.fulfil", card)
