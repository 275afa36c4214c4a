"""The one invented shelter of the small world: a house with a room for women and one for families."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.shelters import actions, dangers, leaving, placing, queries
from opennrm.shelters.actions import NewRoom, NewSite, Terms
from opennrm.shelters.leave_rules import Plan, RestrictedBecause
from opennrm.shelters.queries import PlaceCard, RoomCard, ShelterCard
from opennrm.shelters.rules import DeclinedBecause, LeftBecause
from tests.acting import by, opened

HOUSE = NewSite(
    "test-house",
    "Test house",
    "Shtëpia provë",
    "house",
    (NewRoom("Room 1", "Dhoma 1", "women", 2), NewRoom("Room 2", "Dhoma 2", "family", 3)),
)
FLAT = NewSite("test-flat", "Test flat", "Banesa provë", "apartment", (NewRoom("Flat", "Banesa", "men", 1),))


TERMS = Terms(("women", "girls"), families=True, foreigners=False, care=("medical_care",), languages=("sq",))
MIDDLES = {"AL-11": (41.33, 19.82), "AL-12": (40.47, 19.49), "AL-07": (42.08, 20.42)}


def furnished() -> None:
    """The shelter stands with its rooms."""
    with as_system("setup", reason="a shelter for a test") as actor:
        actions.establish(office="shelter", sites=[HOUSE, FLAT], terms=TERMS, by=actor)
        actions.chart(middles=MIDDLES, by=actor)


def shelter() -> ShelterCard:
    """The shelter as it stands now."""
    return queries.shelter_of("shelter", clock.now())


def room(number: int) -> RoomCard:
    """One of its rooms: 0 for women, 1 for families, 2 the flat for men."""
    return shelter().rooms[number]


def places(number: int = 0) -> tuple[PlaceCard, ...]:
    """The places of one of its rooms."""
    return room(number).places


def states(number: int = 0) -> list[str]:
    """How the places of a room stand."""
    return [str(place.state) for place in places(number)]


def in_need() -> CaseCard:
    """A case on which the border office and the shelter both owe something that opens where she stays."""
    return opened(needs=("long_term_accommodation",))


def held(case: CaseCard, *wanted: int, who: str = "shelter-sam") -> None:
    """Places are held for somebody, by their ids; the first of the first room where none is named."""
    with by(who) as actor:
        placing.hold(case=case, places=list(wanted) or [places()[0].id], by=actor)


def moved_in(case: CaseCard, *wanted: int) -> None:
    """Somebody moves in."""
    held(case, *wanted)
    admitted(case)


def admitted(case: CaseCard, who: str = "shelter-sam") -> None:
    """Whoever a place is held for moves in."""
    with by(who) as actor:
        placing.admit(use=use_of(case), by=actor)


def use_of(case: CaseCard) -> UUID:
    """The place that is held for somebody, or that she occupies."""
    with as_system("routing", reason="a test looks at a place"):
        return queries.stays_of(case.id, clock.now())[0].use


def left(case: CaseCard, reason: LeftBecause = LeftBecause.OWN_WISH) -> None:
    """Somebody leaves."""
    with by("shelter-sam") as sam:
        placing.leave(use=use_of(case), reason=reason, by=sam)


def a_row_of_each(case: CaseCard) -> None:
    """A row in every table of the room, on a case on which the shelter owes something."""
    furnished()
    moved_in(case)
    with by("shelter-sam") as sam:
        leaving.give_notice(case=case, leaves_on=clock.today(), plan=Plan.MADE, by=sam)
        leaving.restrict(
            case=case, reason=RestrictedBecause.ILLNESS, legal_basis="Test law 1", days=3, by=sam
        )
    left(case)
    held(case)
    with by("shelter-sam") as sam:
        placing.decline(use=use_of(case), reason=DeclinedBecause.NO_STAFF, by=sam)
        house, flat = queries.sites(shelter().id)
        actions.write_address(site=house.id, text="Nowhere street 0, Inventia", by=sam)
        actions.enter_lease(
            site=flat.id, begins_on=date(2020, 1, 1), ends_on=date(2031, 1, 1), monthly_cost=30_000, by=sam
        )
        actions.confirm(shelter=shelter().id, by=sam)
    with by("border-ana") as ana:
        dangers.note_area(case=case, region="AL-12", by=ana)
