from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from opennrm.access import sealing
from opennrm.agencies import queries as agencies
from opennrm.lib.problems import NotFound
from opennrm.shelters.models import Address, Confirmation, Declined, Lease, Place, Shelter, Site, Stay, Use
from opennrm.shelters.rules import PlaceState, UseState, state_of

ADDRESS = "shelter_address"


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """One bed, and how it stands."""

    id: int
    number: int
    state: PlaceState
    use: UUID | None = None
    until: datetime | None = None
    reason: str = ""
    set_by: int | None = None


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A room with its beds."""

    id: int
    name: str
    kind: str
    site: str
    site_kind: str
    places: tuple[PlaceCard, ...]


@dataclass(frozen=True, slots=True)
class ShelterCard:
    """A shelter with its rooms as they stand, and when somebody of it last said that this is right."""

    id: int
    office_id: int
    code: str
    name: str
    region: str | None
    is_state: bool
    rooms: tuple[RoomCard, ...]
    confirmed_at: datetime | None = None
    confirmed_by: int | None = None

    def places(self) -> Iterable[PlaceCard]:
        """Every bed of the shelter."""
        return (place for room in self.rooms for place in room.places)

    def count(self, state: PlaceState, kind: str = "") -> int:
        """How many beds stand so, of every room or of those of one kind; counted anew each time."""
        rooms = (room for room in self.rooms if kind in ("", room.kind))
        return sum(place.state is state for room in rooms for place in room.places)


@dataclass(frozen=True, slots=True)
class StayCard:
    """A place held for a person, or occupied by her or by one who came with her."""

    id: UUID
    case: UUID
    use: UUID
    shelter: int
    office_id: int
    place: int
    room: str
    number: int
    member: int
    state: UseState
    began_at: datetime
    until: datetime | None
    set_by: int


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A house or apartment as the shelter's own people see it: whether an address is written, and what it costs."""

    id: int
    name: str
    kind: str
    has_address: bool
    leases: tuple[tuple[date, date, int], ...]


def board(now: datetime, *, only: int | None = None) -> list[ShelterCard]:
    """Every shelter, or one, with its beds as they stand; the state of the country's first."""
    rows = Place.objects.select_related("room__site__shelter").order_by("room__site", "room", "number")
    if only is not None:
        rows = rows.filter(room__site__shelter=only)
    uses = {use.place_id: use for use in Use.objects.filter(stands(now))}
    rooms: dict[int, dict[int, list[Place]]] = {}
    for row in rows:
        rooms.setdefault(row.room.site.shelter_id, {}).setdefault(row.room_id, []).append(row)
    shelters = Shelter.objects.all() if only is None else Shelter.objects.filter(id=only)
    offices = agencies.offices()
    newest: dict[int, Confirmation] = {
        one.shelter_id: one
        for one in Confirmation.objects.order_by("shelter", "-at").distinct("shelter")
        if only in (None, one.shelter_id)
    }
    found = []
    for shelter in shelters:
        office, said = offices[shelter.office_id], newest.get(shelter.id)
        found.append(
            ShelterCard(
                id=shelter.id,
                office_id=shelter.office_id,
                code=office.code,
                name=office.shown,
                region=office.region,
                is_state=office.is_state,
                rooms=tuple(_room(places, uses, now) for places in rooms.get(shelter.id, {}).values()),
                confirmed_at=said.at if said else None,
                confirmed_by=said.officer_id if said else None,
            )
        )
    return sorted(found, key=lambda one: (not one.is_state, one.name))


def shelter_of(code: str, now: datetime) -> ShelterCard:
    """One shelter by the code of its office, or NotFound."""
    office = agencies.office_by_code(code)
    row = Shelter.objects.filter(office=office.id).first() if office else None
    if row is None:
        raise NotFound()
    return board(now, only=row.id)[0]


def stays_of(case: UUID, now: datetime) -> list[StayCard]:
    """What is held for a person or occupied by her at an instant, the person herself first."""
    rows = _stays().filter(case=case).filter(stands(now))
    return [_stay(row) for row in rows.order_by("state", "began_at", "member")]


def past_stays(case: UUID, now: datetime) -> list[StayCard]:
    """Where she stayed before, the newest first."""
    rows = _stays().filter(case=case, state=UseState.OCCUPIED, member=0, until__lte=now)
    return [_stay(row) for row in rows.order_by("-began_at")]


def declined(case: UUID) -> list[tuple[int, datetime, str]]:
    """Which shelters could not take the person, when and why, the newest first."""
    rows = Declined.objects.filter(case_id=case).order_by("-at")
    return list(rows.values_list("shelter", "at", "reason"))


def stays_by_use(uses: Collection[UUID]) -> dict[UUID, StayCard]:
    """For whom places are used, as far as this actor may know."""
    return {row.use_id: _stay(row) for row in _stays().filter(use__in=list(uses))}


def sites(shelter: int) -> list[SiteCard]:
    """The houses and apartments of a shelter; addresses and leases only for its own people."""
    written = set(Address.objects.filter(site__shelter=shelter).values_list("site", flat=True))
    leases: dict[int, list[tuple[date, date, int]]] = {}
    for lease in Lease.objects.filter(site__shelter=shelter).order_by("begins_on"):
        leases.setdefault(lease.site_id, []).append((lease.begins_on, lease.ends_on, lease.monthly_cost))
    return [
        SiteCard(
            row.id,
            in_language(row.name, row.name_sq),
            row.kind,
            row.id in written,
            tuple(leases.get(row.id, ())),
        )
        for row in Site.objects.filter(shelter=shelter).order_by("id")
    ]


def address(site: int, organisations: Collection[int]) -> str:
    """Where a site is, opened for the organisation that runs it; NotFound to everybody else."""
    row = Address.objects.filter(site=site).first()
    if row is None:
        raise NotFound()
    sealer = sealing.Sealer(row.seal, ADDRESS, organisations)
    return sealer.open("shelters_address", "sealed", str(site), bytes(row.sealed))


def in_language(name: str, name_sq: str) -> str:
    """A name in the reader's language."""
    return name_sq if (get_language() or "en").startswith("sq") else name


def stands(now: datetime) -> Q:
    """The condition that a use or a stay goes on at an instant."""
    return Q(began_at__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def _room(places: list[Place], uses: dict[int, Use], now: datetime) -> RoomCard:
    room = places[0].room
    return RoomCard(
        id=room.id,
        name=in_language(room.name, room.name_sq),
        kind=room.kind,
        site=in_language(room.site.name, room.site.name_sq),
        site_kind=room.site.kind,
        places=tuple(_place(row, uses.get(row.id), now) for row in places),
    )


def _place(row: Place, use: Use | None, now: datetime) -> PlaceCard:
    state = state_of(UseState(use.state), use.began_at, use.until, now) if use else PlaceState.FREE
    if use is None or state is PlaceState.FREE:
        return PlaceCard(row.id, row.number, PlaceState.FREE)
    return PlaceCard(row.id, row.number, state, use.id, use.until, use.reason, use.set_by_id)


def _stays() -> QuerySet[Stay]:
    return Stay.objects.select_related("use__place__room__site__shelter")


def _stay(row: Stay) -> StayCard:
    place = row.use.place
    shelter = place.room.site.shelter
    return StayCard(
        id=row.id,
        case=row.case_id,
        use=row.use_id,
        shelter=shelter.id,
        office_id=shelter.office_id,
        place=place.id,
        room=in_language(place.room.name, place.room.name_sq),
        number=place.number,
        member=row.member,
        state=UseState(row.state),
        began_at=row.began_at,
        until=row.until,
        set_by=row.use.set_by_id,
    )
