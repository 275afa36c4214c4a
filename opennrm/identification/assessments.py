"""Each agency's own assessment, kept side by side, and the conference of agencies that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork, JournalKind
from opennrm.identification.assessment_queries import disagreement
from opennrm.identification.assessment_rules import ConferenceOutcome, View, check_view, conclusion
from opennrm.identification.models import Assessment, AssessmentReasons, Conference, ConferenceMinutes
from opennrm.identification.policies import DOOR
from opennrm.identification.taking_part import check_taking_part
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def assess(*, case: CaseCard, view: View, reasons: str, by: Actor) -> None:
    """Records how her office sees the case against the elements, with its own reasons; they are sealed."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.assess", case)
    check_view(view, child=case.fork == Fork.CHILD)
    if not reasons.strip():
        raise Problem("reasons_missing", _("Write your office's own reasons."))
    assert by.office is not None
    assert by.officer is not None
    row = Assessment(
        case_id=case.id,
        office_id=by.office,
        officer_id=by.officer,
        made_at=clock.now(),
        act=view.act,
        means=view.means or "",
        purpose=view.purpose,
        conclusion=conclusion(view),
    )
    Assessment.objects.bulk_create([row])
    sealer = sealing.Sealer(case.id, "narrative", by.organisations)
    sealed = sealer.seal("identification_assessmentreasons", "sealed", row.id, reasons.strip())
    AssessmentReasons.objects.bulk_create([AssessmentReasons(assessment=row, case_id=case.id, sealed=sealed)])
    casefile.write_journal(
        case=case.id, kind=JournalKind.ASSESSED, happened_at=row.made_at, subject=row.conclusion, by=by
    )
    audit.record("identification.assess", case=case.id, subject=str(row.id))


def confer(
    *,
    case: CaseCard,
    held_on: date,
    offices: Sequence[int],
    outcome: ConferenceOutcome,
    minutes: str,
    by: Actor,
) -> None:
    """Records that the agencies which disagree met, who took part, what came of it, and the minutes; they are sealed."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.confer", case)
    today = clock.today()
    if held_on > today:
        raise Problem("conference_in_future", _("The day of the conference must not be in the future."))
    if not disagreement(case.id):
        raise Problem("nobody_disagrees", _("The agencies do not disagree on this case."), 409)
    if len(set(offices)) < 2:
        raise Problem("conference_of_one", _("Choose at least two offices that took part."))
    check_taking_part(case.id, offices)
    if not minutes.strip():
        raise Problem("minutes_missing", _("Write the minutes."))
    assert by.office is not None
    assert by.officer is not None
    row = Conference(
        case_id=case.id,
        held_on=held_on,
        known_on=today,
        office_id=by.office,
        officer_id=by.officer,
        offices=sorted(set(offices)),
        outcome=outcome,
    )
    Conference.objects.bulk_create([row])
    sealer = sealing.Sealer(case.id, "narrative", by.organisations)
    sealed = sealer.seal("identification_conferenceminutes", "sealed", row.id, minutes.strip())
    ConferenceMinutes.objects.bulk_create([ConferenceMinutes(conference=row, case_id=case.id, sealed=sealed)])
    casefile.write_journal(
        case=case.id, kind=JournalKind.CONFERENCE, happened_at=clock.now(), subject=str(outcome), by=by
    )
    audit.record("identification.confer", case=case.id, subject=str(row.id))
