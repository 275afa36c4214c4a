"""A day of the log as facts about each person at work: what she opened, and how she stood to it. Ids alone, and keyed tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from opennrm.access import tokens
from opennrm.agencies import absences
from opennrm.agencies import queries as agencies
from opennrm.agencies.models import Post
from opennrm.lib import clock
from opennrm.oversight import reading_sql
from opennrm.oversight.models import Emergency, Signal
from opennrm.oversight.signals import OfficerDay, Reading, SignalKind, Thresholds

SEARCHES_BEFORE_A_CASE = 2


@dataclass(frozen=True, slots=True)
class _Read:
    officer: int
    offices: frozenset[int]
    at: datetime
    case: UUID
    basis: str
    contact: bool


@dataclass(frozen=True, slots=True)
class _Held:
    office: int
    role: str
    named: frozenset[int]


def days_of_officers(day: date, first_seq: int, window_seq: int, limits: Thresholds) -> list[OfficerDay]:
    """Every person at work who opened, searched or tried something on a day."""
    start, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    reads, searches = _reads(first_seq, start, end), _searches(first_seq, start, end)
    tries = _tries(day, limits)
    held = _held({read.case for read in reads}, start, end)
    relatives = _relatives(reads, limits)
    at_night, heads = _night_offices(day, limits), _heads(day)
    standing_in = absences.standing_in_for(day)
    shelters = _shelters(day, window_seq, limits, heads, standing_in)
    by_officer: dict[int, list[_Read]] = defaultdict(list)
    for read in reads:
        by_officer[read.officer].append(read)
    offices = {officer: min(several[0].offices) for officer, several in by_officer.items()}
    offices |= {o: office for o, (office, _n) in {**searches, **tries}.items() if o not in offices}
    return [
        OfficerDay(
            officer=officer,
            office=office,
            day=day,
            readings=[
                _reading(one, held.get(one.case, ()), heads, standing_in.get(officer, frozenset()), relatives)
                for one in by_officer.get(officer, ())
            ],
            searches=searches.get(officer, (0, 0))[1],
            tries=tries.get(officer, (0, 0))[1],
            shelters=shelters.get(officer, {}),
            night_shift=any(one.offices & at_night for one in by_officer.get(officer, ())),
        )
        for officer, office in sorted(offices.items())
    ]


def first_seq_of(day: date, after: int = 0) -> int | None:
    """The entry with which a day begins, looking from an earlier one; nothing where the log ends before."""
    found: int | None = _one(reading_sql.FIRST_SEQ, [after, _text(clock.midnight(day))])
    return found


def first_day() -> date | None:
    """The day of the oldest entry."""
    at = _one(reading_sql.FIRST_DAY, [])
    return timezone.localdate(datetime.fromisoformat(at)) if at else None


def _reading(
    read: _Read,
    held: Sequence[_Held],
    heads: frozenset[tuple[int, int]],
    stands_in_for: frozenset[int],
    relatives: Mapping[int, frozenset[UUID]],
) -> Reading:
    own = [one for one in held if one.office in read.offices]
    # A basis is named by its kind and by which one it is.
    kinds = {part.partition(" ")[0] for part in read.basis.split(", ")}
    people = {read.officer} | stands_in_for
    leads = any((office, read.officer) in heads for office in read.offices)
    return Reading(
        case=read.case,
        hour=timezone.localtime(read.at).hour,
        owes=bool(own),
        hers=any(leads or not one.named or bool(one.named & people) for one in own),
        order="order" in kinds,
        emergency="emergency" in kinds,
        relative=read.case in relatives.get(read.officer, ()),
        colleagues=frozenset(officer for one in own for officer in one.named),
    )


def _reads(first_seq: int, start: datetime, end: datetime) -> list[_Read]:
    rows = _all(reading_sql.READS, [first_seq, _text(start), _text(end)])
    return [
        _Read(officer, frozenset(offices), datetime.fromisoformat(at), case, basis, contact)
        for officer, offices, at, case, basis, contact in rows
        if offices
    ]


def _searches(first_seq: int, start: datetime, end: datetime) -> dict[int, tuple[int, int]]:
    rows = _all(reading_sql.SEARCHES, [first_seq, _text(start), _text(end)])
    return {
        officer: (office, max(0, searched - SEARCHES_BEFORE_A_CASE * entered))
        for officer, office, searched, entered in rows
        if office
    }


def _tries(day: date, limits: Thresholds) -> dict[int, tuple[int, int]]:
    """Tries up to this day, for those who tried today, since she was last asked about them."""
    kind = SignalKind.MANY_EMERGENCIES
    days = limits.by_kind[kind].days
    asked = _asked(kind, day, days)
    start, end = clock.midnight(day - timedelta(days=days - 1)), clock.midnight(day + timedelta(days=1))
    found: dict[int, list[Emergency]] = defaultdict(list)
    for row in Emergency.objects.filter(tried_at__gte=start, tried_at__lt=end):
        if timezone.localdate(row.tried_at) > asked.get(row.officer_id, date.min):
            found[row.officer_id].append(row)
    return {
        officer: (rows[0].office_id, len(rows))
        for officer, rows in found.items()
        if any(timezone.localdate(row.tried_at) == day for row in rows)
    }


def _shelters(
    day: date,
    window_seq: int,
    limits: Thresholds,
    heads: frozenset[tuple[int, int]],
    standing_in: Mapping[int, frozenset[int]],
) -> dict[int, Mapping[int, frozenset[UUID]]]:
    """For whoever opened a contact today: the shelters of people whose contacts she opened lately for no case of hers."""
    kind = SignalKind.MANY_SHELTERS
    days = limits.by_kind[kind].days
    asked = _asked(kind, day, days)
    start, end = clock.midnight(day - timedelta(days=days - 1)), clock.midnight(day + timedelta(days=1))
    contacts = [
        one
        for one in _reads(window_seq, start, end)
        if one.contact and timezone.localdate(one.at) > asked.get(one.officer, date.min)
    ]
    today = {one.officer for one in contacts if timezone.localdate(one.at) == day}
    held = _held({one.case for one in contacts if one.officer in today}, start, end)
    found: dict[int, dict[int, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    for one in contacts:
        on_case = held.get(one.case, ())
        deputy_of = standing_in.get(one.officer, frozenset())
        if one.officer not in today or _reading(one, on_case, heads, deputy_of, {}).hers:
            continue
        for duty in on_case:
            if duty.role in limits.shelter_roles and duty.office not in one.offices:
                found[one.officer][duty.office].add(one.case)
    return {o: {s: frozenset(cases) for s, cases in by.items()} for o, by in found.items()}


def _asked(kind: SignalKind, day: date, days: int) -> dict[int, date]:
    """The day on which each person was last asked about this, so that the same openings are asked about once."""
    rows = Signal.objects.filter(kind=kind, day__gt=day - timedelta(days=days), day__lt=day).order_by("day")
    return dict(rows.values_list("officer", "day"))


def _relatives(reads: Sequence[_Read], limits: Thresholds) -> dict[int, frozenset[UUID]]:
    """The cases each read of somebody who may bear her family name, found by keyed tokens; no name is opened."""
    people = agencies.officers({one.officer for one in reads})
    named = {
        o: tokens.tolerant_tokens("", card.name.split()[-1]).single for o, card in people.items() if card.name
    }
    wanted = sorted({token for found in named.values() for token in found})
    cases = list({one.case for one in reads})
    rows = _all(reading_sql.BEARERS, {"cases": cases, "tokens": wanted}) if wanted and cases else []
    bearing = {bytes(token): frozenset(found or ()) for token, n, found in rows if n <= limits.most_bearers}
    opened: dict[int, set[UUID]] = defaultdict(set)
    for one in reads:
        opened[one.officer].add(one.case)
    return {
        officer: frozenset(opened[officer]).intersection(
            case for token in found for case in bearing.get(token, ())
        )
        for officer, found in named.items()
    }


def _held(cases: Iterable[UUID], start: datetime, end: datetime) -> dict[UUID, list[_Held]]:
    found: dict[UUID, list[_Held]] = defaultdict(list)
    wanted = list(cases)
    for case, office, role, named in (
        _all(reading_sql.HELD, {"cases": wanted, "start": start, "end": end}) if wanted else ()
    ):
        found[case].append(_Held(office, role, frozenset(named)))
    return found


def _night_offices(day: date, limits: Thresholds) -> frozenset[int]:
    return frozenset(one.office for one in agencies.competences(day) if one.role in limits.night_shift_roles)


def _heads(day: date) -> frozenset[tuple[int, int]]:
    in_force = Q(until__isnull=True) | Q(until__gte=day)
    rows = Post.objects.filter(in_force, since__lte=day, is_head=True, officer__isnull=False)
    return frozenset(rows.values_list("office_id", "officer_id"))


def _text(instant: datetime) -> str:
    # As the log writes its instants, which compare as texts.
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _all(statement: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _one(statement: str, values: Any) -> Any:
    return _all(statement, values)[0][0]
