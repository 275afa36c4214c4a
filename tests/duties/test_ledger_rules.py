from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from opennrm.duties.limits import Limit, Pause, Unit, due_at
from opennrm.duties.offers import Answer, Offer, answer_offer, check_offer, offer_state
from opennrm.duties.rules import (
    OPEN,
    SETTLED,
    TRANSITIONS,
    Action,
    Change,
    Holding,
    Move,
    OfferState,
    RunningDuty,
    State,
    Step,
    holder_at,
    holdings_are_whole,
    state_at,
    sweep_step,
    transition,
)
from opennrm.lib.problems import Problem
from opennrm.lib.working_days import WorkingCalendar

ALBANIA = WorkingCalendar("AL", "Europe/Tirane")
START = datetime(2024, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMIT = 24
POLICE, SHELTER, LEGAL_AID = 1, 2, 3


def problem_of(code: str) -> "pytest.RaisesExc[Problem]":
    return pytest.raises(Problem, check=lambda problem: problem.code == code)


def test_a_lapsed_duty_is_still_owed_and_can_be_fulfilled() -> None:
    assert State.LAPSED in OPEN
    assert transition(State.LAPSED, Move.FULFIL) is State.FULFILLED


def test_a_duty_handed_over_or_disputed_keeps_its_state() -> None:
    for state, move in product(OPEN, [Move.HAND_OVER, Move.DISPUTE]):
        assert transition(state, move) is state


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", [*sorted(SETTLED), State.ENDED])
def test_nothing_moves_a_duty_that_is_over(state: State, move: Move) -> None:
    with problem_of("duty_is_over"):
        transition(state, move)


def test_a_suspended_duty_is_resumed_before_it_is_fulfilled() -> None:
    with problem_of("duty_is_suspended"):
        transition(State.SUSPENDED, Move.FULFIL)


def test_a_duty_that_does_not_depend_on_the_person_cannot_be_waived() -> None:
    with problem_of("duty_not_waivable"):
        transition(State.HELD, Move.WAIVE, waivable=False)


@pytest.mark.parametrize(("state", "move"), sorted(set(product(OPEN, Move)) - set(TRANSITIONS)))
def test_a_move_that_is_not_in_the_table_is_a_problem(state: State, move: Move) -> None:
    with pytest.raises(Problem) as caught:
        transition(state, move)
    assert caught.value.status == 409


def test_the_sweep_dates_a_lapse_at_the_due_instant() -> None:
    duty = RunningDuty(State.HELD, START, acts=True)
    assert sweep_step(duty, START + 1000 * HOUR) == Step(Action.LAPSE, START)
    assert sweep_step(duty, START) == Step(Action.LAPSE, START)
    assert sweep_step(duty, START - HOUR) == Step(Action.NOTHING)


def test_a_limit_that_does_not_act_reminds_once_for_each_due_instant() -> None:
    duty = RunningDuty(State.HELD, START, acts=False)
    assert sweep_step(duty, START + HOUR) == Step(Action.REMIND, START)
    assert sweep_step(RunningDuty(State.HELD, START, False, START), START + HOUR).action is Action.NOTHING
    assert (
        sweep_step(RunningDuty(State.HELD, START + HOUR, False, START), START + HOUR).action is Action.REMIND
    )


@given(st.sampled_from([state for state in State if state is not State.HELD]), st.booleans())
def test_the_sweep_leaves_alone_what_is_not_held(state: State, acts: bool) -> None:
    assert sweep_step(RunningDuty(state, START, acts), START + HOUR) == Step(Action.NOTHING)


def test_a_past_state_is_read_from_history_as_it_was_known() -> None:
    created = Change(START, START, State.HELD)
    lapsed = Change(START + HOUR, START + 20 * HOUR, State.LAPSED)
    assert state_at([lapsed, created], START - HOUR) is None
    assert state_at([lapsed, created], START + 2 * HOUR) is State.LAPSED
    assert state_at([lapsed, created], START + 2 * HOUR, known_by=START + 2 * HOUR) is State.HELD


def test_at_the_instant_of_a_hand_over_the_new_office_holds() -> None:
    holdings = [Holding(POLICE, START, START + HOUR), Holding(SHELTER, START + HOUR)]
    assert holder_at(holdings, START + HOUR) == SHELTER
    assert holder_at(holdings, START + HOUR / 2) == POLICE
    assert holder_at(holdings, START - HOUR) is None
    assert holdings_are_whole(holdings, START)


@pytest.mark.parametrize(
    "holdings",
    [
        [],
        [Holding(POLICE, START + HOUR)],
        [Holding(POLICE, START, START + HOUR)],
        [Holding(POLICE, START, START + HOUR), Holding(SHELTER, START + 2 * HOUR)],
        [Holding(POLICE, START, START + 2 * HOUR), Holding(SHELTER, START + HOUR)],
        [Holding(POLICE, START), Holding(SHELTER, START + HOUR)],
        [Holding(POLICE, START), Holding(SHELTER, START)],
    ],
)
def test_a_gap_or_an_overlap_of_holders_is_seen(holdings: list[Holding]) -> None:
    assert not holdings_are_whole(holdings, START)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.booleans())
