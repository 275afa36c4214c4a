from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.translation import get_language

from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.casefile.queries import CaseCard
from opennrm.duties.models import OPEN, Assignment, Duty, Event, Happening, Holding, Notice, Offer
from opennrm.duties.models import Pause as PauseRow
from opennrm.duties.pack import Kind
from opennrm.duties.rules import Change, OfferState, State, holder_at, state_at
from opennrm.duties.rules import Holding as Held
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.lib import clock
from opennrm.lib.problems import NotFound


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

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def stands(self) -> str:
        """How it stands, in short: a form that was made for another standing is stale."""
        return f"{self.state}.{self.holder_id}.{self.person_id or 0}.{int(self.due_at.timestamp()) if self.due_at else 0}"


@dataclass(frozen=True, slots=True)
class Bar:
    """An office held the duty from an instant until another, and whom it named last."""

    office: int
    person: int | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DutyHistory:
    """One duty through time, as the timeline draws it."""

    duty: DutyCard
    bars: tuple[Bar, ...]
    pauses: tuple[tuple[datetime, datetime | None], ...]


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
    """Something this office was told about a duty."""

    id: UUID
    duty_id: UUID
    case_id: UUID | None
    at: datetime
    what: str
    label: str
    reference: str


@dataclass(frozen=True, slots=True)
class Counters:
    """What an office owes, in numbers that are also filters."""

    overdue: int
    due_today: int
    offered: int
    unnamed: int
    all: int


@dataclass(frozen=True, slots=True)
class GapCell:
    """How many people in a region wait for a kind of support, and since when."""

    kind: str
    label: str
    region: str | None
    people: int
    since: datetime


@dataclass(frozen=True, slots=True)
class GapLine:
    """One need that no office is competent for."""

    case_id: UUID
    kind: str
    label: str
    region: str | None
    since: datetime
    duty_id: UUID


def kind_label(kind: str, sop_id: str = DEFAULT_SOP) -> str:
    """What a kind of duty is called in the reader's language; the procedure carries its own words."""
    known = sop(sop_id).kinds.get(kind)
    return known.name.in_language(get_language() or "en") if known else kind


def support_kinds(sop_id: str = DEFAULT_SOP) -> list[Kind]:
    """The kinds of assistance that may be needed, in the procedure's order."""
    return [kind for kind in sop(sop_id).kinds.values() if kind.group == "support"]


def worklist(
    offices: Sequence[int],
    *,
    show: str = "all",
    now: datetime,
    end_of_today: datetime,
    limit: int = 50,
    offset: int = 0,
) -> list[DutyCard]:
    """What these offices owe, the most urgent first; one filter of the counters, or all."""
    rows = _owed_by(offices)
    filters = {
        "overdue": Q(due_at__lt=now) | Q(state=State.LAPSED),
        "today": Q(due_at__gte=now, due_at__lt=end_of_today),
        "unnamed": Q(person__isnull=True),
    }
    if show in filters:
        rows = rows.filter(filters[show])
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "started_at", "id")[offset : offset + limit]
    return [_card(row) for row in rows]


def counters(offices: Sequence[int], *, now: datetime, end_of_today: datetime) -> Counters:
    """The numbers above the worklist."""
    mine = _owed_by(offices).aggregate(
        overdue=Count("id", filter=Q(due_at__lt=now) | Q(state=State.LAPSED)),
        due_today=Count("id", filter=Q(due_at__gte=now, due_at__lt=end_of_today)),
        unnamed=Count("id", filter=Q(person__isnull=True)),
        all=Count("id"),
    )
    offered = Offer.objects.filter(to_office__in=list(offices), state=OfferState.OPEN).count()
    return Counters(offered=offered, **mine)


def _owed_by(offices: Sequence[int]) -> QuerySet[Duty]:
    # One office by equality: its list then comes in the order of its index, and no more than a page is read.
    held = Q(holder=offices[0]) if len(offices) == 1 else Q(holder__in=list(offices))
    return Duty.objects.filter(held, state__in=OPEN)


def duty(duty_id: UUID) -> DutyCard:
    """One duty, or NotFound where there is none or this actor may not know of it."""
    row = Duty.objects.filter(id=duty_id).first()
    if row is None:
        raise NotFound()
    return _card(row)


