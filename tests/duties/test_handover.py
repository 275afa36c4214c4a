from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from opennrm.access import queries as access
from opennrm.access.scope import as_system
from opennrm.casefile import queries as cases
from opennrm.duties import handover, queries
from opennrm.duties.models import Duty, Holding
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people
from tests.acting import by, duty, office, opened

pytestmark = pytest.mark.django_db


def offered(kind: str = "lead", to: str = "shelter"):  # type: ignore[no-untyped-def]
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, kind).id, to_office=office(to), by=ana)
    return case, made


def test_an_offered_office_sees_a_snapshot_and_not_the_case() -> None:
    case, made = offered()
    with by("shelter-sam"):
        assert queries.offer(made).reference == case.reference
        with pytest.raises(NotFound):
            cases.case_by_id(case.id)


def test_the_office_that_accepts_the_lead_leads_and_reads_the_name() -> None:
    case, made = offered()
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
    with by("shelter-sam") as sam:
        assert cases.case_by_id(case.id).lead_office == office("shelter")
        assert people.identity(case.id, by=sam).shown == "Besa Shembulli"
        assert access.may_write(case.id)


def test_what_moved_says_from_where_and_the_database_lets_nothing_else_stand() -> None:
    case, made = offered()
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
        lead = duty(case.id, "lead")
        held = Holding.objects.filter(duty=lead).order_by("since")
        assert list(held.values_list("office", "came_from")) == [
            (office("border"), None),
            (office("shelter"), office("border")),
        ]
    with pytest.raises(DatabaseError), as_system("sop", reason="a holding that says nothing of where from"):
        now = clock.now()
        Holding.objects.filter(duty=lead, until=None).update(until=now)
        Duty.objects.filter(id=lead.id).update(holder=office("border"))
        Holding.objects.bulk_create(
            [Holding(duty=lead, case_id=case.id, office_id=office("border"), since=now)]
        )
        connection.check_constraints()


def test_who_handed_over_still_sees_on_the_basis_that_it_held() -> None:
    case, made = offered("lead")
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
    with by("border-ana"):
        lead = duty(case.id, "lead")
        kept = [b for b in access.bases(case.id) if b.reference == str(lead.id)]
        assert {(b.office, b.kind) for b in kept} == {(office("border"), "held"), (office("shelter"), "duty")}
        assert [b.until is not None for b in kept if b.kind == "held"] == [True]


def test_a_declined_duty_stays_with_the_office_that_offered_it() -> None:
    case, made = offered()
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    with by("shelter-sam"), pytest.raises(NotFound):
        queries.offer(made)
    with by("border-ana"):
        assert duty(case.id, "lead").holder_id == office("border")
        assert queries.offer(made).state == "declined"
        assert [n.what for n in queries.unread_notices([office("border")])] == ["declined"]


def test_an_offer_withdrawn_can_no_longer_be_accepted() -> None:
    _, made = offered()
    with by("border-ana") as ana:
        handover.withdraw(offer=made, by=ana)
    with by("shelter-sam") as sam, pytest.raises(NotFound):
        handover.accept(offer=made, by=sam)


def test_a_duty_is_offered_to_one_office_at_a_time() -> None:
    case, _ = offered()
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("social-tirana"), by=ana)
    assert refused.value.status == 409


def test_who_was_responsible_is_answered_for_any_past_instant() -> None:
    case, made = offered()
    before = clock.now()
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
    with by("shelter-sam"):
        now = cases.case_by_id(case.id)
        assert queries.lead_office_at(now, before) == office("border")
        assert queries.lead_office_at(now, clock.now()) == office("shelter")
        assert queries.lead_office_at(now, case.opened_at - timedelta(days=1)) is None


def test_an_excluded_office_learns_nothing_whatever_it_held() -> None:
    from opennrm.access.actions import exclude

    case, made = offered()
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
    with by("shelter-sam") as sam:
        exclude(case=case.id, office=office("border"), reason="relative", at=clock.now(), by=sam)
    with by("border-ana"), pytest.raises(NotFound):
        cases.case_by_id(case.id)
    with by("border-ana"):
        assert not Duty.objects.filter(case=case.id).exists()
