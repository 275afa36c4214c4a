from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from opennrm.access.scope import Actor, as_system
from opennrm.casefile.queries import CaseCard, case_by_id, journal
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions as duties
from opennrm.duties.exclusion import exclude_office
from opennrm.identification import actions as identification
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people.queries import identities
from opennrm.shelters import actions, placing, queries
from opennrm.shelters.models import Address, Departure, Lease, Place, Stay, Use
from opennrm.shelters.rules import HOLD_LASTS, ClosedBecause, DeclinedBecause, LeftBecause
from tests.acting import by, duty, new_case, office, opened
from tests.shelters.housing import (
    admitted,
    furnished,
    held,
    in_need,
    left,
    moved_in,
    places,
    room,
    shelter,
    states,
    use_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    furnished()


def test_a_place_is_held_then_occupied_then_free() -> None:
    case = in_need()
    with by("shelter-sam"):
        assert states() == ["free", "free"]
    held(case)
    with by("shelter-sam"):
        assert states() == ["held", "free"]
    admitted(case)
    with by("shelter-sam") as sam:
        assert states() == ["occupied", "free"]
        assert [one.subject for one in journal(case.id, by=sam) if one.kind == "place"] == [
            "admitted",
            "held",
        ]
    left(case)
    with by("shelter-sam"):
        assert states() == ["free", "free"]
        assert Departure.objects.get().reason == "own_wish"
        assert [one.number for one in queries.past_stays(case.id, clock.now())] == [1]


def test_a_hold_that_expired_keeps_nothing_and_nobody_had_to_end_it() -> None:
    first, second = in_need(), in_need()
    held(first)
    with clock.stopped_at(clock.now() + HOLD_LASTS + timedelta(seconds=1)):
        with by("shelter-sam"):
            assert states() == ["free", "free"]
            assert queries.stays_of(first.id, clock.now()) == []
        held(second)
        with by("shelter-sam") as sam, pytest.raises(Problem, match="No place is held"):
            placing.admit(use=Use.objects.earliest("began_at").id, by=sam)
        admitted(second)


def test_a_place_is_not_held_twice() -> None:
    first, second = in_need(), in_need()
    held(first)
    with pytest.raises(Problem, match="faster"):
        held(second)
    with by("shelter-sam"):
        assert Use.objects.count() == 1


def test_a_hold_that_is_released_is_free_at_once() -> None:
    first, second = in_need(), in_need()
    held(first)
    with by("shelter-sam") as sam:
        placing.release(case=first, by=sam)
        assert states() == ["free", "free"]
    held(second)


def test_somebody_holds_one_place_at_a_time() -> None:
    case = in_need()
    held(case)
    with by("shelter-sam"):
        other = places()[1].id
    with pytest.raises(Problem, match="already held"):
        held(case, other)


def test_a_family_moves_in_and_out_together() -> None:
    case = in_need()
    with by("shelter-sam"):
        three = [place.id for place in places(1)]
    moved_in(case, *three)
    with by("shelter-sam"):
        assert states(1) == ["occupied"] * 3
        assert sorted(one.member for one in queries.stays_of(case.id, clock.now())) == [0, 1, 2]
    left(case, LeftBecause.FAMILY)
    with by("shelter-sam"):
        assert states(1) == ["free"] * 3
        assert Departure.objects.count() == 1


def test_a_family_is_not_spread_over_rooms() -> None:
    case = in_need()
    with by("shelter-sam"):
        apart = [places(0)[0].id, places(1)[0].id]
    with pytest.raises(Problem, match="stays together"):
        held(case, *apart)


def test_an_office_that_owes_something_holds_a_place_and_the_shelter_alone_admits() -> None:
    case = in_need()
    held(case, who="border-ana")
    with pytest.raises(NotAllowed):
        admitted(case, who="border-ana")
    admitted(case)


def test_a_shelter_that_knew_nothing_of_her_takes_her_in_and_then_sees_her() -> None:
    case = opened()
    held(case, who="border-ana")
    with by("shelter-sam"), pytest.raises(NotFound):
        case_by_id(case.id)
    admitted(case)
    with by("shelter-sam") as sam:
        assert case_by_id(case.id).reference == case.reference
        assert duty(case.id, "accommodation").holder_id == office("shelter")
        assert identities([case.id], by=sam)[case.id].shown == "Besa Shembulli"
    left(case)
    with by("border-ana"):
        assert duty(case.id, "accommodation").state == "fulfilled"


def test_who_was_to_find_a_place_has_found_one() -> None:
    case = opened_in_danger()
    with by("border-ana"):
        assert duty(case.id, "shelter_place").ended_at is None
    held(case, who="border-ana")
    admitted(case)
    with by("border-ana"):
        assert duty(case.id, "shelter_place").state == "fulfilled"


def test_a_shelter_that_cannot_take_her_frees_the_place_and_says_why() -> None:
    case = opened()
    held(case, who="border-ana")
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        placing.decline(use=use_of(case), reason=DeclinedBecause.NO_STAFF, by=ana)
    with by("shelter-sam") as sam:
        placing.decline(use=use_of(case), reason=DeclinedBecause.NO_STAFF, by=sam)
        assert states() == ["free", "free"]
        with pytest.raises(Problem, match="No place is held"):
            placing.decline(use=Use.objects.get().id, reason=DeclinedBecause.OTHER, by=sam)
    with by("border-ana"):
        ((_shelter, _at, reason),) = queries.declined(case.id)
        assert reason == "no_staff"
    held(case, who="border-ana")


def test_she_moves_and_no_instant_is_without_a_place() -> None:
    case = in_need()
    moved_in(case)
    with by("shelter-sam"):
        other = places(1)[0].id
    held(case, other, who="border-ana")
    with by("shelter-sam") as sam:
        assert [str(one.state) for one in queries.stays_of(case.id, clock.now())] == ["held", "occupied"]
        new = next(one for one in queries.stays_of(case.id, clock.now()) if one.state == "held")
        placing.admit(use=new.use, by=sam)
        (now,) = queries.stays_of(case.id, clock.now())
        (before,) = queries.past_stays(case.id, clock.now())
        assert before.until == now.began_at
        assert duty(case.id, "accommodation").ended_at is None


def test_no_place_is_held_in_a_shelter_that_must_not_know_her() -> None:
    case = opened()
    held(case, who="border-ana")
    with by("border-ana") as ana:
        exclude_office(
            case=case_by_id(case.id), office=office("shelter"), reason=ExclusionReason.LEAKED, by=ana
        )
        use = use_of(case)
    with by("shelter-sam") as sam, pytest.raises(NotFound):
        placing.admit(use=use, by=sam)
    with by("border-ana") as ana:
        placing.release(case=case, by=ana)
        with pytest.raises(Problem, match="not for this person"):
            placing.hold(case=case, places=[places()[0].id], by=ana)


def test_nobody_moves_in_on_a_closed_case() -> None:
    case = opened()
    held(case, who="border-ana")
    with by("border-ana") as ana:
        duties.close_case(case=case_by_id(case.id), reason="own_wish", by=ana)
    with pytest.raises(Problem, match="closed"):
        admitted(case)


def opened_in_danger() -> CaseCard:
    with by("border-ana") as ana:
        return identification.open_case(new=replace(new_case(), in_danger=True), by=ana)


def test_who_holds_a_place_or_runs_it_lets_it_go_and_nobody_else() -> None:
    case = opened(needs=("long_term_accommodation", "health_care"))
    held(case, who="border-ana")
    with by("health-hana") as hana, pytest.raises(Problem):
        placing.release(case=case_by_id(case.id), by=hana)
    with by("border-ana") as ana:
        placing.release(case=case, by=ana)


def test_an_office_with_nothing_to_do_with_the_case_neither_holds_nor_learns_for_whom() -> None:
    case = in_need()
    with by("labour-lea") as lea:
        first = places()[0].id
        with pytest.raises(NotFound):
            placing.hold(case=case, places=[first], by=lea)
    held(case)
    with by("labour-lea"):
        assert states() == ["held", "free"]
        assert Use.objects.get().set_by_id == office("shelter")
        assert Stay.objects.count() == 0


def test_where_she_stays_is_for_those_who_may_know_how_to_reach_her() -> None:
    case = in_need()
    moved_in(case)
    with by("authority-rita"):
        assert case_by_id(case.id).id == case.id
        assert Stay.objects.count() == 0


def test_a_bed_is_said_to_be_empty_whatever_became_of_the_case() -> None:
    case = in_need()
    moved_in(case)
    with by("border-ana") as ana:
        duties.close_case(case=case_by_id(case.id), reason="own_wish", by=ana)
    left(case)
    with by("shelter-sam"):
        assert states() == ["free", "free"]
        with pytest.raises(Problem, match="Nobody occupies"), by("shelter-sam") as sam:
            placing.leave(use=Use.objects.latest("began_at").id, reason=LeftBecause.OTHER, by=sam)


def test_a_room_is_closed_and_opened_again_and_not_while_somebody_is_in_it() -> None:
    case = in_need()
    with by("shelter-sam") as sam:
        actions.close_room(room=room(0).id, reason=ClosedBecause.REPAIR, until=None, by=sam)
        assert states() == ["out_of_use"] * 2
    with pytest.raises(Problem, match="no longer free"):
        held(case)
    with by("shelter-sam") as sam:
        actions.reopen_room(room=room(0).id, by=sam)
        assert states() == ["free", "free"]
    held(case)
    with by("shelter-sam") as sam, pytest.raises(Problem, match="held, occupied"):
        actions.close_room(room=room(0).id, reason=ClosedBecause.STAFF, until=None, by=sam)
    with by("shelter-sam") as sam, pytest.raises(Problem, match="past"):
        yesterday = clock.now() - timedelta(days=1)
        actions.close_room(room=room(1).id, reason=ClosedBecause.STAFF, until=yesterday, by=sam)


def test_only_the_shelter_says_anything_of_its_rooms() -> None:
    with by("social-sara") as sara:
        house = queries.sites(shelter().id)[0].id
        with pytest.raises(NotAllowed):
            actions.close_room(room=room(0).id, reason=ClosedBecause.OTHER, until=None, by=sara)
        with pytest.raises(NotAllowed):
            actions.reopen_room(room=room(0).id, by=sara)
        with pytest.raises(NotAllowed):
            actions.confirm(shelter=shelter().id, by=sara)
        with pytest.raises(NotAllowed):
            actions.write_address(site=house, text="Here", by=sara)


def test_an_address_opens_to_the_shelter_alone() -> None:
    with by("shelter-sam") as sam:
        site = queries.sites(shelter().id)[0].id
        actions.write_address(site=site, text="Nowhere street 0", by=sam)
        actions.write_address(site=site, text="Nowhere street 1", by=sam)
        assert queries.address(site, sam.organisations) == "Nowhere street 1"
        assert b"Nowhere" not in bytes(Address.objects.get().sealed)
        with pytest.raises(Problem, match="Write where"):
            actions.write_address(site=site, text="  ", by=sam)
    with by("coordinator-kim") as kim:
        assert queries.sites(shelter().id)[0].has_address is False
        with pytest.raises(NotFound):
            queries.address(site, kim.organisations)


def lease(flat: int, begins: date, ends: date, by_whom: Actor) -> None:
    actions.enter_lease(site=flat, begins_on=begins, ends_on=ends, monthly_cost=30_000, by=by_whom)


def test_what_an_apartment_costs_is_for_the_shelter() -> None:
    with by("shelter-sam") as sam:
        flat, today = queries.sites(shelter().id)[1].id, clock.today()
        lease(flat, today, today + timedelta(days=365), sam)
        assert queries.sites(shelter().id)[1].leases[0][2] == 30_000
        with pytest.raises(Problem, match="already entered"):
            lease(flat, today, today + timedelta(days=365), sam)
        with pytest.raises(Problem, match="after it begins"):
            lease(flat, today, today, sam)
    with by("labour-lea"):
        assert Lease.objects.count() == 0


def refused(statement: str, *values: int | str) -> None:
    """The database itself refuses a statement, by its end at the latest."""
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_holds_the_states_of_a_place_by_itself() -> None:
    case = in_need()
    with by("shelter-sam"):
        first = places()[0].id
        new = (
            "INSERT INTO shelters_use (id, place_id, state, began_at, until, reason, set_by_id)"
            " VALUES (gen_random_uuid(), %s, %s, now(), NULL, '', %s)"
        )
        refused(new, first, "occupied", office("shelter"))
        refused(new, first, "held", office("shelter"))
    held(case)
    with by("shelter-sam"):
        refused("UPDATE shelters_use SET until = until + interval '1 day'")
        refused("UPDATE shelters_use SET until = NULL")
    with as_system("setup", reason="a bed too many"), pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(room_id=room(0).id, number=3)


def test_establishing_again_changes_nothing() -> None:
    furnished()
    with by("shelter-sam"):
        assert [len(one.places) for one in shelter().rooms] == [2, 3, 1]


def test_the_board_says_who_confirmed_it_and_when() -> None:
    with by("shelter-sam") as sam:
        assert shelter().confirmed_at is None
        actions.confirm(shelter=shelter().id, by=sam)
        assert shelter().confirmed_by == sam.officer
