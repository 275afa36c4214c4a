from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from opennrm.identification.models import Decision, Identification
from opennrm.identification.rules import Status, status_after


@dataclass(frozen=True, slots=True)
class IdentificationCard:
    """When, where, how and by whom a person was identified."""

    identified_on: date
    known_on: date
    office: int | None
    channel: str
    region: str | None
    age: int | None
    exploitation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One decision on a status."""

    id: UUID
    decision: str
    decided_on: date
    known_on: date
    office: int | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of a list of cases: no name."""

    id: UUID
    reference: str
    status: str
    is_open: bool
    lead_office: int
    opened_at: datetime
    fork: str
    region: str | None
    language: str
    age: int | None


LATEST_DECISION = ("-decided_on", "-known_on", F("known_at").desc(nulls_last=True))


def identification(case_id: UUID) -> IdentificationCard | None:
    """How the person of a case was identified; None while nobody recorded it."""
    row = Identification.objects.filter(case=case_id).first()
    if row is None:
        return None
    return IdentificationCard(
        row.identified_on,
        row.known_on,
        row.office_id,
        row.channel,
        row.region_id,
        row.age,
        tuple(row.exploitation),
    )


def decisions(case_id: UUID) -> list[DecisionCard]:
    """The decisions on a status, the latest first."""
    rows = Decision.objects.filter(case=case_id).order_by(*LATEST_DECISION)
    return [
        DecisionCard(d.id, d.decision, d.decided_on, d.known_on, d.office_id, d.legal_basis) for d in rows
    ]


def statuses(case_ids: Iterable[UUID]) -> dict[UUID, Status]:
    """The status of each case as it stands now."""
    rows = (
        Decision.objects.filter(case__in=list(case_ids))
        .order_by("decided_on", "known_on", F("known_at").asc(nulls_first=True))
        .values_list("case_id", "decision")
    )
    latest = dict(rows)
    return {case_id: status_after(latest.get(case_id)) for case_id in case_ids}


# Driven from the sight of each office in the order of its index: what other offices hold costs nothing, and an office
# that sees every case reads no more than the page.
_LIST = """
SELECT page.case_id, page.opened_at FROM unnest(%(offices)s::int[]) AS asked (office_id) CROSS JOIN LATERAL (
    SELECT s.case_id, s.opened_at FROM access_sight s
    WHERE s.office_id = asked.office_id AND s.officer_id = 0 AND s.data_class = 'ordinary' AND {is_open}
      AND (s.opened_at, s.case_id) < (%(before)s::timestamptz, %(before_id)s::uuid)
    ORDER BY s.opened_at DESC, s.case_id DESC LIMIT %(limit)s
) page
ORDER BY page.opened_at DESC, page.case_id DESC
"""
_DETAILS = """
SELECT c.id, c.reference, c.closed_on IS NULL, c.lead_office_id, c.opened_at, c.fork, c.region_id, p.languages, p.age,
       (SELECT d.decision FROM identification_decision d WHERE d.case_id = c.id
        ORDER BY d.decided_on DESC, d.known_on DESC, d.known_at DESC NULLS LAST LIMIT 1)
FROM casefile_case c JOIN people_person p ON p.id = c.person_id
WHERE c.id = ANY (%s) ORDER BY c.opened_at DESC, c.id DESC
"""
LAST_ID = UUID(int=(1 << 128) - 1)


def case_list(
    *, offices: Sequence[int], open_only: bool, limit: int = 25, before: tuple[datetime, UUID] | None = None
) -> list[CaseLine]:
    """The cases that these offices see, newest first, from where the last page ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LIST.format(is_open="s.is_open" if open_only else "true"),
            {
                "offices": list(offices),
                "before": before[0] if before else "infinity",
                "before_id": before[1] if before else LAST_ID,
                "limit": limit,
            },
        )
        # Two of her offices may see the same case.
        ids = list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:limit]
    return case_lines(ids)


def case_lines(ids: Sequence[UUID]) -> list[CaseLine]:
    """The lines of these cases, those this actor sees, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DETAILS, [list(ids)])
        return [
            CaseLine(
                id=row[0],
                reference=row[1],
                is_open=row[2],
                lead_office=row[3],
                opened_at=row[4],
                fork=row[5],
                region=row[6],
                language=row[7][0] if row[7] else "",
                age=row[8],
                status=str(status_after(row[9])),
            )
            for row in cursor.fetchall()
        ]
