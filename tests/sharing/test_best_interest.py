"""Where no guardian counts, a decision in her interest stands in that place; who was heard is kept, the reasons sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import TestCase

from opennrm.access import queries as sight
from opennrm.access.rules import new_id
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound
from opennrm.sharing import best_interest, queries
from opennrm.sharing.best_interest_rules import (
    AlsoHeard,
    ChildHeard,
    ChildNotHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
)
from opennrm.sharing.models import BestInterest, ChildAsking
from opennrm.sharing.voice_rules import Outcome, WhyNot, Word
from tests.acting import by, office, opened
from tests.sharing.children import child_case, guardian_of, heard, not_asked, said, to
from tests.sharing.deciding import decided, decision
from tests.sharing.test_voices import refused

pytestmark = pytest.mark.django_db
INVOLVED = not_asked(WhyNot.MAY_BE_INVOLVED)


def suspected() -> CaseCard:
    return child_case(guardian_may_be_involved=True)


def shelter_sees(case: CaseCard) -> bool:
    with by("shelter-sam"):
        return "contact" in sight.classes_seen(case.id)


def test_it_is_recorded_with_who_was_heard_and_its_reasons_are_sealed() -> None:
    case = suspected()
    decided(
        case,
        about=DecidedOn.PLACEMENT,
        recipient=None,
        child=ChildHeard.NOT_HEARD,
        child_not_why=ChildNotHeard.HARM,
        also=frozenset({AlsoHeard.PSYCHOLOGIST}),
    )
    with by("border-ana") as ana:
        (card,) = best_interest.decisions(case.id, by=ana)
    assert (card.child, card.child_not_why, card.guardian) == ("not_heard", "harm", "may_be_involved")
    assert (card.also, card.present, card.office) == (("psychologist",), 2, office("border"))
    assert card.reasons == "She said: I want to sleep where my friend is."
    with by("authority-rita") as rita:
        assert [one.reasons for one in best_interest.decisions(case.id, by=rita)] == [None]
    with by("labour-lea") as lea:
        assert best_interest.decisions(case.id, by=lea) == []


def test_without_a_guardian_who_counts_it_opens_the_share_she_agreed_to() -> None:
    case = suspected()
    with refused("no_guardian_counts"):
        heard(case, guardian=INVOLVED)
    decided(case)
    assert heard(case, guardian=INVOLVED).outcome is Outcome.STANDS
    assert shelter_sees(case)
    with by("border-ana"):
        assert queries.consents(case.id)[0].given_by == "child_and_decision"


def test_it_never_outweighs_the_no_of_a_child_who_is_old_enough() -> None:
    case = suspected()
    decided(case)
    assert heard(case, said(Word.DISSENTS), INVOLVED).outcome is Outcome.CHILD_DISSENTS
    assert not shelter_sees(case)


def test_it_opens_to_the_office_it_names_alone_and_no_longer_than_its_day() -> None:
    case = suspected()
    decided(case)
    for new in (to("labour"), to(until=clock.today() + timedelta(days=61))):
        with refused("no_guardian_counts"):
            heard(case, guardian=INVOLVED, new=new)


def test_a_later_decision_against_it_closes_the_share_at_once() -> None:
    case = suspected()
    decided(case)
    heard(case, guardian=INVOLVED)
    with TestCase.captureOnCommitCallbacks(execute=True):
        decided(case, outcome=InHerInterest.NO)
    assert not shelter_sees(case)
    with by("border-ana"):
        assert queries.consents(case.id)[0].ended_why == "not_in_her_interest"
    with refused("no_guardian_counts"):
        heard(case, guardian=INVOLVED)


def test_a_child_who_could_decide_and_was_spared_the_question_needs_one() -> None:
    case = child_case(16)
    with by("border-ana"):
        aunt = guardian_of(case)
    agrees, spared = said(guardian=aunt), not_asked(WhyNot.HARM)
    with refused("child_not_asked"):
        heard(case, spared, agrees)
    decided(case, guardian=GuardianHeard.HEARD)
    assert heard(case, spared, agrees).outcome is Outcome.STANDS


def test_who_may_not_read_what_is_written_decides_nothing() -> None:
    case = suspected()
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        best_interest.decide(case=case, new=decision(), by=rita)
    with by("labour-lea") as lea, pytest.raises(NotFound):
        best_interest.decide(case=case, new=decision(), by=lea)
    with by("border-ana") as ana, refused("not_a_child"):
        best_interest.decide(case=opened(), new=decision(), by=ana)


def test_the_database_holds_it_whole_and_unchanged_and_lets_no_other_stand_in() -> None:
    case, other = suspected(), suspected()
    first = decided(case)
    foreign = decided(other)
    with by("border-ana"):
        for wrong in ({"present": 1}, {"child": "not_heard"}, {"recipient_id": None}, {"outcome": "perhaps"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                BestInterest.objects.bulk_create([changed(first, wrong)])
    heard(case, guardian=INVOLVED)
    with by("border-ana"):
        asking = ChildAsking.objects.get(case=case.id)
        assert asking.decision_id == first
        asking.id, asking.consent_id, asking.decision_id = new_id(), None, foreign
        with pytest.raises(IntegrityError), transaction.atomic():
            ChildAsking.objects.bulk_create([asking])
        with pytest.raises(ProgrammingError), transaction.atomic():
            BestInterest.objects.filter(id=first).update(outcome="no")


def changed(decision: UUID, changes: Mapping[str, object]) -> BestInterest:
    row = BestInterest.objects.get(id=decision)
    values = {field.attname: getattr(row, field.attname) for field in BestInterest._meta.concrete_fields}
    return BestInterest(**{**values, "id": new_id(), **changes})
