"""A duty goes to another office by an act that is not its acceptance: an exclusion, a review, an office that closes."""

from __future__ import annotations

from datetime import datetime

from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.duties import ledger
from opennrm.duties.models import Duty
from opennrm.duties.rules import Move, State, transition


def move_to(
    duty: Duty,
    office: int,
    *,
    case: CaseCard,
    now: datetime,
    by: Actor,
    kind: str = "hand_over",
    reason: str = "",
) -> None:
    """The office holds the duty from this instant and sees what it opens; what was offered of it is taken back."""
    ledger.withdraw_offers(duty, now=now, by=by)
    ledger.settle_lapse(duty, now=now, by=by)
    duty.state = transition(State(duty.state), Move.HAND_OVER)
    ledger.rename_holder(duty, office=office, now=now)
    ledger.open_sight([duty], case=case, now=now)
    ledger.close_sight(duty, case=case, now=now, keep=office)
    ledger.note(duty, kind=kind, at=now, now=now, by=by, reason=reason)
