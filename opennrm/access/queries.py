from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from opennrm.access.models import Basis, Deployment, Exclusion, ExclusionReason, Sight
from opennrm.access.rules import EVERY_OFFICER, BasisKind
from opennrm.lib import clock


@dataclass(frozen=True, slots=True)
class BasisCard:
    """Why an office sees a case."""

    office: int
    kind: str
    reference: str
    classes: tuple[str, ...]
    since: datetime
    until: datetime | None
    officer: int | None = None

    @property
    def only_reads(self) -> bool:
        """A legal order, which always ends, opens the case to read; a standing order of the country also gives a part in it."""
        return self.kind == BasisKind.ORDER and self.until is not None

    def is_for(self, offices: frozenset[int], officer: int | None) -> bool:
        """Whether it opens the case to somebody of these offices."""
        return self.office in offices and self.officer in (None, officer)


@dataclass(frozen=True, slots=True)
class ExclusionCard:
    """An office or an officer who must learn nothing of a case, and who asked for it."""

    id: UUID
    office: int | None
    officer: int | None
    reason: str
    asked_by: int | None
    asked_by_office: int | None
    since: datetime


def bases(case: UUID) -> list[BasisCard]:
    """The bases that stand on a case, oldest first."""
    return bases_of([case]).get(case, [])


def bases_of(cases: Iterable[UUID]) -> dict[UUID, list[BasisCard]]:
    """The same for several cases at once."""
    rows = Basis.objects.filter(_not_over(), case_id__in=list(cases), ended_at__isnull=True)
    found: dict[UUID, list[BasisCard]] = {}
    for b in rows.order_by("since", "office_id", "kind", "reference"):
        card = BasisCard(b.office_id, b.kind, b.reference, tuple(b.classes), b.since, b.until, b.officer_id)
        found.setdefault(b.case_id, []).append(card)
    return found


def _not_over() -> Q:
    """What has an end closes by itself, and nobody may have written yet that it is over."""
    return Q(until__isnull=True) | Q(until__gt=clock.now())


def named(
    bases: Iterable[BasisCard], offices: frozenset[int], officer: int | None, classes: Iterable[str] = ()
) -> str:
    """The bases on which somebody reads these classes, as the audit names them: what kind, and which one."""
    wanted = set(classes)
    own = (one for one in bases if one.is_for(offices, officer))
    return ", ".join(
        sorted({f"{one.kind} {one.reference}" for one in own if not wanted or wanted & set(one.classes)})
    )


def classes_seen(case: UUID) -> frozenset[str]:
    """The data classes of a case that the actor's offices see now."""
    return frozenset(Sight.objects.filter(case_id=case).values_list("data_class", flat=True))


def cases_with_class(cases: Iterable[UUID], data_class: str) -> set[UUID]:
    """Of these cases those of which the actor sees a data class now."""
    seen = Sight.objects.filter(case_id__in=list(cases), data_class=data_class)
    return set(seen.values_list("case_id", flat=True))


def classes_of_offices(case: UUID, offices: Iterable[int]) -> frozenset[str]:
    """The data classes of a case that these offices see, and not one person of them alone in an emergency."""
    rows = Sight.objects.filter(case_id=case, office_id__in=sorted(offices), officer_id=EVERY_OFFICER)
    return frozenset(rows.values_list("data_class", flat=True))


def cases_seen(offices: Iterable[int], data_class: str) -> QuerySet[Any]:
    """The cases of which these offices see a data class, for a query to begin from; an emergency is in no list."""
    seen = Sight.objects.filter(
        office_id__in=sorted(offices), data_class=data_class, officer_id=EVERY_OFFICER
    )
    return seen.values("case_id")


def opens_to_any(case: UUID, data_class: str, offices: Iterable[int]) -> bool:
    """Whether a basis that stands opens this class of the case to one of these offices, or to somebody of one."""
    rows = Basis.objects.filter(
        _not_over(),
        case_id=case,
        office_id__in=list(offices),
        ended_at__isnull=True,
        classes__contains=[data_class],
    )
    return rows.exists()


def cases_on_basis(kind: str, reference: str, *, limit: int) -> int:
    """How many of the cases that the actor's offices see are opened on this basis now, counted up to a limit."""
    opened = Basis.objects.filter(
        Q(until__isnull=True) | Q(until__gt=clock.now()),
        case_id=OuterRef("case_id"),
        kind=kind,
        reference=reference,
        ended_at__isnull=True,
    )
    seen = Sight.objects.filter(Exists(opened), data_class="ordinary", officer_id=EVERY_OFFICER)
    return seen.order_by().values("case_id").distinct()[:limit].count()


def may_write(case: UUID, data_class: str = "ordinary") -> bool:
    """Whether one of the actor's offices owes something on the case that opens a data class."""
    return Sight.objects.filter(case_id=case, data_class=data_class, writes=True).exists()


def excluded(case: UUID) -> tuple[frozenset[int], frozenset[int]]:
    """The offices and the officers excluded from a case, as far as the actor may know."""
    rows = list(
        Exclusion.objects.filter(case_id=case, ended_at__isnull=True).values_list("office_id", "officer_id")
    )
    return frozenset(o for o, _ in rows if o is not None), frozenset(p for _, p in rows if p is not None)


def excluded_from(cases: Iterable[UUID]) -> dict[UUID, tuple[frozenset[int], frozenset[int]]]:
    """The same for several cases, those with nobody excluded left out."""
    rows = Exclusion.objects.filter(case_id__in=list(cases), ended_at__isnull=True)
    found: dict[UUID, tuple[frozenset[int], frozenset[int]]] = {}
    for case, office, officer in rows.values_list("case_id", "office_id", "officer_id"):
        offices, officers = found.get(case, (frozenset(), frozenset()))
        found[case] = (
            offices | ({office} if office is not None else set()),
            officers | ({officer} if officer is not None else set()),
        )
    return found


def exclusions(case: UUID) -> list[ExclusionCard]:
    """The exclusions that stand on a case, as far as the actor may know, oldest first; the reason only where she may read it."""
    rows = list(Exclusion.objects.filter(case_id=case, ended_at__isnull=True).order_by("since"))
    reasons = {r.exclusion_id: r for r in ExclusionReason.objects.filter(exclusion__in=[e.id for e in rows])}
    return [_exclusion(row, reasons.get(row.id)) for row in rows]


def _exclusion(row: Exclusion, why: ExclusionReason | None) -> ExclusionCard:
    asked_by, asked_by_office = (why.asked_by, why.asked_by_office) if why else (None, None)
    return ExclusionCard(
        row.id, row.office_id, row.officer_id, why.reason if why else "", asked_by, asked_by_office, row.since
    )


def one_at_a_time(what: UUID | str) -> None:
    """Waits until nobody else acts on this case or task, and lets nobody until the transaction ends; so no two acts cross."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(what)])


def beside_others(what: str) -> None:
    """Waits until nobody is alone at this task, and lets nobody be until the transaction ends; others like this one go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [what])


def deployment() -> Deployment | None:
    """Which country this database serves and whether it is a demonstration."""
    return Deployment.objects.first()
