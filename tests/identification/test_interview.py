"""The joint interview on the real ledger: times, attendance, safeguards, signatures, and the duties that end with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from opennrm.access import queries as access
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork
from opennrm.duties.models import Duty, Happening
from opennrm.identification import interview_queries as queries
from opennrm.identification import interviews
from opennrm.identification.interview_rules import CallOffReason, Companion, PostponeReason, Side
from opennrm.identification.interviews import Arrangements
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from opennrm.people.actions import NewPerson
from tests.acting import by, told

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)
BOTH_CAME = {Side.POLICE: True, Side.SOCIAL_SERVICE: True}
CHILD = NewPerson(
    sex="Feminine",
    citizenship=("AL",),
    languages=("sq",),
    age=12,
    age_on=clock.today(),
    age_basis="declared",
    guardian="Guri Shembulli",
    guardian_relation="uncle",
)


@pytest.fixture
def case() -> CaseCard:
    return told()


def agree(case: CaseCard, at: datetime) -> None:
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
    with by("social-sara") as sara:
        interviews.accept(case=case, seen=at, by=sara)


def held(case: CaseCard) -> None:
    at = clock.now() + TOMORROW
    agree(case, at)
    with clock.stopped_at(at + timedelta(hours=2)), by("social-sara") as sara:
        interviews.attend(case=case, came=BOTH_CAME, by=sara)


def refused(username: str, act: object, case: CaseCard, **words: object) -> str:
    with by(username) as actor, pytest.raises(Problem) as problem:
        act(case=case, by=actor, **words)  # type: ignore[operator]
    assert problem.value.status in (400, 403, 409)
    return problem.value.code


def kinds(case: UUID) -> dict[str, str]:
    return {duty.kind: duty.state for duty in Duty.objects.filter(case=case)}


def test_one_agency_proposes_and_the_other_agrees(case: CaseCard) -> None:
    at = clock.now() + TOMORROW
    agree(case, at)
    with by("police-petra"):
        card = queries.interviews(case.id)[0]
    assert (card.state, card.at) == ("agreed", at)
    assert [line.act for line in card.history] == ["proposed", "agreed"]


def test_the_other_agency_may_propose_another_time_or_postpone(case: CaseCard) -> None:
    first, second = clock.now() + TOMORROW, clock.now() + 2 * TOMORROW
    with by("police-petra") as petra:
        interviews.propose(case=case, at=first, by=petra)
    with by("social-sara") as sara:
        interviews.propose(case=case, at=second, by=sara)
    assert refused("police-petra", interviews.accept, case, seen=first) == "time_changed"
    with by("police-petra") as petra:
        interviews.postpone(case=case, reason=PostponeReason.ILL, by=petra)
        card = queries.interviews(case.id)[0]
    assert card.state == "postponed"
    assert card.history[-1].reason == "ill"


def test_an_office_that_is_no_side_of_the_interview_does_nothing_to_it(case: CaseCard) -> None:
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        interviews.propose(case=case, at=clock.now() + TOMORROW, by=ana)


def test_an_agency_that_stays_away_is_on_record_and_a_new_time_is_needed(case: CaseCard) -> None:
    at = clock.now() + TOMORROW
    agree(case, at)
    assert refused("social-sara", interviews.attend, case, came=BOTH_CAME) == "not_yet_time"
    with clock.stopped_at(at + TOMORROW), by("social-sara") as sara:
        interviews.attend(case=case, came={Side.POLICE: False, Side.SOCIAL_SERVICE: True}, by=sara)
        card = queries.interviews(case.id)[0]
    assert card.state == "postponed"
    assert card.missed == (("police", at),)
    assert refused("social-sara", interviews.sign, case) == "interview_is_postponed"


def test_with_both_signatures_both_duties_are_done_and_the_decision_is_owed_once(case: CaseCard) -> None:
    held(case)
    with by("police-petra") as petra:
        interviews.sign(case=case, by=petra)
        assert kinds(case.id)["take_part_in_joint_interview"] == "held"
    assert refused("police-petra", interviews.sign, case) == "already_signed"
    with by("social-sara") as sara:
        interviews.sign(case=case, by=sara)
    with by("border-ana"):
        found = kinds(case.id)
        assert found["joint_interview"] == found["take_part_in_joint_interview"] == "fulfilled"
        assert found["status_decision_recorded"] == found["police_case"] == "held"
        assert Happening.objects.filter(case=case.id, kind="interview_held").count() == 1


def test_whichever_agency_signs_last_the_duties_are_done(case: CaseCard) -> None:
    held(case)
    for username in ("social-sara", "police-petra"):
        with by(username) as actor:
            interviews.sign(case=case, by=actor)
    with by("police-petra"):
        assert kinds(case.id)["joint_interview"] == "fulfilled"
        assert access.may_write(case.id), "the police still owe whether a case is opened"


def test_a_person_who_declines_the_interview_ends_both_duties_and_no_other(case: CaseCard) -> None:
    agree(case, clock.now() + TOMORROW)
    with by("social-sara") as sara:
        interviews.call_off(case=case, reason=CallOffReason.PERSON_DECLINED, by=sara)
    with by("border-ana"):
        found = kinds(case.id)
    assert found["joint_interview"] == found["take_part_in_joint_interview"] == "waived"
    assert found["assistance_plan"] == "held"


@pytest.fixture
def child() -> CaseCard:
    return told(fork=Fork.CHILD, who=CHILD)


def test_a_child_is_not_interviewed_before_the_safeguards_stand(child: CaseCard) -> None:
    at = clock.now() + TOMORROW
    agree(child, at)
    with clock.stopped_at(at + TOMORROW):
        assert refused("social-sara", interviews.attend, child, came=BOTH_CAME) == "child_alone"
        with by("social-sara") as sara:
            what = Arrangements(companion=Companion.GUARDIAN)
            interviews.arrange(case=child, what=what, by=sara)
        assert refused("social-sara", interviews.attend, child, came=BOTH_CAME) == "psychologist_not_asked"
        with by("social-sara") as sara:
            what = Arrangements(companion=Companion.GUARDIAN, psychologist_asked=True)
            interviews.arrange(case=child, what=what, by=sara)
            interviews.attend(case=child, came=BOTH_CAME, by=sara)
            assert queries.interviews(child.id)[0].state == "held"


def test_a_guardian_who_may_be_involved_is_refused_at_once() -> None:
    child = told(fork=Fork.CHILD, who=replace(CHILD, guardian_may_be_involved=True))
    agree(child, clock.now() + TOMORROW)
    what = Arrangements(companion=Companion.GUARDIAN)
    assert refused("social-sara", interviews.arrange, child, what=what) == "guardian_suspected"


def test_an_interpreter_who_was_asked_for_must_be_found(case: CaseCard) -> None:
    at = clock.now() + TOMORROW
    agree(case, at)
    with by("police-petra") as petra:
        interviews.arrange(case=case_by_id(case.id), what=Arrangements(interpreter_language="ar"), by=petra)
    with clock.stopped_at(at + TOMORROW):
        assert refused("police-petra", interviews.attend, case, came=BOTH_CAME) == "interpreter_missing"
