"""Any order of acts on an interview: it is held only when both came at an agreed time, and complete only when both signed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opennrm.identification import interview_rules as rules
from opennrm.identification.interview_rules import BOTH, Companion, InterviewState, Safeguards, Side
from opennrm.lib.problems import Problem

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIDES = st.sampled_from(list(Side))


class AnyOrderOfActs(RuleBasedStateMachine):
    """A small model beside the rules: who proposed, who agreed, who came, who signed."""

    def __init__(self) -> None:
        super().__init__()
        self.interview: rules.Interview | None = None
        self.now = NOON
        self.agreed_by: set[Side] = set()
        self.came = False
        self.signed: set[Side] = set()
        self.off = False

    @rule(side=SIDES, hours=st.integers(-2, 48))
    def propose(self, side: Side, hours: int) -> None:
        with suppress(Problem):
            self.interview = rules.propose(self.interview, side, self.now + timedelta(hours=hours), self.now)
            self.agreed_by = {side}

    @rule(side=SIDES)
    def accept(self, side: Side) -> None:
        if self.interview:
            with suppress(Problem):
                self.interview = rules.accept(self.interview, side, self.now)
                self.agreed_by.add(side)

    @rule()
    def postpone(self) -> None:
        if self.interview:
            with suppress(Problem):
                self.interview = rules.postpone(self.interview)
                self.agreed_by = set()

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(police=st.booleans(), social=st.booleans())
    def attend(self, police: bool, social: bool) -> None:
        if self.interview:
            with suppress(Problem):
                came = {Side.POLICE: police, Side.SOCIAL_SERVICE: social}
                assert self.interview.at is not None
                at = self.interview.at
                self.interview = rules.attend(self.interview, came, self.now)
                assert at <= self.now
                assert self.agreed_by == BOTH
                self.came = police and social
                self.agreed_by = self.agreed_by if self.came else set()

    @rule(side=SIDES)
    def sign(self, side: Side) -> None:
        if self.interview:
            with suppress(Problem):
                self.interview = rules.sign(self.interview, side)
                assert side not in self.signed
                self.signed.add(side)

    @rule()
    def call_off(self) -> None:
        if self.interview:
            with suppress(Problem):
                self.interview = rules.call_off(self.interview)
                self.off = True

    @invariant()
    def the_rules_and_the_model_agree(self) -> None:
        if self.interview is None:
            return
        state = self.interview.state
        assert (state is InterviewState.SIGNED) == (self.signed == BOTH)
        assert (state is InterviewState.CALLED_OFF) == self.off
        assert self.interview.signed == self.signed
        if state in (InterviewState.HELD, InterviewState.SIGNED):
            assert self.came
        if state is InterviewState.AGREED:
            assert self.agreed_by == BOTH
        if self.signed:
            assert self.came


TestAnyOrderOfActs = AnyOrderOfActs.TestCase
TestAnyOrderOfActs.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)

SAFE = Safeguards(child=True, companion=Companion.CHILD_PROTECTION, psychologist_asked=True)


def test_a_child_with_the_child_protection_unit_and_a_psychologist_may_be_interviewed() -> None:
    rules.check_safeguards(SAFE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"companion": Companion.NOBODY}, "child_alone"),
        ({"psychologist_asked": False}, "psychologist_not_asked"),
        ({"companion": Companion.GUARDIAN}, "guardian_unknown"),
        (
            {"companion": Companion.GUARDIAN, "guardians": 2, "guardians_suspected": 1},
            "guardian_suspected",
        ),
        ({"child": False, "same_sex_wanted": True}, "same_sex_wanted"),
        ({"child": False, "interpreter_asked": True}, "interpreter_missing"),
    ],
)
def test_what_is_not_allowed_is_said_in_one_sentence(change: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as refused:
        rules.check_safeguards(replace(SAFE, **change))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.status == 409


def test_who_proposed_a_time_does_not_accept_it() -> None:
    proposed = rules.propose(None, Side.POLICE, NOON + timedelta(days=1), NOON)
    with pytest.raises(Problem) as refused:
        rules.accept(proposed, Side.POLICE, NOON)
    assert refused.value.code == "own_proposal"
