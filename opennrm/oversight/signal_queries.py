from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from opennrm.access import queries as access
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import queries as cases
from opennrm.lib.problems import NotFound
from opennrm.oversight import sealed_words
from opennrm.oversight.models import Signal
from opennrm.oversight.signals import SignalKind, thresholds

# Which case it is would tell the reader whose family name is whose.
NO_REFERENCES = frozenset({SignalKind.RELATIVE})


@dataclass(frozen=True, slots=True)
class SignalCard:
    """A question about reading, as the office that looks at it may know it: a post, a day, a number."""

    id: UUID
    kind: str
    officer: int
    office: int
    day: date
    number: int
    most: int
    days: int
    raised_at: datetime
    reviewer_id: int
    answer: str
    answered_at: datetime | None


def waiting(offices: Iterable[int]) -> list[SignalCard]:
    """The questions that these offices have to look at, the oldest first."""
    return [_card(row) for row in _of(offices, answered=False).order_by("day", "id")]


def answered(offices: Iterable[int], *, limit: int = 25) -> list[SignalCard]:
    """The questions that these offices answered, the newest first."""
    return [_card(row) for row in _of(offices, answered=True).order_by("-answered_at")[:limit]]


def about(officer: int) -> list[SignalCard]:
    """The questions about one person that another has answered, and that she may read; the newest first."""
    return [_card(row) for row in Signal.objects.filter(officer=officer).order_by("-answered_at")]


def signal(signal_id: UUID) -> SignalCard:
    """One question, or NotFound."""
    return _card(_row(signal_id))


def findings(signal_id: UUID) -> str:
    """What the answer says; for the organisation that answered."""
    return sealed_words.opened_signal(_row(signal_id))


def references(signal_id: UUID, *, by: Actor) -> list[str]:
    """The references of the cases it is about, without those that the reader is kept out of; no case is opened."""
    row = _row(signal_id)
    if row.kind in NO_REFERENCES:
        return []
    with as_system("oversight", reason="references of a question"):
        found = cases.cases_by_id(row.cases)
        barred = {case for case in found if _kept_out(case, by)}
    return sorted(card.reference for case, card in found.items() if case not in barred)


def _kept_out(case: UUID, by: Actor) -> bool:
    offices, officers = access.excluded(case)
    return bool(offices & by.offices) or by.officer in officers


def _of(offices: Iterable[int], *, answered: bool) -> QuerySet[Signal]:
    rows = Signal.objects.filter(reviewer__in=list(offices))
    return rows.exclude(answer="") if answered else rows.filter(answer="")


def _row(signal_id: UUID) -> Signal:
    row = Signal.objects.filter(id=signal_id).first()
    if row is None:
        raise NotFound()
    return row


def _card(row: Signal) -> SignalCard:
    limit = thresholds().by_kind[SignalKind(row.kind)]
    return SignalCard(
        id=row.id,
        kind=row.kind,
        officer=row.officer_id,
        office=row.office_id,
        day=row.day,
        number=row.number,
        most=limit.most,
        days=limit.days,
        raised_at=row.raised_at,
        reviewer_id=row.reviewer_id,
        answer=row.answer,
        answered_at=row.answered_at,
    )
