from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opennrm.access.scope import as_system
from opennrm.agencies.models import Competence, Post
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import Fork
from opennrm.duties import actions, handover, queries, sweep
from opennrm.duties.models import Duty, Event
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from opennrm.people.actions import NewPerson
from tests.acting import BESA, by, duty, office, opened, person, told

pytestmark = pytest.mark.django_db


def test_a_fulfilled_interview_makes_the_duty_to_record_the_decision() -> None:
    case = told()
    with by("social-sara") as sara:
        actions.fulfil(duty=duty(case.id, "joint_interview").id, by=sara)
    with by("social-sara"):
        assert duty(case.id, "status_decision_recorded").holder_id == office("social-tirana")


def test_an_office_that_does_not_hold_a_duty_cannot_fulfil_it() -> None:
    case = told()
    with by("police-petra") as petra, pytest.raises(NotAllowed):
        actions.fulfil(duty=duty(case.id, "joint_interview").id, by=petra)


def test_a_need_with_a_competent_office_is_owed_at_once() -> None:
    case = opened(needs=("health_care",))
    with by("health-hana"):
        assert duty(case.id, "health_care").holder_id == office("health-tirana")


def test_a_need_without_a_competent_office_is_a_gap_held_by_the_coordinator() -> None:
    case = opened(needs=("health_care",), region="AL-07")
    with by("coordinator-kim"):
        gaps = queries.gap_lines(kind="health_care")
        assert [(g.case_id, g.kind, g.region) for g in gaps] == [(case.id, "health_care", "AL-07")]
        assert {d.holder_id for d in Duty.objects.filter(case=case.id, kind="find_provider")} == {
            office("coordinator")
        }


def test_declining_one_service_ends_no_other() -> None:
    case = opened(needs=("food", "health_care"))
    with by("health-hana") as hana:
        actions.waive(duty=duty(case.id, "health_care").id, reason="declined", by=hana)
    with by("border-ana"):
        assert duty(case.id, "food").state == "held"
        assert duty(case.id, "health_care").state == "waived"


def test_a_suspended_duty_is_due_later_by_the_time_it_stood_still() -> None:
    case = told()
    with by("social-sara") as sara:
        before = duty(case.id, "joint_interview").due_at
        actions.suspend(duty=duty(case.id, "joint_interview").id, reason="ill", until=None, by=sara)
        assert duty(case.id, "joint_interview").due_at is None
    with clock.stopped_at(clock.now() + timedelta(days=2)), by("social-sara") as sara:
        actions.resume(duty=duty(case.id, "joint_interview").id, by=sara)
    with by("social-sara"):
        after = duty(case.id, "joint_interview").due_at
    assert before
    assert after
    assert after - before >= timedelta(days=2)


def test_a_limit_to_be_confirmed_reminds_and_a_second_sweep_changes_nothing() -> None:
    case = opened()
    with clock.stopped_at(clock.now() + timedelta(days=3)):
        with as_system("sweep", reason="test") as actor:
            first = sweep.sweep(by=actor)
        with as_system("sweep", reason="test") as actor:
            assert sweep.sweep(by=actor) == []
    assert {one.action for one in first} == {"reminded"}
    with by("border-ana"):
        assert duty(case.id, "notify_police").state == "held"


def test_a_verified_limit_lapses_at_its_due_instant_and_a_named_office_is_told() -> None:
    foreign = NewPerson(
        sex="Feminine",
        citizenship=("RS",),
        languages=("sr",),
        age=30,
        age_on=clock.today(),
        age_basis="declared",
    )
    case = opened(who=foreign)
    with by("border-ana"):
        due = duty(case.id, "reflection_period").due_at
    assert due
    with clock.stopped_at(due + timedelta(days=9)), as_system("sweep", reason="test") as actor:
        lapsed = [one for one in sweep.sweep(by=actor) if one.action == "lapsed"]
    assert [one.due for one in lapsed] == [due]
    with by("authority-rita"):
        row = duty(case.id, "reflection_period")
        assert (row.state, row.lapsed_at) == ("lapsed", due)
        assert Event.objects.get(duty=row, kind="lapsed").at == due


def test_only_a_person_of_the_holding_office_can_be_named() -> None:
    case = opened()
    with by("border-ana") as ana, pytest.raises(Problem):
        sara = person("social-sara").officer
        assert sara
        actions.name_worker(duty=duty(case.id, "lead").id, officer=sara, by=ana)
    with by("border-ana") as ana:
        ben = person("border-ben").officer
        assert ben
        actions.name_worker(duty=duty(case.id, "lead").id, officer=ben, by=ana)
    with by("border-ana"):
        assert cases.case_by_id(case.id).worker == ben
        assert duty(case.id, "name_case_worker").state == "fulfilled"


