"""Whether copies are what the actions would have made: some are held against their patterns, the ledger and the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg

from opennrm.access.scope import as_system
from opennrm.casefile import queries as cases
from opennrm.country.open_caseload import copy_sql
from opennrm.country.open_caseload.copies import Copy
from opennrm.duties.caseload import changes_of
from opennrm.duties.changing import are_nothing
from opennrm.duties.ledger import due_from_limit
from opennrm.duties.models import Duty
from opennrm.duties.rules import State
from opennrm.duties.sops import confirmed_sop
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def check(owner: psycopg.Connection, looked_at: Sequence[Copy]) -> None:
    """Refuses copies that break the ledger, differ from their pattern, or that the rules would change at once."""
    ids = [one.id(one.source) for one in looked_at]
    try:
        owner.execute(copy_sql.LEDGER, [ids])
    except psycopg.errors.CheckViolation as error:
        raise _unlike(str(error).splitlines()[0]) from error
    for one in looked_at:
        for fault in _unlike_pattern(owner, one):
            raise _unlike(fault)
    owner.commit()
    with as_system("sop", reason="sample of a simulated caseload"):
        for fault in (*_changed_by_rules(ids), *_due_at_another_instant(ids)):
            raise _unlike(fault)


def _unlike_pattern(owner: psycopg.Connection, one: Copy) -> Iterator[str]:
    copy = one.id(one.source)
    for model in copy_sql.models():
        asked = copy_sql.rows_of(model)
        if owner.execute(asked, [one.source]).fetchone() != owner.execute(asked, [copy]).fetchone():
            yield f"a copy has more or fewer rows in {model._meta.db_table} than its pattern"
    seen = owner.execute(copy_sql.SIGHT, [one.earlier * 0, one.source]).fetchall()
    if seen != owner.execute(copy_sql.SIGHT, [one.earlier, copy]).fetchall():
        yield "other offices see a copy than see its pattern"
    if (
        owner.execute(copy_sql.OFFICES, [one.source]).fetchone()
        != owner.execute(copy_sql.OFFICES, [copy]).fetchone()
    ):
        yield "a copy names other offices that see it than its pattern"


def _changed_by_rules(ids: Sequence[UUID]) -> Iterator[str]:
    for case in cases.cases_by_id(ids).values():
        pack = confirmed_sop(case.sop)
        for one in changes_of([case], pack, begins=clock.now()):
            if not are_nothing(one.changes):
                yield "the rules would change a copy at once"


def _due_at_another_instant(ids: Sequence[UUID]) -> Iterator[str]:
    for duty in Duty.objects.filter(case__in=ids, state=State.HELD):
        if duty.due_at != due_from_limit(duty):
            yield f"the duty {duty.kind} of a copy is due at another instant than its limit says"


def _unlike(what: str) -> Problem:
    return Problem("unlike_the_actions", f"A copied case is not what the actions would have made: {what}.")
