from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection

from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.command.benchmarks.timing import Row, row, sample, timed
from opennrm.duties.caseload import changes_of
from opennrm.duties.models import Duty
from opennrm.duties.reconciling import reconcile_case
from opennrm.duties.sops import sop
from opennrm.duties.trying import try_pack
from opennrm.lib import clock

TRIED = "odihr-generic"
ROUNDS = 3
_FLOOR = """
SELECT case_id, id, rule, kind, subject, state, due_at, started_at, ended_at,
  holder_id, role, limit_amount, limit_unit, limit_acts
FROM duties_duty WHERE case_id = ANY (%s)
"""


def trying() -> Iterator[Row]:
    """Another procedure is tried on the whole open caseload, beside one query that reads the same duties."""
    pack = sop(TRIED)
    with as_system("sop", reason="benchmark") as actor:
        took = [timed(lambda: try_pack(pack, by=actor)) for _ in range(ROUNDS)]
        every = [case.id for case in cases.open_cases(limit=1_000_000)]
        floor = [timed(lambda: _read(every)) for _ in range(ROUNDS)]
        duties = Duty.objects.filter(case__in=every).count() if len(every) < 50_000 else Duty.objects.count()
    count = max(1, len(every))
    yield row(
        "try a procedure, 1,000 open cases",
        [one / count * 1000 for one in took],
        [one / count * 1000 for one in floor],
        cases=len(every),
        duties=duties,
        per_second=round(count / min(took) * 1000),
    )


def reconciling(actor: Actor, entered: Sequence[UUID], times: int) -> Iterator[Row]:
    """One case with all its duties is reconciled and nothing is to do; then tried under another procedure with others like it."""
    with acting(actor) as by:
        case = cases.case_by_id(entered[0])
        measured = sample(lambda: reconcile_case(case, by=by), times)
        held = Duty.objects.filter(case=case.id).count()
    yield row("reconcile one case", measured, duties=held)
    pack = sop(TRIED)
    with as_system("sop", reason="benchmark"):
        several = list(cases.cases_by_id(entered).values())
        took = sample(lambda: changes_of(several, pack, begins=clock.now()), ROUNDS)
    yield row("try a procedure, one case with its duties", [one / len(several) for one in took], duties=held)


def _read(every: Sequence[UUID]) -> None:
    assert connection.connection is not None
    with connection.connection.cursor() as cursor:
        cursor.execute(_FLOOR, [list(every)]).fetchall()
