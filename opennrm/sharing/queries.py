from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from psycopg import sql

from opennrm.access.matrix import tables
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.sharing.models import Consent, ConsentText, Snapshot
from opennrm.sharing.rules import Answer, Understanding


@dataclass(frozen=True, slots=True)
class TextCard:
    """A text that a person is shown before she agrees."""

    id: UUID
    version: int
    language: str
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """What a person agreed to with one office, whether it still stands, and how she was asked."""

    id: UUID
    case_id: UUID
    recipient: int
    classes: tuple[str, ...]
    purpose: str
    given_at: datetime
    until: datetime
    given_by: str
    way: str
    version: int
    language: str
    digest: str
    explained_by: int
    office: int
    understood: dict[Understanding, Answer]
    ends_with_change: bool
    ended_at: datetime | None
    ended_why: str
    withdrawn_how: str

    @property
    def last_day(self) -> date:
        """The last day on which it opens anything, where the offices are."""
        return clock.local_day(self.until - timedelta(microseconds=1))

    def stands(self, now: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.ended_at is None and self.until > now


@dataclass(frozen=True, slots=True)
class SnapshotCard:
    """How much of a data class a consent shared at the instant it was given."""

    data_class: str
    rows: int
    digest: str


def texts(today: date) -> dict[str, TextCard]:
    """The text to read out today in each language: the newest version that is in force."""
    rows = ConsentText.objects.filter(since__lte=today).order_by("version")
    return {row.language: _text(row) for row in rows}


def text_agreed(consent: UUID) -> TextCard:
    """The very text a person agreed to, however often it was changed afterwards."""
    row = ConsentText.objects.filter(id__in=Consent.objects.filter(id=consent).values("text")).first()
    if row is None:
        raise NotFound()
    return _text(row)


def consents(case: UUID) -> list[ConsentCard]:
    """The consents of a case, those that stand first, then the newest first."""
    rows = Consent.objects.filter(case=case).select_related("text").order_by("-given_at", "id")
    return sorted(map(_consent, rows), key=lambda one: one.ended_at is not None)


def shared_with(case: UUID, office: int) -> list[ConsentCard]:
    """The consents by which a case is shared with an office now, as far as the reader sees them."""
    now = clock.now()
    return [one for one in consents(case) if one.recipient == office and one.stands(now)]


def consent(case: UUID, consent_id: UUID) -> ConsentCard:
    """One consent of a case, or NotFound."""
    row = Consent.objects.filter(id=consent_id, case=case).select_related("text").first()
    if row is None:
        raise NotFound()
    return _consent(row)


def shared_at(consent_id: UUID) -> list[SnapshotCard]:
    """What a consent shared at the instant it was given."""
    rows = Snapshot.objects.filter(consent=consent_id).order_by("data_class")
    return [SnapshotCard(row.data_class, row.rows, row.digest) for row in rows]


def what_stands(case: UUID, classes: Collection[str]) -> list[SnapshotCard]:
    """How much of each data class the case holds now, as this actor sees it, and a digest of it."""
    return [_what_stands(case, data_class) for data_class in sorted(classes)]


def _what_stands(case: UUID, data_class: str) -> SnapshotCard:
    parts = [
        sql.SQL("SELECT {name} || to_jsonb(t)::text AS line FROM {table} t WHERE t.{case} = %(case)s").format(
            name=sql.Literal(name), table=sql.Identifier(name), case=sql.Identifier(column)
        )
        for name, column in _tables_of(data_class)
    ]
    # Sealed values stay sealed in it: the digest says whether it is still the same, and nothing else.
    query = sql.SQL(
        "SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex')"
        " FROM ({parts}) AS shared"
    ).format(parts=sql.SQL(" UNION ALL ").join(parts))
    with connection.cursor() as cursor:
        cursor.execute(query, {"case": case})
        rows, digest = cursor.fetchone()
    return SnapshotCard(data_class, rows, digest)


def _tables_of(data_class: str) -> Iterable[tuple[str, str]]:
    # What was decided about seeing the case is not part of what is seen.
    own = ("access_", "sharing_", "oversight_")
    return sorted(
        (name, table.case)
        for name, table in tables().items()
        if table.data_class == data_class and not name.startswith(own)
    )


def _text(row: ConsentText) -> TextCard:
    return TextCard(row.id, row.version, row.language, row.body, row.digest)


def _consent(row: Consent) -> ConsentCard:
    return ConsentCard(
        id=row.id,
        case_id=row.case_id,
        recipient=row.recipient_id,
        classes=tuple(row.classes),
        purpose=row.purpose,
        given_at=row.given_at,
        until=row.until,
        given_by=row.given_by,
        way=row.way,
        version=row.text.version,
        language=row.text.language,
        digest=row.digest,
        explained_by=row.explained_by_id,
        office=row.office_id,
        understood={one: Answer(getattr(row, f"understood_{one}")) for one in Understanding},
        ends_with_change=row.ends_with_change,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
        withdrawn_how=row.withdrawn_how,
    )
