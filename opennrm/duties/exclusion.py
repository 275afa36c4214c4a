from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.duties import ledger
from opennrm.duties.models import Assignment, Duty, Offer
from opennrm.duties.reconciling import identifying_office
from opennrm.duties.routing import Router
from opennrm.duties.rules import OfferState
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import Problem

REASONS = ("compromised", "relative", "perpetrator", "conflict_of_interest", "asked_by_person", "other")


def exclude(
    *, case: CaseCard, office: int | None = None, officer: int | None = None, reason: str, by: Actor
) -> UUID:
    """Excludes an office or an officer from a case: what it held goes to its substitute, and it learns nothing more."""
    CASES.require(by, "casefile.exclude", case)
    if reason not in REASONS:
        raise Problem("reason_missing", _("Choose why this office or person must not take part."))
    if office in by.offices or officer == by.officer:
        raise Problem("excludes_oneself", _("You cannot exclude yourself or your own office. Hand the case over instead."))
    now = clock.now()
    made = access.exclude(case=case.id, office=office, officer=officer, reason=reason, at=now, by=by)
    if office is not None:
        _move_duties(case, office, now=now, by=by)
    if officer is not None:
        _unname(case, officer, now=now, by=by)
    return made


def _move_duties(case: CaseCard, office: int, *, now: datetime, by: Actor) -> None:
    for made in Offer.objects.select_for_update().filter(case_id=case.id, state=OfferState.OPEN):
        if office in (made.to_office_id, made.from_office_id):
            made.state, made.answered_at = OfferState.WITHDRAWN, now
            made.save(update_fields=["state", "answered_at"])
            access.end(case=case.id, kind=BasisKind.OFFER, reference=str(made.id), at=now)
    held = list(Duty.objects.select_for_update().filter(case=case.id, holder=office, ended_at__isnull=True))
    # The lead first: who leads is who takes what nobody else is competent for.
    for row in sorted(held, key=lambda duty: duty.kind != "lead"):
        current = case_by_id(case.id)
        ledger.rename_holder(row, office=_substitute(row, current), now=now)
        ledger.note(row, kind="hand_over", at=now, now=now, by=by, reason="substitute")
        access.end(case=case.id, kind=BasisKind.DUTY, reference=str(row.id), at=now)
        ledger.open_sight([row], case=current, now=now)


def _substitute(row: Duty, case: CaseCard) -> int:
    router = Router(case, sop(row.sop), identifying_office(case.id))
    place = row.region_id
    roles = [row.role, "responsible_authority"] if row.kind == "lead" else [row.role]
    for role in roles:
        found = router.office(role, place)
        if found is not None and found not in router.excluded_offices:
            return found
    if case.lead_office not in router.excluded_offices:
        return case.lead_office
    authority = router.office("responsible_authority", None)
    if authority is None:
        raise Problem("no_substitute", _("No office can take over what this office holds. Hand those duties over first."), 409)
    return authority


def _unname(case: CaseCard, officer: int, *, now: datetime, by: Actor) -> None:
    for row in Duty.objects.select_for_update().filter(case=case.id, person=officer, ended_at__isnull=True):
        Assignment.objects.filter(duty=row, until__isnull=True).update(until=now)
        row.person_id = None
        row.save(update_fields=["person"])
        ledger.note(row, kind="unnamed", at=now, now=now, by=by)
