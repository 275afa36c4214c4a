from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from opennrm.duties.mechanism_kinds import ASKED_BY_NAME, KINDS, MAY_WAIT_FOR
from opennrm.duties.models import Duty, Offer
from opennrm.duties.sops import DEFAULT_SOP, sop


@dataclass(frozen=True, slots=True)
class DutyCard:
    """One duty as it stands, with the case it is owed on."""

    id: UUID
    case_id: UUID | None
    kind: str
    label: str
    subject: str
    rule: str
    source: str
    verified: bool
    by_law: bool
    holder_id: int
    person_id: int | None
    started_at: datetime
    since: datetime
    due_at: datetime | None
    state: str
    lapsed_at: datetime | None
    ended_at: datetime | None
    waivable: bool
    role: str
    region: str | None
    waits_for: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def stands(self) -> str:
        """How it stands, in short: a form that was made for another standing is stale."""
        return f"{self.state}.{self.holder_id}.{self.person_id or 0}.{int(self.due_at.timestamp()) if self.due_at else 0}"


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A hand-over on offer, with what the asked office is shown."""

    id: UUID
    duty_id: UUID
    case_id: UUID
    from_office: int
    to_office: int
    offered_at: datetime
    answer_by: datetime | None
    state: str
    reason: str
    kind: str
    label: str
    reference: str
    child: bool
    language: str
    region: str | None
    due: datetime | None
    answered_at: datetime | None

    @property
    def from_office_id(self) -> int:
        """As the rows call it, so that one door asks about both."""
        return self.from_office

    @property
    def to_office_id(self) -> int:
        """As the rows call it, so that one door asks about both."""
        return self.to_office


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """Something this office was told about a duty, or about a share that has ended: then neither duty nor case is named."""

    id: UUID
    duty_id: UUID | None
    case_id: UUID | None
    at: datetime
    what: str
    label: str
    reference: str


def kind_label(kind: str, sop_id: str = DEFAULT_SOP) -> str:
    """What a kind of duty is called in the reader's language; the procedure carries its own words."""
    if kind in KINDS:
        return str(KINDS[kind])
    known = sop(sop_id).kinds.get(kind)
    return known.name.in_language(get_language() or "en") if known else kind


def may_wait_for(kind: str, rule: str, sop_id: str) -> tuple[str, ...]:
    """For which reasons a duty may be put off: what its rule says, else its kind; the mechanism's own wait for no person."""
    if kind in KINDS:
        return MAY_WAIT_FOR
    pack = sop(sop_id)
    if known := pack.rules_by_id.get(rule):
        return known.paused_by
    return pack.kinds[kind].paused_by if kind in pack.kinds else ()


def duty_card(
    row: Duty,
    *,
    state: str | None = None,
    holder: int | None = None,
    person: int | None = None,
    since: datetime | None = None,
    due: datetime | None = None,
) -> DutyCard:
    """The card of a duty as it stands, or as it stood in the past that is given."""
    kind = sop(row.sop).kinds.get(row.kind)
    past = state is not None
    label = kind_label(row.kind, row.sop)
    if row.kind in KINDS:
        label = f"{label}: {row.subject}"
    elif row.subject and row.subject != row.kind and row.kind not in ASKED_BY_NAME:
        label = f"{label}: {kind_label(row.subject, row.sop).lower()}"
    return DutyCard(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        label=label,
        subject=row.subject,
        rule=row.rule,
        source=row.source,
        verified=row.verified,
        by_law=row.by_law,
        holder_id=holder if holder is not None else row.holder_id,
        person_id=person if past else row.person_id,
        started_at=row.started_at,
        since=since or row.started_at,
        due_at=due if past else row.due_at,
        state=state or row.state,
        lapsed_at=row.lapsed_at,
        ended_at=row.ended_at,
        waivable=bool(kind and kind.waivable),
        role=row.role,
        region=row.region_id,
        waits_for=may_wait_for(row.kind, row.rule, row.sop),
    )


def offer_card(row: Offer) -> OfferCard:
    """The card of an offer, with what the asked office was shown."""
    shown = row.shown
    return OfferCard(
        id=row.id,
        duty_id=row.duty_id,
        case_id=row.case_id,
        from_office=row.from_office_id,
        to_office=row.to_office_id,
        offered_at=row.offered_at,
        answer_by=row.answer_by,
        state=row.state,
        reason=row.reason,
        kind=shown["kind"],
        label=kind_label(shown["kind"], shown["sop"]),
        reference=shown["reference"],
        child=shown["child"],
        language=shown["language"],
        region=shown["region"],
        due=datetime.fromisoformat(shown["due"]) if shown["due"] else None,
        answered_at=row.answered_at,
    )