def test_nobody_is_named_whose_post_there_is_not_to_work_with_cases() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("authority"), by=ana)
    abe, rita = person("admin-abe").officer, person("authority-rita").officer
    assert abe
    assert rita
    with by("authority-rita") as actor:
        handover.accept(offer=made, by=actor)
        with pytest.raises(Problem) as refused:
            actions.name_worker(duty=duty(case.id, "lead").id, officer=abe, by=actor)
        actions.name_worker(duty=duty(case.id, "lead").id, officer=rita, by=actor)
    assert refused.value.code == "not_of_this_office"
    assert "works with cases" in str(refused.value)


def test_a_closed_case_owes_nothing() -> None:
    case = opened(needs=("food",))
    with by("border-ana") as ana:
        actions.close_case(case=cases.case_by_id(case.id), reason="left_the_country", by=ana)
    with by("border-ana"):
        assert not Duty.objects.filter(case=case.id, ended_at__isnull=True).exists()
        assert cases.case_by_id(case.id).closed_on == clock.today()


def test_a_child_is_always_referred_and_the_child_protection_unit_owes_a_guardian() -> None:
    child = NewPerson(
        languages=("sq",), age=14, age_on=clock.today(), age_basis="declared", first_name="Fëmija"
    )
    case = opened(fork=Fork.CHILD, who=child)
    with by("social-sara"):
        assert duty(case.id, "appoint_guardian").holder_id == office("social-tirana")


def test_a_person_who_left_strands_no_duty() -> None:
    case = opened()
    ana = person("border-ana")
    with by("border-ben") as ben:
        assert ana.officer
        actions.name_worker(duty=duty(case.id, "lead").id, officer=ana.officer, by=ben)
    with as_system("setup", reason="test"):
        Post.objects.filter(officer=ana.officer).update(until=clock.today() - timedelta(days=1))
    with as_system("sweep", reason="test") as actor:
        sweep.sweep(by=actor)
    with by("border-ben"):
        lead = duty(case.id, "lead")
        assert (lead.person_id, lead.holder_id) == (None, office("border"))
        assert "unnamed" in {notice.what for notice in queries.unread_notices([office("border")])}


def test_a_suspension_ends_by_itself_at_its_planned_instant() -> None:
    case = told()
    planned = clock.now() + timedelta(days=2)
    with by("social-sara") as sara:
        before = duty(case.id, "joint_interview").due_at
        actions.suspend(duty=duty(case.id, "joint_interview").id, reason="ill", until=planned, by=sara)
    with clock.stopped_at(planned + timedelta(days=1)), as_system("sweep", reason="test") as actor:
        sweep.sweep(by=actor)
    with by("social-sara"):
        row = duty(case.id, "joint_interview")
        assert (row.state, row.resumed_at) == ("held", planned)
        assert before
        assert row.due_at
        assert row.due_at > before


def test_an_office_that_is_told_of_a_lapse_reads_which_duty_it_is() -> None:
    foreign = replace(BESA, citizenship=("RS",))
    case = opened(who=foreign)
    with by("border-ana"):
        row = duty(case.id, "reflection_period")
        due = row.due_at
        assert due
    with clock.stopped_at(due + timedelta(days=1)), as_system("sweep", reason="test") as actor:
        told = [one.told for one in sweep.sweep(by=actor) if one.action == "lapsed"]
    assert told == [office("authority")]
    with by("authority-rita"):
        notices = [one for one in queries.unread_notices([office("authority")]) if one.what == "escalated"]
    assert [one.reference for one in notices] == [case.reference]


def test_the_coordinator_records_a_need_while_her_own_duty_ends_with_it() -> None:
    case = opened(needs=("health_care",), region="AL-07")
    with as_system("setup", reason="test"):
        Competence.objects.create(
            office_id=office("health-tirana"),
            role="health_service",
            region_id="AL-07",
            since=clock.today(),
        )
    with by("coordinator-kim") as kim:
        actions.record_need(case=case.id, kind="legal_assistance", by=kim)
    with by("authority-rita"):
        assert duty(case.id, "health_care").holder_id == office("health-tirana")
        gaps = {
            d.subject for d in Duty.objects.filter(case=case.id, kind="find_provider", ended_at__isnull=True)
        }
    assert "legal_assistance" in gaps
    assert "health_care" not in gaps
