"""An order opens exactly what it names once another person of another office confirmed it, until it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TestCase

from opennrm.access import keystore
from opennrm.access import queries as sight
from opennrm.access.models import Basis
from opennrm.access.scope import as_system
from opennrm.casefile.models import Case
from opennrm.casefile.rules import ExclusionReason, Fork
from opennrm.duties import exclusion
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.orders import actions, following, queries
from opennrm.orders.models import Order, PendingKey
from opennrm.orders.rules import Fact, Scope, Standing
from opennrm.people import queries as reading
from opennrm.people.actions import NewPerson
from tests.acting import by, office, opened, person
from tests.orders.ordering import confirm, entered, in_force, new_order, seen

pytestmark = pytest.mark.django_db

FOREIGNER = NewPerson(sex="Masculine", citizenship=("XK",), first_name="Agon", second_name="Trillimi")


def revoke(order: UUID, who: str = "coordinator-kim") -> None:
    with TestCase.captureOnCommitCallbacks(execute=True), by(who) as actor:
        actions.revoke(order=order, words="The court took it back.", by=actor)


def stands(order: UUID) -> Standing:
    with by("officer-dpo"):
        return queries.order(order).standing(clock.now())


def swept() -> int:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return following.sweep_all()


def test_it_opens_nothing_until_another_person_of_another_office_confirms_it() -> None:
    case = opened()
    order = entered(case, "identity")
    assert seen("labour-lea", case) == frozenset()
    with pytest.raises(Problem, match="Somebody of another office"):
        confirm(order, who="authority-rita")
    confirm(order)
    assert seen("labour-lea", case) == {"ordinary", "identity"}
    with by("labour-lea"):
        assert not sight.may_write(case.id)


def test_it_opens_what_it_names_of_one_case_and_nothing_of_another() -> None:
    case, other = opened(), opened()
    in_force(case, "contact")
    assert seen("labour-lea", case) == {"ordinary", "contact"}
    assert seen("labour-lea", other) == frozenset()
    assert seen("shelter-sam", case) == frozenset()


def test_it_opens_every_case_there_is_and_every_case_to_come() -> None:
    before = opened()
    in_force()
    after = opened("social-vera", region="AL-12")
    for case in (before, after):
        assert seen("labour-lea", case) == {"ordinary"}


def test_it_opens_the_cases_of_a_region_and_follows_a_case_that_moves() -> None:
    here, there = opened(), opened("social-vera", region="AL-12")
    in_force(scope=Scope.REGION, region="AL-12")
    assert seen("labour-lea", here) == frozenset()
    assert seen("labour-lea", there) == {"ordinary"}
    with by("social-vera"):
        Case.objects.filter(id=there.id).update(region="AL-11")
    with by("border-ana"):
        Case.objects.filter(id=here.id).update(region="AL-12")
    assert seen("labour-lea", there) == frozenset()
    assert seen("labour-lea", here) == {"ordinary"}


def test_it_opens_the_cases_of_children() -> None:
    child, adult = (
        opened(fork=Fork.CHILD, who=NewPerson(sex="Feminine", age=9, age_on=clock.today())),
        opened(),
    )
    in_force(scope=Scope.FACT, fact=Fact.CHILD)
    assert seen("labour-lea", child) == {"ordinary"}
    assert seen("labour-lea", adult) == frozenset()


def test_it_opens_the_cases_of_foreigners_and_follows_what_becomes_known() -> None:
    foreign, citizen = opened(who=FOREIGNER), opened()
    in_force(scope=Scope.FACT, fact=Fact.FOREIGN)
    assert seen("labour-lea", foreign) == {"ordinary"}
    assert seen("labour-lea", citizen) == frozenset()
    with by("border-ana"), connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET citizenship = '{AL,XK}' WHERE case_id = %s", [foreign.id])
        cursor.execute("UPDATE people_person SET citizenship = '{XK}' WHERE case_id = %s", [citizen.id])
    assert seen("labour-lea", foreign) == frozenset()
    assert seen("labour-lea", citizen) == {"ordinary"}


def test_revoking_closes_at_once_takes_the_key_and_no_service_ends() -> None:
    case = opened(needs=("food", "health_care"))
    order = in_force(case, "identity")
    with by("labour-lea") as lea:
        assert reading.identity(case.id, by=lea).shown == "Besa Shembulli"
    with by("border-ana"):
        before = [(d.id, d.state, d.holder_id) for d in duties.duties_of(case.id)]
    revoke(order)
    assert seen("labour-lea", case) == frozenset()
    (labour,) = person("labour-lea").organisations
    assert labour not in keystore.organisations(case.id, "identity")
    with by("border-ana"):
        assert [(d.id, d.state, d.holder_id) for d in duties.duties_of(case.id)] == before
    assert stands(order) is Standing.REVOKED
    with pytest.raises(Problem, match="over"):
        revoke(order)


def test_the_keys_of_a_case_that_comes_later_follow_with_the_worker() -> None:
    in_force(None, "identity")
    case = opened()
    swept()
    with by("labour-lea") as lea:
        assert reading.identity(case.id, by=lea).shown == "Besa Shembulli"


def test_an_excluded_office_gets_nothing_by_an_order_and_no_key() -> None:
    case = opened()
    with by("border-ana") as ana:
        out = exclusion.exclude_office(
            case=case, office=office("labour"), reason=ExclusionReason.LEAKED, by=ana
        )
    in_force(case, "identity")
    assert seen("labour-lea", case) == frozenset()
    (labour,) = person("labour-lea").organisations
    assert labour not in keystore.organisations(case.id, "identity")
    with by("border-ana") as ana:
        exclusion.end_exclusion(case=case, exclusion=out, by=ana)
    swept()
    with by("labour-lea") as lea:
        assert reading.identity(case.id, by=lea).shown == "Besa Shembulli"


def test_an_order_about_a_case_is_not_there_for_whom_the_case_excludes() -> None:
    case = opened()
    order = entered(case)
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("coordinator"), reason=ExclusionReason.LEAKED, by=ana
        )
    with pytest.raises(NotFound):
        confirm(order)


def test_it_is_over_after_its_last_day_by_the_database_itself_and_the_worker_says_so() -> None:
    case = opened()
    with clock.stopped_at(clock.now() - timedelta(days=60)):
        order = in_force(case, "identity")
    assert seen("labour-lea", case) == frozenset()
    assert stands(order) is Standing.EXPIRED
    assert swept() == 1
    assert swept() == 0
    (labour,) = person("labour-lea").organisations
    assert labour not in keystore.organisations(case.id, "identity")


def test_it_opens_on_its_first_day() -> None:
    case = opened()
    tomorrow = clock.today() + timedelta(days=1)
    order = in_force(case, since=tomorrow)
    assert stands(order) is Standing.TO_COME
    assert seen("labour-lea", case) == frozenset()
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        assert swept() == 1
    assert seen("labour-lea", case) == {"ordinary"}


def test_the_one_that_it_takes_the_place_of_ends_when_it_is_confirmed() -> None:
    case = opened()
    first = in_force(case, "contact")
    second = entered(case, supersedes=first)
    assert seen("labour-lea", case) == {"ordinary", "contact"}
    confirm(second)
    assert seen("labour-lea", case) == {"ordinary"}
    assert stands(first) is Standing.SUPERSEDED


def test_refused_or_taken_back_it_never_opens_anything() -> None:
    case = opened()
    refused, taken_back = entered(case), entered(case)
    with by("coordinator-kim") as kim:
        with pytest.raises(Problem, match="Say why"):
            actions.refuse(order=refused, words=" ", by=kim)
        actions.refuse(order=refused, words="The paper names another case.", by=kim)
        with pytest.raises(NotAllowed):
            actions.withdraw(order=taken_back, words="Mine.", by=kim)
    with by("authority-rita") as rita:
        with pytest.raises(NotAllowed):
            actions.refuse(order=taken_back, words="Mine.", by=rita)
        actions.withdraw(order=taken_back, words="Entered twice.", by=rita)
    for order in (refused, taken_back):
        with pytest.raises(Problem, match="over"):
            confirm(order)
    assert seen("labour-lea", case) == frozenset()


def test_who_may_not_enter_or_decide_is_refused() -> None:
    case = opened()
    order = entered(case)
    for username in ("border-ana", "officer-dpo", "analyst-ada"):
        with by(username) as actor, pytest.raises(NotAllowed):
            actions.enter(new=new_order(case), by=actor)
    with by("officer-dpo") as dpo, pytest.raises(NotAllowed):
        actions.confirm(order=order, by=dpo)
    with by("border-ana") as ana, pytest.raises(NotFound):
        actions.confirm(order=order, by=ana)


def test_a_case_that_is_not_there_and_one_that_her_office_does_not_see_get_one_sentence() -> None:
    case, said = opened(), set()
    for reference in (case.reference, "AL-22222-22222"):
        with by("coordinator-kim") as kim, pytest.raises(Problem) as problem:
            actions.enter(new=replace(new_order(case), case=reference), by=kim)
        said.add(str(problem.value))
    assert len(said) == 1


def test_the_database_itself_refuses_a_confirmation_by_one_office() -> None:
    case = opened()
    order = entered(case)
    rita, kim = person("authority-rita"), person("coordinator-kim")
    for username, officer, at_office in (
        ("authority-rita", rita.officer, rita.office),
        ("authority-rita", kim.officer, kim.office),
        ("coordinator-kim", rita.officer, kim.office),
        ("coordinator-kim", kim.officer, rita.office),
    ):
        with pytest.raises((IntegrityError, Problem)), transaction.atomic(), by(username):
            Order.objects.filter(id=order).update(
                confirmed_at=clock.now(), confirmed_by=officer, confirmed_office=at_office
            )
    with pytest.raises(IntegrityError), as_system("sweep", reason="no system confirms"):
        Order.objects.filter(id=order).update(
            confirmed_at=clock.now(), confirmed_by=kim.officer, confirmed_office=kim.office
        )
    with pytest.raises(IntegrityError), as_system("sweep", reason="nothing opens unconfirmed"):
        Order.objects.filter(id=order).update(opened_at=clock.now())
    assert seen("labour-lea", case) == frozenset()


def test_what_has_ended_is_opened_again_by_nobody() -> None:
    case = opened()
    order = in_force(case)
    revoke(order)
    with pytest.raises(IntegrityError), as_system("sweep", reason="opened again"):
        Order.objects.filter(id=order).update(ended_at=None, ended_why="")
    with pytest.raises(IntegrityError), as_system("sweep", reason="drawn out"):
        Basis.objects.filter(kind="order", reference=str(order)).update(ended_at=None)


def test_an_office_that_owes_something_can_neither_make_nor_end_what_an_order_opens() -> None:
    case = opened()
    order = in_force(case)
    with by("border-ana"):
        assert not Basis.objects.filter(kind="order", reference=str(order)).update(ended_at=clock.now())
    with pytest.raises(Exception, match="row-level security"), by("border-ana"):
        Basis.objects.create(
            case_id=case.id,
            office_id=office("shelter"),
            kind="order",
            reference=str(order),
            classes=["ordinary"],
            since=clock.now(),
            case_opened_at=case.opened_at,
        )


def test_every_read_under_it_is_read_on_its_basis() -> None:
    case = opened()
    order = in_force(case)
    with by("labour-lea") as lea:
        assert sight.named(sight.bases(case.id), lea.offices, lea.officer) == f"order {order}"


def test_who_is_told_of_an_order_is_who_keeps_orders_or_sees_the_case_it_opens() -> None:
    case = opened()
    waits, stands_ = entered(case), in_force(case)
    told = {
        name: _told(name)
        for name in ("officer-dpo", "coordinator-kim", "border-ana", "labour-lea", "shelter-sam")
    }
    assert told["officer-dpo"] == told["coordinator-kim"] == {waits, stands_}
    assert told["border-ana"] == told["labour-lea"] == {stands_}
    assert told["shelter-sam"] == set()


def _told(username: str) -> set[UUID]:
    with by(username):
        return {one.id for one in queries.orders()}


def test_nothing_waits_for_a_key_where_nothing_sealed_is_opened() -> None:
    opened()
    in_force()
    with as_system("sweep", reason="looks"):
        assert not PendingKey.objects.exists()
