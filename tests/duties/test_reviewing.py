"""A decline is looked at by another office; a duty by law is disputed and kept until a review moves it."""

from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions, exclusion, handover, queries, reviewing, reviews
from opennrm.duties.models import Event
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people import queries as people
from tests.acting import by, duty, office, opened

pytestmark = pytest.mark.django_db


def declined(kind: str = "lead", to: str = "shelter") -> tuple[CaseCard, UUID, UUID]:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, kind).id
        offer = handover.offer(duty=held, to_office=office(to), by=ana)
    username = {"shelter": "shelter-sam", "authority": "authority-rita"}[to]
    with by(username) as answering:
        handover.decline(offer=offer, reason="no_capacity", by=answering)
    return case, held, offer


def asked(to: str = "shelter") -> tuple[CaseCard, UUID, UUID]:
    case, held, offer = declined(to=to)
    with by("border-ana") as ana:
        return case, held, reviewing.ask(offer=offer, by=ana)


def disputed() -> tuple[CaseCard, UUID, UUID]:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, "lead").id
        made = reviewing.dispute(duty=held, to_office=office("shelter"), reason="not_competent", by=ana)
    return case, held, made


def holder(case: CaseCard, held: UUID) -> int:
    with by("border-ana"):
        return queries.duty(held).holder_id


def test_until_it_is_decided_the_duty_stays_with_the_office_that_offered_it() -> None:
    case, held, made = asked()
    assert holder(case, held) == office("border")
    with by("authority-rita"):
        waiting = reviews.waiting_for([office("authority")])
    assert [one.id for one in waiting] == [made]


def test_a_decline_that_stands_changes_no_holder_and_tells_who_asked() -> None:
    case, held, made = asked()
    with by("authority-rita") as rita:
        reviewing.decide(review=made, moves=False, reason="capacity", by=rita)
    assert holder(case, held) == office("border")
    with by("border-ana"):
        assert "review_stays" in [n.what for n in queries.unread_notices([office("border")])]
        assert reviews.review(made).outcome == "stays"
    with by("shelter-sam"), pytest.raises(NotFound):
        cases.case_by_id(case.id)


def test_a_review_moves_the_duty_and_what_it_opens_to_the_office_that_declined() -> None:
    case, held, made = asked()
    with by("authority-rita") as rita:
        reviewing.decide(review=made, moves=True, reason="competence", by=rita)
    with by("shelter-sam") as sam:
        assert cases.case_by_id(case.id).lead_office == office("shelter")
        assert people.identity(case.id, by=sam).shown == "Besa Shembulli"
        assert "review_moves" in [n.what for n in queries.unread_notices([office("shelter")])]
        event = Event.objects.get(duty=held, kind="moved")
    with by("authority-rita") as rita:
        assert (event.office_id, event.officer_id, event.reason) == (
            office("authority"),
            rita.officer,
            "competence",
        )


def test_where_the_authority_is_a_party_the_coordinator_reviews_on_a_snapshot() -> None:
    case, held, made = asked(to="authority")
    with by("coordinator-kim") as kim:
        card = reviews.review(made)
        assert (card.reviewer_id, card.reference) == (office("coordinator"), case.reference)
        with pytest.raises(NotFound):
            cases.case_by_id(case.id)
        reviewing.decide(review=made, moves=True, reason="competence", by=kim)
    with by("coordinator-kim"), pytest.raises(NotFound):
        reviews.review(made)
    with by("authority-rita"):
        assert queries.duty(held).holder_id == office("authority")


def test_a_party_to_a_review_does_not_decide_it() -> None:
    _case, _held, made = asked()
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        reviewing.decide(review=made, moves=True, reason="competence", by=ana)
    with by("shelter-sam") as sam, pytest.raises(NotFound):
        reviewing.decide(review=made, moves=False, reason="competence", by=sam)


