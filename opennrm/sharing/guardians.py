"""Who answers for a child: recorded with a standing and from when until when; one who may be involved counts for nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import actions as people
from opennrm.people import queries as known
from opennrm.people.rules import GuardianStanding
from opennrm.sharing import ending
from opennrm.sharing.coming_of_age import is_child
from opennrm.sharing.models import Consent, Voice
from opennrm.sharing.policies import DOOR
from opennrm.sharing.rules import EndReason

ONLY_FOR_A_CHILD = _("Only a child has a guardian here.")
APPOINTS = ("appoint_guardian", "appoint_other_guardian")


def record(
    *, case: CaseCard, name: str, relation: str, standing: GuardianStanding, since: date, by: Actor
) -> None:
    """Records who answers for the child and since when; the duty to find or appoint somebody is done by an appointment."""
    case = _entered(case, by)
    if not name.strip():
        raise Problem("name_missing", _("Write the name of the guardian."))
    _not_ahead(since)
    people.add_guardian(
        case_id=case.id,
        person=case.person,
        name=name,
        relation=relation,
        may_be_involved=False,
        standing=standing,
        since=since,
        by=by,
    )
    _trace(case, str(standing), by=by)
    if standing is GuardianStanding.APPOINTED:
        for kind in APPOINTS:
            duties.fulfil_held(case=case.id, kind=kind, by=by)


def end(*, case: CaseCard, guardian: UUID, on: date, by: Actor) -> None:
    """Records that a guardian no longer answers for the child; what rests on that word alone is no longer shared."""
    case = _entered(case, by)
    _not_ahead(on)
    if not people.end_guardian(case_id=case.id, guardian=guardian, until=on):
        raise NotFound()
    _trace(case, "ended", by=by)
    _close_what_rests_on(guardian, by=by)


def suspect(*, case: CaseCard, guardian: UUID, by: Actor) -> None:
    """Records that a guardian may be involved: from now on she or he has no word, and another one is owed."""
    case = _entered(case, by)
    if not people.mark_involved(case_id=case.id, guardian=guardian):
        raise NotFound()
    _trace(case, "suspected", by=by)
    _close_what_rests_on(guardian, by=by)
    if not ledger.guardian_suspected(case.id):
        duties.note(case=case.id, event="guardian_suspected", at=clock.now(), by=by)


def who_count(case: UUID, day: date) -> frozenset[UUID]:
    """The guardians whose word counts on a day: while a suspicion stands, only one who was appointed after it."""
    return known.guardians_who_count(case, day, suspected_since=ledger.guardian_suspected_since(case))


def _entered(case: CaseCard, by: Actor) -> CaseCard:
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "sharing.guardian", case)
    if not is_child(case):
        raise Problem("not_a_child", ONLY_FOR_A_CHILD, 409)
    return case


def _not_ahead(day: date) -> None:
    if day > clock.today():
        raise Problem("day_in_future", _("The day must not be in the future."))


def _trace(case: CaseCard, what: str, *, by: Actor) -> None:
    casefile.write_journal(
        case=case.id, kind=JournalKind.GUARDIAN, happened_at=clock.now(), subject=what, by=by
    )
    audit.record("sharing.guardian", case=case.id, detail={"what": what})


def _close_what_rests_on(guardian: UUID, *, by: Actor) -> None:
    said = Voice.objects.filter(guardian=guardian, word="agrees").values("asking__consent")
    for row in Consent.objects.select_for_update().filter(id__in=said, ended_at__isnull=True):
        ending.end(row, why=EndReason.GUARDIAN_GONE, now=clock.now(), by=by)
