"""A simulated year of reading: honest work with its untidiness, and misuse planted among it, for precision and recall.

The untidiness is invented here and by nobody's statistics: how often a caller asks about a handed-on case, a colleague is
stood in for, somebody works late, a family name agrees by chance. The figures say how the rules do in this world, and no more.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from opennrm.oversight.signals import OfficerDay, Reading, SignalKind, questions, thresholds

K = SignalKind
START = date(2026, 1, 5)


@dataclass(frozen=True)
class Measured:
    """What the rules asked about, against what was planted."""

    asked: int
    asked_rightly: int
    planted: int
    found: int

    @property
    def precision(self) -> float:
        return self.asked_rightly / self.asked if self.asked else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0


def simulated(officers: int, days: int, seed: int) -> Iterator[tuple[OfficerDay, SignalKind | None]]:
    """Days of people at work, and with each the misuse planted in it, if any: about one day in two hundred."""
    chance = random.Random(seed)
    for officer in range(1, officers + 1):
        night_shift = chance.random() < 0.3
        keeps_register = chance.random() < 0.02
        for n in range(days):
            planted = chance.choice(list(K)) if chance.random() < 0.005 else None
            day = _honest(chance, officer, START + timedelta(days=n), night_shift, keeps_register)
            yield (_misused(chance, day, planted) if planted else day), planted


def measured(officers: int, days: int, seed: int) -> dict[SignalKind, Measured]:
    """Precision and recall for each kind over a simulated time."""
    asked, right, planted_in, found_in = Counter[K](), Counter[K](), Counter[K](), Counter[K]()
    for day, planted in simulated(officers, days, seed):
        kinds = {one.kind for one in questions(day, thresholds())}
        asked.update(kinds)
        # A night of looking through handed-on cases is rightly asked about as either.
        if planted:
            right.update(kinds)
            planted_in[planted] += 1
            found_in[planted] += planted in kinds
    return {kind: Measured(asked[kind], right[kind], planted_in[kind], found_in[kind]) for kind in K}


def _case(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128))


def _few(chance: random.Random, p: float) -> int:
    """How many times something rare happens on one day: mostly never, seldom twice, hardly ever five times."""
    number = 0
    while chance.random() < p:
        number += 1
    return number


def _hour(chance: random.Random, night_shift: bool) -> int:
    if night_shift and chance.random() < 0.3:
        return chance.choice((22, 23, 0, 1, 2, 3, 4, 5))
    return min(21, max(7, round(chance.gauss(12, 3))))


def _honest(
    chance: random.Random, officer: int, day: date, night_shift: bool, keeps_register: bool
) -> OfficerDay:
    def read(number: int, **how: Any) -> list[Reading]:
        stands: dict[str, Any] = {"owes": True, "hers": True} | how
        return [Reading(_case(chance), _hour(chance, night_shift), **stands) for _ in range(number)]

    readings = read(max(0, round(chance.gauss(7, 3))))
    # A colleague is ill and nobody wrote it down: her whole desk for a day.
    absent = chance.random() < 0.01
    readings += read(chance.randint(3, 9) if absent else 0, hers=False, colleagues=frozenset({1}))
    readings += [
        one for n in range(_few(chance, 0.3)) for one in read(1, hers=False, colleagues=frozenset({n}))
    ]
    readings += read(_few(chance, 0.22), owes=False, hers=False)
    if keeps_register:
        readings += read(max(0, round(chance.gauss(9, 5))), owes=False, hers=False, order=True)
    # One call in the evening of who has no night shift.
    if not night_shift and chance.random() < 0.02:
        readings += [Reading(_case(chance), 22, owes=True, hers=True) for _ in range(1 + _few(chance, 0.25))]
    # The same rare family name by chance.
    if chance.random() < 0.0008:
        readings += read(1, relative=True)
    shelters = {n: frozenset({_case(chance)}) for n in range(_few(chance, 0.08))}
    raid = chance.random() < 0.004
    return OfficerDay(
        officer=officer,
        office=1 + officer // 3,
        day=day,
        readings=readings,
        # What is left of a raid's searches when two before each case she entered are taken off.
        searches=max(0, chance.randint(8, 30) - 2 * chance.randint(3, 12)) if raid else _few(chance, 0.6),
        tries=_few(chance, 0.01),
        shelters=shelters,
        night_shift=night_shift,
    )


def _misused(chance: random.Random, day: OfficerDay, kind: SignalKind) -> OfficerDay:
    """The same day with misuse in it, now and then too little to stand out."""

    def read(least: int, most: int, hour: int = 14, **how: Any) -> list[Reading]:
        stands: dict[str, Any] = {"owes": False, "hers": False} | how
        return [Reading(_case(chance), hour, **stands) for _ in range(chance.randint(least, most))]

    more: list[Reading] = []
    changed: dict[str, object] = {}
    match kind:
        case K.WITHOUT_TASK:
            more = read(2, 12)
        case K.STANDING_ORDER:
            more = read(12, 60, order=True)
        case K.OUTSIDE_CASELOAD:
            # Some look into the cases of one colleague alone, which is never asked about.
            several = 1 if chance.random() < 0.15 else 4
            more = [
                one
                for _ in range(chance.randint(3, 14))
                for one in read(1, 1, owes=True, colleagues=frozenset({chance.randrange(several)}))
            ]
        case K.BY_NIGHT:
            # Also by people with a night shift, of whom night is never asked.
            more = read(1, 9, 23, owes=True, hers=True)
        case K.RELATIVE:
            # Two in five bear a name that too many bear to be asked about.
            more = read(1, 1, relative=chance.random() < 0.6)
        case K.MANY_SHELTERS:
            # Some sell what they learn of their own cases, which is never asked about.
            number = 0 if chance.random() < 0.25 else chance.randint(2, 5)
            changed["shelters"] = {n: frozenset({_case(chance)}) for n in range(number)}
        case K.MANY_EMERGENCIES:
            changed["tries"] = chance.randint(2, 6)
        case K.MANY_SEARCHES:
            changed["searches"] = chance.randint(8, 50)
    fields = {name: getattr(day, name) for name in ("officer", "office", "day", "night_shift")}
    own = {"searches": day.searches, "tries": day.tries, "shelters": day.shelters} | changed
    return OfficerDay(**fields, **own, readings=[*day.readings, *more])  # type: ignore[arg-type]


def lines(officers: int, days: int, seed: int) -> list[str]:
    """The table as the documents show it."""
    return [
        f"{kind}: precision {one.precision:.2f} ({one.asked_rightly} of {one.asked}),"
        f" recall {one.recall:.2f} ({one.found} of {one.planted})"
        for kind, one in measured(officers, days, seed).items()
    ]
