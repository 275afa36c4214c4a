"""On which page of a case a duty of the procedure is done: there it leaves its record, and the duty is done by it."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_INTERVIEW = ("case_interview", _("Go to the joint interview"))
_DECISION = ("case_decision", _("Go to the decision"))
_POLICE = ("case_police_case", _("Go to the police case"))
_REFERRAL = ("case_referral", _("Go to the referral"))
PAGES: dict[str, tuple[str, Promise | str]] = {
    "notify_police": _REFERRAL,
    "notify_social_service": _REFERRAL,
    "review_referral": _REFERRAL,
    "joint_interview": _INTERVIEW,
    "take_part_in_joint_interview": _INTERVIEW,
    "status_decision_recorded": _DECISION,
    "notice_of_decision": _DECISION,
    "reconsider_decision": _DECISION,
    "police_case": _POLICE,
    "review_police_case": _POLICE,
}
# Without the record of that page these cannot be done at all; the others may have been done on paper.
THERE_ALONE = frozenset(
    {
        "review_referral",
        "status_decision_recorded",
        "notice_of_decision",
        "reconsider_decision",
        "police_case",
        "review_police_case",
    }
)


def page_for(kind: str, case: UUID | None) -> dict[str, str] | None:
    """The page where a duty of this kind is done, with the words that lead there; None where it is just done."""
    if case is None or kind not in PAGES:
        return None
    route, words = PAGES[kind]
    return {"url": reverse(route, args=[case]), "text": str(words)}
