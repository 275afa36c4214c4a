"""Another organisation looks at an emergency and says what it found."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor, as_system
from opennrm.duties import mechanism
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.oversight import sealed_words
from opennrm.oversight.models import Emergency
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import CameTo, Outcome, check_words


def review(*, emergency: UUID, outcome: Outcome, findings: str, by: Actor) -> None:
    """Records once what the review found; with it the duty to review is done."""
    row = Emergency.objects.select_for_update().filter(id=emergency, came_to=CameTo.OPENED).first()
    if row is None or row.duty_id is None:
        raise NotFound()
    DOOR.require(by, "oversight.review", row)
    if row.outcome:
        raise Problem("already_reviewed", _("This emergency is already reviewed."), 409)
    row.outcome, row.reviewed_at, row.reviewed_by_id = outcome, clock.now(), by.officer
    row.findings = sealed_words.seal(row, "findings", check_words(findings))
    row.save(update_fields=["outcome", "reviewed_at", "reviewed_by", "findings"])
    with as_system("routing", reason="an emergency was reviewed"):
        mechanism.settle(duty=row.duty_id, by=by)
    audit.record("oversight.review", subject=row.id, detail={"outcome": str(outcome)})
