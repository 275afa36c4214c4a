from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from opennrm.access import audit
from opennrm.access.models import Basis, Exclusion, ExclusionReason, Order
from opennrm.access.rules import SNAPSHOT, BasisKind
from opennrm.access.scope import Actor
from opennrm.lib.problems import NotFound


@dataclass(frozen=True, slots=True)
class Grant:
    """What one basis opens to one office: no class at all means the minimal snapshot."""

    office: int
    kind: BasisKind
    reference: str
    classes: tuple[str, ...]
    until: datetime | None = None
    officer: int | None = None


def grant_all(*, case: UUID, grants: Sequence[Grant], at: datetime, case_opened_at: datetime) -> None:
    """Opens data classes of a case to offices; the database derives what each office sees."""
    grant_each([(case, case_opened_at, one) for one in grants], at=at)


def grant_each(grants: Iterable[tuple[UUID, datetime, Grant]], *, at: datetime) -> None:
    """The same for several cases at once: each with the instant it was opened and what is opened to whom."""
    Basis.objects.bulk_create(
        [
            Basis(
                case_id=case,
                office_id=one.office,
                officer_id=one.officer,
                kind=one.kind,
                reference=one.reference,
                classes=list(one.classes) or [SNAPSHOT],
                since=at,
                until=one.until,
                case_opened_at=case_opened_at,
            )
            for case, case_opened_at, one in grants
        ]
    )


def standing(
    *, case: UUID, kind: BasisKind, reference: str, keep: int | None = None
) -> list[tuple[int, tuple[str, ...]]]:
    """The offices that see the case on this basis, but for one, and the classes it opens to them."""
    rows = _bases(case, kind, reference, keep).values_list("office_id", "classes")
    return [(office, tuple(classes)) for office, classes in rows]


def end(*, case: UUID, kind: BasisKind, reference: str, at: datetime, keep: int | None = None) -> None:
    """Ends the bases of one kind with this reference, but for one office's."""
    _bases(case, kind, reference, keep).update(ended_at=at)


def _bases(case: UUID, kind: BasisKind, reference: str, keep: int | None) -> QuerySet[Basis]:
    rows = Basis.objects.filter(case_id=case, kind=kind, reference=reference, ended_at__isnull=True)
    return rows.exclude(office_id=keep) if keep is not None else rows


def exclude(
    *,
    case: UUID,
    office: int | None = None,
    officer: int | None = None,
    reason: str,
    readers: Iterable[int] = (),
    at: datetime,
    by: Actor,
) -> UUID:
    """Excludes an office or an officer from a case: sight ends at once; the reason is for who asked and the offices named."""
    assert by.officer is not None
    assert by.office is not None
    exclusion = Exclusion(case_id=case, office_id=office, officer_id=officer, since=at)
    # The reason first: who excludes herself may write nothing on the case once the exclusion stands.
    ExclusionReason.objects.bulk_create(
        [
            ExclusionReason(
                exclusion_id=exclusion.id,
                case_id=case,
                reason=reason,
                asked_by=by.officer,
                asked_by_office=by.office,
                readers=sorted(readers),
            )
        ]
    )
    Exclusion.objects.bulk_create([exclusion])
    audit.record("access.exclude", case=case, subject=str(exclusion.id))
    return exclusion.id


def end_exclusion(*, exclusion: UUID, case: UUID, at: datetime, by: Actor) -> None:
    """Ends an exclusion; what was seen before it may be seen again on the bases that still stand."""
    if not Exclusion.objects.filter(id=exclusion, case_id=case, ended_at__isnull=True).update(ended_at=at):
        raise NotFound()
    audit.record("access.end_exclusion", case=case, subject=str(exclusion))


def enter_order(*, office: int, classes: Iterable[str], reference: str, since: datetime, by: Actor) -> None:
    """Enters a standing legal order; every case that is opened from now on is under it."""
    if not Order.objects.filter(office_id=office, reference=reference).exists():
        Order.objects.bulk_create(
            [Order(office_id=office, classes=list(classes), reference=reference, since=since)]
        )
        audit.record("access.enter_order", subject=reference)
