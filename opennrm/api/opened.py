from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.api.service import actor_of, done
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard
from opennrm.identification.policies import DOOR as IDENTIFICATION
from opennrm.lib.problems import NotAllowed


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as one actor opened it for one operation."""

    case: CaseCard
    actor: Actor

    def read(self, operation: str, *classes: str, verb: str = "case.read") -> None:
        """Leaves the entry of what this answer shows, with the bases it may be shown on."""
        shown = classes or ("ordinary",)
        basis = access.named(access.bases(self.case.id), self.actor.offices, self.actor.officer, shown)
        detail = {"operation": operation, "classes": list(shown)}
        audit.record(verb, case=self.case.id, detail=detail, basis=basis)

    def sees(self) -> frozenset[str]:
        """The data classes of the case that her offices see."""
        return access.classes_seen(self.case.id)

    def require(self, data_class: str) -> None:
        """Passes in silence where her offices see this class of the case, else raises NotAllowed."""
        if data_class not in self.sees():
            raise NotAllowed()

    def require_step(self, word: str) -> None:
        """Passes in silence where the door opens this step of the identification to her, else raises NotAllowed."""
        IDENTIFICATION.require(self.actor, f"identification.{word}", self.case)

    def can(self, *words: str) -> list[str]:
        """Which of these steps of the identification the door opens to her on this case now."""
        return [word for word in words if IDENTIFICATION.may(self.actor, f"identification.{word}", self.case)]

    def done(self, *path: object) -> dict[str, Any]:
        """The answer of a step: a part of the case, or the worklist where her office saw the case for that step alone."""
        seen = cases.cases_by_id([self.case.id])
        return done(self.case.id, *(("cases", self.case.id, *path) if seen else ("worklist",)))


def opened(request: HttpRequest, case: UUID) -> Opened:
    """The case for an operation: NotFound for a stranger, NotAllowed without the right to read."""
    card = cases.case_by_id(case)
    actor = actor_of(request)
    CASES.require(actor, "casefile.read", card)
    return Opened(card, actor)