def duties_by_id(ids: Iterable[UUID]) -> dict[UUID, DutyCard]:
    """Duties by id, those this actor sees."""
    return {row.id: _card(row) for row in Duty.objects.filter(id__in=set(ids))}


def duties_of(case_id: UUID, *, open_only: bool = False) -> list[DutyCard]:
    """The duties of a case: the lead first, then by when they are due."""
    rows = Duty.objects.filter(case=case_id)
    if open_only:
        rows = rows.filter(ended_at__isnull=True)
    cards = [_card(row) for row in rows]
    last = datetime.max.replace(tzinfo=clock.now().tzinfo)
    return sorted(
        cards, key=lambda card: (card.kind != "lead", card.due_at or last, card.started_at, card.kind)
    )


def responsible(case: CaseCard, at: datetime) -> list[DutyCard]:
    """Who owed what on a case at an instant, from history alone: the present is the instant now."""
    duties = list(Duty.objects.filter(case=case.id, started_at__lte=at))
    events = _grouped(Event.objects.filter(duty__in=duties).order_by("at", "known_at"))
    holdings = _grouped(Holding.objects.filter(duty__in=duties).order_by("since"))
    named = _grouped(Assignment.objects.filter(duty__in=duties).order_by("since"))
    pauses = _grouped(PauseRow.objects.filter(duty__in=duties))
    answer = []
    for row in duties:
        state = state_at([Change(e.at, e.known_at, State(e.state_after)) for e in events[row.id]], at)
        spans = [Held(h.office_id, h.since, h.until) for h in holdings[row.id]]
        ended = row.ended_at is not None and row.ended_at <= at
        holder = holder_at(spans, at) if not ended else spans[-1].office
        if state is None or holder is None:
            continue
        since = next(h.since for h in reversed(holdings[row.id]) if h.since <= at)
        person = next(
            (
                a.officer_id
                for a in reversed(named[row.id])
                if a.since <= at and (a.until is None or at < a.until)
            ),
            None,
        )
        paused = any(p.since <= at and (p.until is None or at < p.until) for p in pauses[row.id])
        answer.append(
            _card(
                row,
                state=str(state),
                holder=holder,
                person=person,
                since=since,
                due=None if paused else row.due_at,
            )
        )
    last = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(
        answer,
        key=lambda card: (
            card.kind != "lead",
            card.ended_at is not None,
            card.due_at or last,
            card.kind,
            str(card.id),
        ),
    )


def lead_office_at(case: CaseCard, at: datetime) -> int | None:
    """Which office led the case at an instant."""
    return next(
        (
            card.holder_id
            for card in responsible(case, at)
            if card.kind == "lead" and card.state in ("held", "suspended", "lapsed")
        ),
        None,
    )


def histories(case_id: UUID) -> list[DutyHistory]:
    """Every duty of a case through time: who held it, whom they named, when it stood still."""
    cards = duties_of(case_id)
    ids = [card.id for card in cards]
    holdings = _grouped(Holding.objects.filter(duty__in=ids).order_by("since"))
    named = _grouped(Assignment.objects.filter(duty__in=ids).order_by("since"))
    pauses = _grouped(PauseRow.objects.filter(duty__in=ids).order_by("since"))
    return [
        DutyHistory(
            duty=card,
            bars=tuple(
                Bar(h.office_id, _named_in(h, named[card.id]), h.since, h.until) for h in holdings[card.id]
            ),
            pauses=tuple((p.since, p.until) for p in pauses[card.id]),
        )
        for card in cards
    ]


def offer(offer_id: UUID) -> OfferCard:
    """One offer as it was shown, or NotFound."""
    row = Offer.objects.filter(id=offer_id).first()
    if row is None:
        raise NotFound()
    return _offer(row)


def open_offers_to(offices: Sequence[int]) -> list[OfferCard]:
    """The hand-overs offered to these offices that wait for an answer, the most urgent first."""
    rows = Offer.objects.filter(to_office__in=list(offices), state=OfferState.OPEN).order_by("answer_by")
    return [_offer(row) for row in rows]


def offers_of(case_id: UUID) -> list[OfferCard]:
    """Every hand-over that was offered on a case, the newest first."""
    return [_offer(row) for row in Offer.objects.filter(case_id=case_id).order_by("-offered_at")]


