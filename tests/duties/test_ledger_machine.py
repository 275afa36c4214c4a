"""Any order of acts on the real ledger, as the application's role, against a small model of who holds and who sees what."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from opennrm.access.models import Sight
from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.models import Case
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions, exclusion, handover, queries, sweep
from opennrm.duties.models import Duty, Holding, Offer
from opennrm.duties.rules import OPEN, OfferState, holdings_are_whole
from opennrm.duties.rules import Holding as Held
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests import promises
from tests.acting import office, person, told

STAFF = {
    "border": "border-ana",
    "police-tirana": "police-petra",
    "social-tirana": "social-sara",
    "authority": "authority-rita",
    "coordinator": "coordinator-kim",
    "shelter": "shelter-sam",
    "health-tirana": "health-hana",
    "labour": "labour-lea",
    "social-vlora": "social-vera",
}
NEEDS = ("food", "health_care", "legal_aid", "employment")
PHASES = (Phase.generate, Phase.shrink) if "OPENNRM_DRILLS" in os.environ else (Phase.generate,)
picks = st.integers(0, 999)
codes = st.sampled_from(sorted(STAFF))


@dataclass
class ModelDuty:
    """What the model knows of a duty: who holds it, since when, and whether it is over."""

    kind: str
    holder: int
    opens: frozenset[str]
    over: bool = False
    suspended: bool = False
    offer: UUID | None = None
    offered_to: int | None = None


@dataclass
class ModelCase:
    """A case with its duties, who ever held one, who was told, and who is excluded."""

    closed: bool = False
    duties: dict[UUID, ModelDuty] = field(default_factory=dict)
    held: dict[int, set[str]] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    excluded: set[int] = field(default_factory=set)


class LedgerMachine(RuleBasedStateMachine):
    """Acts as the people of the small world do, and keeps the books beside the database."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = clock.now()
        self.offices = {office(code): person(username) for code, username in STAFF.items()}
        self.authority = office("authority")
        self.cases: dict[UUID, ModelCase] = {}
        self.remembered: list[tuple[UUID, datetime, list[tuple[UUID, int]]]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # What people do.

    @initialize()
    def first_case(self) -> None:
        self.open_case(needs=["food", "legal_aid"])

    @precondition(lambda self: len(self.cases) < 2)
    @rule(needs=st.lists(st.sampled_from(NEEDS), max_size=2, unique=True))
    def open_case(self, needs: list[str]) -> None:
        with clock.stopped_at(self.now):
            case = told(needs=tuple(needs), at=self.now)
        self.cases[case.id] = ModelCase()
        self.learn(case.id)

    @rule(pick=picks, kind=st.sampled_from(NEEDS))
    def record_need(self, pick: int, kind: str) -> None:
        case = self.pick_case(pick)
        if self.attempt(
            self.lead_of(case), lambda who: actions.record_need(case=case, kind=kind, by=who), case
        ):
            self.learn(case)

    @rule(pick=picks, code=codes)
    def offer(self, pick: int, code: str) -> None:
        case, duty, one = self.pick_duty(pick)
        made = self.attempt(
            one.holder, lambda who: handover.offer(duty=duty, to_office=office(code), by=who), case
        )
        if isinstance(made, UUID):
            assert one.offer is None
            assert office(code) not in self.cases[case].excluded
            one.offer, one.offered_to = made, office(code)

    @precondition(lambda self: self.offers())
    @rule(pick=picks, answer=st.sampled_from(["accept", "decline", "withdraw", "stranger"]))
    def answer(self, pick: int, answer: str) -> None:
        case, one = self.offers()[pick % len(self.offers())]
        assert one.offer is not None
        assert one.offered_to is not None
        offer, to = one.offer, one.offered_to
        if answer == "stranger":
            stranger = next(o for o in self.offices if o not in (one.holder, to))
            assert not self.attempt(stranger, lambda who: handover.accept(offer=offer, by=who), case)
            return
        acts = {
            "accept": (to, lambda who: handover.accept(offer=offer, by=who)),
            "decline": (to, lambda who: handover.decline(offer=offer, reason="safety", by=who)),
            "withdraw": (one.holder, lambda who: handover.withdraw(offer=offer, by=who)),
        }
        actor, act = acts[answer]
        assert self.attempt(actor, act, case), answer
        if answer == "accept":
            self.moved(case, one, to)
        one.offer = one.offered_to = None

    @rule(pick=picks, what=st.sampled_from(["fulfil", "waive"]))
    def finish(self, pick: int, what: str) -> None:
        case, duty, one = self.pick_duty(pick)
        done = self.attempt(
            one.holder,
            lambda who: (
                actions.fulfil(duty=duty, by=who)
                if what == "fulfil"
                else actions.waive(duty=duty, reason="declined", by=who)
            ),
            case,
        )
        if done:
            assert not one.suspended
            assert one.kind != "lead"
            self.learn(case)

    @rule(pick=picks)
    def suspend_or_resume(self, pick: int) -> None:
        case, duty, one = self.pick_duty(pick)
        if one.suspended:
            assert self.attempt(one.holder, lambda who: actions.resume(duty=duty, by=who), case)
        else:
            assert self.attempt(
                one.holder, lambda who: actions.suspend(duty=duty, reason="ill", until=None, by=who), case
            )
        one.suspended = not one.suspended

    @rule(pick=picks)
    def name_worker(self, pick: int) -> None:
        case, duty, one = self.pick_duty(pick)
        officer = self.offices[one.holder].officer
        assert officer is not None
        assert self.attempt(
            one.holder, lambda who: actions.name_worker(duty=duty, officer=officer, by=who), case
        )
        self.learn(case)

    @rule(pick=picks, code=codes)
    def act_without_holding(self, pick: int, code: str) -> None:
        case, duty, one = self.pick_duty(pick)
        if office(code) != one.holder:
            assert not self.attempt(office(code), lambda who: actions.fulfil(duty=duty, by=who), case)

    @rule(pick=picks, code=codes)
    def exclude(self, pick: int, code: str) -> None:
        case = self.pick_case(pick)
        model, out = self.cases[case], office(code)
        if len(model.excluded) >= 2 or model.closed:
            return

        def act(who: Actor) -> None:
            exclusion.exclude_office(
                case=cases.case_by_id(case), office=out, reason=ExclusionReason.SUSPECTED, by=who
            )

        if self.attempt(self.lead_of(case), act, case):
            model.excluded.add(out)
            self.learn(case)

    @precondition(lambda self: len(self.cases) > 1)
    @rule(pick=picks)
    def close_case(self, pick: int) -> None:
        case = self.pick_case(pick)
        if self.cases[case].closed or sum(not model.closed for model in self.cases.values()) < 2:
            return
        assert self.attempt(
            self.lead_of(case),
            lambda who: actions.close_case(case=cases.case_by_id(case), reason="left_the_country", by=who),
            case,
        )
        self.cases[case].closed = True
        self.learn(case)

    @rule(hours=st.sampled_from([1, 13, 25, 80]))
    def time_passes_and_a_sweep_runs(self, hours: int) -> None:
        self.remember()
        self.now += timedelta(hours=hours)
        with clock.stopped_at(self.now), as_system("sweep", reason="machine") as actor:
            sweep.sweep(by=actor)
        with clock.stopped_at(self.now), as_system("sweep", reason="machine") as actor:
            assert sweep.sweep(by=actor) == []
        for case in self.cases:
            self.learn(case)

    # What must hold after each.

    @invariant()
    def the_database_agrees_with_its_own_rules(self) -> None:
        connection.check_constraints()

    @invariant()
    def exactly_one_office_holds_each_duty_from_start_to_end(self) -> None:
        with as_system("statistics", reason="machine"):
            rows = {d.id: d for d in Duty.objects.filter(case__in=list(self.cases))}
            held: dict[UUID, list[Held]] = {}
            for h in Holding.objects.filter(case_id__in=list(self.cases)):
                held.setdefault(h.duty_id, []).append(Held(h.office_id, h.since, h.until))
        for row in rows.values():
            assert holdings_are_whole(held[row.id], row.started_at, row.ended_at), row.kind
        for case, model in self.cases.items():
            assert {d for d, one in model.duties.items() if not one.over} == {
                r.id for r in rows.values() if r.case_id == case and r.state in OPEN
            }
            for duty, one in model.duties.items():
                assert rows[duty].holder_id == one.holder, one.kind

    @invariant()
    def every_open_case_has_one_lead_and_it_is_the_ledger_s(self) -> None:
        with as_system("statistics", reason="machine"):
            lead = dict(Case.objects.filter(closed_on__isnull=True).values_list("id", "lead_office_id"))
        for case, model in self.cases.items():
            leads = [one.holder for one in model.duties.values() if one.kind == "lead" and not one.over]
            assert leads == ([] if model.closed else [lead[case]])

    @invariant()
    def each_office_sees_what_it_holds_held_or_is_asked_and_no_more(self) -> None:
        for number, who in self.offices.items():
            with acting(who):
                seen: dict[UUID, set[str]] = {}
                for case, data_class in Sight.objects.filter(case_id__in=list(self.cases)).values_list(
                    "case_id", "data_class"
                ):
                    seen.setdefault(case, set()).add(data_class)
                listed = set(Case.objects.filter(id__in=list(self.cases)).values_list("id", flat=True))
            for case in self.cases:
                wanted = self.sight(case, number)
                assert seen.get(case, set()) == wanted, who.user
                assert (case in listed) == ("ordinary" in wanted), who.user

    @invariant()
    def what_was_answered_of_the_past_is_answered_again(self) -> None:
        for case, at, answer in self.remembered[-3:]:
            assert self.responsible(case, at) == answer

    # The books.

    def sight(self, case: UUID, number: int) -> set[str]:
        model = self.cases[case]
        if number in model.excluded:
            return set()
        seen = {"ordinary"} if number == self.authority else set()
        seen |= model.held.get(number, set())
        asked = any(one.offered_to == number for one in model.duties.values() if not one.over)
        return seen | ({"snapshot"} if asked or number in model.told else set())

    def moved(self, case: UUID, one: ModelDuty, to: int) -> None:
        one.holder = to
        self.cases[case].held.setdefault(to, set()).update(one.opens)

    def learn(self, case: UUID) -> None:
        """Reads what the rules made, ended or moved: the rules themselves are proven elsewhere."""
        model = self.cases[case]
        with as_system("sweep", reason="machine"):
            rows = list(Duty.objects.filter(case=case))
            offers = dict(
                Offer.objects.filter(case_id=case, state=OfferState.OPEN).values_list("id", "to_office_id")
            )
        for row in rows:
            one = model.duties.setdefault(
                row.id, ModelDuty(row.kind, row.holder_id, frozenset(row.classes_opened or {"snapshot"}))
            )
            one.over = row.state not in OPEN
            assert row.holder_id not in model.excluded or one.over
            self.moved(case, one, row.holder_id)
            if one.offer not in offers:
                one.offer = one.offered_to = None
            if row.lapsed_at and row.escalates_to:
                told = (
                    office("authority")
                    if row.escalates_to == "responsible_authority"
                    else office("coordinator")
                )
                if told != row.holder_id:
                    model.told.add(told)

    def remember(self) -> None:
        for case in self.cases:
            self.remembered.append((case, self.now, self.responsible(case, self.now)))

    def responsible(self, case: UUID, at: datetime) -> list[tuple[UUID, int]]:
        with as_system("statistics", reason="machine"):
            card = cases.case_by_id(case)
            return sorted(
                (one.id, one.holder_id)
                for one in queries.responsible(card, at)
                if one.ended_at is None or one.ended_at > at
            )

    def attempt(self, number: int, act: object, case: UUID) -> object:
        """The act's result, or None where it was refused; a refusal is always a problem, never another error."""
        # A moment passes between two acts, as it does at work.
        self.now += timedelta(seconds=1)
        try:
            with clock.stopped_at(self.now), acting(self.offices[number]) as who:
                return act(who) or True  # type: ignore[operator]
        except Problem:
            return None

    def pick_case(self, pick: int) -> UUID:
        return list(self.cases)[pick % len(self.cases)]

    def pick_duty(self, pick: int) -> tuple[UUID, UUID, ModelDuty]:
        known = [(c, d, one) for c, m in self.cases.items() for d, one in m.duties.items() if not one.over]
        return known[pick % len(known)]

    def offers(self) -> list[tuple[UUID, ModelDuty]]:
        return [
            (c, one) for c, m in self.cases.items() for one in m.duties.values() if one.offer and not one.over
        ]

    def lead_of(self, case: UUID) -> int:
        leads = [one.holder for one in self.cases[case].duties.values() if one.kind == "lead"]
        return leads[-1]


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
            database=None,
            derandomize="OPENNRM_DRILLS" not in os.environ,
        ),
    )


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_ledger() -> None:
    walk(examples=8, steps=12)


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_no_long_order_of_acts_breaks_the_ledger() -> None:
    walk(examples=60, steps=30)
    promises.figure("L", "60 walks of up to 30 acts on the real ledger, 0 broken invariants")
