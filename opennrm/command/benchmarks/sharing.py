"""Pages of cases on which sharing, exclusion and consent are in force, beside their floors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from opennrm.access import queries as sight
from opennrm.access.scope import acting
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.command.benchmarks import pages
from opennrm.command.benchmarks.people_at_work import Staff
from opennrm.command.benchmarks.timing import Row
from opennrm.duties import exclusion
from opennrm.lib import clock
from opennrm.sharing import actions, queries
from opennrm.sharing.rules import Answer, NewConsent, Purpose, Understanding, Way

# Has nothing to do with any case, so that nothing is owed by another office afterwards.
KEPT_OUT = "statistics"


def rows(staff: Staff, caseload: Sequence[UUID], times: int) -> Iterator[Row]:
    """What the checks cost: as the office a case is shared with, and as the office that leads it and keeps another out."""
    for case in caseload:
        _in_force(staff, case)
    yield pages.case_page(times, "case page, shared by consent", staff.entering, caseload)
    yield pages.cases_page(times, "cases list page, cases shared by consent", staff.entering)
    yield pages.case_page(times, "case page, shared and an office excluded", staff.small, caseload)
    yield pages.case_page(times, "sharing page of a case", staff.small, caseload, "sharing/")


def _in_force(staff: Staff, case_id: UUID) -> None:
    """The person agreed to share with another office, and a third is kept out of the case; again changes little."""
    kept_out = agencies.office_by_code(KEPT_OUT)
    assert kept_out is not None
    with acting(staff.small) as by:
        case, text = case_by_id(case_id), queries.texts(clock.today())["sq"]
        new = NewConsent(
            recipient=min(staff.entering.offices),
            classes=("ordinary", "contact"),
            purpose=Purpose.SAFETY,
            until=clock.today() + timedelta(days=30),
            digest=text.digest,
            language="sq",
            way=Way.SIGNED,
            understood=dict.fromkeys(Understanding, Answer.YES),
        )
        actions.give(case=case, new=new, by=by)
        if kept_out.id not in sight.excluded(case_id)[0]:
            exclusion.exclude_office(case=case, office=kept_out.id, reason=ExclusionReason.RELATIVE, by=by)
