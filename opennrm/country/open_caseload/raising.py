from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from random import Random
from uuid import UUID

import psycopg
from django.db import transaction

from opennrm.access.scope import as_system
from opennrm.casefile.rules import new_reference
from opennrm.country.open_caseload import copies, sample, sealed
from opennrm.country.open_caseload.patterns import CONFIRMED_LIMITS, patterns
from opennrm.country.replaying import Replay
from opennrm.duties import adopting
from opennrm.duties.sops import sop, sop_in_force
from opennrm.duties.sweep import sweep_all
from opennrm.lib import clock

AT_ONCE = 500
LOOKED_AT = 12
FEWEST, MOST, CASES_A_PATTERN = 12, 120, 100
CONFIRMED_BY = "Invented: confirmed for a simulated caseload"
Show = Callable[[int], None]


def how_many_patterns(cases: int) -> int:
    """How many of so many cases are worked through the actions."""
    return min(cases, max(FEWEST, min(MOST, cases // CASES_A_PATTERN)))


def raise_caseload(owner: psycopg.Connection, cases: int, *, seed: int, show: Show) -> list[copies.Copy]:
    """Adds so many open cases with everything offices owe on them, and returns those that are copies.

    1. Work some cases through the actions, each by someone of the office that acts, and sweep what fell due.
    2. Copy these set by set as the owner, every copy under keys and with a name of its own.
    3. Look at a sample: a copy is what the actions would have made, or this fails.
    """
    worked = _worked(how_many_patterns(cases), seed, show)
    copied = _copy(owner, worked, cases - len(worked), Random(seed), lambda done: show(len(worked) + done))
    sample.check(owner, copied[:: max(1, len(copied) // LOOKED_AT)])
    return copied


def _worked(count: int, seed: int, show: Show) -> list[UUID]:
    _confirm_limits()
    made, replay = list[UUID](), Replay()
    for live in patterns(count, seed, clock.today()):
        # One transaction, so that an interrupted run leaves no half of a case.
        with transaction.atomic():
            made += replay.run([live])
        show(len(made))
    for _portion in sweep_all():
        pass
    return made


def _confirm_limits() -> None:
    pack = sop(sop_in_force())
    with as_system("sop", reason="limits of a simulated caseload") as actor:
        for rule in CONFIRMED_LIMITS:
            if rule in pack.rules_by_id:
                adopting.confirm(pack, rule=rule, reference=CONFIRMED_BY, by=actor)


def _copy(
    owner: psycopg.Connection, worked: Sequence[UUID], count: int, random: Random, show: Show
) -> list[copies.Copy]:
    if not count:
        return []
    copies.prepare(owner)
    known = {case: sealed.pattern_of(owner, case) for case in worked}
    owner.commit()
    country = sop(sop_in_force()).country
    references = _references(country)
    wanted = list(copies.copies_of([(one.case, one.reference) for one in known.values()], references, count))
    done = 0
    # While the database writes one portion, the keys of the next are made.
    with ThreadPoolExecutor(1) as writer:
        writing: Future[None] | None = None
        for several in _portions(wanted):
            portion = sealed.portion(several, known, random)
            if writing is not None:
                writing.result()
            show(done)
            writing, done = writer.submit(copies.write, owner, portion), done + len(several)
        if writing is not None:
            writing.result()
        show(done)
    owner.autocommit = True
    owner.execute("ANALYZE")
    owner.autocommit = False
    return wanted


def _references(country: str) -> Iterator[str]:
    while True:
        yield new_reference(country)


def _portions(wanted: Sequence[copies.Copy]) -> Iterator[list[copies.Copy]]:
    iterator = iter(wanted)
    while several := list(islice(iterator, AT_ONCE)):
        yield several
