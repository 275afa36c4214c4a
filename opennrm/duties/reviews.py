from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.duties.cards import kind_label
from opennrm.duties.models import Review
from opennrm.duties.rules import ReviewOutcome
from opennrm.lib.problems import NotFound


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review with what the reviewer is shown: a few facts and no name."""

    id: UUID
    duty_id: UUID
    case_id: UUID
    kind: str
    asked_at: datetime
    from_office: int
    to_office: int
    asked_reason: str
    reviewer_id: int
    decided_at: datetime | None
    outcome: str
    reason: str
    label: str
    reference: str
    child: bool
    language: str
    region: str | None
    due: datetime | None
    decide_by: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.outcome == ReviewOutcome.OPEN


def review(review_id: UUID) -> ReviewCard:
    """One review as it was shown, or NotFound."""
    row = Review.objects.filter(id=review_id).first()
    if row is None:
        raise NotFound()
    return _card(row)


def waiting_for(offices: Sequence[int]) -> list[ReviewCard]:
    """The reviews that these offices are asked to decide, the oldest first."""
    rows = Review.objects.filter(reviewer__in=list(offices), outcome=ReviewOutcome.OPEN).order_by("asked_at")
    return [_card(row) for row in rows]


def review_of(duty: UUID) -> ReviewCard | None:
    """The review of a duty that waits for a decision."""
    row = Review.objects.filter(duty=duty, outcome=ReviewOutcome.OPEN).first()
    return _card(row) if row else None


def review_of_offer(offer: UUID) -> ReviewCard | None:
    """The review of a decline, decided or not."""
    row = Review.objects.filter(offer=offer).first()
    return _card(row) if row else None


def _card(row: Review) -> ReviewCard:
    shown = row.shown
    return ReviewCard(
        id=row.id,
        duty_id=row.duty_id,
        case_id=row.case_id,
        kind=row.kind,
        asked_at=row.asked_at,
        from_office=row.from_office_id,
        to_office=row.to_office_id,
        asked_reason=row.asked_reason,
        reviewer_id=row.reviewer_id,
        decided_at=row.decided_at,
        outcome=row.outcome,
        reason=row.reason,
        label=kind_label(shown["kind"], shown["sop"]),
        reference=shown["reference"],
        child=shown["child"],
        language=shown["language"],
        region=shown["region"],
        due=datetime.fromisoformat(shown["due"]) if shown["due"] else None,
        decide_by=row.due_at,
    )
