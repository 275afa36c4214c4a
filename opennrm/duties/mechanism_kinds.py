from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# They stand in no procedure: whoever makes one says by which day it is owed.
KINDS: Mapping[str, Promise] = {
    "meeting_decision": _("Decided by a meeting"),
    "agreement_expires": _("An agreement ends: renew it or let it end"),
    "figure_to_confirm": _("Confirm that no meeting was held"),
    "emergency_review": _("Review a case opened in an emergency"),
}
MAY_WAIT_FOR = ("waits_for_paper", "waits_for_office", "waits_for_authority", "other")
# The subject of these is the reference of a case: whoever must learn nothing of that case is told nothing of them.
ABOUT_A_CASE = frozenset({"emergency_review"})
# An act names the office that owes these, and no rule finds it: they stand until that act's answer, whatever rules ask.
ASKED_BY_NAME = frozenset(
    {"answer_information_request", "review_information_refusal", "accommodation", "review_restriction"}
)
# Done on a page of its own, with an outcome; nobody can tick it off, put it off or decline it.
DONE_ELSEWHERE = frozenset({"emergency_review", "figure_to_confirm"}) | ASKED_BY_NAME


def rule_of(kind: str, rule: str) -> str:
    """The rule that asks for a duty of this kind; empty where an act does, so that no rule ends it."""
    return "" if kind in ASKED_BY_NAME else rule
