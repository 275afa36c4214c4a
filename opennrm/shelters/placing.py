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
from opennrm.shelters import rules
from opennrm.shelters.models import Departure, Place, Shelter, Stay, Use
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import StayCard, stays_of
from opennrm.shelters.rules import LeftBecause, UseState

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
    _use(case.id, sorted(rows), UseState.HELD, now, until, by)
    shelter = next(iter(rows.values())).room.site.shelter
    _trace("held", case.id, shelter, by)
    return until


def release(*, case: CaseCard, by: Actor) -> None:
    """Lets a held place go before its time; it is free at once."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "shelters.place", case)
    now = clock.now()
    held = [one for one in stays_of(case.id, now) if one.state is UseState.HELD]
    if not held:
        raise Problem("nothing_held", _("No place is held for this person."), 409)
    _end(held, now)
    _trace("released", case.id, _shelter(held[0]), by)


def admit(*, case: CaseCard, by: Actor) -> None:
    """The person moves in: what was held is occupied from now on, without an instant between."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "shelters.hold", case)
    now = clock.now()
    standing = stays_of(case.id, now)
    held = [one for one in standing if one.state is UseState.HELD]
    if not held:
        raise Problem("nothing_held", _("No place is held for this person."), 409)
    shelter = _shelter(held[0])
    DOOR.require(by, "shelters.run", shelter)
    if any(one.state is UseState.OCCUPIED for one in standing):
        raise Problem("lives_elsewhere", _("This person already occupies a place."), 409)
    _end(held, now)
    _use(case.id, [one.place for one in held], UseState.OCCUPIED, now, None, by)
    _trace("admitted", case.id, shelter, by)


def leave(*, use: UUID, reason: LeftBecause, by: Actor) -> None:
    """The person has left, and whoever came with her; their places are free at once, whatever has become of the case."""
    found = Use.objects.select_related("place__room__site__shelter").filter(id=use).first()
    if found is None:
        raise NotFound()
    shelter = found.place.room.site.shelter
    DOOR.require(by, "shelters.run", shelter)
    # A shelter that no longer sees the case must still be able to say that a bed is empty.
    with as_system("routing", reason="a person has left a shelter"):
        stay = Stay.objects.filter(use=found).first()
        if stay is None:
            raise NotFound()
        sight.one_at_a_time(stay.case_id)
        now = clock.now()
        standing = [one for one in stays_of(stay.case_id, now) if one.state is UseState.OCCUPIED]
        here = [one for one in standing if one.shelter == shelter.id]
        if not here:
            raise Problem("nobody_there", _("Nobody occupies this place any more."), 409)
        _end(here, now)
        made = Departure(case_id=stay.case_id, shelter=shelter, at=now, reason=reason)
        Departure.objects.bulk_create([made])
        _trace("left", stay.case_id, shelter, by)


def _use(
    case: UUID, places: Sequence[int], state: UseState, now: datetime, until: datetime | None, by: Actor
) -> None:
    """Uses places from now on for one case, the person first; the exclusion constraint decides between two who come at once."""
    assert by.office is not None
    made = [
        Use(place_id=place, state=state, began_at=now, until=until, set_by_id=by.office) for place in places
    ]
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
