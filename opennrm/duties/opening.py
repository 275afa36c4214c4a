"""What opens when an office accepts: the duties it owed so far by a few facts alone show what their kinds name."""

from __future__ import annotations

from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.duties import ledger
from opennrm.duties.models import Duty
from opennrm.duties.moving import move_to
from opennrm.duties.rules import OPEN
from opennrm.duties.sops import sop
from opennrm.lib import clock


def open_waiting(*, case: CaseCard, event: str, office: int, by: Actor) -> list[UUID]:
    """Opens to an office what its duties waited to open; one that waited at another office of the role comes to it."""
    now, opened = clock.now(), []
    for row in Duty.objects.select_for_update().filter(case=case.id, state__in=OPEN, classes_opened=[]):
        kind = sop(row.sop).kinds[row.kind]
        if kind.opens_after != event:
            continue
        row.classes_opened = list(kind.opens)
        row.save(update_fields=["classes_opened"])
        if row.holder_id == office:
            access.end(case=case.id, kind=BasisKind.DUTY, reference=str(row.id), at=now)
            ledger.open_sight([row], case=case, now=now)
        else:
            move_to(row, office, case=case, now=now, by=by)
        ledger.note(row, kind="opened", at=now, now=now, by=by)
        audit.record("duties.open", case=case.id, subject=str(row.id), detail={"kind": row.kind})
        opened.append(row.id)
    return opened
