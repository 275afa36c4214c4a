from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from opennrm.lib.problems import NotFound
from opennrm.sharing.models import Refusal, Request
from opennrm.sharing.request_rules import RequestState, Said


@dataclass(frozen=True, slots=True)
class RequestCard:
    """One request for information, with what was shown to the office that is asked and what came of it."""

    id: UUID
    case_id: UUID
    duty_id: UUID
    from_office: int
    office: int
    asked_at: datetime
    answer_by: datetime | None
    subject: str
    purpose: str
    basis: str
    shown: Mapping[str, object]
    state: str
    said: str
    ended_at: datetime | None
    consent: UUID | None
    reviewer: int | None
    reviewed_at: datetime | None
    stands: bool | None

    @property
    def from_office_id(self) -> int:
        """As the rows call it, so that one door asks about both."""
        return self.from_office

    @property
    def office_id(self) -> int:
        """As the rows call it, so that one door asks about both."""
        return self.office

    @property
    def reviewer_id(self) -> int | None:
        """As the rows call it, so that one door asks about both."""
        return self.reviewer

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed."""
        return self.state == RequestState.OPEN

    @property
    def is_reviewed(self) -> bool:
        """Whether another office still looks at the refusal."""
        return self.reviewer is not None and self.reviewed_at is None

    @property
    def may_be_contested(self) -> bool:
        """Whether another office may be asked to look at the refusal: once, and never at the person's own no."""
        return self.state == RequestState.REFUSED and self.said == Said.CANNOT and self.reviewer is None

    @property
    def reference(self) -> str:
        """The reference of the case, as it was shown."""
        return str(self.shown.get("reference", ""))

    def is_late(self, now: datetime) -> bool:
        """Whether the day by which it was to be answered has passed without an answer."""
        return self.is_open and self.answer_by is not None and self.answer_by <= now


def request(request_id: UUID) -> RequestCard:
    """One request as it was shown, or NotFound."""
    row = Request.objects.filter(id=request_id).first()
    if row is None:
        raise NotFound()
    return _card(row)


def requests_of(case: UUID) -> list[RequestCard]:
    """The requests for information on a case, the newest first."""
    return [_card(row) for row in Request.objects.filter(case=case).order_by("-asked_at", "id")]


def waiting_for(offices: Sequence[int]) -> list[RequestCard]:
    """What these offices are asked to answer, or whose refusal they are to review, the most urgent first."""
    asked = Q(office__in=list(offices), state=RequestState.OPEN)
    reviews = Q(reviewer__in=list(offices), reviewed_at__isnull=True)
    rows = Request.objects.filter(asked | reviews).order_by("answer_by", "asked_at", "id")
    return [_card(row) for row in rows]


def reason_of(request_id: UUID) -> str:
    """Why it was refused the last time, as far as the reader may know; empty otherwise."""
    return reasons_of([request_id]).get(request_id, "")


def reasons_of(requests: Sequence[UUID]) -> dict[UUID, str]:
    """The same for several requests, those left out whose reason the reader may not know."""
    rows = Refusal.objects.filter(request__in=list(requests)).order_by("at", "id")
    return dict(rows.values_list("request_id", "reason"))


def _card(row: Request) -> RequestCard:
    return RequestCard(
        id=row.id,
        case_id=row.case_id,
        duty_id=row.duty_id,
        from_office=row.from_office_id,
        office=row.office_id,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        subject=row.subject,
        purpose=row.purpose,
        basis=row.basis,
        shown=row.shown,
        state=row.state,
        said=row.said,
        ended_at=row.ended_at,
        consent=row.consent_id,
        reviewer=row.reviewer_id,
        reviewed_at=row.reviewed_at,
        stands=row.stands,
    )
