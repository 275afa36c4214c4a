"""Duties that several offices owe for one act they do together: when it is done it is done for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions, ledger
from opennrm.duties.facts import EVENTS
from opennrm.duties.models import Duty
from opennrm.duties.own_records import DONE_BY_RECORD
from opennrm.duties.rules import Move, State
from opennrm.duties.sops import sop
from opennrm.lib import clock

JOURNAL = {Move.FULFIL: JournalKind.DUTY_FULFILLED, Move.WAIVE: JournalKind.DUTY_WAIVED}


def settle_together(*, case: UUID, kinds: Sequence[str], move: Move, reason: str = "", by: Actor) -> None:
    """Fulfils or waives what the offices owe of these kinds, whoever of them acts; each event that follows is noted once."""
    now = clock.now()
    rows = list(
        Duty.objects.select_for_update()
        .filter(case=case, kind__in=list(kinds), ended_at__isnull=True)
        .order_by("id")
    )
    for row in rows:
        if row.state == State.SUSPENDED and row.kind in DONE_BY_RECORD:
            actions.go_on(row, by=by)
        kind = sop(row.sop).kinds[row.kind]
        ledger.move(row, move, now=now, by=by, reason=reason, waivable=kind.waivable)
        casefile.write_journal(case=case, kind=JOURNAL[move], happened_at=now, subject=row.kind, by=by)
        audit.record(f"duties.{move}", case=case, subject=str(row.id), detail={"together": True})
    if move is Move.FULFIL:
        follows = {sop(row.sop).kinds[row.kind].on_fulfilled for row in rows}
        for event in sorted(follows & set(EVENTS)):
            actions.note(case=case, event=event, by=by)
    # An office writes only while it owes something, so the one that acts goes last.
    for row in sorted(rows, key=lambda one: one.holder_id in by.offices):
        ledger.close_sight(row, case=cases.case_by_id(case), now=now)
