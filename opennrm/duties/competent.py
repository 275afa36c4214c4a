from __future__ import annotations

from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.duties.sops import sop
from opennrm.lib import clock


def offices_competent_for(case: CaseCard, kind: str) -> frozenset[int]:
    """The offices that the procedure of a case makes competent for a kind of duty where the person is."""
    pack = sop(case.sop)
    roles = {rule.role for rule in pack.rules if rule.owes == kind}
    found = {
        one.office
        for one in agencies.competences(clock.today())
        if one.role in roles and one.region in (None, case.region)
    }
    leads = any(pack.roles[role].found_by == "lead_office" for role in roles)
    return frozenset(found | {case.lead_office} if leads else found)
