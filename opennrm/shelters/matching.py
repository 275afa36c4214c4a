"""Which places fit a person, and in a sentence each why another does not; what may not be told weighs all the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.people.rules import language_code
from opennrm.shelters import match_rules, queries
from opennrm.shelters.match_rules import NEED_ASKS, Care, Group, Offered, Room, Wanted, Weighed
from opennrm.shelters.models import Admission, Danger, District, Stay
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import RoomCard, ShelterCard
from opennrm.shelters.rules import PlaceState


@dataclass(frozen=True, slots=True)
class Match:
    """A shelter as it was weighed for one person; the room where it fits."""

    shelter: ShelterCard
    room: RoomCard | None
    weighed: Weighed

    @property
    def fits(self) -> bool:
        """Whether a place there fits."""
        return self.weighed.fits


@dataclass(frozen=True, slots=True)
class _Dangers:
    """What is dangerous for one person: areas with their distance, and people she must not live with."""

    areas: tuple[tuple[str, int], ...]
    others: frozenset[UUID]


def find(*, case: CaseCard, by: Actor) -> list[Match]:
    """Every shelter for one person and who comes with her, what fits first and the best first."""
    DOOR.require(by, "shelters.match", case)
    wanted = wanted_for(case)
    told = dangers(case.id)
    barred = sight.excluded(case.id)[0]
    with as_system("routing", reason="a place is looked for"):
        known, unsafe = dangers(case.id), _with_whom(case.id)
    hidden = replace(known, areas=tuple(one for one in known.areas if one not in told.areas))
    middles = {one.region_id: (one.latitude, one.longitude) for one in District.objects.all()}
    terms = {one.shelter_id: one for one in Admission.objects.all()}
    found = []
    for card in queries.board(clock.now()):
        if card.id not in terms:
            continue
        offered = _offered(card, terms[card.id])
        km, near_km = nearest(card.region, told, middles)
        offered = replace(offered, danger_km=km, near_km=near_km or match_rules.NEAR_KM)
        not_safe = card.office_id in barred or card.id in unsafe or _is_near(card.region, hidden, middles)
        weighed = match_rules.weigh(wanted, replace(offered, not_safe=not_safe))
        room = next((one for one in card.rooms if weighed.room and one.id == weighed.room.id), None)
        found.append(Match(card, room, weighed))
    audit.record("shelters.match", case=case.id)
    return sorted(found, key=lambda one: (not one.fits, -one.weighed.weight, one.shelter.name))


def wanted_for(case: CaseCard) -> Wanted:
    """What a place has to be for this person, from what is kept of her."""
    person = people.person(case.person)
    deployment = sight.deployment()
    country = deployment.country if deployment else "AL"
    needs = {kind for kind, _since in duties.needs(case.id)}
    return Wanted(
        group=match_rules.group_of(person.sex_in_words, person.age, child=case.fork == Fork.CHILD),
        people=1 + people.count_dependants(case.id),
        foreign=bool(person.citizenship) and country not in person.citizenship,
        language=language_code(person.languages[0]) if person.languages else "sq",
        care=frozenset(care for need, care in NEED_ASKS.items() if need in needs),
    )


def dangers(case: UUID) -> _Dangers:
    """What is dangerous for a person, as far as this actor may know."""
    rows = list(Danger.objects.filter(case_id=case, ended_at__isnull=True))
    return _Dangers(
        areas=tuple((row.region_id, row.near_km) for row in rows if row.region_id),
        others=frozenset(row.other_case for row in rows if row.other_case),
    )


def nearest(
    region: str | None, told: _Dangers, middles: dict[str, tuple[float, float]]
) -> tuple[float | None, int | None]:
    """How far the nearest danger lives that may be told, and up to where that counts as near."""
    ways = [(_km(region, area, middles), near) for area, near in told.areas]
    return min(((km, near) for km, near in ways if km is not None), default=(None, None))


def _is_near(region: str | None, hidden: _Dangers, middles: dict[str, tuple[float, float]]) -> bool:
    ways = ((_km(region, area, middles), near) for area, near in hidden.areas)
    return any(km is not None and km <= near for km, near in ways)


def _km(region: str | None, area: str, middles: dict[str, tuple[float, float]]) -> float | None:
    if region not in middles or area not in middles:
        return None
    return match_rules.kilometres(middles[region], middles[area])


def _with_whom(case: UUID) -> frozenset[int]:
    """The shelters where somebody stays or is awaited with whom she must not live, whoever of the two said so."""
    rows = Danger.objects.filter(Q(case_id=case) | Q(other_case=case), ended_at__isnull=True)
    apart = {one for pair in rows.values_list("case_id", "other_case") for one in pair if one is not None}
    apart.discard(case)
    return _where(apart) if apart else frozenset()


def _where(cases: Collection[UUID]) -> frozenset[int]:
    now = clock.now()
    standing = Stay.objects.filter(queries.stands(now), case__in=list(cases))
    return frozenset(standing.values_list("use__place__room__site__shelter", flat=True))


def _offered(card: ShelterCard, terms: Admission) -> Offered:
    return Offered(
        takes=frozenset(map(Group, terms.takes)),
        families=terms.families,
        foreigners=terms.foreigners,
        care=frozenset(map(Care, terms.care)),
        languages=frozenset(terms.languages),
        rooms=tuple(_room(room) for room in card.rooms),
    )


def _room(room: RoomCard) -> Room:
    free = tuple(place.id for place in room.places if place.state is PlaceState.FREE)
    return Room(room.id, room.kind, free, in_use=len(room.places) - len(free))
