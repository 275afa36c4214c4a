from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# They stand in no procedure: whoever makes one says by which day it is owed.
KINDS: Mapping[str, Promise] = {
    "meeting_decision": _("Decided by a meeting"),
    "agreement_expires": _("An agreement ends: renew it or let it end"),
    "emergency_review": _("Review a case opened in an emergency"),
}
# Done on a page of its own, with an outcome; nobody can tick it off, put it off or decline it.
DONE_ELSEWHERE = frozenset({"emergency_review"})
