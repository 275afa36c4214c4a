from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from opennrm.agencies import absences
from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.coordination import queries
from opennrm.duties import exclusion, handover, reviewing
from opennrm.duties.models import Duty, Notice
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from tests.acting import by, duty, office, opened, person, refer
from tests.agencies.hooked import hooked
from tests.coordination.bodies import a_row_of_each
from tests.orders.ordering import entered
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked
from tests.sharing.children import child_case, heard


@pytest.fixture
def objects(db: None) -> dict[str, UUID]:
    """A case of the border office with one of everything that hangs on it; an absence, a hook and a meeting."""
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
    of_the_case = {"case": case.id, "duty": lead.id, "offer": offer, "notice": notice.id, "exclusion": out}
    of_the_case["referral"] = refer(case, Side.SOCIAL_SERVICE)
    of_the_case["consent"] = agreed(case, "labour", "contact")
    of_the_case["voice"] = of_the_case["guardian"] = heard(child_case()).asking
    of_the_case["order"] = entered(case)
    of_the_case["information_request"] = asked(case, "social-vlora")
    hook, _secret = hooked("border-ana", "border")
    return of_the_case | {"review": reviewed(case.id), "absence": away(), "hook": hook} | met()


def reviewed(case: UUID) -> UUID:
    """A duty of the case that the shelter declined, and the review that the border office asked for."""
    with by("border-ana") as ana:
        offer = handover.offer(duty=duty(case, "notify_police").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=offer, reason="no_capacity", by=sam)
    with by("border-ana") as ana:
        return reviewing.ask(offer=offer, by=ana)


def away() -> UUID:
    """Ana is away for a week, and Ben stands in."""
    deputy = person("border-ben").officer or 0
    with by("border-ana") as ana:
        return absences.mark_away(
            since=clock.today(), until=clock.today() + timedelta(days=7), deputy=deputy, by=ana
        )


def met() -> dict[str, UUID]:
    """A meeting of the board that decided something, and an agreement that the coordinator keeps."""
    a_row_of_each()
    with by("coordinator-kim"):
        board = queries.body("test-board")
        return {
            "meeting": queries.meetings(board.id)[0].id,
            "agreement": queries.agreements(clock.today())[0].id,
        }
