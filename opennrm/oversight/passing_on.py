"""Whom an emergency is told to, and who reviews it in the place of an office that may no longer know of the case."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, acting, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import mechanism
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.oversight import sealed_words
from opennrm.oversight.models import Emergency
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import CameTo, Told, whom_to_tell

# Looks each minute whether there is anything to do, and leaves an entry only where there is.
LOOKING = Actor(user="system:emergency", purpose="emergency")


def told(*, lead_office: int | None, organisations: Collection[int], barred: frozenset[int]) -> Told:
    """Who reviews what somebody of these organisations did, and who is told of it."""
    own = {card.id for card in agencies.offices().values() if card.organisation in organisations}
    return whom_to_tell(
        lead_office=lead_office,
        own=frozenset(own),
        competences=agencies.competences(clock.today()),
        barred=barred,
    )


def pass_on() -> int:
    """Hands each open review of an office that was excluded meanwhile to one that can act; returns how many moved."""
    with acting(LOOKING):
        if not _stuck():
            return 0
    with as_system("emergency", reason="who was to review is excluded") as actor:
        DOOR.require(actor, "oversight.end_past")
        return sum(_passed_on(emergency, case, by=actor) for emergency, case in _stuck())


def _stuck() -> list[tuple[UUID, UUID]]:
    waiting = Emergency.objects.filter(came_to=CameTo.OPENED, outcome="", case_id__isnull=False)
    rows = list(waiting.order_by("tried_at").values_list("id", "case_id", "reviewer_id"))
    excluded = sight.excluded_from({case for _id, case, _reviewer in rows if case})
    return [
        (emergency, case)
        for emergency, case, reviewer in rows
        if case in excluded and reviewer in excluded[case][0]
    ]


def _passed_on(emergency: UUID, case_id: UUID, *, by: Actor) -> bool:
    sight.one_at_a_time(case_id)
    row = Emergency.objects.get(id=emergency)
    case, hers = cases.case_by_id(case_id), agencies.offices([row.office_id])[row.office_id].organisation
    try:
        found = told(lead_office=case.lead_office, organisations={hers}, barred=sight.excluded(case_id)[0])
    except Problem:
        # Nobody is left who could: the limit passes, and the yearly account counts it as late.
        return False
    assert row.duty_id is not None
    organisation = agencies.offices([found.reviewer])[found.reviewer].organisation
    sealing.lend(case_id, sealed_words.CLASS, organisation)
    with as_system("routing", reason="an emergency is reviewed by another office"):
        # The emergency follows its duty, in the database itself.
        mechanism.hand_on(duty=row.duty_id, office=found.reviewer, escalates_to=found.next_role, by=by)
    mechanism.tell(
        duty=row.duty_id, offices={found.reviewer}, what="emergency_opened", reference=case.reference
    )
    audit.record("oversight.pass_on", subject=row.id, detail={"to": found.reviewer})
    return True
