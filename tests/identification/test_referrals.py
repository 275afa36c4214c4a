"""Both addressees of a referral owe an answer; a decline is looked at by another office, and nothing gets stuck."""

from __future__ import annotations

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.duties.models import Duty
from opennrm.identification import referrals
from opennrm.identification.interview_rules import Side
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, duty, office, opened
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def referred(side: Side = Side.POLICE) -> CaseCard:
    case = opened()
    with by("border-ana") as ana:
        referrals.refer(case=case, side=side, by=ana)
    return case


def test_a_referral_does_the_duty_to_tell_and_the_addressee_owes_an_answer() -> None:
    case = referred()
    with by("police-petra"):
        assert duty(case.id, "notify_police").state == "fulfilled"
        owed = duty(case.id, "answer_referral")
        one = referrals.referrals(case.id)[0]
    assert (owed.state, owed.holder_id) == ("held", office("police-tirana"))
    assert (one.state, one.office, one.answer_by) == ("open", office("police-tirana"), owed.due_at)
    assert set(one.shown) == {"reference", "child", "language", "region", "in_danger"}


def test_what_was_shared_stays_as_it_was_and_names_nobody() -> None:
    case = referred(Side.SOCIAL_SERVICE)
    with by("social-sara"):
        assert "Besa" not in str(referrals.referrals(case.id)[0].shown)


def test_an_addressee_accepts_once() -> None:
    case = referred()
    with by("police-petra") as petra:
        referrals.answer(case=case, accepts=True, by=petra)
        assert duty(case.id, "answer_referral").state == "fulfilled"
    with by("police-petra") as petra, pytest.raises(NotAllowed):
        referrals.answer(case=case, accepts=True, by=petra)


def test_only_the_addressee_answers() -> None:
    case = referred()
    with by("social-sara") as sara, pytest.raises(NotAllowed):
        referrals.answer(case=case, accepts=True, by=sara)


def test_a_decline_needs_a_reason_and_another_office_may_say_that_the_referral_is_taken() -> None:
    case = referred()
    with by("police-petra") as petra, pytest.raises(Problem) as refused:
        referrals.answer(case=case, accepts=False, by=petra)
    assert refused.value.code == "reason_missing"
    with by("police-petra") as petra:
        referrals.answer(case=case, accepts=False, reason="no_capacity", by=petra)
    with by("authority-rita") as rita:
        assert duty(case.id, "review_referral").holder_id == office("authority")
        referrals.review(case=case, takes=True, by=rita)
        one = referrals.referrals(case.id)[0]
    assert (one.state, one.review_office) == ("accepted", office("authority"))


def test_where_the_review_agrees_the_lead_office_tells_another() -> None:
    case = referred()
    with by("police-petra") as petra:
        referrals.answer(case=case, accepts=False, reason="not_competent", by=petra)
    with by("authority-rita") as rita:
        referrals.review(case=case, takes=False, by=rita)
    with by("border-ana"):
        again = Duty.objects.get(case=case.id, kind="notify_police", ended_at__isnull=True)
        assert again.holder_id == office("border")
        assert referrals.referrals(case.id)[0].state == "refused"


def test_both_addressees_are_referred_to_and_answer_on_the_page() -> None:
    case = opened()
    where = f"/cases/{case.id}/identification/referral/"
    ana, petra, rita = browser("border-ana"), browser("police-petra"), browser("authority-rita")
    assert "Refer to the police" in whole(ana.get(where)).text
    for side in Side:
        assert ana.post(where, {"act": f"refer_{side}"}).status_code == 302
    assert ana.post(where, {"act": "refer_police"}).status_code == 403, "told already"
    assert "Accept the referral" in whole(petra.get(where)).text
    assert "choose an answer" in whole(petra.post(where, {"act": "decline"})).text
    assert petra.post(where, {"act": "decline", "decline-reason": "safety"}).status_code == 302
    assert rita.post(where, {"act": "review", "review-takes": "yes"}).status_code == 302
    page = whole(ana.get(where))
    assert "Reviewed by" in page.text
    assert "Not answered yet" in page.text, "the social service has not"
    assert browser("shelter-sam").get(where).status_code == 404
