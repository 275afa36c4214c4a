"""Short ways to record what was decided in Lira's interest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.lib import clock
from opennrm.sharing import best_interest
from opennrm.sharing.best_interest_rules import (
    ChildHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
    NewDecision,
)
from tests.acting import by, office


def decision(**changes: Any) -> NewDecision:
    """Sharing with the shelter is in her interest for two months; she was heard, and two people decided."""
    usual: dict[str, Any] = {
        "about": DecidedOn.SHARE,
        "outcome": InHerInterest.YES,
        "decided_on": clock.today(),
        "review_by": clock.today() + timedelta(days=60),
        "reasons": "She said: I want to sleep where my friend is.",
        "child": ChildHeard.DIRECTLY,
        "guardian": GuardianHeard.MAY_BE_INVOLVED,
        "child_protection_heard": True,
        "present": 2,
        "recipient": office("shelter"),
    }
    return NewDecision(**{**usual, **changes})


def decided(case: CaseCard, who: str = "border-ana", **changes: Any) -> UUID:
    """A decision as it stands above, recorded by the border office unless said otherwise."""
    with by(who) as actor:
        return best_interest.decide(case=case_by_id(case.id), new=decision(**changes), by=actor)
