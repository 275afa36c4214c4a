"""A child's word and her guardian's are two facts: recorded apart, each closes the share alone, and the database holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TestCase

from opennrm.access import queries as sight
from opennrm.access.rules import new_id
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people import queries as people
from opennrm.sharing import actions, queries, voice_queries, voices
from opennrm.sharing.models import ChildAsking, Voice
from opennrm.sharing.rules import GivenBy, WithdrawnHow
from opennrm.sharing.voice_queries import AskingCard
from opennrm.sharing.voice_rules import Outcome, WhyNot, Word
from tests.acting import by, opened, person
from tests.sharing.agreeing import consent_to
from tests.sharing.children import DIGEST, child_case, guardian_of, heard, not_asked, said, to

pytestmark = pytest.mark.django_db


def at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def seen(username: str, case: CaseCard) -> frozenset[str]:
    with by(username):
        return sight.classes_seen(case.id)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this code, in whatever language."""
    with pytest.raises(Problem) as problem:
        yield
    assert problem.value.code == code


def _only_consent(case: CaseCard) -> UUID:
    (card,) = queries.consents(case.id)
    return card.id


def _changed(row: Voice, changes: Mapping[str, UUID | None]) -> Voice:
    values = {field.attname: getattr(row, field.attname) for field in Voice._meta.concrete_fields}
    return Voice(**{**values, **changes})


def latest(case: CaseCard) -> AskingCard:
    with by("border-ana"):
        return voice_queries.askings(case.id)[0]


def taken_back(case: CaseCard, whose: str, who: str = "border-ana") -> None:
    voice = next(one for one in latest(case).voices if one.whose == whose)
    with TestCase.captureOnCommitCallbacks(execute=True), by(who) as actor:
        voices.take_back(case=case, voice=voice.id, how=WithdrawnHow.IN_PERSON, by=actor)


def test_both_agree_and_the_office_sees_what_they_agreed_to() -> None:
    case = child_case()
    assert heard(case).outcome is Outcome.STANDS
    assert seen("shelter-sam", case) == {"ordinary", "contact"}
    child, guardian = latest(case).voices
    assert (child.whose, child.word, child.weight, child.digest) == ("child", "agrees", "assent", DIGEST)
    assert (guardian.whose, guardian.word, guardian.language) == ("guardian", "agrees", "sq")
    with by("border-ana"):
        assert guardian.guardian == guardian_of(case)


@pytest.mark.parametrize("age", [7, 13, 16, None])
def test_her_no_is_kept_and_nothing_is_shared(age: int | None) -> None:
    case = child_case(age)
    assert heard(case, said(Word.DISSENTS)).outcome is Outcome.CHILD_DISSENTS
    assert seen("shelter-sam", case) == frozenset()
    assert (latest(case).dissented(), latest(case).consent) == ("child", None)


def test_the_guardians_no_is_kept_and_nothing_is_shared() -> None:
    case = child_case()
    with by("border-ana"):
        aunt = guardian_of(case)
    assert heard(case, guardian=said(Word.DISSENTS, guardian=aunt)).outcome is Outcome.GUARDIAN_DISSENTS
    assert seen("shelter-sam", case) == frozenset()


def test_a_child_too_young_to_be_asked_is_not_and_says_why() -> None:
    case = child_case(4)
    heard(case, not_asked(WhyNot.TOO_YOUNG))
    assert seen("shelter-sam", case) == {"ordinary", "contact"}
    assert latest(case).voices[0].why_not == "too_young"


@pytest.mark.parametrize("whose", ["child", "guardian"])
def test_either_takes_the_word_back_and_the_share_closesat_once(whose: str) -> None:
    case = child_case()
    heard(case)
    taken_back(case, whose)
    assert seen("shelter-sam", case) == frozenset()
    ended = {one.whose: one.ended_at is not None for one in latest(case).voices}
    assert ended == {"child": whose == "child", "guardian": whose == "guardian"}
    with by("border-ana"):
        assert queries.consents(case.id)[0].ended_why == f"{whose}_withdrew"


def test_a_child_who_was_spared_the_question_may_still_say_no() -> None:
    case = child_case(4)
    heard(case, not_asked(WhyNot.HARM))
    taken_back(case, "child")
    assert seen("shelter-sam", case) == frozenset()


