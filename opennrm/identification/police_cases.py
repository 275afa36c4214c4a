"""Whether the police opened a case for a person who was identified, why not, and who looked at the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import together
from opennrm.duties.rules import Move
from opennrm.identification.models import PoliceCase, PoliceCaseReview
from opennrm.identification.policies import DOOR
from opennrm.lib import clock
from opennrm.lib.problems import Problem


class NotOpenedReason(StrEnum):
    """Why no police case was opened; a word and never a sentence, because it is not sealed."""

    STILL_VERIFYING = "still_verifying"
    ELEMENTS_MISSING = "elements_missing"
    NO_EVIDENCE = "no_evidence"
    PERSON_DOES_NOT_REPORT = "person_does_not_report"
    OTHER_CRIME = "other_crime"
    ABROAD = "abroad"
    ANOTHER_OFFICE = "another_office"


@dataclass(frozen=True, slots=True)
class PoliceCaseCard:
    """One answer of the police, and the review of it if there was one."""

    id: UUID
    opened: bool
    decided_on: date
    known_at: datetime
    reason: str
    office: int
    officer: int
    reviewed_on: date | None = None
    reviewed_by: int | None = None
    review_agrees: bool | None = None


def record(*, case: CaseCard, opened: bool, decided_on: date, reason: str = "", by: Actor) -> None:
    """Records whether the police opened a case; where they did not, the reason goes to another office for review."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "identification.police_case", case_by_id(case.id))
    now = clock.now()
    if decided_on > clock.local_day(now):
        raise Problem("police_case_in_future", _("The day must not be in the future."))
    if not opened and reason not in set(NotOpenedReason):
        raise Problem("reason_missing", _("Choose why no case is opened."))
    assert by.office is not None
    assert by.officer is not None
    row = PoliceCase(
        case_id=case.id,
        opened=opened,
        decided_on=decided_on,
        known_at=now,
        reason="" if opened else reason,
        office_id=by.office,
        officer_id=by.officer,
    )
    PoliceCase.objects.bulk_create([row])
    _trace(case.id, "opened" if opened else "not_opened", row.id, by=by)
    if opened:
        # What another office was to look at is answered; nothing else could do its duty any more.
        together.settle_together(case=case.id, kinds=["review_police_case"], move=Move.FULFIL, by=by)
    else:
        duties.note(case=case.id, event="police_case_not_opened", by=by)
    duties.fulfil_held(case=case.id, kind="police_case", by=by)


def review(*, case: CaseCard, agrees: bool, by: Actor) -> None:
    """Records that another office looked at why no case was opened, and whether it agrees."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "identification.review_police_case", case_by_id(case.id))
    row = PoliceCase.objects.filter(case=case.id).order_by("-known_at").first()
    if row is None or row.opened:
        raise Problem("nothing_to_review", _("There is no refusal to review."), 409)
    if PoliceCaseReview.objects.filter(police_case=row).exists():
        raise Problem("reviewed_already", _("This answer of the police was reviewed already."), 409)
    if row.office_id in by.offices:
        raise Problem("own_answer", _("Another office reviews what yours decided."), 409)
    assert by.office is not None
    assert by.officer is not None
    PoliceCaseReview.objects.bulk_create(
        [
            PoliceCaseReview(
                police_case=row,
                case_id=case.id,
                reviewed_on=clock.today(),
                agrees=agrees,
                office_id=by.office,
                officer_id=by.officer,
            )
        ]
    )
    _trace(case.id, "review_agrees" if agrees else "review_disagrees", row.id, by=by)
    if not agrees:
        # The question goes back to the police: they answer again.
        duties.note(case=case.id, event="police_case_asked_again", by=by)
    duties.fulfil_held(case=case.id, kind="review_police_case", by=by)


def answers(case_id: UUID) -> list[PoliceCaseCard]:
    """What the police answered, the latest first."""
    reviews = {r.police_case_id: r for r in PoliceCaseReview.objects.filter(case=case_id)}
    rows = PoliceCase.objects.filter(case=case_id).order_by("-known_at")
    return [_card(row, reviews.get(row.id)) for row in rows]


def _card(row: PoliceCase, seen: PoliceCaseReview | None) -> PoliceCaseCard:
    return PoliceCaseCard(
        row.id,
        row.opened,
        row.decided_on,
        row.known_at,
        row.reason,
        row.office_id,
        row.officer_id,
        seen.reviewed_on if seen else None,
        seen.office_id if seen else None,
        seen.agrees if seen else None,
    )


def _trace(case: UUID, what: str, subject: UUID, *, by: Actor) -> None:
    casefile.write_journal(
        case=case, kind=JournalKind.POLICE_CASE, happened_at=clock.now(), subject=what, by=by
    )
    audit.record(f"identification.police_case_{what}", case=case, subject=str(subject))
