from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion, handover
from opennrm.duties.models import Duty, Notice
from tests.acting import by, duty, office, opened


@pytest.fixture
def objects(db: None) -> dict[str, UUID]:
    """A case of the border office with a duty, an offer, a notice and an exclusion."""
    case = opened(needs=("food",))
    with by("border-ana") as ana:
        lead = duty(case.id, "lead")
        offer = handover.offer(duty=lead.id, to_office=office("shelter"), by=ana)
        out = exclusion.exclude_office(
            case=case_by_id(case.id), office=office("police-tirana"), reason=ExclusionReason.RELATIVE, by=ana
        )
        told = Duty.objects.get(id=lead.id)
        notice = Notice(
            duty=told,
            case_id=case.id,
            office_id=office("border"),
            at=lead.started_at,
            what="reminded",
            shown={"kind": told.kind, "sop": told.sop, "reference": case.reference},
        )
        Notice.objects.bulk_create([notice])
    return {"case": case.id, "duty": lead.id, "offer": offer, "notice": notice.id, "exclusion": out}