def test_who_received_it_may_write_down_that_the_child_says_no_now() -> None:
    case = child_case()
    heard(case)
    taken_back(case, "child", who="shelter-sam")
    assert seen("shelter-sam", case) == frozenset()


def test_a_word_is_taken_back_once() -> None:
    case = child_case()
    heard(case)
    taken_back(case, "guardian")
    for whose in ("guardian", "child"):
        with refused("consent_is_over"):
            taken_back(case, whose)


def test_a_guardian_who_may_be_involved_has_no_word() -> None:
    case = child_case(guardian_may_be_involved=True)
    with by("border-ana"):
        (suspected,), _dependants = people.carers(case.id, by=person("border-ana"))
        assert people.guardians_who_count(case.id, clock.today()) == frozenset()
    with refused("guardian_has_no_word"):
        heard(case, guardian=said(guardian=suspected.id))
    with refused("no_guardian_counts"):
        heard(case, guardian=not_asked(WhyNot.MAY_BE_INVOLVED))
    assert seen("shelter-sam", case) == frozenset()


def test_on_a_childs_case_nobody_agrees_alone_and_an_adult_is_not_asked_in_two() -> None:
    with by("border-ana") as ana, refused("is_a_child"):
        actions.give(case=child_case(), new=consent_to("shelter"), by=ana)
    case = opened()
    with by("border-ana") as ana, refused("not_a_child"):
        voices.hear(case=case, new=to(), child=said(), guardian=said(), by=ana)


def test_a_consent_of_two_is_not_withdrawn_without_saying_whose_word_it_is() -> None:
    case = child_case()
    heard(case)
    with by("border-ana") as ana, refused("say_whose"):
        actions.withdraw(case=case, consent=_only_consent(case), how=WithdrawnHow.IN_PERSON, by=ana)


def test_strangers_and_readers_record_no_word() -> None:
    case = child_case()
    heard(case)
    voice = latest(case).voices[0]
    with by("labour-lea") as lea:
        assert voice_queries.askings(case.id) == []
        with pytest.raises(NotFound):
            voices.take_back(case=case, voice=voice.id, how=WithdrawnHow.IN_PERSON, by=lea)
    with by("shelter-sam") as sam, pytest.raises(NotAllowed):
        voices.hear(case=case, new=to("labour"), child=said(), guardian=said(), by=sam)


def test_the_database_lets_no_consent_stand_on_one_word_of_a_child() -> None:
    case = child_case()
    heard(case)
    with (
        by("border-ana"),
        pytest.raises(IntegrityError, match="her word and her guardian"),
        transaction.atomic(),
    ):
        Voice.objects.filter(case_id=case.id, whose="child").update(
            ended_at=clock.now(), withdrawn_how="in_person"
        )
        at_once()
    adult = opened()
    with by("border-ana") as ana, pytest.raises(IntegrityError, match="her word"), transaction.atomic():
        new = consent_to("shelter", given_by=GivenBy.CHILD_AND_GUARDIAN)
        actions.share(case=adult, new=new, text=actions.text_in_force("sq", new.digest), by=ana)
        at_once()
    with by("border-ana") as ana, pytest.raises(IntegrityError, match="her word"), transaction.atomic():
        new = consent_to("shelter")
        actions.share(case=child_case(), new=new, text=actions.text_in_force("sq", new.digest), by=ana)
        at_once()


def test_the_database_gives_a_suspected_guardian_no_word_and_no_word_to_another_case() -> None:
    case, other = child_case(guardian_may_be_involved=True), child_case()
    heard(other)
    with by("border-ana"):
        spoken = Voice.objects.get(case_id=other.id, whose="guardian")
        (suspected,), _dependants = people.carers(case.id, by=person("border-ana"))
        for changed in ({"guardian_id": suspected.id}, {"case_id": case.id}):
            asking = ChildAsking.objects.filter(case=other.id).earliest("asked_at")
            asking.id, asking.consent_id = new_id(), None
            ChildAsking.objects.bulk_create([asking])
            spoken.id, spoken.asking = new_id(), asking
            with pytest.raises(IntegrityError), transaction.atomic():
                Voice.objects.bulk_create([_changed(spoken, changed)])


def test_what_was_said_stays_as_it_was() -> None:
    case = child_case()
    heard(case)
    taken_back(case, "child")
    with by("border-ana"), pytest.raises(IntegrityError), transaction.atomic():
        Voice.objects.filter(case_id=case.id, whose="child").update(ended_at=None, withdrawn_how="")