def test_a_stranger_neither_asks_nor_decides() -> None:
    _case, held, offer = declined()
    with by("health-hana") as hana:
        with pytest.raises(NotFound):
            reviewing.ask(offer=offer, by=hana)
        with pytest.raises(NotFound):
            reviewing.dispute(duty=held, to_office=office("shelter"), reason="other", by=hana)
        with pytest.raises(NotFound):
            reviewing.decide(review=offer, moves=True, reason="other", by=hana)


def test_a_decline_is_reviewed_once_and_a_decided_review_stays_decided() -> None:
    _case, _held, offer = declined()
    with by("border-ana") as ana:
        made = reviewing.ask(offer=offer, by=ana)
        with pytest.raises(Problem) as again:
            reviewing.ask(offer=offer, by=ana)
    assert again.value.code == "already_reviewed"
    with by("authority-rita") as rita:
        reviewing.decide(review=made, moves=False, reason="capacity", by=rita)
        with pytest.raises(Problem) as over:
            reviewing.decide(review=made, moves=True, reason="competence", by=rita)
    assert over.value.code == "review_is_over"


def test_an_offer_that_was_not_declined_is_not_reviewed() -> None:
    case = opened()
    with by("border-ana") as ana:
        offer = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        with pytest.raises(Problem) as refused:
            reviewing.ask(offer=offer, by=ana)
    assert refused.value.code == "nothing_to_review"


def test_a_decision_needs_a_reason_that_is_known() -> None:
    _case, _held, made = asked()
    with by("authority-rita") as rita, pytest.raises(Problem) as refused:
        reviewing.decide(review=made, moves=True, reason="because", by=rita)
    assert refused.value.code == "reason_missing"


def test_a_disputed_duty_stays_until_the_review_moves_it() -> None:
    case, held, made = disputed()
    assert holder(case, held) == office("border")
    with by("border-ana"):
        assert queries.duty(held).state == "held"
        assert Event.objects.filter(duty=held, kind="dispute", reason="not_competent").exists()
    with by("authority-rita") as rita:
        reviewing.decide(review=made, moves=True, reason="competence", by=rita)
    assert holder(case, held) == office("shelter")


def test_what_the_law_does_not_give_is_offered_and_not_disputed() -> None:
    case = opened(needs=("food",))
    with by("shelter-sam") as sam:
        food = duty(case.id, "food")
        assert not food.by_law
        with pytest.raises(NotAllowed):
            reviewing.dispute(duty=food.id, to_office=office("labour"), reason="not_competent", by=sam)


def test_a_dispute_names_a_reason_and_another_open_office() -> None:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, "lead").id
        for to, reason, code in (
            ("shelter", "no_capacity", "reason_missing"),
            ("border", "not_competent", "office_cannot_be_asked"),
        ):
            with pytest.raises(Problem) as refused:
                reviewing.dispute(duty=held, to_office=office(to), reason=reason, by=ana)
            assert refused.value.code == code


def test_a_duty_done_meanwhile_ends_its_review_and_the_reviewers_sight() -> None:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, "immediate_safety_and_needs").id
        made = reviewing.dispute(duty=held, to_office=office("authority"), reason="not_competent", by=ana)
    with by("border-ana") as ana:
        actions.fulfil(duty=held, by=ana)
    with by("border-ana"):
        assert reviews.review(made).outcome == "overtaken"
    with by("coordinator-kim") as kim, pytest.raises(NotFound):
        reviewing.decide(review=made, moves=True, reason="competence", by=kim)


def test_an_office_excluded_meanwhile_is_not_given_the_duty() -> None:
    from opennrm.casefile.rules import ExclusionReason

    case, _held, made = asked()
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("shelter"), reason=ExclusionReason.SUSPECTED, by=ana
        )
    with by("authority-rita") as rita, pytest.raises(Problem) as refused:
        reviewing.decide(review=made, moves=True, reason="competence", by=rita)
    assert refused.value.code == "office_cannot_be_asked"
