"""What is said of a shelter itself: its sites and rooms, that its board is right, an address, a room out of use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, sealing
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.shelters.models import (
    Address,
    Admission,
    Confirmation,
    District,
    Lease,
    Place,
    Room,
    Shelter,
    Site,
    Use,
)
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import ADDRESS
from opennrm.shelters.rules import ClosedBecause, UseState, check_closing, check_words


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to establish, with as many places as it has beds."""

    name: str
    name_sq: str
    kind: str
    capacity: int


@dataclass(frozen=True, slots=True)
class NewSite:
    """A house or apartment to establish, with its rooms."""

    code: str
    name: str
    name_sq: str
    kind: str
    rooms: tuple[NewRoom, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom a shelter takes and what it offers."""

    takes: tuple[str, ...]
    families: bool
    foreigners: bool
    care: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False


def establish(*, office: str, sites: Sequence[NewSite], terms: Terms, by: Actor) -> None:
    """Establishes a shelter with its rooms and places; what stands stays, but for its terms, which follow the file."""
    DOOR.require(by, "shelters.establish")
    card = agencies.office_by_code(office)
    assert card is not None
    shelter, _made = Shelter.objects.get_or_create(office_id=card.id)
    written = {
        "takes": list(terms.takes),
        "families": terms.families,
        "foreigners": terms.foreigners,
        "care": list(terms.care),
        "languages": list(terms.languages),
        "source": terms.source,
        "verified": terms.verified,
    }
    Admission.objects.update_or_create(shelter=shelter, defaults=written)
    for new in sites:
        names = {"shelter": shelter, "name": new.name, "name_sq": new.name_sq, "kind": new.kind}
        site, made = Site.objects.get_or_create(code=new.code, defaults=names)
        if made:
            _furnish(site, new.rooms)
    audit.record("shelters.establish", detail={"office": office, "sites": len(sites)})


def chart(*, middles: Mapping[str, tuple[float, float]], by: Actor) -> None:
    """Enters where the middle of each region lies."""
    DOOR.require(by, "shelters.establish")
    for region, (latitude, longitude) in middles.items():
        point = {"latitude": latitude, "longitude": longitude}
        District.objects.update_or_create(region_id=region, defaults=point)
    audit.record("shelters.chart", detail={"regions": len(middles)})


def confirm(*, shelter: int, by: Actor) -> None:
    """Says that somebody of the shelter looked and that its board is right; it changes no place."""
    row = _shelter(shelter)
    DOOR.require(by, "shelters.run", row)
    assert by.officer is not None
    said = Confirmation(shelter=row, at=clock.now(), officer_id=by.officer)
    Confirmation.objects.bulk_create([said])
    audit.record("shelters.confirm", subject=str(said.id))


def write_address(*, site: int, text: str, by: Actor) -> None:
    """Writes where a site is, sealed for the organisation that runs it; another text takes the place of the first."""
    row = Site.objects.select_related("shelter").filter(id=site).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "shelters.run", row.shelter)
    text = check_words(text)
    # Its own organisation alone: she may also work for another that must not know.
    organisation = agencies.offices([row.shelter.office_id])[row.shelter.office_id].organisation
    written = Address.objects.filter(site=row).first() or Address(site=row)
    sealer = sealing.Sealer(written.seal, ADDRESS, [organisation])
    written.sealed = sealer.seal("shelters_address", "sealed", str(site), text)
    written.written_at = clock.now()
    if written._state.adding:
        Address.objects.bulk_create([written])
    else:
        Address.objects.filter(site=row).update(sealed=written.sealed, written_at=written.written_at)
    audit.record("shelters.write_address", subject=str(site))


def enter_lease(*, site: int, begins_on: date, ends_on: date, monthly_cost: int, by: Actor) -> None:
    """Enters for how long an apartment is rented and what it costs each month."""
    row = Site.objects.select_related("shelter").filter(id=site).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "shelters.run", row.shelter)
    if ends_on <= begins_on or monthly_cost < 0:
        raise Problem("lease_ends_too_early", _("A lease ends after it begins."))
    made = Lease(
        site=row, begins_on=begins_on, ends_on=ends_on, monthly_cost=monthly_cost, known_at=clock.now()
    )
    try:
        with transaction.atomic():
            Lease.objects.bulk_create([made])
    except IntegrityError as error:
        raise Problem("lease_stands", _("A lease from that day is already entered."), 409) from error
    audit.record("shelters.enter_lease", subject=str(site))


def close_room(*, room: int, reason: ClosedBecause, until: datetime | None, by: Actor) -> None:
    """Takes every place of a room out of use; refused while one is held or occupied."""
    row = Room.objects.select_related("site__shelter").filter(id=room).first()
    if row is None:
        raise NotFound()
    shelter = row.site.shelter
    DOOR.require(by, "shelters.run", shelter)
    now = clock.now()
    check_closing(now=now, until=until)
    # In one order, so that two who close at once wait for each other.
    places = Place.objects.filter(room=row).order_by("id").values_list("id", flat=True)
    uses = [
        Use(
            place_id=place,
            state=UseState.OUT_OF_USE,
            began_at=now,
            until=until,
            reason=reason,
            set_by_id=shelter.office_id,
        )
        for place in places
    ]
    try:
        with transaction.atomic():
            Use.objects.bulk_create(uses)
    except IntegrityError as error:
        sentence = _("A place in this room is held, occupied or already out of use.")
        raise Problem("room_in_use", sentence, 409) from error
    audit.record("shelters.close_room", subject=str(room), detail={"reason": str(reason)})


def reopen_room(*, room: int, by: Actor) -> None:
    """Takes the places of a room into use again from now on."""
    row = Room.objects.select_related("site__shelter").filter(id=room).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "shelters.run", row.site.shelter)
    now = clock.now()
    out = Use.objects.filter(place__room=row, state=UseState.OUT_OF_USE, began_at__lte=now)
    ended: list[UUID] = [use.id for use in out if use.until is None or use.until > now]
    Use.objects.filter(id__in=ended).update(until=now)
    audit.record("shelters.reopen_room", subject=str(room))


def _furnish(site: Site, rooms: Sequence[NewRoom]) -> None:
    made = Room.objects.bulk_create(
        [
            Room(site=site, name=one.name, name_sq=one.name_sq, kind=one.kind, capacity=one.capacity)
            for one in rooms
        ]
    )
    Place.objects.bulk_create(
        [Place(room=room, number=number) for room in made for number in range(1, room.capacity + 1)]
    )


def _shelter(shelter: int) -> Shelter:
    row = Shelter.objects.filter(id=shelter).first()
    if row is None:
        raise NotFound()
    return row
