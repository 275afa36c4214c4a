"""An office closes: what it owes goes to its substitute or to the office that is competent, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, again_where_crossed, as_system
from opennrm.agencies import actions as bodies
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile import queries as cases
from opennrm.duties import ledger
from opennrm.duties.actions import remember
from opennrm.duties.asked_by_name import ends_with_its_office
from opennrm.duties.models import OPEN, Duty, Offer, Review
from opennrm.duties.moving import move_to
from opennrm.duties.reconciling import reconcile_case
from opennrm.duties.reviewing import pass_on
from opennrm.duties.routing import can_be_missing, kept_out
from opennrm.duties.rules import OfferState, ReviewOutcome
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import Problem

# Who takes what no office is competent for any more.
LAST = ("responsible_authority", "national_coordinator")


@dataclass(frozen=True, slots=True)
class Moved:
    """A duty that the closing office owed, the office that owes it now, and whether no office is competent for it."""

    kind: str
    to: int
    case: UUID | None = None
    is_gap: bool = False


def close_office(*, code: str, on: date) -> list[Moved]:
    """Closes an office in one audited act and moves everything it owes, the leads first."""
    return again_where_crossed(lambda: _close(code, on))


def _close(code: str, on: date) -> list[Moved]:
    with as_system("setup", reason=f"office {code} closes") as actor:
        office = bodies.close_office(code=code, on=on, by=actor)
        with as_system("routing", reason=f"office {code} closes") as mover:
            moved = _move_everything(office, by=mover)
        with as_system("sop", reason=f"office {code} closes") as finder:
            _look_for_providers(moved, by=finder)
        return moved


def _move_everything(office: int, *, by: Actor) -> list[Moved]:
    owed = Duty.objects.filter(holder=office, state__in=OPEN).values_list("case_id", "kind", "id")
    # Case by case in one order: whoever acts on one of them waits for this, or this for her.
    listed = sorted(owed, key=lambda row: (str(row[0] or ""), row[1] != "lead", str(row[2])))
    moved = list[Moved]()
    for case, _kind, duty in listed:
        if case:
            sight.one_at_a_time(case)
        row = Duty.objects.select_for_update().filter(id=duty, holder=office, state__in=OPEN).first()
        if row is not None:
            # Asked anew for each: what somebody did while this waited came before it.
            moved += _move(row, office, now=clock.now(), by=by)
    now = clock.now()
    for offer in Offer.objects.select_for_update().filter(to_office=office, state=OfferState.OPEN):
        ledger.withdraw_offer(offer, now=now, by=by)
    waiting = Review.objects.filter(outcome=ReviewOutcome.OPEN)
    for review in waiting.filter(reviewer=office):
        pass_on(case=cases.case_by_id(review.case_id), barred=frozenset({office}), by=by)
    for review in waiting.filter(to_office=office):
        ledger.overtake_reviews(review.duty, now=now)
    return moved


def _move(row: Duty, office: int, *, now: datetime, by: Actor) -> list[Moved]:
    if row.case_id and ends_with_its_office(
        row, case=cases.case_by_id(row.case_id), barred=sight.excluded(row.case_id)[0], by=by
    ):
        return []
    to, is_gap = _instead(row, office, now=now)
    if row.case_id is None:
        ledger.rename_holder(row, office=to, now=now)
        ledger.note(row, kind="office_closed", at=now, now=now, by=by)
    else:
        move_to(row, to, case=cases.case_by_id(row.case_id), now=now, by=by, kind="office_closed")
    audit.record("duties.reroute", case=row.case_id, subject=str(row.id), detail={"kind": row.kind, "to": to})
    return [Moved(row.kind, to, row.case_id, is_gap)]


def _look_for_providers(moved: list[Moved], *, by: Actor) -> None:
    """What no office is competent for any more stays with the one that took it, and the coordinator looks for a provider."""
    found = sorted({(one.case, one.kind) for one in moved if one.case and one.is_gap})
    for case, kind in found:
        remember(case=case, event="gap_found", subject=kind)
    for case in sorted({case for case, _kind in found}):
        reconcile_case(cases.case_by_id(case), by=by)


def _instead(row: Duty, office: int, *, now: datetime) -> tuple[int, bool]:
    """The substitute, then whoever is competent, then who leads the case, then the authority, then the coordinator.

    And whether neither of the first two is there, so that somebody must look for one.
    """
    known = agencies.competences(clock.local_day(now))
    barred = {office} | (kept_out(row.case_id) if row.case_id else frozenset())
    find = partial(competent_office, known, region=row.region_id, excluded=frozenset(barred))
    lead = cases.case_by_id(row.case_id).lead_office if row.case_id else None
    able = [agencies.substitute_of(office), find(role=row.role)]
    wanted = (*able, lead, *(find(role=role) for role in LAST))
    offices = agencies.offices([one for one in wanted if one])
    for one in wanted:
        if one is not None and one not in barred and offices[one].closed_on is None:
            return one, one not in able and row.case_id is not None and can_be_missing(row.role, sop(row.sop))
    raise Problem("nobody_takes_over", _("No open office can take over what this office owes."), 409)
