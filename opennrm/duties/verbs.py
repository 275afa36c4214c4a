from __future__ import annotations

from opennrm.access.scope import Actor
from opennrm.duties.mechanism_kinds import DONE_ELSEWHERE
from opennrm.duties.own_records import DONE_BY_RECORD
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.rules import OPEN, TRANSITIONS, Move, State

MOVES = {"fulfil": Move.FULFIL, "waive": Move.WAIVE, "suspend": Move.SUSPEND, "resume": Move.RESUME}


def verbs(actor: Actor, card: DutyCard, *, offered: bool = False) -> tuple[str, ...]:
    """What this actor can do to a duty as it stands, by the door and rules that refuse the rest."""
    state = State(card.state)
    possible = [verb for verb, move in MOVES.items() if (state, move) in TRANSITIONS]
    if state in OPEN:
        possible += ["name_worker"] + (["offer"] if card.case_id and not offered else [])
    return tuple(verb for verb in possible if _fits(card, verb) and DOOR.may(actor, f"duties.{verb}", card))


def may_dispute(actor: Actor, card: DutyCard, *, busy: bool) -> bool:
    """Whether she may dispute a duty by law: not while it is on offer or another office looks at it already."""
    free = card.case_id is not None and State(card.state) in OPEN and not busy
    return free and DOOR.may(actor, "duties.dispute", card)


def _fits(card: DutyCard, verb: str) -> bool:
    if card.kind in DONE_ELSEWHERE:
        return verb == "name_worker"
    if verb == "waive":
        return card.waivable
    if verb == "suspend":
        return bool(card.waits_for)
    # Leading a case ends by another act: the case closes, or another office accepts it.
    return not (verb == "fulfil" and (card.kind == "lead" or card.kind in DONE_BY_RECORD))
