"""What a request for information may be, without a database."""

from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.access.rules import SEALED_CLASSES, DataClass
from opennrm.lib.problems import Problem
from opennrm.sharing import request_rules as rules
from opennrm.sharing.request_rules import (
    CLASS_OF,
    LONGEST_TEXT,
    AskBasis,
    NewRequest,
    RefusalReason,
    RequestPurpose,
    RequestState,
    Said,
    Subject,
)

NEW = NewRequest(7, Subject.HEALTH, RequestPurpose.HEALTH, AskBasis.DUTY, "Did she come to you?")


def code(act: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Problem) as problem:
        act(*args, **kwargs)  # type: ignore[operator]
    return problem.value.code


def test_every_subject_is_answered_under_a_sealed_class() -> None:
    assert set(CLASS_OF) == set(Subject)
    assert {str(one) for one in CLASS_OF.values()} <= set(SEALED_CLASSES)
    assert CLASS_OF[Subject.DATE_OF_BIRTH] == DataClass.IDENTITY


def test_an_office_that_cannot_be_asked_and_a_question_that_waits_are_refused() -> None:
    rules.check_request(NEW, cannot_be_asked=(), open_with=((7, "threats"), (8, "health")))
    waits = ((7, "health"),)
    assert code(rules.check_request, NEW, cannot_be_asked=(7,), open_with=waits) == "office_cannot_be_asked"
    assert code(rules.check_request, NEW, cannot_be_asked=(), open_with=waits) == "already_asked"


@pytest.mark.parametrize(
    ("text", "says"), [("", "text_missing"), ("x" * (LONGEST_TEXT + 1), "text_too_long")]
)
def test_a_question_is_neither_empty_nor_a_book(text: str, says: str) -> None:
    new = NewRequest(7, Subject.HEALTH, RequestPurpose.HEALTH, AskBasis.DUTY, text)
    assert code(rules.check_request, new, cannot_be_asked=(), open_with=()) == says


def test_a_basis_of_that_kind_must_open_the_class_that_is_asked_for() -> None:
    opened = [("duty", ("ordinary", "narrative")), ("consent", ("ordinary", "identity"))]
    rules.check_basis(AskBasis.CONSENT, Subject.NAME_AND_DOCUMENTS, opened)
    rules.check_basis(AskBasis.DUTY, Subject.THREATS, opened)
    for basis, subject in (
        (AskBasis.DUTY, Subject.NAME_AND_DOCUMENTS),
        (AskBasis.CONSENT, Subject.THREATS),
        (AskBasis.ORDER, Subject.THREATS),
    ):
        assert code(rules.check_basis, basis, subject, opened) == "no_basis"


def test_only_the_persons_own_no_is_told_apart() -> None:
    told = {reason: rules.said(reason) for reason in RefusalReason}
    apart = {reason for reason, said in told.items() if said is not Said.CANNOT}
    assert apart == {RefusalReason.PERSON_DID_NOT_AGREE}


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.OPEN])
def test_it_ends_once(state: RequestState) -> None:
    rules.check_open(RequestState.OPEN)
    assert code(rules.check_open, state) == "request_is_over"


def test_a_refusal_is_reviewed_once_and_the_persons_no_never() -> None:
    refused, answered, own_no = RequestState.REFUSED, RequestState.ANSWERED, Said.PERSON_DID_NOT_AGREE
    rules.check_contest(refused, Said.CANNOT, reviewed=False)
    assert code(rules.check_contest, refused, Said.CANNOT, reviewed=True) == "nothing_to_review"
    assert code(rules.check_contest, answered, None, reviewed=False) == "nothing_to_review"
    assert code(rules.check_contest, refused, own_no, reviewed=False) == "person_said_no"


def test_an_answer_is_words_or_a_share() -> None:
    rules.check_answer("Once.", None)
    rules.check_answer("", UUID(int=1))
    assert code(rules.check_answer, " ", None) == "text_missing"
