"""What a best-interest decision must say, and when it opens a share; no database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.lib.problems import Problem
from opennrm.sharing.best_interest_rules import (
    ChildHeard,
    ChildNotHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
    NewDecision,
    Standing,
    check,
    opens,
)

TODAY = date(2026, 5, 4)
OPENED = date(2026, 4, 1)


def new(**changes: Any) -> NewDecision:
    usual: dict[str, Any] = {
        "about": DecidedOn.PLACEMENT,
        "outcome": InHerInterest.YES,
        "decided_on": TODAY,
        "review_by": TODAY + timedelta(days=90),
        "reasons": "She wants to stay.",
        "child": ChildHeard.DIRECTLY,
        "guardian": GuardianHeard.NO_GUARDIAN,
        "child_protection_heard": True,
        "present": 3,
    }
    return NewDecision(**{**usual, **changes})


def test_a_whole_decision_is_recorded() -> None:
    check(new(), today=TODAY, opened_on=OPENED, suspected=False, counts=False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decided_on": TODAY + timedelta(days=1)}, "day_out_of_case"),
        ({"decided_on": OPENED - timedelta(days=1)}, "day_out_of_case"),
        ({"review_by": TODAY}, "review_too_late"),
        ({"review_by": TODAY + timedelta(days=400)}, "review_too_late"),
        ({"reasons": " "}, "reasons_missing"),
        ({"present": 1}, "decided_alone"),
        ({"child": ChildHeard.NOT_HEARD}, "child_not_why"),
        ({"child_not_why": ChildNotHeard.HARM}, "child_not_why"),
        ({"about": DecidedOn.SHARE}, "share_with_whom"),
        ({"recipient": 4}, "share_with_whom"),
        ({"guardian": GuardianHeard.HEARD}, "guardian_has_no_word"),
        ({"guardian": GuardianHeard.MAY_BE_INVOLVED}, "guardian_not_suspected"),
    ],
)
def test_what_is_not_whole_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as problem:
        check(new(**changes), today=TODAY, opened_on=OPENED, suspected=False, counts=False)
    assert problem.value.code == code


standings = st.builds(
    Standing,
    about=st.sampled_from(["share", "placement"]),
    outcome=st.sampled_from(["yes", "no"]),
    recipient=st.sampled_from([None, 4, 5]),
    review_by=st.dates(TODAY, TODAY + timedelta(days=90)),
)


@given(st.lists(standings, max_size=5), st.dates(TODAY, TODAY + timedelta(days=90)))
def test_only_the_newest_decision_on_this_office_opens_and_never_past_its_day(
    found: list[Standing], until: date
) -> None:
    about_it = [one for one in found if (one.about, one.recipient) == ("share", 4)]
    wanted = bool(about_it) and about_it[0].outcome == "yes" and until <= about_it[0].review_by
    assert opens(found, recipient=4, until=until) is wanted
