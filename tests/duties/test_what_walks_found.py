"""What the walks through the ledger found wrong, each as one short story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from opennrm.access.scope import again_where_crossed, as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.models import Office
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason, Fork
from opennrm.duties import actions, closing, exclusion, handover, queries, reviewing, sweep
from opennrm.duties.models import Duty
from opennrm.duties.moving import move_to
from opennrm.identification import actions as identification
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people.actions import NewPerson
from tests.acting import BESA, by, duty, office, opened, person

pytestmark = pytest.mark.django_db
FOREIGN = replace(BESA, citizenship=("RS",))


def excluded(case: CaseCard, code: str, username: str = "border-ana") -> UUID:
    with by(username) as actor:
        return exclusion.exclude_office(
            case=case, office=office(code), reason=ExclusionReason.SUSPECTED, by=actor
        )


def looked_for(case: CaseCard, kind: str) -> list[tuple[str, int]]:
    """The searches for who provides this that are not over: their state and who owes them."""
    with as_system("statistics", reason="what is looked for"):
        rows = Duty.objects.filter(case=case.id, kind="find_provider", subject=kind, ended_at__isnull=True)
        return list(rows.values_list("state", "holder_id"))


def test_a_need_said_again_after_the_search_ended_is_looked_for_again() -> None:
    case = opened(needs=("legal_assistance",))
    with by("coordinator-kim") as kim:
        actions.fulfil(duty=duty(case.id, "find_provider").id, by=kim)
    with by("border-ana") as ana:
        actions.record_need(case=case.id, kind="legal_assistance", by=ana)
    assert looked_for(case, "legal_assistance") == [("held", office("coordinator"))]


def test_when_the_only_office_for_a_need_closes_somebody_looks_for_another() -> None:
    case = opened(needs=("health_care",))
    closing.close_office(code="health-tirana", on=clock.today())
    assert looked_for(case, "health_care") == [("held", office("coordinator"))]
    with by("border-ana"):
        assert duty(case.id, "health_care").holder_id == office("border")


def test_where_the_coordinator_is_excluded_who_leads_looks_for_a_provider() -> None:
    case = opened()
    excluded(case, "coordinator")
    with by("border-ana") as ana:
        actions.record_need(case=case.id, kind="legal_assistance", by=ana)
    assert looked_for(case, "legal_assistance") == [("held", office("border"))]


def test_a_gap_that_an_exclusion_made_ends_with_it() -> None:
    case = opened(needs=("health_care",))
    made = excluded(case, "health-tirana")
    assert looked_for(case, "health_care") == [("held", office("coordinator"))]
    with by("border-ana") as ana:
        exclusion.end_exclusion(case=case, exclusion=made, by=ana)
    assert looked_for(case, "health_care") == []


def test_a_substitute_that_has_closed_takes_nothing() -> None:
    with as_system("setup", reason="a substitute for a test"):
        Office.objects.filter(code="health-tirana").update(substitute=office("labour"))
    case = opened(needs=("health_care",))
    closing.close_office(code="labour", on=clock.today())
    excluded(case, "health-tirana")
    with by("border-ana"):
        assert duty(case.id, "health_care").holder_id == office("border")


def test_what_the_first_responder_would_owe_is_owed_by_the_lead_once_it_has_closed() -> None:
    unnamed = NewPerson(sex="Feminine", citizenship=("AL",), languages=("sq",))
    case = opened(fork=Fork.DOES_NOT_CONSENT, who=unnamed)
    with as_system("setup", reason="a substitute for a test"):
        Office.objects.filter(code="border").update(substitute=office("shelter"))
    closing.close_office(code="border", on=clock.today())
    with by("shelter-sam") as sam:
        identification.record_consent(case=cases.case_by_id(case.id), by=sam)
        assert duty(case.id, "notify_police").holder_id == office("shelter")


def test_a_lapse_written_late_is_the_state_from_its_instant_on() -> None:
    case = opened(who=FOREIGN)
    with by("border-ana"):
        held = duty(case.id, "reflection_period")
    assert held.due_at
    later = held.due_at + timedelta(hours=2)
    # Nobody has swept when the office offers what is late already.
    with clock.stopped_at(held.due_at + timedelta(hours=1)), by("border-ana") as ana:
        handover.offer(duty=held.id, to_office=office("shelter"), by=ana)
    with clock.stopped_at(later), as_system("sweep", reason="test") as actor:
        sweep.sweep(by=actor)
    with clock.stopped_at(later), by("border-ana"):
        stands = {one.id: one.state for one in queries.responsible(cases.case_by_id(case.id), later)}
    assert stands[held.id] == "lapsed"


def test_a_duty_that_was_late_and_is_resumed_as_planned_is_late_again_at_once() -> None:
    """Both stand at one instant, and the state after it is the later of the two, however often it is asked."""
    for _ in range(4):
        case = opened(who=FOREIGN)
        with by("border-ana"):
            held = duty(case.id, "reflection_period")
        assert held.due_at
        late, planned = held.due_at + timedelta(hours=1), held.due_at + timedelta(hours=9)
        with clock.stopped_at(late), by("border-ana") as ana:
            actions.suspend(duty=held.id, reason="ill", until=planned, by=ana)
        later = planned + timedelta(hours=1)
        with clock.stopped_at(later), as_system("sweep", reason="test") as actor:
            sweep.sweep(by=actor)
        with clock.stopped_at(later), by("border-ana"):
            stands = {one.id: one.state for one in queries.responsible(cases.case_by_id(case.id), later)}
        assert stands[held.id] == "lapsed"


def test_an_offer_that_nobody_answered_keeps_no_duty_until_the_next_sweep() -> None:
    case = opened()
    with by("border-ana") as ana:
        lead = duty(case.id, "lead").id
        first = handover.offer(duty=lead, to_office=office("shelter"), by=ana)
    with clock.stopped_at(clock.now() + timedelta(hours=25)):
        with by("border-ana") as ana:
            handover.offer(duty=lead, to_office=office("labour"), by=ana)
            assert queries.offer(first).state == "expired"
        with by("shelter-sam") as sam, pytest.raises(Problem):
            handover.accept(offer=first, by=sam)


def test_who_reads_a_case_and_owes_nothing_on_it_disputes_nothing() -> None:
    case = opened()
    with by("authority-rita") as rita, pytest.raises(Problem):
        reviewing.dispute(
            duty=duty(case.id, "lead").id, to_office=office("shelter"), reason="not_competent", by=rita
        )


def test_an_office_left_with_nobody_who_works_with_cases_hands_on_what_it_owes() -> None:
    case = opened(needs=("legal_assistance",))
    # An analyst stays in that office, who has no part in any case.
    assert len(agencies.officers_of([office("coordinator")], clock.today())) == 2
    kim = person("coordinator-kim").officer
    assert kim is not None
    with by("border-ana") as ana:
        exclusion.exclude_officer(case=case, officer=kim, reason=ExclusionReason.RELATIVE, by=ana)
    assert looked_for(case, "legal_assistance") == [("held", office("border"))]


def test_an_office_that_has_closed_is_given_nothing_by_whoever_had_not_yet_heard() -> None:
    case = opened()
    with by("border-ana"):
        lead = duty(case.id, "lead")
    with as_system("setup", reason="a closing that another act did not see"):
        Office.objects.filter(code="labour").update(closed_on=clock.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        with as_system("routing", reason="test") as actor:
            move_to(lead, office("labour"), case=case, now=clock.now(), by=actor)
        connection.check_constraints()


def test_work_of_the_system_that_crosses_with_an_act_is_done_anew() -> None:
    tried: list[int] = []

    def work() -> str:
        tried.append(len(tried))
        if len(tried) < 3:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = 'deadlock_detected'; END $$"
                )
        return "done"

    assert again_where_crossed(work) == "done"
    assert tried == [0, 1, 2]
