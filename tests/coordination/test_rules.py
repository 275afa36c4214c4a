from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.coordination.rules import (
    Attendance,
    Standing,
    check_agreement,
    check_answers,
    check_day_held,
    check_decision,
    has_quorum,
    shown_count,
    standing,
)
from opennrm.lib.problems import Problem

TODAY = date(2026, 3, 10)
P, A, E = Attendance.PRESENT, Attendance.ABSENT, Attendance.EXCUSED


def test_a_body_has_a_quorum_when_just_so_many_came() -> None:
    assert has_quorum([P, P, A], 2)
    assert not has_quorum([P, A, A], 2)


def test_who_is_excused_does_not_make_a_quorum() -> None:
    assert not has_quorum([P, E, E], 2)


def test_nobody_is_never_a_quorum() -> None:
    assert not has_quorum([], 0)
    assert not has_quorum([A, E], 0)


@given(st.lists(st.sampled_from(list(Attendance))), st.integers(1, 12))
def test_one_more_who_comes_never_takes_the_quorum_away(came: list[Attendance], quorum: int) -> None:
    assert not has_quorum(came, quorum) or has_quorum([*came, P], quorum)


def test_nobody_came_to_a_meeting_of_tomorrow() -> None:
    check_day_held(TODAY, TODAY)
    with pytest.raises(Problem):
        check_day_held(TODAY + timedelta(days=1), TODAY)


def test_attendance_says_of_every_member_and_of_nobody_else() -> None:
    check_answers([1, 2], [2, 1])
    for answered in ([1], [1, 2, 3], []):
        with pytest.raises(Problem):
            check_answers(answered, [1, 2])


@pytest.mark.parametrize(
    ("quorate", "text", "due", "code"),
    [
        (None, "Open a helpline.", 30, "meeting_not_held"),
        (False, "Open a helpline.", 30, "no_quorum"),
        (True, " ", 30, "decision_text"),
        (True, "x" * 301, 30, "decision_text"),
        (True, "Open a helpline.", 0, "decision_due_day"),
        (True, "Open a helpline.", 5000, "decision_due_day"),
    ],
)
def test_a_decision_needs_a_quorum_words_and_a_day(
    quorate: bool | None, text: str, due: int, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        check_decision(text=text, due_on=TODAY + timedelta(days=due), today=TODAY, quorate=quorate)
    assert refused.value.code == code


def test_a_decision_by_tomorrow_is_one() -> None:
    check_decision(text="Open a helpline.", due_on=TODAY + timedelta(days=1), today=TODAY, quorate=True)


@pytest.mark.parametrize(
    ("expires", "ended", "stands"),
    [
        (None, None, Standing.IN_FORCE),
        (61, None, Standing.IN_FORCE),
        (60, None, Standing.EXPIRES_SOON),
        (0, None, Standing.EXPIRES_SOON),
        (-1, None, Standing.OVER),
        (None, 0, Standing.OVER),
        (61, -5, Standing.OVER),
    ],
)
def test_an_agreement_stands_until_its_last_day(
    expires: int | None, ended: int | None, stands: Standing
) -> None:
    days = [None if days is None else TODAY + timedelta(days=days) for days in (expires, ended)]
    assert standing(days[0], days[1], TODAY) is stands


def test_an_agreement_binds_two_and_ends_after_it_was_signed() -> None:
    check_agreement(signed_on=TODAY, expires_on=None, today=TODAY, parties=2)
    for signed, expires, parties in ((1, None, 2), (0, 0, 2), (0, None, 1)):
        with pytest.raises(Problem):
            check_agreement(
                signed_on=TODAY + timedelta(days=signed),
                expires_on=None if expires is None else TODAY + timedelta(days=expires),
                today=TODAY,
                parties=parties,
            )


def test_a_number_that_could_point_to_a_person_is_not_shown() -> None:
    assert [shown_count(count) for count in (0, 1, 2, 3)] == [0, None, None, 3]
