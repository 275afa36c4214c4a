from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.casefile.queries import CaseCard
from opennrm.duties.cards import DutyCard, duty_card
from opennrm.duties.models import Assignment, Duty, Event, Holding
from opennrm.duties.models import Pause as PauseRow
from opennrm.duties.rules import Change, Move, State, holder_at, state_at
from opennrm.duties.rules import Holding as Held
from opennrm.lib import clock

# What moves a duty's state, in the order in which it can happen at one instant: a duty that is resumed late lapses at once.
IN_ORDER = ("created", Move.RESUME, "lapsed", Move.SUSPEND, Move.FULFIL, Move.WAIVE, Move.END)


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


def duties_of(case_id: UUID, *, open_only: bool = False) -> list[DutyCard]:
    """The duties of a case: the lead first, then by when they are due."""
    rows = Duty.objects.filter(case=case_id)
    if open_only:
        rows = rows.filter(ended_at__isnull=True)
    cards = [duty_card(row) for row in rows]
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
        state = state_at(_changes(events[row.id]), at)
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
            duty_card(
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


def _changes(events: Sequence[Event]) -> list[Change]:
    # A lapse is dated at its limit and may be written after an offer that came later: what moves no state says none.
    moves = [one for one in events if one.kind in IN_ORDER]
    moves.sort(key=lambda one: (one.at, one.known_at, IN_ORDER.index(one.kind)))
    return [Change(one.at, one.known_at, State(one.state_after)) for one in moves]


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
