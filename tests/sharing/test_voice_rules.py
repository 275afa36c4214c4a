"""When a share on a child's case stands, from her word and her guardian's alone; no database."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.duties.pack import ChildAges, Source
from opennrm.lib.problems import Problem
from opennrm.people.rules import age_by
from opennrm.sharing.rules import Answer, Way
from opennrm.sharing.voice_rules import (
    NewVoice,
    Outcome,
    Situation,
    Weight,
    WhyNot,
    Word,
    check,
    outcome,
    weight,
)

TODAY = date(2026, 5, 4)
AUNT = UUID(int=1)
AGES = ChildAges(7, 16, verified=False, source=Source("Test"))
any_age = st.none() | st.integers(0, 17)
words = st.sampled_from([Word.AGREES, Word.DISSENTS])


def spoke(word: Word, **changes: object) -> NewVoice:
    usual: dict[str, object] = {
        "on": TODAY,
        "way": Way.SIGNED,
        "language": "sq",
        "digest": "d",
        "understood": Answer.YES,
    }
    return NewVoice(word, **{**usual, **changes})  # type: ignore[arg-type]


def silent(why: WhyNot) -> NewVoice:
    return NewVoice(Word.NOT_ASKED, why_not=why)


def of_age(age: int | None, *guardians: UUID, suspected: bool = False) -> Situation:
    return Situation(age, AGES, frozenset(guardians), suspected)


children = st.one_of(words.map(spoke), st.sampled_from([WhyNot.TOO_YOUNG, WhyNot.HARM]).map(silent))
guardians = st.one_of(
    words.map(lambda word: spoke(word, guardian=AUNT)),
    st.sampled_from([WhyNot.NO_GUARDIAN, WhyNot.MAY_BE_INVOLVED]).map(silent),
)


@given(any_age, children, guardians)
def test_nothing_stands_against_the_no_of_a_child_who_is_old_enough(
    age: int | None, child: NewVoice, guardian: NewVoice
) -> None:
    came = outcome(child, guardian, of_age(age, AUNT))
    if child.word is Word.DISSENTS and (age is None or age >= AGES.assent_from):
        assert came is Outcome.CHILD_DISSENTS


@given(any_age, children, guardians)
def test_nothing_stands_without_a_guardian_who_agrees(
    age: int | None, child: NewVoice, guardian: NewVoice
) -> None:
    if outcome(child, guardian, of_age(age, AUNT)) is Outcome.STANDS:
        assert guardian.word is Word.AGREES


@given(st.integers(AGES.consent_from, 17), children, guardians)
def test_a_child_who_can_consent_is_never_passed_over(age: int, child: NewVoice, guardian: NewVoice) -> None:
    if outcome(child, guardian, of_age(age, AUNT)) is Outcome.STANDS:
        assert child.word is Word.AGREES


@given(any_age, guardians)
def test_taking_a_yes_away_never_makes_a_share_stand(age: int | None, guardian: NewVoice) -> None:
    yes, no = (outcome(spoke(word), guardian, of_age(age, AUNT)) for word in (Word.AGREES, Word.DISSENTS))
    assert yes is Outcome.STANDS or no is not Outcome.STANDS


@pytest.mark.parametrize(
    ("age", "weighs"),
    [(None, Weight.ASSENT), (6, Weight.VIEW), (7, Weight.ASSENT), (15, Weight.ASSENT), (16, Weight.CONSENT)],
)
def test_what_her_word_weighs_follows_the_ages_of_the_procedure(age: int | None, weighs: Weight) -> None:
    assert weight(age, AGES) is weighs


def test_the_no_of_a_child_too_young_to_assent_is_kept_and_does_not_bind() -> None:
    assert outcome(spoke(Word.DISSENTS), spoke(Word.AGREES, guardian=AUNT), of_age(5, AUNT)) is Outcome.STANDS


@pytest.mark.parametrize(
    ("child", "guardian", "situation", "code"),
    [
        (silent(WhyNot.TOO_YOUNG), spoke(Word.AGREES, guardian=AUNT), of_age(9, AUNT), "old_enough"),
        (silent(WhyNot.TOO_YOUNG), spoke(Word.AGREES, guardian=AUNT), of_age(None, AUNT), "old_enough"),
        (silent(WhyNot.NO_GUARDIAN), spoke(Word.AGREES, guardian=AUNT), of_age(5, AUNT), "voice_not_whole"),
        (
            spoke(Word.AGREES),
            spoke(Word.AGREES, guardian=UUID(int=2)),
            of_age(9, AUNT),
            "guardian_has_no_word",
        ),
        (
            spoke(Word.AGREES),
            spoke(Word.AGREES, guardian=AUNT),
            of_age(9, suspected=True),
            "guardian_has_no_word",
        ),
        (spoke(Word.AGREES), silent(WhyNot.NO_GUARDIAN), of_age(9, AUNT), "guardian_is_there"),
        (spoke(Word.AGREES), silent(WhyNot.MAY_BE_INVOLVED), of_age(9), "guardian_not_suspected"),
        (spoke(Word.AGREES, understood=Answer.NO), silent(WhyNot.NO_GUARDIAN), of_age(9), "not_understood"),
        (
            spoke(Word.AGREES, on=TODAY + timedelta(days=1)),
            silent(WhyNot.NO_GUARDIAN),
            of_age(9),
            "day_in_future",
        ),
        (spoke(Word.AGREES, way=None), silent(WhyNot.NO_GUARDIAN), of_age(9), "voice_not_whole"),
    ],
)
def test_what_was_not_heard_like_this_is_not_recorded(
    child: NewVoice, guardian: NewVoice, situation: Situation, code: str
) -> None:
    with pytest.raises(Problem) as problem:
        check(child, guardian, situation, today=TODAY)
    assert problem.value.code == code


@given(st.integers(0, 17), st.dates(date(2020, 1, 1), TODAY))
def test_an_age_that_was_counted_never_runs_ahead(age: int, counted: date) -> None:
    now = age_by(age, counted, TODAY)
    assert now is not None
    assert age <= now <= age + (TODAY - counted).days // 365
