from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from opennrm.access.scope import Actor
from opennrm.casefile import queries as cases
from opennrm.duties.caseload import AT_ONCE, CaseChanges, whole_caseload
from opennrm.duties.changing import are_nothing
from opennrm.duties.pack import Pack
from opennrm.duties.policies import DOOR
from opennrm.lib import clock

# How many of how many open cases are done.
Progress = Callable[[int, int], None]


class Change(StrEnum):
    """What would happen to a duty."""

    APPEARS = "appears"
    MOVES_AWAY = "moves_away"
    MOVES_HERE = "moves_here"
    CHANGES_LIMIT = "changes_limit"
    ENDS = "ends"
    GAP = "gap"


@dataclass(slots=True)
class Tried:
    """What a procedure would change on the open caseload: so many duties by change, office (None: a gap) and rule."""

    pack: str
    cases: int = 0
    cases_changed: int = 0
    counted: Counter[tuple[Change, int | None, str]] = field(default_factory=Counter)

    def total(self, change: Change) -> int:
        """How many duties of one change, over all offices and rules."""
        return sum(n for (what, _office, _rule), n in self.counted.items() if what is change)


def try_pack(pack: Pack, *, by: Actor, at_once: int = AT_ONCE, progress: Progress | None = None) -> Tried:
    """What would change if this procedure were adopted now; writes nothing."""
    DOOR.require(by, "duties.try")
    tried, all_of_them = Tried(pack.id), cases.count_open()
    for portion in whole_caseload(pack, begins=clock.now(), at_once=at_once):
        for one in portion:
            _count(one, tried)
        tried.cases += len(portion)
        if progress:
            progress(tried.cases, all_of_them)
    return tried


def _count(one: CaseChanges, tried: Tried) -> None:
    what, counted = one.changes, tried.counted
    tried.cases_changed += not are_nothing(what)
    for new, office in what.appear:
        counted[Change.APPEARS, office, new.rule] += 1
    for new in what.gaps:
        counted[Change.GAP, None, new.rule] += 1
    for kept in what.keep:
        holder = one.held[kept.id].holder
        if kept.moves_to is not None:
            counted[Change.MOVES_AWAY, holder, kept.rule] += 1
            counted[Change.MOVES_HERE, kept.moves_to, kept.rule] += 1
        if kept.limit is not None:
            counted[Change.CHANGES_LIMIT, kept.moves_to or holder, kept.rule] += 1
    for duty, _reason in what.end:
        counted[Change.ENDS, one.held[duty].holder, one.held[duty].duty.rule] += 1
