"""What makes a consent one: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from opennrm.access.rules import EVERY_CLASS
from opennrm.lib.problems import Problem
from opennrm.sharing.rules import (
    LONGEST,
    NEEDED,
    Answer,
    EndReason,
    NewConsent,
    Purpose,
    Understanding,
    Way,
    change,
    check_consent,
    opened_classes,
    role_for,
)

TODAY = date(2026, 3, 2)
NEW = NewConsent(
    recipient=7,
    classes=("contact",),
    purpose=Purpose.SHELTER,
    until=TODAY + timedelta(days=30),
    digest="x",
    language="sq",
    way=Way.SIGNED,
    understood=dict.fromkeys(Understanding, Answer.YES),
)


def refused(new: NewConsent, *, seen: tuple[str, ...] = EVERY_CLASS, barred: tuple[int, ...] = ()) -> str:
    with pytest.raises(Problem) as problem:
        check_consent(new, today=TODAY, seen=seen, cannot_receive=barred)
    return problem.value.code


def test_a_consent_that_was_understood_and_ends_is_one() -> None:
    check_consent(NEW, today=TODAY, seen=EVERY_CLASS, cannot_receive=())


def test_it_always_ends_and_within_a_year() -> None:
    assert refused(replace(NEW, until=TODAY)) == "ends_in_past"
    assert refused(replace(NEW, until=TODAY + LONGEST + timedelta(days=1))) == "ends_too_late"
    check_consent(replace(NEW, until=TODAY + LONGEST), today=TODAY, seen=EVERY_CLASS, cannot_receive=())


@pytest.mark.parametrize("asked", NEEDED)
@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_ASKED])
def test_what_must_be_understood_must_be_answered_with_yes(asked: Understanding, answer: Answer) -> None:
    assert refused(replace(NEW, understood={**NEW.understood, asked: answer})) == "not_understood"


def test_what_need_not_be_asked_may_be_left_out() -> None:
    few = dict.fromkeys(NEEDED, Answer.YES)
    check_consent(replace(NEW, understood=few), today=TODAY, seen=EVERY_CLASS, cannot_receive=())
    assert replace(NEW, understood=few).answer(Understanding.RESEARCH_USE) is Answer.NOT_ASKED


def test_an_office_shares_no_more_than_it_sees_itself() -> None:
    assert refused(NEW, seen=("ordinary", "identity")) == "classes_not_seen"
    assert refused(replace(NEW, classes=("snapshot",))) == "classes_not_seen"


def test_who_cannot_receive_is_told_in_one_sentence_whatever_the_reason() -> None:
    assert refused(NEW, barred=(7,)) == "no_recipient"
    # First of all, so that no other refusal tells the two apart.
    assert refused(replace(NEW, until=TODAY, classes=("snapshot",)), barred=(7,)) == "no_recipient"


def test_the_case_itself_is_always_opened_with_what_she_agreed_to() -> None:
    assert opened_classes(["contact"]) == ("ordinary", "contact")
    assert opened_classes([]) == ("ordinary",)


def test_the_role_on_which_an_office_receives_is_one_it_holds() -> None:
    assert role_for(Purpose.SHELTER, {"shelter_women", "health_service"}) == "shelter_women"
    assert role_for(Purpose.SHELTER, {"health_service"}) == ""


def test_another_head_or_a_lost_competence_ends_it() -> None:
    assert change(1, 1, "shelter_women", {"shelter_women"}) is None
    assert change(1, 2, "shelter_women", {"shelter_women"}) is EndReason.HEAD_CHANGED
    assert change(1, None, "", ()) is EndReason.HEAD_CHANGED
    assert change(1, 1, "shelter_women", {"shelter_men"}) is EndReason.COMPETENCE_ENDED
    assert change(None, None, "", ()) is None