def unread_notices(offices: Sequence[int], limit: int = 20) -> list[NoticeCard]:
    """What these offices were told and have not yet put aside, the newest first."""
    rows = Notice.objects.filter(office__in=list(offices), read_at__isnull=True).order_by("-at")[:limit]
    return [
        NoticeCard(
            id=n.id,
            duty_id=n.duty_id,
            case_id=n.case_id,
            at=n.at,
            what=n.what,
            label=kind_label(n.shown["kind"], n.shown["sop"]),
            reference=n.shown["reference"],
        )
        for n in rows
    ]


def gap_grid() -> list[GapCell]:
    """How many people wait for which support in which region, as far as this actor sees the duties to find it."""
    rows = (
        Duty.objects.filter(kind="find_provider", state__in=OPEN)
        .values("subject", "region")
        .annotate(people=Count("case", distinct=True), since=Min("started_at"))
        .order_by("subject", "region")
    )
    return [
        GapCell(r["subject"], kind_label(r["subject"]), r["region"], r["people"], r["since"]) for r in rows
    ]


def gap_lines(*, kind: str | None = None, region: str | None = None, limit: int = 100) -> list[GapLine]:
    """The needs that no office is competent for, the longest waiting first."""
    rows = Duty.objects.filter(kind="find_provider", state__in=OPEN, case__isnull=False)
    if kind:
        rows = rows.filter(subject=kind)
    if region:
        rows = rows.filter(region=region)
    return [
        GapLine(row.case_id, row.subject, kind_label(row.subject), row.region_id, row.started_at, row.id)
        for row in rows.order_by("started_at")[:limit]
        if row.case_id
    ]


@dataclass(frozen=True, slots=True)
class CompetenceCell:
    """The office that is asked for a role in a region; none is a hole."""

    role: str
    role_label: str
    region: str
    office: int | None


def competence_grid(sop_id: str = DEFAULT_SOP) -> list[CompetenceCell]:
    """Role by region: who would be asked today, and where a case would fall into a hole."""
    known = agencies.competences(clock.now().date())
    language = get_language() or "en"
    regions = list(agencies.regions())
    return [
        CompetenceCell(
            role.code,
            role.name.in_language(language),
            region,
            competent_office(known, role=role.code, region=region),
        )
        for role in sop(sop_id).roles.values()
        if role.found_by == "competence"
        for region in regions
    ]


def roles_that_owe(kind: str, sop_id: str = DEFAULT_SOP) -> list[str]:
    """The roles that the procedure asks for a kind of duty, in its order."""
    return list(dict.fromkeys(rule.role for rule in sop(sop_id).rules if rule.owes == kind))


def needs(case_id: UUID) -> list[tuple[str, datetime]]:
    """The kinds of assistance recorded as needed on a case, and since when."""
    return list(
        Happening.objects.filter(case=case_id, kind="need_recorded")
        .order_by("at")
        .values_list("subject", "at")
    )


def in_danger(case_id: UUID) -> bool:
    """Whether the last word on it says that the person is not safe where she is."""
    told = (
        Happening.objects.filter(case=case_id, kind__in=("in_danger", "is_safe"))
        .order_by("-at")
        .values_list("kind", flat=True)
    )
    return told.first() == "in_danger"


def _grouped(rows: Iterable[object]) -> dict[UUID, list]:  # type: ignore[type-arg]
    grouped: dict[UUID, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        grouped[row.duty_id].append(row)  # type: ignore[attr-defined]
    return grouped


def _named_in(holding: Holding, named: Sequence[Assignment]) -> int | None:
    inside = [
        a for a in named if a.since >= holding.since and (holding.until is None or a.since < holding.until)
    ]
    return inside[-1].officer_id if inside else None


def _card(
    row: Duty,
    *,
    state: str | None = None,
    holder: int | None = None,
    person: int | None = None,
    since: datetime | None = None,
    due: datetime | None = None,
) -> DutyCard:
    kind = sop(row.sop).kinds.get(row.kind)
    past = state is not None
    label = kind_label(row.kind, row.sop)
    if row.subject and row.subject != row.kind:
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
    )


def _offer(row: Offer) -> OfferCard:
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
