"""Adopting a procedure: every open case goes over to it, in portions, and nothing that is past is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, again_where_crossed
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.duties import ledger, reconciling
from opennrm.duties.caseload import CaseChanges, changes_of
from opennrm.duties.changing import Kept
from opennrm.duties.models import Adoption, Confirmation, Duty
from opennrm.duties.pack import Pack
from opennrm.duties.policies import DOOR
from opennrm.duties.rules import PlanState, State
from opennrm.duties.sops import check_adoptable, confirmed_sop, planned_adoption
from opennrm.lib import clock
from opennrm.lib.problems import Problem

AT_ONCE = 100
# What an adoption writes on a duty that goes on.
RESTS_ON = ("rule", "sop", "source", "verified", "role", "by_law", "escalates_to")
LIMIT = ("limit_amount", "limit_unit", "limit_acts", "due_at")
Scope = Callable[[], AbstractContextManager[Actor]]


def adopt(pack: Pack, *, effective_on: date, scope: Scope) -> Iterator[tuple[int, int]]:
    """Adopts a procedure for every open case, each portion in a scope of its own; run again, it goes on where it stopped.

    Yields how many cases have it of how many that are open.
    """
    with scope() as by:
        _come_before_a_plan(pack)
        begin(pack, effective_on, by=by)
    yield from take_over_all(pack, scope=scope)


def take_over_all(pack: Pack, *, scope: Scope) -> Iterator[tuple[int, int]]:
    """Lets the open cases go over that have not yet, each portion in a scope of its own, once the adoption has begun."""
    while True:
        left, open_now = again_where_crossed(lambda: _one_portion(pack, scope))
        yield open_now - left, open_now
        if not left:
            return


def _one_portion(pack: Pack, scope: Scope) -> tuple[int, int]:
    with scope() as by:
        # Counted where row security lets this purpose see every case.
        return _portion(pack, by=by), cases.count_open()


def confirm(pack: Pack, *, rule: str, reference: str, by: Actor) -> int:
    """Enters that the country confirmed the limit of a rule, and returns how many running duties act on it from now."""
    DOOR.require(by, "duties.confirm")
    known = pack.rules_by_id.get(rule)
    if known is None or known.limit is None:
        raise Problem("rule_without_limit", f"{pack.id} has no rule with a limit named {rule}.")
    if not reference.strip():
        raise Problem("reference_missing", "Say where the limit was confirmed: an act, an order, a page.")
    if Confirmation.objects.filter(pack=pack.id, rule=rule).exists():
        return 0
    now = clock.now()
    Confirmation.objects.bulk_create(
        [Confirmation(pack=pack.id, rule=rule, reference=reference.strip(), since=now)]
    )
    running = Duty.objects.filter(sop=pack.id, rule=rule, state__in=[State.HELD, State.SUSPENDED])
    # A limit that has passed reminded, and does not lapse afterwards.
    count = running.exclude(due_at__lte=now).update(limit_acts=True)
    audit.record("duties.confirm", subject=rule, detail={"pack": pack.id, "reference": reference.strip()})
    return count


def unfinished_adoption() -> str | None:
    """The procedure whose adoption has begun and has cases left."""
    return Adoption.objects.filter(finished_at__isnull=True).values_list("pack", flat=True).first()


def _come_before_a_plan(pack: Pack) -> None:
    sight.one_at_a_time("adoption")
    plan = planned_adoption()
    if plan is None or plan.state == PlanState.RUNNING:
        return
    if plan.pack == pack.id or plan.effective_on <= clock.today():
        raise Problem(
            "adoption_planned",
            f"The adoption of {plan.pack} is planned from {plan.effective_on}; the sweep carries it out.",
            409,
        )


def begin(pack: Pack, effective_on: date, *, by: Actor) -> None:
    """Enters that the adoption has begun, once; run again, it goes on with the one that has."""
    DOOR.require(by, "duties.adopt")
    sight.one_at_a_time("adoption")
    now = clock.now()
    check_adoptable(pack, effective_on)
    if effective_on > clock.local_day(now):
        raise Problem(
            "adoption_in_future", f"An adoption begins on its day: run this on {effective_on} or later."
        )
    if (unfinished := unfinished_adoption()) and unfinished != pack.id:
        raise Problem(
            "another_adoption", f"The adoption of {unfinished} is not finished. Finish it first.", 409
        )
    last = Adoption.objects.order_by("-started_at").first()
    if last is None or last.pack != pack.id:
        Adoption.objects.bulk_create([Adoption(pack=pack.id, effective_on=effective_on, started_at=now)])
        audit.record("duties.adopt", subject=pack.id, detail={"from": effective_on.isoformat()})


def _portion(pack: Pack, *, by: Actor) -> int:
    """Takes the next cases over and returns how many are left."""
    sight.one_at_a_time("adoption")
    waiting = cases.open_cases_without(pack.id, limit=AT_ONCE)
    for case in waiting:
        sight.one_at_a_time(case.id)
    # A sweep takes no lock of a case: what it has in hand is waited for as well.
    owed = Duty.objects.select_for_update().filter(
        case__in=[one.id for one in waiting], ended_at__isnull=True
    )
    list(owed.order_by("id").values_list("id"))
    # Only now: what somebody did while this waited came before it.
    now = clock.now()
    # Read again under their locks: a case may have been closed or changed while it waited.
    portion = [case for case in cases.cases_by_id([one.id for one in waiting]).values() if case.is_open]
    pack = confirmed_sop(pack.id)
    for one in changes_of(portion, pack, begins=now):
        _take_over(one, pack, now, by=by)
    left = cases.count_open_without(pack.id)
    _count(pack.id, len(portion), finished=not left, now=now)
    return left


def _count(pack: str, done: int, *, finished: bool, now: datetime) -> None:
    row = Adoption.objects.filter(pack=pack).order_by("-started_at").first()
    assert row is not None
    row.cases_done += done
    if finished and row.finished_at is None:
        row.finished_at = now
        audit.record("duties.adopted", subject=pack, detail={"cases": row.cases_done})
    row.save(update_fields=["cases_done", "finished_at"])


def _take_over(one: CaseChanges, pack: Pack, now: datetime, *, by: Actor) -> None:
    case, what = one.case, one.changes
    casefile.change_sop(case=case, sop=pack.id, by=by)
    for duty, reason in what.end:
        reconciling.end(duty, reason, case=case, by=by)
    _keep(one, pack, now, by=by)
    if what.appear:
        ledger.make(asked=what.appear, case=case, pack=pack, now=now, by=by)
    audit.record(
        "duties.adopt",
        case=case.id,
        subject=pack.id,
        detail={"appear": len(what.appear), "end": len(what.end), "gaps": len(what.gaps)},
    )
    if what.gaps:
        # A gap makes a duty of its own.
        reconciling.reconcile_case(cases.case_by_id(case.id), by=by)


def _keep(one: CaseChanges, pack: Pack, now: datetime, *, by: Actor) -> None:
    kept = {duty.id: duty for duty in one.changes.keep}
    rows = list(Duty.objects.select_for_update().filter(id__in=list(kept)))
    for row in rows:
        _rest(row, kept[str(row.id)], pack)
    Duty.objects.bulk_update(rows, [*RESTS_ON, *LIMIT])
    for row in rows:
        change = kept[str(row.id)]
        if change.limit is not None:
            ledger.note(row, kind="limit_changed", at=now, now=now, by=by, reason=pack.id)
        if change.moves_to is not None:
            _move(row, change.moves_to, one, pack, now, by=by)


def _rest(row: Duty, kept: Kept, pack: Pack) -> None:
    rule = pack.rules_by_id[kept.rule]
    row.rule, row.sop, row.role = rule.id, pack.id, rule.role
    row.source, row.verified = rule.source.in_one_line, rule.verified
    row.by_law, row.escalates_to = pack.kinds[row.kind].by_law, rule.escalates_to
    if kept.limit is not None:
        row.limit_amount, row.limit_unit = kept.limit.amount, kept.limit.unit
        row.limit_acts, row.due_at = kept.limit.acts, kept.limit.due_at


def _move(row: Duty, office: int, one: CaseChanges, pack: Pack, now: datetime, *, by: Actor) -> None:
    """The procedure names another office from now on: it holds the duty, and sees of the case what the duty opens."""
    ledger.withdraw_offers(row, now=now, by=by)
    row.holder_id = office
    ledger.open_sight([row], case=one.case, now=now)
    ledger.close_sight(row, case=one.case, now=now, keep=office)
    ledger.rename_holder(row, office=office, now=now)
    ledger.note(row, kind="moved_by_procedure", at=now, now=now, by=by, reason=pack.id)
