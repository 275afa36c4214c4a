from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason, JournalKind
from opennrm.duties import ledger
from opennrm.duties.models import Assignment, Duty, Offer
from opennrm.duties.routing import Router
from opennrm.duties.rules import OPEN, Move, OfferState, State, transition
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def exclude_office(*, case: CaseCard, office: int, reason: ExclusionReason, by: Actor) -> UUID:
    """Excludes an office from a case; what it owed goes to its substitute, or to whoever else is competent, at the same instant."""
    CASES.require(by, "casefile.exclude", case)
    if office in by.offices:
        raise Problem(
            "own_office", _("An office cannot exclude itself. Offer what it owes to another office first.")
        )
    if office in sight.excluded(case.id)[0]:
        raise Problem("already_excluded", _("This is already excluded from the case."), 409)
    made = access.exclude(
        case=case.id, office=office, reason=str(reason), readers=_coordinators(), at=clock.now(), by=by
    )
    router = Router(case, sop(case.sop), identifying_office=case.lead_office)
    for offer in Offer.objects.select_for_update().filter(
        case_id=case.id, to_office=office, state=OfferState.OPEN
    ):
        _withdraw(offer, by=by)
    held = Duty.objects.select_for_update().filter(case=case.id, holder=office, state__in=OPEN)
    for duty in sorted(held, key=lambda row: row.kind != "lead"):
        _move(duty, case, router, by=by)
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=clock.now(), by=by)
    return made


def exclude_officer(*, case: CaseCard, officer: int, reason: ExclusionReason, by: Actor) -> UUID:
    """Excludes a person at work from a case; where she was named, her office names another."""
    CASES.require(by, "casefile.exclude", case)
    if officer in sight.excluded(case.id)[1]:
        raise Problem("already_excluded", _("This is already excluded from the case."), 409)
    now = clock.now()
    # Written first: who excludes herself may write nothing here afterwards.
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=now, by=by)
    Assignment.objects.filter(case_id=case.id, officer=officer, until__isnull=True).update(until=now)
    for duty in Duty.objects.select_for_update().filter(case=case.id, person=officer, state__in=OPEN):
        duty.person_id = None
        duty.save(update_fields=["person"])
    return access.exclude(
        case=case.id, officer=officer, reason=str(reason), readers=_coordinators(), at=now, by=by
    )


def end_exclusion(*, case: CaseCard, exclusion: UUID, by: Actor) -> None:
    """Ends an exclusion; what was handed on stays where it is."""
    CASES.require(by, "casefile.exclude", case)
    access.end_exclusion(exclusion=exclusion, case=case.id, at=clock.now(), by=by)
    casefile.write_journal(case=case.id, kind=JournalKind.EXCLUDED, happened_at=clock.now(), by=by)


def _coordinators() -> set[int]:
    """The offices that learn why somebody is excluded, besides the one who asked."""
    known = agencies.competences(clock.now().date())
    return {competence.office for competence in known if competence.role == "national_coordinator"}


def _move(duty: Duty, case: CaseCard, router: Router, *, by: Actor) -> None:
    now, to = clock.now(), _instead(duty, router, by=by)
    for offer in Offer.objects.select_for_update().filter(duty=duty, state=OfferState.OPEN):
        _withdraw(offer, by=by)
    ledger.settle_lapse(duty, now=now, by=by)
    duty.state = transition(State(duty.state), Move.HAND_OVER)
    ledger.rename_holder(duty, office=to, now=now)
    ledger.open_sight([duty], case=case, now=now)
    ledger.close_sight(duty, case=case, now=now, keep=to)
    ledger.note(duty, kind="hand_over", at=now, now=now, by=by)


def _instead(duty: Duty, router: Router, *, by: Actor) -> int:
    substitute = agencies.substitute_of(duty.holder_id)
    if substitute is not None and substitute not in router.excluded_offices:
        return substitute
    competent = router.office(duty.role, None) if duty.role in router.pack.roles else None
    assert by.office is not None
    return competent if competent is not None and competent not in router.excluded_offices else by.office


def _withdraw(offer: Offer, *, by: Actor) -> None:
    offer.state, offer.answered_at, offer.answered_by_id = OfferState.WITHDRAWN, clock.now(), by.officer
    offer.save(update_fields=["state", "answered_at", "answered_by"])
    access.end(case=offer.case_id, kind=access.BasisKind.OFFER, reference=str(offer.id), at=clock.now())
