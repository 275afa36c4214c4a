from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from uuid import UUID

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile.queries import CaseCard
from opennrm.duties.pack import Pack
from opennrm.lib import clock

COORDINATOR = "national_coordinator"
# The office competent for a role in a region, none of the excluded.
Find = Callable[[str, str | None, frozenset[int]], int | None]


def can_be_missing(role: str, pack: Pack) -> bool:
    """Whether a case may have no office for a role, so that somebody has to look for one."""
    known = pack.roles.get(role)
    return known is not None and known.found_by == "competence" and role != COORDINATOR


def finder() -> Find:
    """Finds the competent office as of today; over many cases each question is worked out once."""
    # Asked for when the first question comes: most acts on a case make no new duty.
    competences = cache(lambda: agencies.competences(clock.today()))

    @cache
    def find(role: str, region: str | None, excluded: frozenset[int]) -> int | None:
        return competent_office(competences(), role=role, region=region, excluded=excluded)

    return find


def kept_out(case: UUID) -> frozenset[int]:
    """The offices that can do nothing on a case: the excluded, and those where nobody who is not excluded works with cases."""
    offices, officers = access.excluded(case)
    return offices | agencies.left_with_nobody(officers, clock.today())


def kept_out_of(cases: Iterable[UUID]) -> dict[UUID, frozenset[int]]:
    """The same for several cases, those with no such office left out."""
    left = cache(lambda officers: agencies.left_with_nobody(officers, clock.today()))
    return {
        case: offices | left(officers) for case, (offices, officers) in access.excluded_from(cases).items()
    }


class Router:
    """Finds the office that owes a role on one case, never one that can do nothing on it."""

    def __init__(
        self,
        case: CaseCard,
        pack: Pack,
        identifying_office: Callable[[], int],
        *,
        find: Find | None = None,
        excluded: frozenset[int] | None = None,
        closed: Callable[[], frozenset[int]] = agencies.closed_offices,
        chosen: Mapping[str, int] | None = None,
    ) -> None:
        self.case = case
        self.pack = pack
        self.find = find or finder()
        self._identifying_office = identifying_office
        self._excluded = excluded
        self._closed = closed
        # The office that somebody named for a role in this very act.
        self._chosen = chosen or {}

    @cached_property
    def identifying_office(self) -> int:
        return self._identifying_office()

    @cached_property
    def closed(self) -> frozenset[int]:
        return self._closed()

    @cached_property
    def excluded_offices(self) -> frozenset[int]:
        return kept_out(self.case.id) if self._excluded is None else self._excluded

    def office(self, role: str, place: str | None) -> int | None:
        """The office for a role, or None where nobody is competent: a gap."""
        if role in self._chosen:
            return self._chosen[role]
        found_by = self.pack.roles[role].found_by
        if found_by != "competence":
            own = self.identifying_office if found_by == "identifying_office" else self.case.lead_office
            return own if own not in self.excluded_offices | self.closed else self.case.lead_office
        found = self._competent(role, place or self.case.region)
        # Who looks for what nobody provides is never wanting, also where the coordinator may know nothing of the case.
        return self.case.lead_office if found is None and role == COORDINATOR else found

    def _competent(self, role: str, region: str | None) -> int | None:
        """Who is asked; in the place of an office that can do nothing on the case its substitute, then the next competent."""
        found = self.find(role, region, frozenset())
        if found is None or found not in self.excluded_offices:
            return found
        substitute = agencies.substitute_of(found)
        if substitute is not None and substitute not in self.excluded_offices:
            return substitute
        return self.find(role, region, self.excluded_offices)

    def has_office(self, kind: str) -> bool:
        """Whether somebody is competent for a kind of duty on this case."""
        roles = {rule.role: rule for rule in self.pack.rules if rule.owes == kind}
        return any(
            self.office(role, None if rule.national else self.case.region) is not None
            for role, rule in roles.items()
        )
