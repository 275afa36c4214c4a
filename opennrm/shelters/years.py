"""The places and stays of a year in numbers, over the whole country; no case is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from opennrm.agencies import queries as agencies
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.lib.upgrades import first_year
from opennrm.shelters.models import Departure, Place, Restriction, Shelter, Stay, Use
from opennrm.shelters.rules import UseState

BEGAN = ("shelters", "0001_initial")


@dataclass(frozen=True, slots=True)
class Spell:
    """A person in the shelters without a gap, however often she moved; until an instant or still."""

    case: UUID
    began_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class YearOfPlaces:
    """What happened in the shelters in a year, as known by a day; nothing where it was not kept yet."""

    year: int
    kept: bool
    opening: int = 0
    came: int = 0
    left: int = 0
    staying: int = 0
    nights: int = 0
    nights_by_shelter: Mapping[str, int] | None = None
    available: int = 0
    median_stay: int | None = None
    median_wait: int | None = None
    departures: Mapping[str, int] | None = None
    restrictions: int = 0
    restricted_days: int = 0


def years_of_places(years: Sequence[int], as_at: date) -> list[YearOfPlaces]:
    """The numbers of years; a year before this was kept at all has none, which is not a zero."""
    since, known = first_year(*BEGAN), clock.midnight(as_at + timedelta(days=1))
    if max(years) < since:
        return [YearOfPlaces(year, kept=False) for year in years]
    stays = list(
        Stay.objects.filter(state=UseState.OCCUPIED, began_at__lt=known).values_list(
            "case", "member", "began_at", "until", "use__place__room__site__shelter"
        )
    )
    codes = _codes()
    return [
        _year(year, min(known, clock.midnight(date(year + 1, 1, 1))), stays, codes, as_at)
        if year >= since
        else YearOfPlaces(year, kept=False)
        for year in years
    ]


def spells(stays: Iterable[tuple[UUID, datetime, datetime | None]]) -> list[Spell]:
    """Stays put together where one begins at the instant at which another ends: who moves has not left."""
    found: list[Spell] = []
    for case, began_at, until in sorted(stays, key=lambda one: (str(one[0]), one[1])):
        last = found[-1] if found else None
        if last is not None and last.case == case and last.until == began_at:
            found[-1] = Spell(case, last.began_at, until)
        else:
            found.append(Spell(case, began_at, until))
    return found


def nights(began_at: datetime, until: datetime | None, first: date, end: date) -> int:
    """How many nights from a first day to before another somebody slept there: the midnights that lie between."""
    came = max(clock.local_day(began_at), first)
    went = min(clock.local_day(until) if until else end, end)
    return max(0, (went - came).days)


def _year(
    year: int,
    end: datetime,
    stays: Sequence[tuple[UUID, int, datetime, datetime | None, int]],
    codes: Mapping[int, str],
    as_at: date,
) -> YearOfPlaces:
    start = clock.midnight(date(year, 1, 1))
    first, last = date(year, 1, 1), clock.local_day(end)
    known = [
        spell for spell in spells(one[0:1] + one[2:4] for one in stays if one[1] == 0) if spell.began_at < end
    ]
    gone = [spell for spell in known if spell.until is not None and start <= spell.until < end]
    slept: Counter[str] = Counter()
    for _case, _member, began_at, until, shelter in stays:
        slept[codes[shelter]] += nights(began_at, until, first, last)
    lengths = [(spell.until - spell.began_at).days for spell in gone if spell.until]
    opening = sum(one.began_at < start and (one.until is None or one.until >= start) for one in known)
    came = sum(one.began_at >= start for one in known)
    kept_in = Restriction.objects.filter(begins_at__gte=start, begins_at__lt=end)
    departures = Departure.objects.filter(at__gte=start, at__lt=end).values_list("reason", flat=True)
    return YearOfPlaces(
        year=year,
        kept=True,
        opening=opening,
        came=came,
        left=len(gone),
        staying=opening + came - len(gone),
        nights=sum(slept.values()),
        nights_by_shelter={code: slept[code] for code in codes.values()},
        available=_available(first, last),
        median_stay=round(median(lengths)) if lengths else None,
        median_wait=duties.median_days_until_done("shelter_place", start, end),
        departures=Counter(departures),
        restrictions=kept_in.count(),
        restricted_days=sum(_kept_days(row, end) for row in kept_in),
    )


def _kept_days(row: Restriction, end: datetime) -> int:
    over = min(row.lifted_at or row.ends_at, row.ends_at, end)
    return max(1, (over - row.begins_at).days)


def _available(first: date, last: date) -> int:
    """The nights of all places since they are kept here, without those on which a place was out of use."""
    began = Use.objects.order_by("began_at").values_list("began_at", flat=True).first()
    if began is None:
        return 0
    first = max(first, clock.local_day(began))
    out = Use.objects.filter(state=UseState.OUT_OF_USE).values_list("began_at", "until")
    closed = sum(nights(since, until, first, last) for since, until in out)
    return max(0, Place.objects.count() * (last - first).days - closed)


def _codes() -> dict[int, str]:
    offices = agencies.offices()
    return {row.id: offices[row.office_id].code for row in Shelter.objects.all()}
