from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import UUID

from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties.case_facts import Happened, facts_of
from opennrm.duties.changing import Changes, HeldDuty, changes
from opennrm.duties.limits import Pause
from opennrm.duties.mechanism_kinds import rule_of
from opennrm.duties.models import Duty, Happening, Holding
from opennrm.duties.models import Pause as PauseRow
from opennrm.duties.pack import Pack
from opennrm.duties.reconcile import ExistingDuty
from opennrm.duties.routing import Router, finder, kept_out_of
from opennrm.duties.rules import OPEN, State
from opennrm.duties.sops import home_country
from opennrm.people import queries as people

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """What a procedure changes on one case, and who held what before."""

    case: CaseCard
    changes: Changes
    held: dict[str, HeldDuty]


def whole_caseload(pack: Pack, *, begins: datetime, at_once: int = AT_ONCE) -> Iterator[list[CaseChanges]]:
    """What the pack changes on every open case, a portion at a time; reads only."""
    after: UUID | None = None
    while portion := cases.open_cases(after=after, limit=at_once):
        yield changes_of(portion, pack, begins=begins)
        after = portion[-1].id


def changes_of(portion: Sequence[CaseCard], pack: Pack, *, begins: datetime) -> list[CaseChanges]:
    """What the pack changes on these cases; each table is asked once for all of them."""
    ids = [case.id for case in portion]
    persons = people.persons(case.person for case in portion)
    happened, excluded = _happened(ids), kept_out_of(ids)
    existing, held = _duties(ids)
    openers, find, country = _openers(ids), finder(), home_country(pack)
    closed = cache(agencies.closed_offices)
    found = []
    for case in portion:
        router = Router(
            case,
            pack,
            partial(_opener, openers, case),
            find=find,
            closed=closed,
            excluded=excluded.get(case.id, frozenset()),
        )
        facts = facts_of(
            case=case,
            person=persons[case.person],
            happened=happened[case.id],
            country=country,
            has_office=router.has_office,
        )
        what = changes(facts, pack, existing[case.id], held[case.id], router.office, begins)
        found.append(CaseChanges(case, what, held[case.id]))
    return found


def _happened(ids: Sequence[UUID]) -> dict[UUID, list[Happened]]:
    found: dict[UUID, list[Happened]] = defaultdict(list)
    rows = Happening.objects.filter(case__in=ids).order_by("at")
    for case, kind, subject, at in rows.values_list("case_id", "kind", "subject", "at"):
        found[case].append(Happened(kind, subject, at))
    return found


def _duties(ids: Sequence[UUID]) -> tuple[dict[UUID, list[ExistingDuty]], dict[UUID, dict[str, HeldDuty]]]:
    existing: dict[UUID, list[ExistingDuty]] = defaultdict(list)
    held: dict[UUID, dict[str, HeldDuty]] = defaultdict(dict)
    pauses = _pauses(ids)
    columns = (
        *("case_id", "id", "rule", "kind", "subject", "state", "due_at", "started_at", "ended_at"),
        *("holder_id", "role", "limit_amount", "limit_unit", "limit_acts"),
    )
    for row in Duty.objects.filter(case__in=ids).values_list(*columns):
        case, identity, rule, kind, subject, state, due, started, ended, holder, role, amount, unit, acts = (
            row
        )
        duty = ExistingDuty(
            str(identity), rule_of(kind, rule), kind, subject, State(state), due, started, ended
        )
        existing[case].append(duty)
        if duty.state in OPEN:
            limit = (amount, unit) if amount is not None else None
            held[case][duty.id] = HeldDuty(duty, holder, role, limit, acts, tuple(pauses[identity]))
    return existing, held


def _pauses(ids: Sequence[UUID]) -> dict[UUID, list[Pause]]:
    found: dict[UUID, list[Pause]] = defaultdict(list)
    for duty, since, until in PauseRow.objects.filter(case_id__in=ids).values_list("duty", "since", "until"):
        found[duty].append(Pause(since, until))
    return found


def _openers(ids: Sequence[UUID]) -> dict[UUID, int]:
    """The office that opened each case: the first holder of its first lead."""
    rows = Holding.objects.filter(case_id__in=ids, duty__kind="lead").order_by("duty__started_at", "since")
    found: dict[UUID, int] = {}
    for case, office in rows.values_list("case_id", "office_id"):
        if case is not None:
            found.setdefault(case, office)
    return found


def _opener(openers: Mapping[UUID, int], case: CaseCard) -> int:
    return openers.get(case.id, case.lead_office)
