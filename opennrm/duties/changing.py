"""What another procedure changes on one case: duties that appear, go on, move, change their limit or end; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from opennrm.duties.facts import CaseFacts
from opennrm.duties.limits import Pause, acts, due_at
from opennrm.duties.pack import Pack, Rule
from opennrm.duties.reconcile import ExistingDuty, NewDuty, reconcile
from opennrm.duties.rules import State

# The office for a role in a place; None where nobody is competent.
Office = Callable[[str, str | None], int | None]


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """An open duty with what may change on it."""

    duty: ExistingDuty
    holder: int
    role: str
    limit: tuple[int, str] | None
    acts: bool
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class NewLimit:
    """A limit that a kept duty gets, and when it is due by it."""

    amount: int | None
    unit: str
    acts: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A duty that goes on: under which rule, at which other office, and with which new limit, where they change."""

    id: str
    rule: str
    moves_to: int | None = None
    limit: NewLimit | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an adoption does to one case."""

    appear: tuple[tuple[NewDuty, int], ...] = ()
    gaps: tuple[NewDuty, ...] = ()
    keep: tuple[Kept, ...] = ()
    end: tuple[tuple[str, str], ...] = ()


def changes(
    facts: CaseFacts,
    pack: Pack,
    existing: Sequence[ExistingDuty],
    held: Mapping[str, HeldDuty],
    office: Office,
    begins: datetime,
) -> Changes:
    """What the pack would change on a case from an instant on; nothing that lies before it is touched."""
    plan = reconcile(facts, pack, existing)
    renamed = dict(plan.rekey)
    routed = [(_from(new, pack, begins), office(new.role, new.place)) for new in plan.create]
    return Changes(
        appear=tuple((new, to) for new, to in routed if to is not None),
        gaps=tuple(new for new, to in routed if to is None),
        keep=tuple(
            _kept(held[one], renamed.get(one, held[one].duty.rule), facts, pack, office, begins)
            for one in plan.keep
            if held[one].duty.rule
        ),
        end=tuple((one, str(reason)) for one, reason in plan.end),
    )


def _from(new: NewDuty, pack: Pack, begins: datetime) -> NewDuty:
    # What nobody owed before is owed from the adoption on, and is not late on its first day.
    if new.started_at >= begins:
        return new
    limit = pack.rules_by_id[new.rule].limit
    return replace(new, started_at=begins, due_at=due_at(begins, limit, pack.calendar))


def _kept(
    one: HeldDuty, rule_id: str, facts: CaseFacts, pack: Pack, office: Office, begins: datetime
) -> Kept:
    rule = pack.rules_by_id[rule_id]
    return Kept(one.duty.id, rule_id, _moves_to(one, rule, facts, office), _limit(one, rule, pack, begins))


def _moves_to(one: HeldDuty, rule: Rule, facts: CaseFacts, office: Office) -> int | None:
    """Another office, just where the procedure names another role: who accepted a duty from another office keeps it."""
    if rule.role == one.role or one.duty.kind == "lead":
        return None
    to = office(rule.role, None if rule.national else facts.region)
    return to if to is not None and to != one.holder else None


def _limit(one: HeldDuty, rule: Rule, pack: Pack, begins: datetime) -> NewLimit | None:
    """The new limit where it differs and neither the old nor the new one had passed."""
    limit, old = rule.limit, one.duty.due_at
    new = (limit.amount, str(limit.unit)) if limit else None
    acting = acts(limit)
    if (new, acting) == (one.limit, one.acts):
        return None
    if one.duty.state is State.LAPSED or (old is not None and old <= begins) or one.duty.started_at is None:
        return None
    due = due_at(one.duty.started_at, limit, pack.calendar, one.pauses)
    if due is not None and due <= begins:
        return None
    amount, unit = new or (None, "")
    return NewLimit(amount, unit, acting, due)


def are_nothing(one: Changes) -> bool:
    """Whether the offices would notice no difference."""
    kept = any(duty.moves_to is not None or duty.limit is not None for duty in one.keep)
    return not (one.appear or one.gaps or one.end or kept)
