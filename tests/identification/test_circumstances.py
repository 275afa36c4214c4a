"""What is learned of a person later changes at once what is owed, and who may sit in the interview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import queries as ledger
from opennrm.identification import circumstances, interview_queries
from opennrm.identification.circumstances import Circumstance
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people.actions import NewPerson
from tests.acting import by, opened

pytestmark = pytest.mark.django_db

CHILD = NewPerson(
    sex="Feminine", citizenship=("AL",), languages=("sq",), age=15, age_on=clock.today(), age_basis="declared"
)
SUSPECTED = NewPerson(
    languages=("sq",), age=15, age_on=clock.today(), age_basis="declared", guardian="Guri Shembulli",
    guardian_relation="uncle", guardian_may_be_involved=True,
)  # fmt: skip


def learn(case: CaseCard, what: Circumstance, days_ago: int = 0) -> None:
    with by("border-ana") as ana:
        circumstances.learn(case=case, what=what, on=clock.today() - timedelta(days=days_ago), by=ana)


def owed(case: CaseCard) -> set[str]:
    with by("border-ana"):
        return {duty.kind for duty in ledger.duties_of(case.id, open_only=True)}


def refused(case: CaseCard, what: Circumstance, days_ago: int = 0) -> str:
    with pytest.raises(Problem) as problem:
        learn(case, what, days_ago)
    return problem.value.code


def test_a_guardian_suspected_later_is_replaced_and_takes_no_part_in_the_interview() -> None:
    case = opened(fork=Fork.CHILD, who=CHILD)
    assert "appoint_guardian" in owed(case)
    learn(case, Circumstance.GUARDIAN_SUSPECTED)
    assert "appoint_other_guardian" in owed(case)
    assert "appoint_guardian" not in owed(case)
    with by("border-ana"):
        assert interview_queries.guardians(case.id)[1] == 1


def test_a_suspicion_that_was_wrong_is_taken_back_where_no_recorded_guardian_is_meant() -> None:
    case = opened(fork=Fork.CHILD, who=CHILD)
    learn(case, Circumstance.GUARDIAN_SUSPECTED)
    learn(case, Circumstance.GUARDIAN_CLEARED)
    assert "appoint_guardian" in owed(case)
    with by("border-ana"):
        assert interview_queries.guardians(case.id)[1] == 0


def test_a_recorded_guardian_who_may_be_involved_is_not_cleared_by_a_word() -> None:
    case = opened(fork=Fork.CHILD, who=SUSPECTED)
    assert refused(case, Circumstance.GUARDIAN_CLEARED) == "guardian_still_suspected"
    with by("border-ana"):
        assert Circumstance.GUARDIAN_CLEARED not in circumstances.open_to(case)


def test_asylum_asked_for_later_holds_a_removal_from_that_day_and_no_longer_than_it_lasts() -> None:
    case = opened(at=clock.now() - timedelta(days=5))
    learn(case, Circumstance.ASYLUM_ASKED, days_ago=2)
    assert {"tell_asylum_authority", "hold_removal"} <= owed(case)
    learn(case, Circumstance.ASYLUM_ENDED)
    assert not {"tell_asylum_authority", "hold_removal"} & owed(case)


def test_danger_that_is_found_later_asks_for_a_safe_place() -> None:
    case = opened(fork=Fork.CHILD, who=CHILD)
    learn(case, Circumstance.IN_DANGER)
    with by("border-ana"):
        assert ledger.in_danger(case.id)
    learn(case, Circumstance.IS_SAFE)
    with by("border-ana"):
        assert not ledger.in_danger(case.id)


def test_what_stands_already_is_not_recorded_twice_nor_before_the_case_nor_tomorrow() -> None:
    case = opened()
    learn(case, Circumstance.ASYLUM_ASKED)
    assert refused(case, Circumstance.ASYLUM_ASKED) == "stands_already"
    assert refused(case, Circumstance.IS_SAFE) == "stands_already"
    assert refused(case, Circumstance.ASYLUM_ENDED, days_ago=40) == "day_too_early"
    assert refused(case, Circumstance.IN_DANGER, days_ago=-1) == "day_in_future"
    assert refused(case, Circumstance.GUARDIAN_SUSPECTED) == "not_a_child"


def test_only_an_office_that_owes_something_on_the_case_records_it() -> None:
    case = opened()
    with by("shelter-sam") as sam, pytest.raises(Problem) as problem:
        circumstances.learn(case=case, what=Circumstance.IN_DANGER, on=clock.today(), by=sam)
    assert problem.value.status in (403, 404)
