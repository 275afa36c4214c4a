"""An adoption planned for a day to come: one act today, carried out by the sweep from that day on, or called off before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.duties import adopting
from opennrm.duties.models import PlannedAdoption
from opennrm.duties.pack import Pack
from opennrm.duties.policies import DOOR
from opennrm.duties.rules import PlanState
from opennrm.duties.sops import check_adoptable, confirmed_sop, planned_adoption, sop_in_force
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def plan(pack: Pack, *, effective_on: date, by: Actor) -> None:
    """Plans the adoption of a procedure from a day to come; the same plan again changes nothing, and a second is refused."""
    DOOR.require(by, "duties.plan_adoption")
    sight.one_at_a_time("adoption")
    check_adoptable(pack, effective_on)
    if effective_on <= clock.today():
        raise Problem("adoption_not_ahead", _("An adoption is planned for a day after today."))
    if standing := planned_adoption():
        if (standing.pack, standing.effective_on) == (pack.id, effective_on):
            return
        raise Problem("adoption_planned", _already(standing), 409)
    if pack.id == sop_in_force():
        raise Problem("already_in_force", _("Cases opened today follow this procedure already."), 409)
    PlannedAdoption.objects.bulk_create(
        [
            PlannedAdoption(
                pack=pack.id, effective_on=effective_on, planned_at=clock.now(), planned_by_id=by.officer
            )
        ]
    )
    audit.record("duties.plan_adoption", subject=pack.id, detail={"from": effective_on.isoformat()})


def call_off(*, by: Actor) -> PlannedAdoption:
    """Calls the planned adoption off, as long as its day has not come; returns what was planned."""
    DOOR.require(by, "duties.plan_adoption")
    sight.one_at_a_time("adoption")
    standing = planned_adoption()
    if standing is None:
        raise Problem("no_adoption_planned", _("No adoption is planned."), 409)
    if not may_be_called_off(standing):
        # Cases may have been opened under it since midnight.
        raise Problem("adoption_began", _("Its day has come: the procedure is in force."), 409)
    standing.state, standing.called_off_at = PlanState.CALLED_OFF, clock.now()
    standing.called_off_by_id = by.officer
    standing.save(update_fields=["state", "called_off_at", "called_off_by"])
    audit.record("duties.call_off_adoption", subject=standing.pack)
    return standing


def may_be_called_off(planned: PlannedAdoption) -> bool:
    """Whether its day is still to come."""
    return planned.state == PlanState.PLANNED and planned.effective_on > clock.today()


@dataclass(frozen=True, slots=True)
class PlanCard:
    """An adoption that was planned, and what came of it."""

    pack: str
    effective_on: date
    planned_at: datetime
    state: PlanState
    may_be_called_off: bool


def plans() -> list[PlanCard]:
    """Every adoption that was ever planned, the newest first."""
    return [
        PlanCard(one.pack, one.effective_on, one.planned_at, PlanState(one.state), may_be_called_off(one))
        for one in PlannedAdoption.objects.order_by("-planned_at")
    ]


def planned_from(pack: str) -> date | None:
    """The day from which a procedure is planned and does not hold yet."""
    standing = planned_adoption()
    return (
        standing.effective_on if standing and standing.pack == pack and may_be_called_off(standing) else None
    )


def carry_out() -> Iterator[tuple[int, int]]:
    """Carries a planned adoption out once its day has come, in portions; stopped, it goes on, and done, it does nothing.

    Yields how many cases have the procedure of how many that are open.
    """
    if not _is_due():
        return
    with _scope() as by:
        pack = _begun(by=by)
    if pack is None:
        return
    yield from adopting.take_over_all(pack, scope=_scope)
    with _scope():
        sight.one_at_a_time("adoption")
        PlannedAdoption.objects.filter(state=PlanState.RUNNING).update(
            state=PlanState.DONE, done_at=clock.now()
        )


def _is_due() -> bool:
    standing = planned_adoption()
    return standing is not None and standing.effective_on <= clock.today()


def _begun(*, by: Actor) -> Pack | None:
    sight.one_at_a_time("adoption")
    standing = planned_adoption()
    if standing is None:
        return None
    pack = confirmed_sop(standing.pack)
    if standing.state == PlanState.RUNNING:
        return pack
    if adopting.unfinished_adoption() not in (None, pack.id):
        # Another one has cases left: whoever began it ends it, and the next sweep asks again.
        return None
    adopting.begin(pack, standing.effective_on, by=by)
    standing.state, standing.began_at = PlanState.RUNNING, clock.now()
    standing.save(update_fields=["state", "began_at"])
    return pack


def _already(standing: PlannedAdoption) -> str:
    planned = {"pack": standing.pack, "day": standing.effective_on}
    return _("The adoption of %(pack)s is planned from %(day)s. Call it off first.") % planned


def _scope() -> AbstractContextManager[Actor]:
    return as_system("sop", reason="the adoption planned for today")
