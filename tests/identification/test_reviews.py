"""After a decision: the person is told, may have it reviewed by another office, and may ask for status later."""

from __future__ import annotations

from datetime import date

import pytest

from opennrm.identification import actions, queries, reviews
from opennrm.identification.rules import DecisionKind, NoticeWay
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests.acting import by, duty, office, told
from tests.procedure import decide, hold_interview, sign, tell

pytestmark = pytest.mark.django_db


def today() -> date:
    return clock.today()


def test_the_person_is_told_and_how_to_ask_for_a_review() -> None:
    case = told()
    decide(case)
    with by("social-sara") as sara, pytest.raises(Problem) as refused:
        reviews.tell(
            case=case,
            given_on=today(),
            language="sq",
            way=NoticeWay.IN_WRITING,
            review_explained=False,
            by=sara,
        )
    assert refused.value.code == "review_not_explained"
    tell(case)
    with by("border-ana"):
        assert duty(case.id, "notice_of_decision").state == "fulfilled"
        assert reviews.notices(case.id)[0].language == "sq"


def test_the_votes_of_a_panel_stand_with_the_decision() -> None:
    case = told()
    decide(case)
    with by("border-ana"):
        decision = queries.decisions(case.id)[0]
        assert dict(reviews.votes(case.id)[decision.id]) == {
            office("social-tirana"): "for",
            office("police-tirana"): "against",
        }


def test_another_office_than_the_one_that_decided_reconsiders() -> None:
    case = told()
    decide(case, DecisionKind.NOT_VICTIM)
    with by("border-ana") as ana:
        reviews.ask_review(case=case, asked_on=today(), by=ana)
    with by("border-ana") as ana, pytest.raises(Problem) as again:
        reviews.ask_review(case=case, asked_on=today(), by=ana)
    assert again.value.code == "review_is_open"
    with pytest.raises(Problem) as refused:
        decide(case, DecisionKind.OFFICIAL)
    assert refused.value.code == "another_office_decides"
    with by("authority-rita") as rita:
        actions.decide(
            case=case,
            decision=DecisionKind.OFFICIAL,
            decided_on=today(),
            legal_basis="Art. 5",
            by=rita,
        )
    with by("border-ana"):
        assert duty(case.id, "reconsider_decision").state == "fulfilled"
        assert queries.statuses([case.id])[case.id] == "official"
        latest, first = queries.decisions(case.id)
        review = reviews.reviews(case.id)[0]
    assert (review.decision, review.outcome) == (first.id, latest.id)


def test_who_declined_status_may_ask_for_it_later_and_the_interview_is_owed_again() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    decide(case, DecisionKind.DECLINED)
    with by("border-ana") as ana:
        reviews.ask_status(case=case, said_on=today(), by=ana)
        assert duty(case.id, "joint_interview").state == "held"
        assert reviews.asks_for_status(case.id) is True
        reviews.withdraw_status(case=case, said_on=today(), by=ana)
        assert duty(case.id, "joint_interview").state == "waived"
        assert duty(case.id, "take_part_in_joint_interview").state == "waived"
        assert reviews.asks_for_status(case.id) is False


def test_only_who_declined_asks_later() -> None:
    case = told()
    decide(case, DecisionKind.NOT_VICTIM)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        reviews.ask_status(case=case, said_on=today(), by=ana)
    assert refused.value.code == "status_not_declined"
