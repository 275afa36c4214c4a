from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.shelters import leaving, placing
from opennrm.shelters.leave_rules import Plan, RestrictedBecause, check_notice, check_restriction
from opennrm.shelters.rules import LeftBecause
from tests.acting import BESA, by, duty, office, opened
from tests.shelters.housing import admitted, furnished, held, in_need, left, moved_in, use_of
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    furnished()


def living() -> CaseCard:
    case = in_need()
    moved_in(case)
    return case


def restricted(case: CaseCard, days: int = 3) -> None:
    with by("shelter-sam") as sam:
        leaving.restrict(
            case=case, reason=RestrictedBecause.THREAT_TO_LIFE, legal_basis="Test law 1", days=days, by=sam
        )


def only(case: CaseCard) -> leaving.RestrictionCard:
    (one,) = leaving.restrictions(case.id)
    return one


def test_an_adults_notice_is_written_down_and_carried_out() -> None:
    case = living()
    with by("shelter-sam") as sam:
        leaving.give_notice(case=case, leaves_on=clock.today(), plan=Plan.NOT_WANTED, by=sam)
        (noticed,) = leaving.notices(case.id)
        assert noticed.plan == "not_wanted"
        with pytest.raises(Problem, match="already on record"):
            leaving.give_notice(case=case, leaves_on=clock.today(), plan=Plan.MADE, by=sam)
    left(case)


def test_who_changed_her_mind_stays() -> None:
    case = living()
    with by("shelter-sam") as sam:
        leaving.give_notice(case=case, leaves_on=clock.today(), plan=Plan.MADE, by=sam)
        leaving.take_notice_back(case=case, by=sam)
        assert leaving.notices(case.id)[0].withdrawn_at
        with pytest.raises(NotFound):
            leaving.take_notice_back(case=case, by=sam)


def test_a_restriction_keeps_nobodys_departure_from_the_record() -> None:
    case = living()
    restricted(case)
    left(case, LeftBecause.OWN_WISH)
    with by("shelter-sam"):
        assert leaving.lives_in(case.id) is None


def test_a_restriction_is_reviewed_by_another_office_and_over_where_it_does_not_stand() -> None:
    case = living()
    restricted(case)
    with by("shelter-sam") as sam:
        assert only(case).reviewer_id == office("authority")
        with pytest.raises(NotAllowed):
            leaving.review(restriction=only(case).id, stands=True, by=sam)
        with pytest.raises(Problem, match="already stands"):
            leaving.restrict(
                case=case, reason=RestrictedBecause.ILLNESS, legal_basis="Test law 2", days=1, by=sam
            )
    with by("authority-rita") as rita:
        assert duty(case.id, "review_restriction").holder_id == office("authority")
        leaving.review(restriction=only(case).id, stands=False, by=rita)
    with by("shelter-sam") as sam:
        assert only(case).is_over(clock.now())
        assert duty(case.id, "review_restriction").state == "fulfilled"
        with pytest.raises(Problem, match="already over"):
            leaving.lift(restriction=only(case).id, by=sam)


def test_the_person_appeals_and_an_office_that_has_not_looked_reviews_it() -> None:
    case = living()
    restricted(case)
    with by("shelter-sam") as sam, pytest.raises(Problem, match="is appealed"):
        leaving.appeal(restriction=only(case).id, by=sam)
    with by("authority-rita") as rita:
        leaving.review(restriction=only(case).id, stands=True, by=rita)
    with by("shelter-sam") as sam:
        leaving.appeal(restriction=only(case).id, by=sam)
        assert only(case).reviewer_id == office("coordinator")
    with by("coordinator-kim") as kim:
        leaving.review(restriction=only(case).id, stands=False, by=kim)
    with by("shelter-sam"):
        assert only(case).lifted_at is not None


def test_a_restriction_ends_by_itself() -> None:
    case = living()
    restricted(case, days=2)
    with by("shelter-sam") as sam:
        assert not only(case).is_over(clock.now())
        assert only(case).is_over(clock.now() + timedelta(days=2))
        leaving.lift(restriction=only(case).id, by=sam)


def test_only_the_shelter_where_she_lives_restricts() -> None:
    case = living()
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        leaving.restrict(
            case=case, reason=RestrictedBecause.ILLNESS, legal_basis="Test law 1", days=1, by=ana
        )
    elsewhere = in_need()
    with by("shelter-sam") as sam, pytest.raises(Problem, match="Nobody occupies"):
        leaving.give_notice(case=elsewhere, leaves_on=clock.today(), plan=Plan.MADE, by=sam)


def test_a_child_gives_no_notice() -> None:
    child = opened(fork=Fork.CHILD, who=replace(BESA, age=15))
    held(child, who="border-ana")
    admitted(child)
    with by("shelter-sam") as sam, pytest.raises(Problem, match="child protection"):
        leaving.give_notice(case=case_by_id(child.id), leaves_on=clock.today(), plan=Plan.MADE, by=sam)


@pytest.mark.parametrize(("days", "basis"), [(0, "Law 1"), (15, "Law 1"), (3, "  "), (3, "x" * 201)])
def test_a_restriction_without_basis_or_without_end_is_refused(days: int, basis: str) -> None:
    with pytest.raises(Problem):
        check_restriction(days=days, legal_basis=basis, waits=False)


@pytest.mark.parametrize("after", [-1, 61])
def test_a_notice_is_for_a_day_soon(after: int) -> None:
    today = clock.today()
    with pytest.raises(Problem, match="sixty days"):
        check_notice(leaves_on=today + timedelta(days=after), today=today, child=False, waits=False)


def test_leaving_and_restrictions_are_written_on_a_page() -> None:
    case, today = living(), clock.today()
    address = reverse("case_leaving", args=[case.id])
    sam, rita, kim = (browser(one) for one in ("shelter-sam", "authority-rita", "coordinator-kim"))
    given: dict[str, object] = {"notice-leaves_on_day": today.day, "notice-leaves_on_month": today.month}
    given |= {"act": "notice", "notice-leaves_on_year": today.year, "notice-plan": "made"}
    assert "nobody can refuse it" in whole(sam.post(address, given, follow=True)).text
    assert "She stays" in whole(sam.post(address, {"act": "take_back"}, follow=True)).text
    kept = {"act": "restrict", "restrict-reason": "illness", "restrict-legal_basis": "Test law 1"}
    assert "this must be filled in" in whole(sam.post(address, kept)).text
    assert "owes a review" in whole(sam.post(address, kept | {"restrict-days": 3}, follow=True)).text
    assert "Test law 1" in whole(rita.get(address)).text
    review = {"act": "review", "review-answer": "stands"}
    assert rita.post(address, review).status_code == 302
    assert "let it stand" in whole(sam.get(address)).text
    assert "owes a review" in whole(sam.post(address, {"act": "appeal"}, follow=True)).text
    assert sam.post(address, review).status_code == 403
    assert kim.post(address, {"act": "review", "review-answer": "lifted"}).status_code == 302
    assert "Over" in whole(sam.get(address)).text
    assert sam.post(address, {"act": "lift"}).status_code == 404
    assert sam.post(address, {"act": "nothing"}).status_code == 404
    with by("shelter-sam") as actor:
        placing.leave(use=use_of(case), reason=LeftBecause.OWN_WISH, by=actor)
