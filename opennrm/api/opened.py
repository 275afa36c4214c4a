from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.api.service import actor_of
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard
from opennrm.lib.problems import NotAllowed


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as one actor opened it for one operation."""

    case: CaseCard
    actor: Actor

    def read(self, operation: str, *classes: str, verb: str = "case.read") -> None:
        """Leaves the entry of what this answer shows, with the bases it may be shown on."""
        own = sorted({one.kind for one in access.bases(self.case.id) if one.office in self.actor.offices})
        detail = {"operation": operation, "classes": list(classes or ("ordinary",))}
        audit.record(verb, case=self.case.id, detail=detail, basis=", ".join(own))

    def sees(self) -> frozenset[str]:
        """The data classes of the case that her offices see."""
        return access.classes_seen(self.case.id)

    def require(self, data_class: str) -> None:
        """Passes in silence where her offices see this class of the case, else raises NotAllowed."""
        if data_class not in self.sees():
            raise NotAllowed()


def opened(request: HttpRequest, case: UUID) -> Opened:
    """The case for an operation: NotFound for a stranger, NotAllowed without the right to read."""
    card = cases.case_by_id(case)
    actor = actor_of(request)
    CASES.require(actor, "casefile.read", card)
    return Opened(card, actor)