def test_a_chain_of_hand_overs_is_whole_and_breaks_when_any_link_is_lost(
    lengths: list[int], ended: bool
) -> None:
    ends = [START + sum(lengths[:count]) * HOUR for count in range(len(lengths) + 1)]
    chain = [Holding(number, *pair) for number, pair in enumerate(pairwise(ends))]
    end = ends[-1] if ended else None
    chain[-1] = Holding(len(chain), chain[-1].since, end)
    assert holdings_are_whole(chain[::-1], START, end)
    assert not any(holdings_are_whole(chain[:at] + chain[at + 1 :], START, end) for at in range(len(chain)))


def offer(state: OfferState = OfferState.OPEN, answer_by: datetime | None = None) -> Offer:
    return Offer(POLICE, SHELTER, state, answer_by)


def test_one_duty_has_one_open_offer() -> None:
    asked = {"state": State.HELD, "holder": POLICE, "by_office": POLICE, "to_office": LEGAL_AID, "now": START}
    check_offer(**asked, offers=[offer(OfferState.DECLINED), offer(answer_by=START)])  # type: ignore[arg-type]
    with problem_of("offer_is_open"):
        check_offer(**asked, offers=[offer()])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"state": State.WAIVED}, "duty_is_over"),
        ({"by_office": SHELTER}, "not_the_holder"),
        ({"to_office": POLICE}, "offer_to_holder"),
    ],
)
def test_what_keeps_a_duty_from_being_offered(changed: dict[str, object], code: str) -> None:
    asked = {"state": State.HELD, "holder": POLICE, "by_office": POLICE, "to_office": LEGAL_AID, "now": START}
    with problem_of(code):
        check_offer(**{**asked, **changed}, offers=[])  # type: ignore[arg-type]


def test_a_duty_by_law_is_accepted_or_withdrawn_and_never_declined() -> None:
    reply = {"by_law": True, "reason": "No beds", "now": START}
    with problem_of("by_law_cannot_decline"):
        answer_offer(offer(), Answer.DECLINE, by_office=SHELTER, **reply)  # type: ignore[arg-type]
    assert answer_offer(offer(), Answer.ACCEPT, by_office=SHELTER, **reply) is OfferState.ACCEPTED  # type: ignore[arg-type]
    assert answer_offer(offer(), Answer.WITHDRAW, by_office=POLICE, **reply) is OfferState.WITHDRAWN  # type: ignore[arg-type]


def test_a_decline_needs_a_reason() -> None:
    with problem_of("reason_needed"):
        answer_offer(offer(), Answer.DECLINE, by_office=SHELTER, by_law=False, reason=" ", now=START)


@pytest.mark.parametrize(
    ("answer", "office"), [(Answer.ACCEPT, POLICE), (Answer.DECLINE, LEGAL_AID), (Answer.WITHDRAW, SHELTER)]
)
def test_only_the_office_asked_answers_and_only_the_one_that_offered_withdraws(
    answer: Answer, office: int
) -> None:
    with problem_of("not_your_offer"):
        answer_offer(offer(), answer, by_office=office, by_law=False, reason="Full", now=START)


def test_an_offer_left_unanswered_expires_at_its_time_and_is_then_too_late() -> None:
    late = offer(answer_by=START + HOUR)
    assert offer_state(late, START) is OfferState.OPEN
    assert offer_state(late, START + HOUR) is OfferState.EXPIRED
    with problem_of("offer_is_over"):
        answer_offer(late, Answer.ACCEPT, by_office=SHELTER, by_law=False, reason="", now=START + HOUR)


