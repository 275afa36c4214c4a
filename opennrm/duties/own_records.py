"""Duties that leave a record of their own: the act that writes the record does them, and nobody ticks them off beside it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

# Where each of them is done, said to whoever says that it is done.
DONE_BY_RECORD: Mapping[str, Promise] = {
    "answer_referral": _("This is done by accepting or declining the referral, on its own page."),
    "review_referral": _("This is done by deciding on the decline, on the page “Referral” of the case."),
    "status_decision_recorded": _(
        "This is done by recording the decision, on the page “Decision, notice and review” of the case."
    ),
    "reconsider_decision": _(
        "This is done by recording the new decision, on the page “Decision, notice and review” of the case."
    ),
    "notice_of_decision": _(
        "This is done by recording how the person was told, on the page “Decision, notice and review” of the case."
    ),
    "police_case": _(
        "This is done by saying whether a case is opened, on the page “Police case” of the case."
    ),
    "review_police_case": _(
        "This is done by reviewing the answer of the police, on the page “Police case” of the case."
    ),
}


def refuse_by_hand(kind: str) -> None:
    """Refuses to tick off a duty that its own record does, and says where that is."""
    if kind in DONE_BY_RECORD:
        raise Problem("done_by_its_record", DONE_BY_RECORD[kind], 409)
