"""Short ways to record what Besa agrees to."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.lib import clock
from opennrm.sharing import actions
from opennrm.sharing.rules import Answer, NewConsent, Purpose, Understanding, Way
from tests.acting import by, office
from tests.world import CONSENT_TEXTS

UNDERSTOOD = dict.fromkeys(Understanding, Answer.YES)


def consent_to(to: str = "shelter", *classes: str, **changes: Any) -> NewConsent:
    """What she may agree to: a month of sharing with an office, for a place to sleep."""
    usual: dict[str, Any] = {
        "recipient": office(to),
        "classes": classes or ("ordinary",),
        "purpose": Purpose.SHELTER,
        "until": clock.today() + timedelta(days=30),
        "digest": sha256(CONSENT_TEXTS["sq"].encode()).hexdigest(),
        "language": "sq",
        "way": Way.SIGNED,
        "understood": UNDERSTOOD,
    }
    return NewConsent(**{**usual, **changes})


def agreed(
    case: CaseCard, to: str = "shelter", *classes: str, who: str = "border-ana", **changes: Any
) -> UUID:
    """A consent of Besa's, recorded by a border officer unless said otherwise."""
    with by(who) as actor:
        return actions.give(case=case_by_id(case.id), new=consent_to(to, *classes, **changes), by=actor)