class Ledger(RuleBasedStateMachine):
    """One duty as the rules move it, beside a model that knows only hours and three sentences.

    The model: the clock of a duty runs while it is not suspended; when LIMIT hours have run it has lapsed;
    one office holds it always. The ledger is swept on some nights only, the model looks each hour.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.state = State.HELD
        self.changes = [Change(START, START, State.HELD)]
        self.pauses: list[Pause] = []
        self.holdings = [Holding(POLICE, START)]
        self.offers: list[Offer] = []
        self.model_state, self.model_ran, self.model_holder = State.HELD, 0, POLICE
        self.model_lapsed_at: list[datetime] = []

    def sweep(self) -> None:
        due = due_at(START, Limit(LIMIT, Unit.HOURS, verified=True), ALBANIA, self.pauses)
        held_since = max([pause.until for pause in self.pauses if pause.until], default=START)
        step = sweep_step(RunningDuty(self.state, due, acts=True, held_since=held_since), self.now)
        if step.action is Action.LAPSE and step.at is not None:
            self.state = transition(self.state, Move.LAPSE)
            self.changes.append(Change(step.at, self.now, self.state))

    def move(self, move: Move) -> None:
        self.sweep()
        self.state = transition(self.state, move)
        self.changes.append(Change(self.now, self.now, self.state))

    def model_look(self) -> None:
        if self.model_state is State.HELD and self.model_ran >= LIMIT:
            self.model_state = State.LAPSED
            self.model_lapsed_at.append(self.now)

    def is_open(self) -> bool:
        return self.state in OPEN

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        for _ in range(hours):
            self.model_look()
            self.now += HOUR
            self.model_ran += self.model_state is State.HELD
            self.model_look()

    @rule()
    def a_night_with_a_sweep(self) -> None:
        self.sweep()
        before = list(self.changes)
        self.sweep()
        assert self.changes == before

    @precondition(lambda self: self.model_state in (State.HELD, State.LAPSED))
    @rule()
    def suspend(self) -> None:
        self.move(Move.SUSPEND)
        self.pauses.append(Pause(self.now))
        self.model_state = State.SUSPENDED

    @precondition(lambda self: self.model_state is State.SUSPENDED)
    @rule()
    def resume(self) -> None:
        self.move(Move.RESUME)
        self.pauses[-1] = Pause(self.pauses[-1].since, self.now)
        self.model_state = State.HELD
        self.model_look()

    @precondition(lambda self: self.model_state in (State.HELD, State.LAPSED))
    @rule(move=st.sampled_from([Move.FULFIL, Move.WAIVE]))
    def settle(self, move: Move) -> None:
        self.move(move)
        self.model_state = self.state
        self.close_holding()

    @precondition(is_open)
    @rule()
    def end(self) -> None:
        self.move(Move.END)
        self.model_state = State.ENDED
        self.close_holding()

    def close_holding(self) -> None:
        last = self.holdings[-1]
        self.holdings[-1] = Holding(last.office, last.since, self.now)

    @rule(to=st.sampled_from([POLICE, SHELTER, LEGAL_AID]), hours=st.one_of(st.none(), st.integers(1, 60)))
    def offer(self, to: int, hours: int | None) -> None:
        holder = self.holdings[-1].office
        waiting = any(offer_state(one, self.now) is OfferState.OPEN for one in self.offers)
        answer_by = None if hours is None else self.now + hours * HOUR
        try:
            check_offer(
                state=self.state,
                holder=holder,
                offers=self.offers,
                by_office=holder,
                to_office=to,
                now=self.now,
            )
        except Problem:
            assert waiting or to == holder or self.state not in OPEN
            return
        assert not waiting
        self.offers.append(Offer(holder, to, OfferState.OPEN, answer_by))

    @precondition(lambda self: self.offers and self.state in OPEN)
    @rule(answer=st.sampled_from(Answer))
    def answer(self, answer: Answer) -> None:
        last = self.offers[-1]
        office = last.from_office if answer is Answer.WITHDRAW else last.to_office
        reply = {"by_office": office, "by_law": False, "reason": "Full", "now": self.now}
        if offer_state(last, self.now) is not OfferState.OPEN:
            with problem_of("offer_is_over"):
                answer_offer(last, answer, **reply)  # type: ignore[arg-type]
            return
        after = answer_offer(last, answer, **reply)  # type: ignore[arg-type]
        self.offers[-1] = Offer(last.from_office, last.to_office, after, last.answer_by)
        if answer is Answer.ACCEPT:
            self.move(Move.HAND_OVER)
            self.close_holding()
            self.holdings.append(Holding(last.to_office, self.now))
            self.model_holder = last.to_office

    @invariant()
    def one_office_holds_it_from_start_to_end(self) -> None:
        assert holdings_are_whole(self.holdings, START, None if self.is_open() else self.now_of_end())
        if self.is_open():
            assert holder_at(self.holdings, self.now) == self.model_holder

    def now_of_end(self) -> datetime:
        return self.changes[-1].at

    @invariant()
    def history_gives_the_present_state(self) -> None:
        assert state_at(self.changes, self.now) is self.state

    @invariant()
    def at_most_one_offer_is_open(self) -> None:
        assert sum(offer_state(one, self.now) is OfferState.OPEN for one in self.offers) <= 1

    @invariant()
    def a_missed_night_changes_nothing_once_it_is_swept(self) -> None:
        kept = self.state, list(self.changes)
        self.sweep()
        assert self.state is self.model_state
        assert [
            change.at for n, change in enumerate(self.changes) if self.is_a_lapse(n)
        ] == self.model_lapsed_at
        self.state, self.changes = kept

    def is_a_lapse(self, n: int) -> bool:
        # By its place: a hand-over at the instant of the lapse writes an equal line.
        return (
            self.changes[n].state_after is State.LAPSED
            and self.changes[n - 1].state_after is not State.LAPSED
        )


TestLedger = Ledger.TestCase
