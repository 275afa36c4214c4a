"""A place is held, then occupied, then free; what must not be is refused by the database, whoever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.shelters import caring, rules
from opennrm.shelters.models import Declined, Departure, Place, Shelter, Stay, Use
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import StayCard, stays_of
from opennrm.shelters.rules import DeclinedBecause, LeftBecause, UseState

NOBODY_THERE = _("Nobody occupies this place any more.")
NOTHING_HELD = _("No place is held for this person.")
TAKEN = _("Somebody else was faster: one of these places is no longer free. Look at the board again.")


def hold(*, case: CaseCard, places: Sequence[int], by: Actor) -> datetime:
    """Holds places for a person and those who come with her; by when they are free again unless she moves in."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "shelters.hold", case)
    now = clock.now()
    rows = {row.id: row for row in Place.objects.select_related("room__site__shelter").filter(id__in=places)}
    if len(rows) != len(set(places)):
        raise NotFound()
    standing = stays_of(case.id, now)
    rules.check_hold(
        places=rows,
        rooms=[row.room_id for row in rows.values()],
        has_hold=any(one.state is UseState.HELD for one in standing),
    )
    until = now + rules.HOLD_LASTS
    shelter = next(iter(rows.values())).room.site.shelter
    if shelter.office_id in sight.excluded(case.id)[0]:
        raise Problem("shelter_not_for_her", _("This shelter is not for this person. Choose another."), 409)
    assert by.office is not None
    _use(case.id, sorted(rows), UseState.HELD, now, until, by.office)
    _trace("held", case.id, shelter, by)
    return until


def release(*, case: CaseCard, by: Actor) -> None:
    """Lets a held place go before its time; it is free at once."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "shelters.place", case)
    now = clock.now()
    held = [one for one in stays_of(case.id, now) if one.state is UseState.HELD]
    if not held:
        raise Problem("nothing_held", NOTHING_HELD, 409)
    _end(held, now)
    _trace("released", case.id, _shelter(held[0]), by)


def admit(*, use: UUID, by: Actor) -> None:
    """The person moves in, and whoever comes with her; where she lived until now she leaves at the same instant.

    1. The shelter says so of the place that is held, also where it does not see the case yet.
    2. What was held is occupied from now on, without an instant between.
    3. From now on it owes her accommodation, and sees what that opens.
    """
    found, shelter = _locate(use)
    DOOR.require(by, "shelters.run", shelter)
    with as_system("routing", reason="a person moves into a shelter"):
        case = _whose(found, shelter)
        now = clock.now()
        standing = stays_of(case.id, now)
        held = [one for one in standing if one.state is UseState.HELD and one.shelter == shelter.id]
        if not held:
            raise Problem("nothing_held", NOTHING_HELD, 409)
        rules.check_open(case.is_open)
        before = [one for one in standing if one.state is UseState.OCCUPIED]
        _end([*held, *before], now)
        _use(case.id, [one.place for one in held], UseState.OCCUPIED, now, None, shelter.office_id)
        moved_from = next((_shelter(one) for one in before if one.shelter != shelter.id), None)
        if moved_from is not None:
            _depart(case, moved_from, LeftBecause.OTHER_SHELTER, now, by)
        caring.begin(case=case, office=shelter.office_id, again=bool(before), by=by)
        _trace("admitted", case.id, shelter, by)


def decline(*, use: UUID, reason: DeclinedBecause, by: Actor) -> None:
    """The shelter cannot take the person for whom a place is held; it is free at once, and who held it reads why."""
    found, shelter = _locate(use)
    DOOR.require(by, "shelters.run", shelter)
    with as_system("routing", reason="a shelter declines a person"):
        case = _whose(found, shelter)
        now = clock.now()
        held = [one for one in stays_of(case.id, now) if one.state is UseState.HELD]
        held = [one for one in held if one.shelter == shelter.id]
        if not held:
            raise Problem("nothing_held", NOTHING_HELD, 409)
        _end(held, now)
        made = Declined(case_id=case.id, shelter=shelter, at=now, reason=reason, asked_by_id=held[0].set_by)
        Declined.objects.bulk_create([made])
        _trace("declined", case.id, shelter, by)


def leave(*, use: UUID, reason: LeftBecause, by: Actor) -> None:
    """The person has left, and whoever came with her; their places are free at once, whatever has become of the case."""
    found, shelter = _locate(use)
    DOOR.require(by, "shelters.run", shelter)
    # A shelter that no longer sees the case must still be able to say that a bed is empty.
    with as_system("routing", reason="a person has left a shelter"):
        case = _whose(found, shelter)
        now = clock.now()
        standing = [one for one in stays_of(case.id, now) if one.state is UseState.OCCUPIED]
        here = [one for one in standing if one.shelter == shelter.id]
        if not here:
            raise Problem("nobody_there", NOBODY_THERE, 409)
        _end(here, now)
        _depart(case, shelter, reason, now, by)
        _trace("left", case.id, shelter, by)


def _locate(use: UUID) -> tuple[Use, Shelter]:
    found = Use.objects.select_related("place__room__site__shelter").filter(id=use).first()
    if found is None:
        raise NotFound()
    return found, found.place.room.site.shelter


def _whose(found: Use, shelter: Shelter) -> CaseCard:
    """The case for which a place is used, as nobody else changes it meanwhile."""
    stay = Stay.objects.filter(use=found).first()
    if stay is None:
        raise NotFound()
    sight.one_at_a_time(stay.case_id)
    if shelter.office_id in sight.excluded(stay.case_id)[0] and found.state == UseState.HELD:
        raise NotFound()
    return case_by_id(stay.case_id)


def _depart(case: CaseCard, shelter: Shelter, reason: LeftBecause, now: datetime, by: Actor) -> None:
    made = Departure(case_id=case.id, shelter=shelter, at=now, reason=reason)
    Departure.objects.bulk_create([made])
    caring.end(case=case, office=shelter.office_id, moved_on=reason is LeftBecause.OTHER_SHELTER, by=by)


def _use(
    case: UUID, places: Sequence[int], state: UseState, now: datetime, until: datetime | None, office: int
) -> None:
    """Uses places from now on for one case, the person first; the exclusion constraint decides between two who come at once."""
    made = [Use(place_id=place, state=state, began_at=now, until=until, set_by_id=office) for place in places]
    try:
        with transaction.atomic():
            Use.objects.bulk_create(made)
            Stay.objects.bulk_create(
                [Stay(case_id=case, use=use, member=member) for member, use in enumerate(made)]
            )
    except IntegrityError as error:
        raise Problem("place_taken", TAKEN, 409) from error


def _end(stays: Sequence[StayCard], now: datetime) -> None:
    ended = Use.objects.filter(id__in=[one.use for one in stays]).update(until=now)
    if ended != len(stays):
        # Only who held a place, or whose place it is, lets it go.
        raise NotAllowed()


def _shelter(stay: StayCard) -> Shelter:
    return Shelter.objects.get(id=stay.shelter)


def _trace(what: str, case: UUID, shelter: Shelter, by: Actor) -> None:
    """Leaves a line of the journal and of the audit."""
    # Which shelter it is stays out of the journal: many read that, and few may know where she is.
    casefile.write_journal(case=case, kind=JournalKind.PLACE, happened_at=clock.now(), subject=what, by=by)
    audit.record(f"shelters.{what}", case=case, subject=str(shelter.id))
