"""The office that referred a person takes the referral back while nobody has answered it."""

from __future__ import annotations

from uuid import UUID

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties.taking_back import take_back
from opennrm.identification import referral_rules as rules
from opennrm.identification.models import Referral
from opennrm.identification.policies import DOOR
from opennrm.identification.referral_rules import ReferralState, WithdrawReason
from opennrm.lib import clock
from opennrm.lib.problems import NotFound


def withdraw(*, referral: UUID, reason: WithdrawReason, by: Actor) -> UUID:
    """Withdraws a referral; the addressee is asked no longer and loses what it was shown, and who leads owes telling again."""
    found = Referral.objects.filter(id=referral).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    sight.one_at_a_time(found)
    row = Referral.objects.get(id=referral)
    DOOR.require(by, "identification.withdraw_referral", row)
    case = case_by_id(row.case_id)
    row.state, row.reason = rules.withdraw(ReferralState(row.state)), str(reason)
    row.answered_at, row.answered_by_id = clock.now(), by.officer
    # The office may owe nothing else here by now: what its act brings about is written by the system in its name.
    with as_system("routing", reason="an office withdraws a referral"):
        # Before the duty ends: what is still open then counts as overtaken.
        row.save(update_fields=["state", "reason", "answered_at", "answered_by"])
        if row.duty_id is not None:
            take_back(duty=row.duty_id, case=case, what="referral_withdrawn", by=by)
        casefile.write_journal(
            case=case.id, kind=JournalKind.REFERRAL, happened_at=clock.now(), subject=str(row.state), by=by
        )
        duties.note(case=case.id, event=f"referral_withdrawn_{row.side}", by=by)
    audit.record(
        "identification.referral_withdrawn", case=case.id, subject=str(row.id), detail={"reason": str(reason)}
    )
    return case.id
