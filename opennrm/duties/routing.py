from __future__ import annotations

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile.queries import CaseCard
from opennrm.duties.pack import Pack
from opennrm.lib import clock


class Router:
    """Finds the office that owes a role on one case, never one that is excluded from it."""

    def __init__(self, case: CaseCard, pack: Pack, identifying_office: int) -> None:
        self.case = case
        self.pack = pack
        self.identifying_office = identifying_office
        self.competences = agencies.competences(clock.now().date())
        self.excluded_offices, self.excluded_officers = access.excluded(case.id)

    def office(self, role: str, place: str | None) -> int | None:
        """The office for a role, or None where nobody is competent: a gap."""
        found_by = self.pack.roles[role].found_by
        if found_by != "competence":
            own = self.identifying_office if found_by == "identifying_office" else self.case.lead_office
            return own if own not in self.excluded_offices else self.case.lead_office
        return competent_office(
            self.competences, role=role, region=place or self.case.region, excluded=self.excluded_offices
        )
