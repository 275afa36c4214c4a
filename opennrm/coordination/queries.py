from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from opennrm.agencies.models import Organisation
from opennrm.coordination import rules
from opennrm.coordination.agenda import Line, agenda
from opennrm.coordination.models import Agreement, Attended, Body, Meeting, Resolution, Seat
from opennrm.coordination.rules import Attendance, Standing
from opennrm.coordination.silent_years import SilentYearCard, silent_years
from opennrm.duties import queries as duties
from opennrm.duties.queries import DutyCard
from opennrm.lib import clock
from opennrm.lib.problems import NotFound


@dataclass(frozen=True, slots=True)
class BodyCard:
    """A body and when it met last and meets next."""

    id: int
    code: str
    name: str
    name_sq: str
    kind: str
    region: str | None
    kept_by_id: int
    quorum: int
    source: str
    last: date | None = None
    next: date | None = None

    @property
    def shown(self) -> str:
        """Its name in the reader's language."""
        return _in_language(self.name, self.name_sq)


@dataclass(frozen=True, slots=True)
class SeatCard:
    """A seat of a body on a day."""

    id: int
    title: str
    title_sq: str
    office: int | None
    is_chair: bool

    @property
    def shown(self) -> str:
        """Its title in the reader's language."""
        return _in_language(self.title, self.title_sq)


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting; quorate is None until it is recorded who came."""

    id: UUID
    body: BodyCard
    on: date
    place: str
    recorded_at: datetime | None
    quorum: int | None
    present: int
    quorate: bool | None
    agenda: list[Line]


@dataclass(frozen=True, slots=True)
class ResolutionCard:
    """What a meeting decided, and how the duty that came of it stands."""

    id: UUID
    on: date
    text: str
    duty: DutyCard | None


@dataclass(frozen=True, slots=True)
class AgreementCard:
    """An agreement and how it stands on a day."""

    id: UUID
    subject: str
    signed_on: date
    expires_on: date | None
    ended_on: date | None
    parties: tuple[str, ...]
    kept_by_id: int
    source: str
    standing: Standing


def bodies(today: date) -> list[BodyCard]:
    """Every body with its last and next meeting, those of the whole country first."""
    last: dict[int, date] = {}
    coming: dict[int, date] = {}
    for body, on, recorded in Meeting.objects.order_by("on").values_list("body", "on", "recorded_at"):
        if recorded is not None:
            last[body] = on
        elif on >= today:
            coming.setdefault(body, on)
    rows = sorted(Body.objects.all(), key=lambda row: (row.region_id is not None, row.id))
    return [_body(row, last.get(row.id), coming.get(row.id)) for row in rows]


def body(code: str) -> BodyCard:
    """One body, or NotFound."""
    row = Body.objects.filter(code=code).first()
    if row is None:
        raise NotFound()
    return _body(row)


def seats_on(body_id: int, day: date) -> list[SeatCard]:
    """The seats of a body on a day, the chair first."""
    rows = Seat.objects.filter(Q(until__isnull=True) | Q(until__gte=day), body=body_id, since__lte=day)
    return [
        SeatCard(row.id, row.title, row.title_sq, row.office_id, row.is_chair)
        for row in rows.order_by("-is_chair", "id")
    ]


def meetings(body_id: int) -> list[MeetingCard]:
    """The meetings of a body, the newest first."""
    rows = Meeting.objects.filter(body=body_id).select_related("body").prefetch_related("attendance")
    return [_meeting(row) for row in rows.order_by("-on")]


def meeting(meeting_id: UUID) -> MeetingCard:
    """One meeting, or NotFound."""
    row = Meeting.objects.select_related("body").filter(id=meeting_id).first()
    if row is None:
        raise NotFound()
    return _meeting(row)


def attendance(meeting_id: UUID) -> list[tuple[SeatCard, str]]:
    """Which members came to a meeting, the chair first."""
    rows = (
        Attended.objects.filter(meeting=meeting_id)
        .select_related("seat")
        .order_by("-seat__is_chair", "seat_id")
    )
    return [
        (SeatCard(r.seat.id, r.seat.title, r.seat.title_sq, r.seat.office_id, r.seat.is_chair), r.came)
        for r in rows
    ]


def agenda_of(card: MeetingCard) -> list[Line]:
    """What lies before a body that has not met yet, as counted now."""
    return agenda(Body.objects.get(id=card.body.id), card.on)


def decided(meeting_id: UUID) -> list[ResolutionCard]:
    """What a meeting decided."""
    return _resolutions(Resolution.objects.filter(meeting=meeting_id).select_related("meeting"))


def still_owed(card: MeetingCard) -> list[ResolutionCard]:
    """What earlier meetings of the body decided and is not done yet."""
    rows = Resolution.objects.filter(meeting__body=card.body.id, meeting__on__lt=card.on)
    found = _resolutions(rows.select_related("meeting"))
    return [one for one in found if one.duty is not None and one.duty.is_open]


def agreements(today: date) -> list[AgreementCard]:
    """Every agreement, those that end first at the top and those that are over last."""
    rows = Agreement.objects.prefetch_related("parties__organisation")
    cards = [_agreement(row, today) for row in rows]
    rank = {Standing.EXPIRES_SOON: 0, Standing.IN_FORCE: 1, Standing.OVER: 2}
    return sorted(cards, key=lambda one: (rank[one.standing], one.expires_on or date.max, one.subject))


def organisations() -> list[tuple[int, str]]:
    """The organisations that may be parties, by name."""
    rows = [(row.id, _in_language(row.name, row.name_sq)) for row in Organisation.objects.all()]
    return sorted(rows, key=lambda row: row[1])


def organisation_ids() -> dict[str, int]:
    """The ids of organisations by code."""
    return dict(Organisation.objects.values_list("code", "id"))


def agreement_stands(subject: str, signed_on: date) -> bool:
    """Whether an agreement of that day is entered."""
    return Agreement.objects.filter(subject=subject, signed_on=signed_on).exists()


def _resolutions(rows: Iterable[Resolution]) -> list[ResolutionCard]:
    found = sorted(rows, key=lambda row: (row.meeting.on, row.recorded_at))
    owed = duties.duties_by_id([row.duty_id for row in found])
    return [ResolutionCard(row.id, row.meeting.on, row.text, owed.get(row.duty_id)) for row in found]


def _body(row: Body, last: date | None = None, coming: date | None = None) -> BodyCard:
    return BodyCard(
        id=row.id,
        code=row.code,
        name=row.name,
        name_sq=row.name_sq,
        kind=row.kind,
        region=row.region_id,
        kept_by_id=row.kept_by_id,
        quorum=row.quorum,
        source=row.source,
        last=last,
        next=coming,
    )


def _meeting(row: Meeting) -> MeetingCard:
    came = [Attendance(one.came) for one in row.attendance.all()]
    quorate = None if row.quorum is None else rules.has_quorum(came, row.quorum)
    return MeetingCard(
        id=row.id,
        body=_body(row.body),
        on=row.on,
        place=row.place,
        recorded_at=row.recorded_at,
        quorum=row.quorum,
        present=came.count(Attendance.PRESENT),
        quorate=quorate,
        agenda=list(row.agenda),
    )


def _agreement(row: Agreement, today: date) -> AgreementCard:
    parties = [_in_language(one.organisation.name, one.organisation.name_sq) for one in row.parties.all()]
    return AgreementCard(
        id=row.id,
        subject=row.subject,
        signed_on=row.signed_on,
        expires_on=row.expires_on,
        ended_on=row.ended_on,
        parties=tuple(sorted(parties)),
        kept_by_id=row.kept_by_id,
        source=row.source,
        standing=rules.standing(row.expires_on, row.ended_on, today),
    )


def _in_language(name: str, name_sq: str) -> str:
    return name_sq if (get_language() or "en").startswith("sq") else name


@dataclass(frozen=True, slots=True)
class Confirmed:
    """For which office it was confirmed that a body did not meet in a year, and on which day."""

    office: int
    on: date


@dataclass(frozen=True, slots=True)
class YearOfMeetings:
    """What is on record of a year: meetings held by body, decisions, agreements known by its last day."""

    year: int
    held: dict[str, int]
    names: dict[str, str]
    with_quorum: int
    decisions: int
    decisions_done: int
    agreements: int
    agreements_in_force: int
    # The bodies of which it is confirmed that they did not meet, by code, and whether that is all that stand.
    confirmed: dict[str, Confirmed]
    nobody_met: bool


def years_of_meetings(years: tuple[int, ...], as_at: date) -> list[YearOfMeetings]:
    """The numbers of years as known on a day."""
    known = clock.midnight(as_at + timedelta(days=1))
    rows = Meeting.objects.filter(on__year__in=years, recorded_at__lt=known).select_related("body")
    cards = [_meeting(row) for row in rows.prefetch_related("attendance")]
    taken: list[Resolution] = []
    if cards:
        found = Resolution.objects.filter(meeting__on__year__in=years, recorded_at__lt=known)
        taken = list(found.select_related("meeting", "duty"))
    agreed = list(Agreement.objects.filter(known_at__lt=known))
    silent = [
        one for one in silent_years() if one.year in years and one.confirmed_at and one.confirmed_at < known
    ]
    seated = Seat.objects.values_list("body__code", "since") if silent else ()
    return [_year(year, as_at, known, cards, taken, agreed, silent, list(seated)) for year in years]


def _year(
    year: int,
    as_at: date,
    known: datetime,
    cards: list[MeetingCard],
    taken: list[Resolution],
    agreed: list[Agreement],
    silent: list[SilentYearCard],
    seated: list[tuple[str, date]],
) -> YearOfMeetings:
    last = min(date(year, 12, 31), as_at)
    met = [card for card in cards if card.on.year == year]
    decided = [row.duty for row in taken if row.meeting.on.year == year]
    stands = [rules.standing(row.expires_on, row.ended_on, last) for row in agreed if row.signed_on <= last]
    held = dict(Counter(card.body.code for card in met))
    confirmed = {one.body: one for one in silent if one.year == year and one.body not in held}
    standing = {code for code, since in seated if since <= last}
    return YearOfMeetings(
        year=year,
        held=held,
        names={card.body.code: card.body.shown for card in met}
        | {one.body: one.name for one in confirmed.values()},
        with_quorum=sum(bool(card.quorate) for card in met),
        decisions=len(decided),
        decisions_done=sum(
            one.state == "fulfilled" and one.ended_at is not None and one.ended_at < known for one in decided
        ),
        agreements=len(stands),
        agreements_in_force=sum(one is not Standing.OVER for one in stands),
        confirmed={code: _confirmed(one) for code, one in confirmed.items()},
        nobody_met=bool(confirmed) and not held and standing <= set(confirmed),
    )


def _confirmed(one: SilentYearCard) -> Confirmed:
    assert one.confirmed_for_id is not None
    assert one.confirmed_at is not None
    return Confirmed(one.confirmed_for_id, clock.local_day(one.confirmed_at))
