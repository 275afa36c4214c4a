from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from opennrm.access.scope import as_system
from opennrm.agencies.models import Post
from opennrm.duties import queries as duties
from opennrm.duties.queries import DutyCard
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.lib.upgrades import first_year
from opennrm.oversight import sealed_words
from opennrm.oversight.models import Emergency
from opennrm.oversight.rules import CameTo


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """An emergency as the office that reviews it may know it: posts and offices, and no name."""

    id: UUID
    officer: int
    office: int
    reviewer_id: int
    tried_at: datetime
    came_to: str
    danger: str
    until: datetime | None
    ended_at: datetime | None
    told: tuple[int, ...]
    reference: str
    due: datetime | None
    outcome: str
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that was opened under an emergency."""

    at: datetime
    page: str
    classes: tuple[str, ...]


def to_review(offices: Iterable[int]) -> list[EmergencyCard]:
    """Emergencies that wait for a review by these offices, the oldest first."""
    return _cards(_of(offices).filter(came_to=CameTo.OPENED, outcome="").order_by("tried_at"))


def reviewed(offices: Iterable[int], *, limit: int = 25) -> list[EmergencyCard]:
    """Emergencies that these offices reviewed, the newest first."""
    return _cards(_of(offices).exclude(outcome="").order_by("-tried_at")[:limit])


def opened_nothing(offices: Iterable[int], *, limit: int = 25) -> list[EmergencyCard]:
    """Tries that opened nothing, the newest first."""
    return _cards(_of(offices).exclude(came_to=CameTo.OPENED).order_by("-tried_at")[:limit])


def emergency(emergency_id: UUID) -> EmergencyCard:
    """One emergency, or NotFound."""
    return _cards([_row(emergency_id)])[0]


def words(emergency_id: UUID) -> tuple[str, str]:
    """What the one who opened it wrote, and what the review found; for the organisation that reviews."""
    row = _row(emergency_id)
    return sealed_words.opened(row, "words"), sealed_words.opened(row, "findings")


def opened_under(emergency_id: UUID) -> list[Opening]:
    """What was opened under an emergency, from the log: pages and classes, never what stood there."""
    row = _row(emergency_id)
    with as_system("oversight", reason="what was opened in an emergency"), connection.cursor() as cursor:
        cursor.execute(_OPENED, [row.case_id, f"%emergency {row.id}%"])
        return [
            Opening(datetime.fromisoformat(at), page or "", tuple(classes or ()))
            for at, page, classes in cursor
        ]


def posts(people: Iterable[tuple[int, int]], on: date) -> dict[tuple[int, int], str]:
    """What the post is called that somebody holds in an office on a day, by person and office."""
    wanted = set(people)
    rows = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gte=on),
        since__lte=on,
        officer__in={officer for officer, _office in wanted},
        office__in={office for _officer, office in wanted},
    )
    column = "title_sq" if (get_language() or "en").startswith("sq") else "title"
    return {
        (officer, office): title for officer, office, title in rows.values_list("officer", "office", column)
    }


@dataclass(frozen=True, slots=True)
class YearOfEmergencies:
    """The cases opened in emergencies in a year, as known on a day; `kept` where they were counted at all."""

    year: int
    kept: bool
    opened: int
    in_time: int
    late: int
    waiting: int
    not_justified: int
    referred: int
    opened_nothing: int


def years_of_emergencies(years: Sequence[int], as_at: date) -> list[YearOfEmergencies]:
    """The numbers of years; a year before this was kept at all has none, which is not a zero."""
    known, since = clock.midnight(as_at + timedelta(days=1)), first_year("oversight", "0001_initial")
    kept = Emergency.objects.filter(tried_at__lt=known).select_related("duty")
    rows = list(kept) if max(years) >= since else []
    return [_year(year, rows, known, since) for year in years]


_OPENED = """
SELECT at, body::jsonb -> 'detail' ->> 'page',
       ARRAY(SELECT jsonb_array_elements_text(COALESCE(body::jsonb -> 'detail' -> 'classes', '[]'::jsonb)))
FROM access_audit WHERE case_id = %s AND body::jsonb ->> 'basis' LIKE %s ORDER BY seq
"""


def _year(year: int, rows: Sequence[Emergency], known: datetime, since: int) -> YearOfEmergencies:
    of_year = [row for row in rows if timezone.localdate(row.tried_at).year == year]
    opened = [row for row in of_year if row.came_to == CameTo.OPENED]
    done = [row for row in opened if row.reviewed_at is not None and row.reviewed_at < known]
    in_time = [row for row in done if row.duty is None or row.duty.lapsed_at is None]
    return YearOfEmergencies(
        year=year,
        kept=year >= since,
        opened=len(opened),
        in_time=len(in_time),
        late=len(done) - len(in_time),
        waiting=len(opened) - len(done),
        not_justified=sum(row.outcome == "not_justified" for row in done),
        referred=sum(row.outcome == "referred" for row in done),
        opened_nothing=len(of_year) - len(opened),
    )


def _of(offices: Iterable[int]) -> QuerySet[Emergency]:
    return Emergency.objects.filter(reviewer__in=list(offices))


def _row(emergency_id: UUID) -> Emergency:
    row = Emergency.objects.filter(id=emergency_id).first()
    if row is None:
        raise NotFound()
    return row


def _cards(rows: Iterable[Emergency]) -> list[EmergencyCard]:
    found = list(rows)
    # The reference stands in the duty to review: who reviews sees no case.
    owed = duties.duties_by_id([row.duty_id for row in found if row.duty_id])
    return [_card(row, owed.get(row.duty_id) if row.duty_id else None) for row in found]


def _card(row: Emergency, duty: DutyCard | None) -> EmergencyCard:
    return EmergencyCard(
        id=row.id,
        officer=row.officer_id,
        office=row.office_id,
        reviewer_id=row.reviewer_id,
        tried_at=row.tried_at,
        came_to=row.came_to,
        danger=row.danger,
        until=row.until,
        ended_at=row.ended_at,
        told=tuple(row.told),
        reference=duty.subject if duty else "",
        due=duty.due_at if duty else None,
        outcome=row.outcome,
        reviewed_at=row.reviewed_at,
    )
