from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.duties import ledger
from opennrm.duties.case_facts import Happened, facts_of
from opennrm.duties.facts import CaseFacts
from opennrm.duties.mechanism_kinds import rule_of
from opennrm.duties.models import Duty, Happening, Holding
from opennrm.duties.pack import Pack
from opennrm.duties.reconcile import ExistingDuty, NewDuty, reconcile
from opennrm.duties.routing import Router
from opennrm.duties.rules import Move, State
from opennrm.duties.sops import confirmed_sop, home_country
from opennrm.lib import clock
from opennrm.people import queries as people

ROUNDS = 4


def reconcile_case(case: CaseCard, *, by: Actor, chosen: Mapping[str, int] | None = None) -> None:
    """Makes the duties of a case, as it was just read, what its procedure asks; running it again changes nothing.

    What becomes owed now is owed by the office chosen for its role, where one was.
    """
    pack = confirmed_sop(case.sop)
    ended: list[Duty] = []
    # A round may find gaps, and a gap makes a duty of its own in the next; it settles after two.
    for _round in range(ROUNDS):
        router = Router(case, pack, lambda: identifying_office(case), chosen=chosen)
        plan = reconcile(case_facts(case, pack, router), pack, existing(case.id))
        if not plan.create and not plan.end:
            break
        ended += [_move_to_end(duty_id, str(reason), case=case, by=by) for duty_id, reason in plan.end]
        if not _create(plan.create, case=case, pack=pack, router=router, by=by):
            break
    # Sight ends last: what the actor's own duty opened is needed until everything that follows is written.
    for row in ended:
        ledger.close_sight(row, case=case, now=clock.now())


def _create(wanted: Sequence[NewDuty], *, case: CaseCard, pack: Pack, router: Router, by: Actor) -> list[str]:
    """Makes what an office is competent for, and returns the kinds for which there is none."""
    now = clock.now()
    routed = [(new, router.office(new.role, new.place)) for new in wanted]
    gaps = sorted({new.kind for new, office in routed if office is None})
    Happening.objects.bulk_create(
        [Happening(case_id=case.id, kind="gap_found", subject=kind, at=now, known_at=now) for kind in gaps]
    )
    for kind in gaps:
        audit.record("duties.gap", case=case.id, detail={"kind": kind})
    held = [(new, office) for new, office in routed if office is not None]
    if held:
        for duty in ledger.make(asked=held, case=case, pack=pack, now=now, by=by):
            audit.record(
                "duties.create",
                case=case.id,
                subject=str(duty.id),
                detail={"kind": duty.kind, "rule": duty.rule},
            )
    return gaps


def end(duty_id: str, reason: str, *, case: CaseCard, by: Actor) -> None:
    """Ends a duty that is asked no longer, and the sight it opened."""
    ledger.close_sight(_move_to_end(duty_id, reason, case=case, by=by), case=case, now=clock.now())


def _move_to_end(duty_id: str, reason: str, *, case: CaseCard, by: Actor) -> Duty:
    row = Duty.objects.select_for_update().get(id=UUID(duty_id))
    ledger.move(row, Move.END, now=clock.now(), by=by, reason=reason)
    audit.record("duties.end", case=case.id, subject=duty_id, detail={"reason": reason})
    return row


def case_facts(case: CaseCard, pack: Pack, router: Router) -> CaseFacts:
    """Everything the rules may know of one case."""
    rows = Happening.objects.filter(case=case.id).order_by("at").values_list("kind", "subject", "at")
    return facts_of(
        case=case,
        person=people.person(case.person),
        happened=[Happened(*row) for row in rows],
        country=home_country(pack),
        has_office=router.has_office,
    )


def existing(case: UUID) -> list[ExistingDuty]:
    """The duties of a case as the rules look at them."""
    columns = ("id", "rule", "kind", "subject", "state", "due_at", "started_at", "ended_at")
    return [
        ExistingDuty(str(duty), rule_of(kind, rule), kind, subject, State(state), due, started, ended)
        for duty, rule, kind, subject, state, due, started, ended in Duty.objects.filter(
            case=case
        ).values_list(*columns)
    ]


def identifying_office(case: CaseCard) -> int:
    """The office that opened the case: the first holder of its first lead."""
    leads = Holding.objects.filter(case_id=case.id, duty__kind="lead").order_by("duty__started_at", "since")
    first = leads.values_list("office_id", flat=True).first()
    return case.lead_office if first is None else first
