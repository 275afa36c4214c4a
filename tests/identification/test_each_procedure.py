"""A case runs through the whole procedure under each pack that ships: nothing of it belongs to one country alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.duties.models import Duty
from opennrm.duties.pack import packs
from opennrm.identification import (
    actions,
    assessments,
    interviews,
    police_cases,
    queries,
    referral_queries,
    referrals,
    reviews,
)
from opennrm.identification.assessment_rules import Element, View
from opennrm.identification.interview_rules import Side
from opennrm.identification.rules import DecisionKind, NoticeWay
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed
from tests.acting import by, duty, new_case, office

pytestmark = pytest.mark.django_db
WHO = {
    "border": "border-ana",
    "police-tirana": "police-petra",
    "social-tirana": "social-sara",
    "authority": "authority-rita",
    "coordinator": "coordinator-kim",
}
YES = View(Element.YES, Element.YES, Element.YES)


def holder(case: CaseCard, kind: str) -> str:
    """Whoever works in the office that owes this now."""
    with by("authority-rita"):
        held = duty(case.id, kind)
        assert held.ended_at is None, kind
    return next(username for code, username in WHO.items() if office(code) == held.holder_id)


def opened_under(pack: str) -> CaseCard:
    with by("border-ana") as ana:
        return actions.open_case(new=replace(new_case(), sop=pack), by=ana)


def asks_for_status(case: CaseCard) -> None:
    """Where the interview waits for the person's own wish, she declines official status first and asks later."""
    with by("border-ana") as ana:
        if Duty.objects.filter(case=case.id, kind="joint_interview").exists():
            return
        today = clock.today()
        actions.decide(case=case, decision=DecisionKind.DECLINED, decided_on=today, legal_basis="", by=ana)
        reviews.ask_status(case=case, said_on=today, by=ana)


def referred(case: CaseCard) -> None:
    for side, who in ((Side.POLICE, "police-petra"), (Side.SOCIAL_SERVICE, "social-sara")):
        with by("border-ana") as ana:
            referrals.refer(case=case, side=side, by=ana)
        with by(who) as actor:
            (asked,) = referral_queries.waiting_for(sorted(actor.offices))
            referrals.answer(referral=asked.id, accepts=True, by=actor)
        with by(who):
            assert Duty.objects.filter(case=case.id, holder__in=sorted(actor.offices)).exists(), who


def interviewed(case: CaseCard) -> None:
    at = clock.now() + timedelta(days=1)
    holds, takes_part = holder(case, "joint_interview"), holder(case, "take_part_in_joint_interview")
    with by(takes_part) as actor:
        interviews.propose(case=case, at=at, by=actor)
    with by(holds) as actor:
        interviews.accept(case=case, seen=at, by=actor)
    with clock.stopped_at(at + timedelta(hours=1)), by(holds) as actor:
        interviews.attend(case=case, came=dict.fromkeys(Side, True), by=actor)
    for username in (takes_part, holds):
        with by(username) as actor:
            assessments.assess(case=case, view=YES, reasons="What was seen and heard.", by=actor)
        with by(username) as actor:
            interviews.sign(case=case, by=actor)


@pytest.mark.parametrize("pack", sorted(packs()))
def test_a_case_runs_from_referral_to_a_reviewed_decision(pack: str) -> None:
    case = opened_under(pack)
    asks_for_status(case)
    referred(case)
    interviewed(case)
    today = clock.today()
    with by(holder(case, "police_case")) as petra:
        no = police_cases.NotOpenedReason.NO_EVIDENCE
        police_cases.record(case=case, opened=False, decided_on=today, reason=no, by=petra)
    with by(holder(case, "review_police_case")) as reviewer:
        police_cases.review(case=case, agrees=False, by=reviewer)
    with by(holder(case, "police_case")) as petra:
        police_cases.record(case=case, opened=True, decided_on=today, by=petra)
    decides = holder(case, "status_decision_recorded")
    with by(decides) as actor:
        actions.decide(
            case=case, decision=DecisionKind.NOT_VICTIM, decided_on=today, legal_basis="", by=actor
        )
    with by(holder(case, "notice_of_decision")) as actor:
        reviews.tell(
            case=case,
            given_on=today,
            language="sq",
            way=NoticeWay.IN_WRITING,
            review_explained=True,
            by=actor,
        )
    with by("border-ana") as ana:
        reviews.ask_review(case=case, asked_on=today, by=ana)
    reconsiders = holder(case, "reconsider_decision")
    assert reconsiders != decides
    with by(reconsiders) as actor:
        actions.decide(case=case, decision=DecisionKind.OFFICIAL, decided_on=today, legal_basis="", by=actor)
    with by("border-ana"):
        assert str(queries.statuses([case.id])[case.id]) == "official"


@pytest.mark.parametrize("pack", sorted(packs()))
def test_a_declined_referral_is_reviewed_and_told_again_under_each(pack: str) -> None:
    case = opened_under(pack)
    with by("border-ana") as ana:
        referrals.refer(case=case, side=Side.POLICE, by=ana)
    with by("police-petra") as petra:
        (asked,) = referral_queries.waiting_for(sorted(petra.offices))
        referrals.answer(referral=asked.id, accepts=False, reason="not_competent", by=petra)
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        referrals.review(case=case, takes=False, by=ana)
    with by(holder(case, "review_referral")) as reviewer:
        referrals.review(case=case, takes=False, by=reviewer)
    assert holder(case, "notify_police") == "border-ana"
