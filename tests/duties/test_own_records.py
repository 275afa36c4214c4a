"""What a record of its own does is done by that record and by nothing else, and a record does it also where it was put off."""

from __future__ import annotations

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions
from opennrm.duties.own_records import DONE_BY_RECORD
from opennrm.duties.pack import packs
from opennrm.duties.sops import sop
from opennrm.identification import police_cases, referrals, reviews
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from tests.acting import accept, by, duty, opened, refer, told
from tests.procedure import decide, hold_interview, refuse_police_case, sign, tell

pytestmark = pytest.mark.django_db


def refused_by_hand(case: CaseCard, kind: str, who: str) -> None:
    with by(who) as actor:
        owed = duty(case.id, kind)
        assert owed.ended_at is None
        with pytest.raises(Problem) as refused:
            actions.fulfil(duty=owed.id, by=actor)
    assert (refused.value.code, refused.value.status) == ("done_by_its_record", 409)
    assert str(refused.value) == str(DONE_BY_RECORD[kind])


def test_no_step_of_the_procedure_that_leaves_a_record_is_ticked_off() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    refused_by_hand(case, "status_decision_recorded", "social-sara")
    refused_by_hand(case, "police_case", "police-petra")
    refuse_police_case(case)
    refused_by_hand(case, "review_police_case", "authority-rita")
    decide(case)
    refused_by_hand(case, "notice_of_decision", "social-sara")
    with by("border-ana") as ana:
        reviews.ask_review(case=case, asked_on=clock.today(), by=ana)
    refused_by_hand(case, "reconsider_decision", "authority-rita")


def test_a_declined_referral_is_reviewed_and_not_ticked_off() -> None:
    case = opened()
    asked = refer(case, Side.POLICE)
    with by("police-petra") as petra:
        referrals.answer(referral=asked, accepts=False, reason="safety", by=petra)
    refused_by_hand(case, "review_referral", "authority-rita")


def test_an_answer_that_is_owed_is_given_on_the_referral_alone() -> None:
    case = opened()
    accept(case, Side.POLICE)
    refer(case, Side.SOCIAL_SERVICE)
    with by("border-ana"):
        owed = duty(case.id, "answer_referral").id
    with by("social-sara") as sara, pytest.raises(NotFound):
        actions.fulfil(duty=owed, by=sara)


def test_what_was_put_off_is_done_by_its_record_without_going_on_first() -> None:
    case = told()
    hold_interview(case)
    sign(case)
    decide(case)
    with by("social-sara") as sara:
        actions.suspend(duty=duty(case.id, "notice_of_decision").id, reason="ill", until=None, by=sara)
    tell(case)
    with by("social-sara"):
        assert duty(case.id, "notice_of_decision").state == "fulfilled"


def test_when_the_police_open_a_case_after_all_nobody_owes_a_review_of_their_refusal() -> None:
    case = told()
    refuse_police_case(case)
    with by("authority-rita") as rita:
        actions.suspend(duty=duty(case.id, "review_police_case").id, reason="other", until=None, by=rita)
    with by("police-petra") as petra:
        police_cases.record(case=case, opened=True, decided_on=clock.today(), by=petra)
    with by("border-ana"):
        assert duty(case.id, "review_police_case").state == "fulfilled"


def test_every_procedure_that_ships_knows_the_kinds_by_these_names() -> None:
    for pack in packs():
        assert set(DONE_BY_RECORD) <= set(sop(pack).kinds), pack
