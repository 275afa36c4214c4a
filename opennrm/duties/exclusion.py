from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile import actions as casefile
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason, JournalKind
from opennrm.duties import ledger
from opennrm.duties.actions import remember
from opennrm.duties.asked_by_name import ends_with_its_office
from opennrm.duties.models import Duty, Offer, Review
from opennrm.duties.moving import move_to
from opennrm.duties.reconciling import reconcile_case
from opennrm.duties.reviewing import pass_on
from opennrm.duties.routing import can_be_missing, kept_out
from opennrm.duties.rules import OPEN, OfferState, ReviewOutcome
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import Problem

AUTHORITY = "responsible_authority"
OWN_OFFICE = _(
    "Nobody of your office would be left on this case. Offer what it owes to another office first."
)


def exclude_office(*, case: CaseCard, office: int, reason: ExclusionReason, by: Actor) -> UUID:
    """Excludes an office from a case; what it owed, or was to review, goes to another office at the same instant."""
    sight.one_at_a_time(case.id)
    CASES.require(by, "casefile.exclude", case)
    if office in by.offices:
        raise Problem("own_office", OWN_OFFICE, 409)
    if office in sight.excluded(case.id)[0]:
        raise Problem("already_excluded", _("This is already excluded from the case."), 409)
    now = clock.now()
    made = access.exclude(
        case=case.id, office=office, reason=str(reason), readers=_coordinators(), at=now, by=by
    )
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=now, by=by)
    for offer in Offer.objects.select_for_update().filter(
        case_id=case.id, to_office=office, state=OfferState.OPEN
    ):
        ledger.withdraw_offer(offer, now=now, by=by)
    barred = kept_out(case.id)
    pass_on(case=case, barred=barred, by=by)
    _move_all(case, office, barred, by=by)
    return made


def exclude_officer(*, case: CaseCard, officer: int, reason: ExclusionReason, by: Actor) -> UUID:
    """Excludes a person at work from a case; where she was named, her office names another, or hands on where it has none."""
    sight.one_at_a_time(case.id)
    CASES.require(by, "casefile.exclude", case)
    _offices, officers = sight.excluded(case.id)
    if officer in officers:
        raise Problem("already_excluded", _("This is already excluded from the case."), 409)
    now = clock.now()
    for duty in Duty.objects.select_for_update().filter(case=case.id, person=officer, state__in=OPEN):
        ledger.unname(duty, now=now, by=by)
    stranded = _offices_left_with_nobody(case.id, officer, officers)
    if stranded & by.offices:
        raise Problem("own_office", OWN_OFFICE, 409)
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=now, by=by)
    made = access.exclude(
        case=case.id, officer=officer, reason=str(reason), readers=_coordinators(), at=now, by=by
    )
    # Who excludes herself may write nothing here from now on, and strands nothing.
    if stranded:
        barred = kept_out(case.id)
        pass_on(case=case, barred=barred, by=by)
        for office in sorted(stranded):
            _move_all(case, office, barred, by=by)
    return made


def end_exclusion(*, case: CaseCard, exclusion: UUID, by: Actor) -> None:
    """Ends an exclusion; what was handed on stays where it is, and a gap that it made is one no longer."""
    sight.one_at_a_time(case.id)
    CASES.require(by, "casefile.exclude", case)
    access.end_exclusion(exclusion=exclusion, case=case.id, at=clock.now(), by=by)
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=clock.now(), by=by)
    reconcile_case(case_by_id(case.id), by=by)


def _coordinators() -> set[int]:
    """The offices that learn why somebody is excluded, besides the one who asked."""
    known = agencies.competences(clock.today())
    return {competence.office for competence in known if competence.role == "national_coordinator"}


def _offices_left_with_nobody(case: UUID, officer: int, excluded: frozenset[int]) -> frozenset[int]:
    """The offices that owe or review something here and can do so no longer once this person is excluded too."""
    asked = set(Duty.objects.filter(case=case, state__in=OPEN).values_list("holder_id", flat=True))
    waits = Review.objects.filter(case_id=case, outcome=ReviewOutcome.OPEN)
    asked |= set(waits.values_list("reviewer_id", flat=True))
    today = clock.today()
    left = agencies.left_with_nobody(excluded | {officer}, today)
    return (left - agencies.left_with_nobody(excluded, today)) & asked


def _move_all(case: CaseCard, office: int, barred: frozenset[int], *, by: Actor) -> None:
    held = Duty.objects.select_for_update().filter(case=case.id, holder=office, state__in=OPEN)
    # The lead first: who leads takes what nobody else is competent for.
    for duty in sorted(held, key=lambda row: row.kind != "lead"):
        _move(duty, case_by_id(case.id), barred, by=by)
    reconcile_case(case_by_id(case.id), by=by)


def _move(duty: Duty, case: CaseCard, barred: frozenset[int], *, by: Actor) -> None:
    if ends_with_its_office(duty, case=case, barred=barred, by=by):
        return
    now, to = clock.now(), _instead(duty, case, barred, by=by)
    move_to(duty, to, case=case, now=now, by=by)
    audit.record("duties.reroute", case=case.id, subject=str(duty.id), detail={"kind": duty.kind, "to": to})


def _instead(duty: Duty, case: CaseCard, barred: frozenset[int], *, by: Actor) -> int:
    """The substitute, then whoever is competent, then who leads, then the Responsible Authority, then who asked."""
    known = agencies.competences(clock.today())
    competent = competent_office(known, role=duty.role, region=case.region, excluded=barred)
    substitute = agencies.substitute_of(duty.holder_id)
    if {substitute, competent} <= {None, *barred} and can_be_missing(duty.role, sop(duty.sop)):
        # Nobody else is competent: the holder from now on keeps it, and the coordinator owes to find who provides it.
        remember(case=case.id, event="gap_found", subject=duty.kind, at=clock.now())
    authority = competent_office(known, role=AUTHORITY, region=case.region, excluded=barred)
    wanted = (substitute, competent, case.lead_office, authority, by.office)
    return next(office for office in wanted if office is not None and office not in barred)
