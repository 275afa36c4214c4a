"""An office is asked no longer: what it was shown is taken back, and it is told that and nothing else."""

from __future__ import annotations

from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.duties import ledger
from opennrm.duties.models import Duty
from opennrm.duties.rules import Move
from opennrm.duties.telling import tell_without_content
from opennrm.lib import clock


def take_back(*, duty: UUID, case: CaseCard, what: str, by: Actor) -> None:
    """Ends a duty that an office was asked for and has not done; unlike one that was owed, it leaves the office no sight."""
    now = clock.now()
    row = Duty.objects.select_for_update().get(id=duty)
    ledger.move(row, Move.END, now=now, by=by, reason=what)
    audit.record("duties.end", case=case.id, subject=str(duty), detail={"reason": what})
    access.end(case=case.id, kind=BasisKind.DUTY, reference=str(duty), at=now)
    tell_without_content(case.id, row.holder_id, at=now, what=what)
