from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle
from uuid import UUID

from django.db import connection
from django.db.models import Count

from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.command.benchmarks import floors
from opennrm.command.benchmarks.timing import Row, row, sample, timed
from opennrm.duties.caseload import changes_of
from opennrm.duties.history import who_was_responsible
from opennrm.duties.models import OPEN, Duty
from opennrm.duties.reconciling import reconcile_case
from opennrm.duties.sops import sop
from opennrm.duties.trying import try_pack
from opennrm.lib import clock
from opennrm.lib.progress import progress

TRIED = "odihr-generic"
ROUNDS, SEVERAL = 3, 50
# Of more cases one round is enough: its portions are measured one by one.
ONCE_FROM = 5000
EARLIER = timedelta(days=3)
_FLOOR = """
SELECT case_id, id, rule, kind, subject, state, due_at, started_at, ended_at,
  holder_id, role, limit_amount, limit_unit, limit_acts
FROM duties_duty WHERE case_id = ANY (%s)
"""


def trying() -> Iterator[Row]:
    """Another procedure is tried on the whole open caseload, beside one query that reads the same duties."""
    pack = sop(TRIED)
    with as_system("sop", reason="benchmark") as actor:
        every = [case.id for case in cases.open_cases(limit=1_000_000)]
        rounds = 1 if len(every) >= ONCE_FROM else ROUNDS
        with progress("Tried on open cases", len(every)) as show:
            took = [
                timed(lambda: try_pack(pack, by=actor, progress=lambda done, _of: show(done)))
                for _ in range(rounds)
            ]
        floor = [timed(lambda: _read(every)) for _ in range(rounds)]
        duties = Duty.objects.filter(case__closed_on__isnull=True).count()
    count = max(1, len(every))
    yield row(
        "try a procedure, 1,000 open cases",
        [one / count * 1000 for one in took],
        [one / count * 1000 for one in floor],
        cases=len(every),
        duties=duties,
        per_second=round(count / min(took) * 1000),
    )


def reconciling(actor: Actor, times: int) -> Iterator[Row]:
    """One case with all its duties is reconciled and nothing is to do; then several are tried under another procedure."""
    several = _busy_cases(actor)
    if not several:
        return
    one, other = cycle(several), cycle(several)
    with acting(actor) as by:
        held = Duty.objects.filter(case__in=several).count() / len(several)
        cards = cases.cases_by_id(several)
        measured = sample(lambda: reconcile_case(cases.case_by_id(next(one)), by=by), times)
        raw = sample(lambda: floors.facts(next(other)), times)
    yield row("reconcile one case", measured, raw, duties=round(held, 1))
    pack = sop(TRIED)
    with as_system("sop", reason="benchmark"):
        took = sample(lambda: changes_of(list(cards.values()), pack, begins=clock.now()), ROUNDS)
    line = row("try a procedure, one case with its duties", [each / len(several) for each in took])
    yield line | {"duties": round(held, 1)}


def answering(actor: Actor, times: int) -> Iterator[Row]:
    """Who was responsible three days ago, from history, beside the same look-ups by the driver."""
    several = _busy_cases(actor)
    if not several:
        return
    one, other = cycle(several), cycle(several)
    at = clock.now() - EARLIER
    with acting(actor):
        cards = cases.cases_by_id(several)
        measured = sample(lambda: who_was_responsible(cards[next(one)], at), times)
        raw = sample(lambda: floors.history(next(other)), times)
    yield row("responsible at an instant", measured, raw)


def _busy_cases(actor: Actor) -> list[UUID]:
    """Open cases on which this office owes something, those with most duties of the first of its list."""
    with acting(actor):
        owed = Duty.objects.filter(holder__in=actor.offices, state__in=OPEN, case__isnull=False)
        seen = list(owed.order_by("due_at").values_list("case_id", flat=True)[: 10 * SEVERAL])
        counted = Duty.objects.filter(case__in=seen).values_list("case_id").annotate(duties=Count("id"))
        return [case for case, _n in counted.order_by("-duties", "case_id")[:SEVERAL] if case is not None]


def _read(every: Sequence[UUID]) -> None:
    assert connection.connection is not None
    with connection.connection.cursor() as cursor:
        cursor.execute(_FLOOR, [list(every)]).fetchall()
