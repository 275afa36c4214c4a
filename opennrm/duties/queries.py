from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from opennrm.duties.cards import DutyCard, NoticeCard, OfferCard, duty_card, kind_label, offer_card
from opennrm.duties.gaps import (
    CompetenceCell,
    GapCell,
    GapLine,
    competence_grid,
    gap_grid,
    gap_lines,
    roles_that_owe,
)
from opennrm.duties.models import OPEN, Duty, Happening, Notice, Offer
from opennrm.duties.pack import Kind
from opennrm.duties.responsibility import Bar, DutyHistory, duties_of, histories, lead_office_at, responsible
from opennrm.duties.rules import OfferState, State
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.lib.problems import NotFound

__all__ = [
    "Bar",
    "CompetenceCell",
    "Counters",
    "DutyCard",
    "DutyHistory",
    "GapCell",
    "GapLine",
    "NoticeCard",
    "OfferCard",
    "competence_grid",
    "counters",
    "duties_by_id",
    "duties_of",
    "duty",
    "gap_grid",
    "gap_lines",
    "histories",
    "in_danger",
    "kind_label",
    "lead_office_at",
    "needs",
    "offer",
    "offers_of",
    "open_offers_to",
    "responsible",
    "roles_that_owe",
    "support_kinds",
    "unread_notices",
    "worklist",
]


_COUNTED = "SELECT overdue, due_today, unnamed, owed FROM duties_owed_counted(%s::int[], %s, %s)"


@dataclass(frozen=True, slots=True)
class Counters:
    """What an office owes, in numbers that are also filters."""

    overdue: int
    due_today: int
    offered: int
    unnamed: int
    all: int


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
    return [duty_card(row) for row in rows]


def counters(offices: Sequence[int], *, now: datetime, end_of_today: datetime) -> Counters:
    """The numbers above the worklist."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [list(offices), now, end_of_today])
        overdue, due_today, unnamed, owed = cursor.fetchone()
    offered = Offer.objects.filter(to_office__in=list(offices), state=OfferState.OPEN).count()
    return Counters(overdue, due_today, offered, unnamed, owed)


def _owed_by(offices: Sequence[int]) -> QuerySet[Duty]:
    # One office by equality: its list then comes in the order of its index, and no more than a page is read.
    held = Q(holder=offices[0]) if len(offices) == 1 else Q(holder__in=list(offices))
    return Duty.objects.filter(held, state__in=OPEN)


def duty(duty_id: UUID) -> DutyCard:
    """One duty, or NotFound where there is none or this actor may not know of it."""
    row = Duty.objects.filter(id=duty_id).first()
    if row is None:
        raise NotFound()
    return duty_card(row)


def duties_by_id(ids: Iterable[UUID]) -> dict[UUID, DutyCard]:
    """Duties by id, those this actor sees."""
    return {row.id: duty_card(row) for row in Duty.objects.filter(id__in=set(ids))}


def offer(offer_id: UUID) -> OfferCard:
    """One offer as it was shown, or NotFound."""
    row = Offer.objects.filter(id=offer_id).first()
    if row is None:
        raise NotFound()
    return offer_card(row)


def open_offers_to(offices: Sequence[int]) -> list[OfferCard]:
    """The hand-overs offered to these offices that wait for an answer, the most urgent first."""
    rows = Offer.objects.filter(to_office__in=list(offices), state=OfferState.OPEN).order_by(
        "answer_by", "id"
    )
    return [offer_card(row) for row in rows]


def offers_of(case_id: UUID) -> list[OfferCard]:
    """Every hand-over that was offered on a case, the newest first."""
    return [offer_card(row) for row in Offer.objects.filter(case_id=case_id).order_by("-offered_at", "id")]


def unread_notices(offices: Sequence[int], limit: int = 20) -> list[NoticeCard]:
    """What these offices were told and have not yet put aside, the newest first."""
    rows = Notice.objects.filter(office__in=list(offices), read_at__isnull=True).order_by("-at", "id")[:limit]
    return [
        NoticeCard(
            id=n.id,
            duty_id=n.duty_id,
            case_id=n.case_id if n.duty_id else None,
            at=n.at,
            what=n.what,
            label=kind_label(n.shown["kind"], n.shown["sop"]) if n.duty_id else "",
            reference=n.shown.get("reference", ""),
        )
        for n in rows
    ]


def median_days_until_done(kind: str, since: datetime, until: datetime) -> int | None:
    """The median of whole days in which duties of a kind were done, of those done in a time; None where none was."""
    done = Duty.objects.filter(kind=kind, state="fulfilled", ended_at__gte=since, ended_at__lt=until)
    days = [(ended - began).days for began, ended in done.values_list("started_at", "ended_at") if ended]
    return round(median(days)) if days else None


def needs(case_id: UUID) -> list[tuple[str, datetime]]:
    """The kinds of assistance recorded as needed on a case, and since when."""
    return list(
        Happening.objects.filter(case=case_id, kind="need_recorded")
        .order_by("at", "subject")
        .values_list("subject", "at")
    )


def last_of(case_id: UUID, *kinds: str) -> tuple[str, datetime] | None:
    """What was said last of several things that take each other back, and since when; None where nothing was."""
    told = Happening.objects.filter(case=case_id, kind__in=kinds).order_by("-at")
    return told.values_list("kind", "at").first()


def in_danger(case_id: UUID) -> bool:
    """Whether the last word on it says that the person is not safe where she is."""
    said = last_of(case_id, "in_danger", "is_safe")
    return said is not None and said[0] == "in_danger"


def guardian_suspected(case_id: UUID) -> bool:
    """Whether the last word on it says that a parent or guardian of the child may be involved."""
    said = last_of(case_id, "guardian_suspected", "guardian_cleared")
    return said is not None and said[0] == "guardian_suspected"


def guardian_suspected_since(case_id: UUID) -> datetime | None:
    """Since when a parent or guardian of the child may be involved, where the last word on it says so."""
    said = last_of(case_id, "guardian_suspected", "guardian_cleared")
    return said[1] if said is not None and said[0] == "guardian_suspected" else None
