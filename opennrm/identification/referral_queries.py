from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.identification.models import Referral
from opennrm.identification.referral_rules import ReferralState
from opennrm.lib.problems import NotFound


@dataclass(frozen=True, slots=True)
class ReferralCard:
    """One referral, with what was shared and what was answered."""

    id: UUID
    case_id: UUID
    side: str
    from_office: int
    office: int
    made_at: datetime
    answer_by: datetime | None
    shown: Mapping[str, object]
    state: str
    again: str
    reason: str
    answered_at: datetime | None
    reviewed_at: datetime | None
    review_office: int | None

    @property
    def office_id(self) -> int:
        """As the rows call it, so that one door asks about both."""
        return self.office

    @property
    def from_office_id(self) -> int:
        """The same for the office that referred."""
        return self.from_office

    @property
    def is_open(self) -> bool:
        """Whether the addressee still owes an answer."""
        return self.state == ReferralState.OPEN

    @property
    def reference(self) -> str:
        """The reference of the case, as it was shared."""
        return str(self.shown.get("reference", ""))


def referral(referral_id: UUID) -> ReferralCard:
    """One referral as it was shared, or NotFound."""
    row = Referral.objects.filter(id=referral_id).first()
    if row is None:
        raise NotFound()
    return _card(row)


def referrals(case_id: UUID) -> list[ReferralCard]:
    """The referrals of a case, the latest first."""
    return [_card(row) for row in Referral.objects.filter(case=case_id).order_by("-made_at", "id")]


def waiting_for(offices: Sequence[int]) -> list[ReferralCard]:
    """The referrals that these offices have not answered, the most urgent first."""
    rows = Referral.objects.filter(office__in=list(offices), state=ReferralState.OPEN)
    return [_card(row) for row in rows.order_by("answer_by", "made_at", "id")]


def _card(row: Referral) -> ReferralCard:
    return ReferralCard(
        row.id,
        row.case_id,
        row.side,
        row.from_office_id,
        row.office_id,
        row.made_at,
        row.answer_by,
        row.shown,
        row.state,
        row.again,
        row.reason,
        row.answered_at,
        row.reviewed_at,
        row.review_office_id,
    )
