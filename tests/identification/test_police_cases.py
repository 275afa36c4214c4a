"""Whether the police open a case is a duty; a refusal has a reason and another office looks at it."""

from __future__ import annotations

import pytest

from opennrm.identification import police_cases
from opennrm.identification.police_cases import NotOpenedReason
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, duty, told
from tests.procedure import hold_interview, refuse_police_case, sign

pytestmark = pytest.mark.django_db


def test_after_the_interview_the_police_owe_an_answer_and_give_it() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    with by("police-petra") as petra:
        assert duty(case.id, "police_case").state == "held"
        police_cases.record(case=case, opened=True, decided_on=clock.today(), by=petra)
        assert duty(case.id, "police_case").state == "fulfilled"
        assert police_cases.answers(case.id)[0].opened


def test_a_refusal_goes_to_another_office_and_comes_back_if_it_does_not_agree() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    refuse_police_case(case)
    with by("authority-rita") as rita:
        assert duty(case.id, "review_police_case").state == "held"
        police_cases.review(case=case, agrees=False, by=rita)
        answer = police_cases.answers(case.id)[0]
    assert (answer.reason, answer.review_agrees) == ("no_evidence", False)
    with by("police-petra") as petra:
        assert duty(case.id, "police_case").state == "held", "asked again"
        police_cases.record(case=case, opened=True, decided_on=clock.today(), by=petra)
        assert [one.opened for one in police_cases.answers(case.id)] == [True, False]


def test_a_refusal_without_a_reason_is_refused() -> None:
    case = told()
    with by("police-petra") as petra, pytest.raises(Problem) as refused:
        police_cases.record(case=case, opened=False, decided_on=clock.today(), by=petra)
    assert refused.value.code == "reason_missing"


def test_only_the_police_say_whether_a_case_is_opened() -> None:
    case = told()
    for username in ("social-sara", "border-ana"):
        with by(username) as actor, pytest.raises(NotAllowed):
            police_cases.record(
                case=case,
                opened=False,
                decided_on=clock.today(),
                reason=NotOpenedReason.NO_EVIDENCE,
                by=actor,
            )


def test_an_answer_before_the_interview_is_not_asked_for_again() -> None:
    case = told()
    with by("police-petra") as petra:
        police_cases.record(case=case, opened=True, decided_on=clock.today(), by=petra)
    hold_interview(case)
    sign(case)
    with by("social-sara"):
        assert duty(case.id, "police_case").state == "fulfilled"
