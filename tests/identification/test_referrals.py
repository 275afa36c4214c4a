"""Both addressees of a referral owe an answer and see a few facts until they accept; a decline is looked at."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from opennrm.access import queries as sight
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import actions
from opennrm.duties.models import Duty
from opennrm.identification import interviews, referral_queries, referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.referral_queries import ReferralCard
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people import queries as people
from tests.acting import BESA, accept, by, duty, office, opened, refer

pytestmark = pytest.mark.django_db
CHILD = replace(BESA, age=15)


def referred(side: Side = Side.POLICE) -> tuple[CaseCard, UUID]:
    case = opened()
    return case, refer(case, side)


def one(referral: UUID) -> ReferralCard:
    return referral_queries.referral(referral)


def test_a_referral_does_the_duty_to_tell_and_the_addressee_owes_an_answer() -> None:
    case, referral = referred()
    with by("border-ana"):
        assert duty(case.id, "notify_police").state == "fulfilled"
        owed, made = duty(case.id, "answer_referral"), one(referral)
    assert (owed.state, owed.holder_id) == ("held", office("police-tirana"))
    assert (made.state, made.office, made.answer_by) == ("open", office("police-tirana"), owed.due_at)


def test_until_it_accepts_the_addressee_sees_a_few_facts_and_no_case() -> None:
    case, referral = referred()
    with by("police-petra") as petra:
        made = one(referral)
        assert set(made.shown) == {"reference", "child", "language", "region", "in_danger"}
        assert "Besa" not in str(made.shown)
        assert sight.classes_seen(case.id) == {"snapshot"}
        assert not Duty.objects.filter(case=case.id).exists()
        assert cases.cases_by_id([case.id]) == {}
        assert people.identities([case.id], by=petra)[case.id].names == ()
        with pytest.raises(NotFound):
            cases.case_by_id(case.id)


def test_what_the_addressee_owes_by_the_procedure_stands_and_opens_when_it_accepts() -> None:
    case, referral = referred()
    with by("border-ana"):
        owed = duty(case.id, "take_part_in_joint_interview")
        assert (owed.holder_id, owed.classes_opened) == (office("police-tirana"), [])
    with by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=True, by=petra)
    with by("police-petra") as petra:
        assert duty(case.id, "answer_referral").state == "fulfilled"
        assert sight.classes_seen(case.id) >= {"ordinary", "identity", "contact", "narrative"}
        assert people.identity(case.id, by=petra).shown == "Besa Shembulli"
        assert one(referral).state == "accepted"
    with by("social-sara"), pytest.raises(NotFound):
        cases.case_by_id(case.id)


def test_before_a_referral_the_addressee_cannot_act_on_what_it_owes() -> None:
    case = opened()
    with by("police-petra") as petra, pytest.raises(NotFound):
        interviews.propose(case=case, at=clock.now(), by=petra)


def test_an_addressee_accepts_once() -> None:
    _case, referral = referred()
    with by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=True, by=petra)
    with by("police-petra") as petra, pytest.raises(Problem) as refused:
        referrals.answer(referral=referral, accepts=True, by=petra)
    assert refused.value.code == "referral_is_answered"


def test_only_the_addressee_answers() -> None:
    _case, referral = referred()
    with by("social-sara") as sara, pytest.raises(NotFound):
        referrals.answer(referral=referral, accepts=True, by=sara)
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        referrals.answer(referral=referral, accepts=True, by=ana)
    with by("police-petra") as petra, pytest.raises(NotFound):
        referrals.answer(referral=uuid4(), accepts=True, by=petra)


def test_a_decline_needs_a_reason_and_another_office_may_say_that_the_referral_is_taken() -> None:
    case, referral = referred()
    with by("police-petra") as petra, pytest.raises(Problem) as refused:
        referrals.answer(referral=referral, accepts=False, by=petra)
    assert refused.value.code == "reason_missing"
    with by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=False, reason="no_capacity", by=petra)
    with by("police-petra"):
        assert one(referral).state == "declined", "who declined still reads what it answered"
        assert cases.cases_by_id([case.id]) == {}
    with by("authority-rita") as rita:
        assert duty(case.id, "review_referral").holder_id == office("authority")
        referrals.review(case=case, takes=True, by=rita)
        made = one(referral)
    assert (made.state, made.review_office) == ("accepted", office("authority"))
    with by("police-petra"):
        assert "identity" in sight.classes_seen(case.id)


def test_where_the_review_agrees_the_lead_office_tells_another() -> None:
    case, referral = referred()
    with by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=False, reason="not_competent", by=petra)
    with by("authority-rita") as rita:
        referrals.review(case=case, takes=False, by=rita)
    with by("border-ana"):
        again = Duty.objects.get(case=case.id, kind="notify_police", ended_at__isnull=True)
        assert again.holder_id == office("border")
        assert one(referral).state == "refused"
    accept(case, Side.POLICE)
    with by("police-petra"):
        assert "ordinary" in sight.classes_seen(case.id)


def test_to_mark_telling_as_done_is_to_refer() -> None:
    case = opened()
    with by("border-ana") as ana:
        referrals.done(duty=duty(case.id, "notify_social_service").id, by=ana)
        assert [(r.side, r.state) for r in referral_queries.referrals(case.id)] == [
            ("social_service", "open")
        ]
        assert duty(case.id, "notify_social_service").state == "fulfilled"
        with pytest.raises(Problem) as refused:
            referrals.done(duty=duty(case.id, "notify_social_service").id, by=ana)
    assert refused.value.code == "duty_is_over"


def test_another_duty_is_done_as_it_always_was_and_only_by_its_office() -> None:
    case = opened()
    with by("border-ana") as ana:
        referrals.done(duty=duty(case.id, "explain_rights").id, by=ana)
        assert duty(case.id, "explain_rights").state == "fulfilled"
        assert referral_queries.referrals(case.id) == []
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        referrals.done(duty=duty(case.id, "notify_police").id, by=rita)


def test_to_mark_answering_as_done_is_to_accept() -> None:
    case, referral = referred()
    with by("border-ana"):
        asked = duty(case.id, "answer_referral").id
    with by("social-sara") as sara, pytest.raises(NotFound):
        referrals.done(duty=asked, by=sara)
    with by("police-petra") as petra:
        referrals.done(duty=asked, by=petra)
    with by("police-petra"):
        assert one(referral).state == "accepted"
        assert duty(case.id, "answer_referral").state == "fulfilled"


def test_an_office_that_met_the_person_itself_is_told_by_that() -> None:
    case = opened("social-sara")
    with by("social-sara") as sara:
        assert "narrative" in sight.classes_seen(case.id)
        referrals.refer(case=case, side=Side.SOCIAL_SERVICE, by=sara)
        assert [r.state for r in referral_queries.referrals(case.id)] == ["accepted"]
        assert duty(case.id, "answer_referral").state == "fulfilled"
        assert duty(case.id, "joint_interview").classes_opened


def test_an_office_that_owes_nothing_more_accepts_and_sees_no_case() -> None:
    case = opened()
    with by("authority-rita"):
        interview = duty(case.id, "take_part_in_joint_interview")
    asked = refer(case, Side.POLICE)
    with by("border-ana") as ana:
        actions.close_case(case=case, reason="own_wish", by=ana)
    with by("police-petra") as petra, pytest.raises(Problem) as refused:
        referrals.answer(referral=asked, accepts=True, by=petra)
    assert refused.value.code == "referral_is_answered"
    with by("police-petra"):
        assert one(asked).state == "overtaken", "the case closed first"
        assert not Duty.objects.filter(id=interview.id).exists()


def test_a_child_is_referred_to_both_and_each_sees_the_case_from_its_own_answer() -> None:
    case = opened(fork=Fork.CHILD, who=CHILD, region="AL-12")
    asked = {side: refer(case, side) for side in Side}
    with by("social-vera") as vera:
        assert one(asked[Side.SOCIAL_SERVICE]).shown["child"] is True
        referrals.answer(referral=asked[Side.SOCIAL_SERVICE], accepts=True, by=vera)
    with by("social-vera"):
        assert cases.case_by_id(case.id).id == case.id
    with by("police-petra"):
        assert sight.classes_seen(case.id) == {"snapshot"}


def test_nobody_refers_twice_while_an_answer_is_owed_or_reviewed() -> None:
    case, referral = referred()
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        referrals.refer(case=case, side=Side.POLICE, by=ana)
    assert refused.value.code == "referral_is_open"
    with by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=False, reason="safety", by=petra)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        referrals.refer(case=case, side=Side.POLICE, by=ana)
    assert refused.value.code == "choose_an_office"
    with by("border-ana") as ana:
        assert not referrals.may_refer(case, Side.POLICE, ana)
        assert referrals.may_refer(case, Side.SOCIAL_SERVICE, ana)
