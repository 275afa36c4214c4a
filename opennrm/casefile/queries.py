from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from opennrm.access import sealing
from opennrm.access.scope import Actor
from opennrm.casefile.models import Case, Fact, JournalEntry, JournalText
from opennrm.casefile.rules import JournalKind
from opennrm.lib.problems import NotFound


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What everybody who sees a case knows of it."""

    id: UUID
    reference: str
    person: UUID
    opened_at: datetime
    known_at: datetime
    closed_on: date | None
    region: str | None
    lead_office: int
    worker: int | None
    fork: str
    sop: str

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class FactCard:
    """A dated fact of a case."""

    kind: str
    subject: str
    happened_on: date | None
    until: date | None
    known_on: date
    office: int | None


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of the journal; text is empty where there is none or this office may not read it."""

    happened_at: datetime
    known_at: datetime
    kind: str
    subject: str
    office: int | None
    officer: int | None
    to_office: int | None
    text: str
    hidden: bool


def case_by_id(case_id: UUID) -> CaseCard:
    """One case, or NotFound where there is none or this actor may not know of it."""
    case = Case.objects.filter(id=case_id).first()
    if case is None:
        raise NotFound()
    return card(case)


def case_by_name(name: str) -> CaseCard:
    """One case by its id or its reference, as a person would type either."""
    try:
        return case_by_id(UUID(name))
    except ValueError:
        case = Case.objects.filter(reference=name.strip().upper()).first()
    if case is None:
        raise NotFound()
    return card(case)


def ids_of(references: Collection[str]) -> dict[str, UUID]:
    """The cases of these references, those this actor sees."""
    return dict(Case.objects.filter(reference__in=references).values_list("reference", "id"))


def cases_by_id(ids: Sequence[UUID]) -> dict[UUID, CaseCard]:
    """Cases by id, those this actor sees."""
    return {case.id: card(case) for case in Case.objects.filter(id__in=ids)}


def open_cases(*, after: UUID | None = None, limit: int) -> list[CaseCard]:
    """Open cases in the order of their ids, in portions: for work over the whole caseload."""
    rows = Case.objects.filter(closed_on__isnull=True).order_by("id")
    return [card(case) for case in (rows.filter(id__gt=after) if after else rows)[:limit]]


def count_open() -> int:
    """How many cases are open."""
    return Case.objects.filter(closed_on__isnull=True).count()


def open_cases_without(sop: str, *, limit: int) -> list[CaseCard]:
    """Open cases that have another procedure, in the order of their ids."""
    rows = Case.objects.filter(closed_on__isnull=True).exclude(sop=sop).order_by("id")
    return [card(case) for case in rows[:limit]]


def count_open_without(sop: str) -> int:
    """How many open cases have another procedure."""
    return Case.objects.filter(closed_on__isnull=True).exclude(sop=sop).count()


def facts(case_id: UUID) -> list[FactCard]:
    """The dated facts of a case, newest first."""
    rows = Fact.objects.filter(case=case_id).order_by("-happened_on", "kind", "id")
    return [FactCard(f.kind, f.subject, f.happened_on, f.until, f.known_on, f.office_id) for f in rows]


def journal(case_id: UUID, *, by: Actor, limit: int | None = None, words: bool = True) -> list[JournalLine]:
    """The journal of a case, newest first, with the narrative this actor may read; without words no narrative is opened."""
    entries = list(
        JournalEntry.objects.filter(case=case_id).order_by("-happened_at", "-known_at", "id")[:limit]
    )
    notes = [entry.id for entry in entries if words and entry.kind == JournalKind.NOTE]
    texts = {t.entry_id: bytes(t.sealed) for t in JournalText.objects.filter(entry__in=notes)}
    sealer = sealing.Sealer(case_id, "narrative", by.organisations)
    return [
        JournalLine(
            happened_at=e.happened_at,
            known_at=e.known_at,
            kind=e.kind,
            subject=e.subject,
            office=e.office_id,
            officer=e.officer_id,
            to_office=e.to_office_id,
            text=sealer.open("casefile_journaltext", "sealed", e.id, texts[e.id]) if e.id in texts else "",
            hidden=words and e.kind == JournalKind.NOTE and e.id not in texts,
        )
        for e in entries
    ]


def card(case: Case) -> CaseCard:
    """A case as a plain value."""
    return CaseCard(
        id=case.id,
        reference=case.reference,
        person=case.person_id,
        opened_at=case.opened_at,
        known_at=case.known_at,
        closed_on=case.closed_on,
        region=case.region_id,
        lead_office=case.lead_office_id,
        worker=case.worker_id,
        fork=case.fork,
        sop=case.sop,
    )
