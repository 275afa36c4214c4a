"""The ledger of responsibility: states of a duty and what moves it, and who held it when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem


class State(StrEnum):
    HELD = "held"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    FULFILLED = "fulfilled"
    WAIVED = "waived"
    ENDED = "ended"


class Move(StrEnum):
    """What can happen to a duty."""

    FULFIL = "fulfil"
    WAIVE = "waive"
    SUSPEND = "suspend"
    RESUME = "resume"
    LAPSE = "lapse"
    HAND_OVER = "hand_over"
    DISPUTE = "dispute"
    END = "end"


class PlanState(StrEnum):
    """How far an adoption planned for a day to come has got."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CALLED_OFF = "called_off"


OPEN = frozenset({State.HELD, State.SUSPENDED, State.LAPSED})
SETTLED = frozenset({State.FULFILLED, State.WAIVED})

TRANSITIONS: dict[tuple[State, Move], State] = {
    (State.HELD, Move.FULFIL): State.FULFILLED,
    (State.HELD, Move.WAIVE): State.WAIVED,
    (State.HELD, Move.SUSPEND): State.SUSPENDED,
    (State.HELD, Move.LAPSE): State.LAPSED,
    (State.LAPSED, Move.FULFIL): State.FULFILLED,
    (State.LAPSED, Move.WAIVE): State.WAIVED,
    (State.LAPSED, Move.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Move.RESUME): State.HELD,
    # Another holder or a dispute changes nothing in what is owed: a lapsed duty stays lapsed.
    **{(state, move): state for state in OPEN for move in (Move.HAND_OVER, Move.DISPUTE)},
    **{(state, Move.END): State.ENDED for state in OPEN},
}


def transition(state: State, move: Move, *, waivable: bool = True) -> State:
    """The state after a move, or the problem that the move is not allowed."""
    if state not in OPEN:
        raise Problem("duty_is_over", _("This duty is already over."), 409)
    if move is Move.WAIVE and not waivable:
        raise Problem("duty_not_waivable", _("This duty does not depend on the person's agreement."), 409)
    if (state, move) in TRANSITIONS:
        return TRANSITIONS[state, move]
    if state is State.SUSPENDED:
        raise Problem("duty_is_suspended", _("This duty is suspended. Resume it first."), 409)
    raise Problem("move_not_allowed", _("This cannot be done to this duty now."), 409)


class Action(StrEnum):
    NOTHING = "nothing"
    REMIND = "remind"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class RunningDuty:
    """What the sweep looks at: due_at is None without a limit, held_since is when it was last resumed."""

    state: State
    due_at: datetime | None
    acts: bool
    reminded_at: datetime | None = None
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    action: Action
    at: datetime | None = None


def sweep_step(duty: RunningDuty, now: datetime) -> Step:
    """What a sweep at this instant does to a duty, dated at the instant it was due.

    Every action takes this step first, so that a duty fulfilled late has lapsed also when no sweep ran.
    """
    if duty.state is not State.HELD or duty.due_at is None or duty.due_at > now:
        return Step(Action.NOTHING)
    if duty.acts:
        # A duty that had lapsed before it was suspended lapses again when it is resumed, not before.
        return Step(Action.LAPSE, max(duty.due_at, duty.held_since or duty.due_at))
    if duty.reminded_at is not None and duty.reminded_at >= duty.due_at:
        return Step(Action.NOTHING)
    return Step(Action.REMIND, duty.due_at)


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a duty's history: when it happened, when it was written, and the state after it."""

    at: datetime
    known_at: datetime
    state_after: State


def state_at(
    changes: Sequence[Change], instant: datetime, *, known_by: datetime | None = None
) -> State | None:
    """The state at an instant, as known now or by an earlier instant; None before the duty existed."""
    past = [
        change
        for change in changes
        if change.at <= instant and (known_by is None or change.known_at <= known_by)
    ]
    # Of two changes at one instant the later written counts; the sort keeps the given order of equals.
    past.sort(key=lambda change: (change.at, change.known_at))
    return past[-1].state_after if past else None


@dataclass(frozen=True, slots=True)
class Holding:
    """An office holds a duty from an instant until, but not at, another."""

    office: int
    since: datetime
    until: datetime | None = None


def holder_at(holdings: Sequence[Holding], instant: datetime) -> int | None:
    """The office that held the duty at an instant; None before it existed and after it ended."""
    for holding in holdings:
        if holding.since <= instant and (holding.until is None or instant < holding.until):
            return holding.office
    return None


def holdings_are_whole(
    holdings: Sequence[Holding], started_at: datetime, ended_at: datetime | None = None
) -> bool:
    """Whether exactly one office holds the duty at every instant from its start to its end."""
    expected: datetime | None = started_at
    in_order = sorted(holdings, key=lambda held: (held.since, held.until is None, held.until or held.since))
    for holding in in_order:
        if holding.since != expected or (holding.until is not None and holding.until < holding.since):
            return False
        expected = holding.until
    return bool(holdings) and expected == ended_at


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ReviewKind(StrEnum):
    """What another office is asked to look at."""

    DECLINE = "decline"
    DISPUTE = "dispute"


class ReviewOutcome(StrEnum):
    """What a review came to: `overtaken` where the duty ended or moved before anybody decided."""

    OPEN = "open"
    STAYS = "stays"
    MOVES = "moves"
    OVERTAKEN = "overtaken"
