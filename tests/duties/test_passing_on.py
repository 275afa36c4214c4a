"""What an excluded or closed office was to decide or to answer goes to another office; the excluded learn nothing."""

from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import closing, exclusion, handover, reviewing, reviews
from opennrm.duties.models import Duty, Event, Review
from opennrm.identification import referral_queries, referrals
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from tests.acting import by, duty, office, opened, person, refer

pytestmark = pytest.mark.django_db


def exclude(case: CaseCard, code: str) -> None:
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case_by_id(case.id), office=office(code), reason=ExclusionReason.SUSPECTED, by=ana
        )


def reviewed() -> tuple[CaseCard, UUID]:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    with by("border-ana") as ana:
        return case, reviewing.ask(offer=made, by=ana)


def test_the_review_of_an_excluded_reviewer_goes_to_the_next_who_decides_on_a_few_facts() -> None:
    case, review = reviewed()
    exclude(case, "authority")
    with by("authority-rita") as rita:
        assert sight.classes_seen(case.id) == frozenset()
        assert reviews.waiting_for(sorted(rita.offices)) == []
        with pytest.raises(NotFound):
            reviewing.decide(review=review, moves=True, reason="competence", by=rita)
    with by("coordinator-kim") as kim:
        assert [one.id for one in reviews.waiting_for(sorted(kim.offices))] == [review]
        assert sight.classes_seen(case.id) == {"snapshot"}
        reviewing.decide(review=review, moves=True, reason="competence", by=kim)
    with by("shelter-sam"):
        assert duty(case.id, "lead").holder_id == office("shelter")
        assert Event.objects.filter(duty=duty(case.id, "lead").id, kind="review_passed_on").exists()


def test_where_no_reviewer_is_left_the_review_ends_and_the_duty_stays() -> None:
    case, review = reviewed()
    exclude(case, "authority")
    exclude(case, "coordinator")
    with by("border-ana"):
        assert Review.objects.get(id=review).outcome == "overtaken"
        assert duty(case.id, "lead").holder_id == office("border")
    with by("coordinator-kim") as kim:
        assert reviews.waiting_for(sorted(kim.offices)) == []


def test_a_review_goes_on_when_the_one_person_of_its_reviewer_is_excluded() -> None:
    case, review = reviewed()
    with by("border-ana") as ana:
        for username in ("authority-rita",):
            officer = person(username).officer
            assert officer
            exclusion.exclude_officer(case=case, officer=officer, reason=ExclusionReason.RELATIVE, by=ana)
        assert Review.objects.get(id=review).reviewer_id == office("coordinator")


def test_the_review_of_an_office_that_closes_goes_to_the_next() -> None:
    _case, review = reviewed()
    closing.close_office(code="authority", on=clock.today())
    with as_system("statistics", reason="who reviews"):
        assert Review.objects.get(id=review).reviewer_id == office("coordinator")


def test_a_referral_to_an_office_that_is_excluded_is_answered_by_another_and_it_learns_nothing() -> None:
    case = opened(region="AL-12")
    asked = refer(case, Side.SOCIAL_SERVICE)
    exclude(case, "social-vlora")
    with by("social-vera") as vera:
        assert sight.classes_seen(case.id) == frozenset()
        assert referral_queries.waiting_for(sorted(vera.offices)) == []
        with pytest.raises(NotFound):
            referrals.answer(referral=asked, accepts=True, by=vera)
    with by("border-ana") as ana:
        held = Duty.objects.get(case=case.id, kind="answer_referral", ended_at__isnull=True)
        assert referral_queries.referral(asked).office == held.holder_id == office("border")
        referrals.answer(referral=asked, accepts=True, by=ana)
        assert referral_queries.referral(asked).state == "accepted"
