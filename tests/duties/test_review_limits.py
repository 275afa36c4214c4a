"""A review and a referral that wait too long: to be confirmed they remind, confirmed they lapse and the next office is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.duties import adopting, handover, reviewing, reviews, sweep
from opennrm.duties.models import Duty, Event, Notice, Review
from opennrm.duties.sops import sop
from opennrm.identification import referral_queries, referrals
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from tests.acting import by, duty, office, opened, refer
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def confirm(rule: str) -> None:
    with as_system("sop", reason="test") as actor:
        adopting.confirm(sop("al-2018-499"), rule=rule, reference="Order 1 of the test", by=actor)


def asked() -> tuple[CaseCard, UUID, datetime]:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    with by("border-ana") as ana:
        review = reviewing.ask(offer=made, by=ana)
        decide_by = reviews.review(review).decide_by
    assert decide_by
    return case, review, decide_by


def swept(at: datetime, kind: str) -> list[tuple[str, int, int | None]]:
    with clock.stopped_at(at), as_system("sweep", reason="test") as actor:
        return [(one.action, one.holder, one.told) for one in sweep.sweep(by=actor) if one.kind == kind]


def told(duty_id: UUID) -> set[tuple[str, int]]:
    with as_system("sweep", reason="what was told"):
        return set(Notice.objects.filter(duty=duty_id).values_list("what", "office_id"))


def test_a_review_that_waits_too_long_reminds_once_and_nobody_else_is_told() -> None:
    case, _review, due = asked()
    assert swept(due - HOUR, "decide_review") == []
    with clock.stopped_at(due - HOUR), as_system("sweep", reason="preview") as actor:
        shown = sweep.preview(now=due + HOUR, by=actor)
    assert ("decide_review", "reminded") in {(one.kind, one.action) for one in shown}
    assert swept(due + HOUR, "decide_review") == [("reminded", office("authority"), office("authority"))]
    assert swept(due + HOUR, "decide_review") == []
    with by("coordinator-kim"):
        assert sight.classes_seen(case.id) == frozenset()


def test_a_confirmed_limit_of_reviews_lapses_and_the_coordinator_is_told_on_a_few_facts() -> None:
    confirm("duty-review")
    case, review, due = asked()
    assert swept(due + HOUR, "decide_review") == [("lapsed", office("authority"), office("coordinator"))]
    assert swept(due + 30 * 24 * HOUR, "decide_review") == []
    with by("coordinator-kim"):
        assert sight.classes_seen(case.id) == {"snapshot"}
    assert "has not decided a review in time" in whole(browser("coordinator-kim").get("/")).text
    with by("border-ana"):
        lead = duty(case.id, "lead").id
        steps = Event.objects.filter(duty=lead, kind__in=("review_lapsed", "review_escalated"))
        assert {(one.kind, one.at) for one in steps} == {("review_lapsed", due), ("review_escalated", due)}
    with by("authority-rita") as rita:
        reviewing.decide(review=review, moves=False, reason="competence", by=rita)
    with by("coordinator-kim"):
        assert sight.classes_seen(case.id) == frozenset(), "the sight ends with the review"


def test_a_late_decision_tells_whom_the_sweep_would_have_told() -> None:
    confirm("duty-review")
    case, review, due = asked()
    with clock.stopped_at(due + HOUR), by("authority-rita") as rita:
        reviewing.decide(review=review, moves=True, reason="competence", by=rita)
    with by("authority-rita"):
        lead = duty(case.id, "lead").id
        assert Review.objects.get(id=review).lapsed_at == due
    assert {("review_lapsed", office("authority")), ("review_escalated", office("coordinator"))} <= told(lead)


def test_the_reviewer_sees_by_when_it_decides() -> None:
    _case, review, _due = asked()
    rita = browser("authority-rita")
    assert "To decide by" in whole(rita.get(f"/reviews/{review}/")).text


def referred() -> tuple[CaseCard, UUID, Duty]:
    case = opened()
    referral = refer(case, Side.POLICE)
    with by("border-ana"):
        owed = duty(case.id, "answer_referral")
    assert owed.due_at
    return case, referral, owed


def test_a_referral_unanswered_reminds_the_addressee_and_tells_who_leads() -> None:
    _case, _referral, owed = referred()
    assert owed.due_at
    assert swept(owed.due_at + HOUR, "answer_referral") == [
        ("reminded", office("police-tirana"), office("police-tirana"))
    ]
    assert told(owed.id) == {("reminded", office("police-tirana")), ("unanswered", office("border"))}
    assert "has not answered in time" in whole(browser("border-ana").get("/")).text
    assert "The day this duty was due has passed" in whole(browser("police-petra").get("/")).text


def test_with_a_confirmed_limit_it_lapses_and_climbs_the_ladder_and_may_still_be_answered() -> None:
    confirm("referral-police")
    case, referral, owed = referred()
    assert owed.due_at
    assert swept(owed.due_at + HOUR, "answer_referral") == [
        ("lapsed", office("police-tirana"), office("authority"))
    ]
    late = owed.due_at + timedelta(days=6)
    assert swept(late, "answer_referral") == [("escalated", office("police-tirana"), office("coordinator"))]
    with clock.stopped_at(late + HOUR), by("police-petra") as petra:
        referrals.answer(referral=referral, accepts=True, by=petra)
    with by("border-ana"):
        assert referral_queries.referral(referral).state == "accepted"
        steps = set(Event.objects.filter(duty=owed.id).values_list("kind", flat=True))
    assert {"lapsed", "escalated", "escalated_further", "fulfil"} <= steps
    with by("police-petra"):
        assert "identity" in sight.classes_seen(case.id)
