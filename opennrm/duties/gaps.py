from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min
from django.utils.translation import get_language

from opennrm.agencies import queries as agencies
from opennrm.agencies.rules import competent_office
from opennrm.duties.cards import kind_label
from opennrm.duties.models import OPEN, Duty
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.lib import clock


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
    known = agencies.competences(clock.today())
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
