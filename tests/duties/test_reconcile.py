from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from opennrm.duties.facts import CaseFacts, Event, Gap, Need
from opennrm.duties.pack import Rule, load_pack, packs
from opennrm.duties.reconcile import EndReason, ExistingDuty, Plan, reconcile
from opennrm.duties.rules import OPEN, State

ALBANIA = load_pack(packs()["al-2018-499"])
SUPPORT = sorted(rule.owes for rule in ALBANIA.rules if rule.when == "need_recorded")
START = datetime(2024, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPENED = (Event("case_opened", START),)

instants = st.integers(0, 500).map(lambda hours: START + hours * HOUR)
events = st.builds(
    Event, st.sampled_from(["case_opened", "consent_given", "consent_refused", "plan_reviewed"]), instants
)
facts_of_a_case = st.builds(
    CaseFacts,
    events=st.lists(events, max_size=5).map(tuple),
    child=st.booleans(),
    consents=st.booleans(),
    foreign=st.booleans(),
    language=st.sampled_from(["sq", "en", "ar"]),
    region=st.just("AL-11"),
    needs=st.lists(st.builds(Need, st.sampled_from(SUPPORT), instants), max_size=4).map(tuple),
    gaps=st.lists(st.builds(Gap, st.sampled_from(SUPPORT), instants), max_size=2).map(tuple),
    in_danger=st.booleans(),
    sheltered=st.booleans(),
    closed_at=st.one_of(st.none(), st.just(START + 600 * HOUR)),
)
ledgers = st.lists(
    st.tuples(
        st.sampled_from(ALBANIA.rules),
        st.sampled_from(["", *SUPPORT]),
        st.sampled_from(State),
        instants,
        instants,
    ),
    max_size=8,
).map(lambda rows: [_existing(str(number), *row) for number, row in enumerate(rows)])


def _existing(
    number: str, rule: Rule, subject: str, state: State, begin: datetime, end: datetime
) -> ExistingDuty:
    return ExistingDuty(
        id=number,
        rule=rule.id,
        kind=rule.owes,
        subject=subject,
        state=state,
        started_at=min(begin, end),
        settled_at=None if state in OPEN else max(begin, end),
    )


def apply(plan: Plan, existing: list[ExistingDuty], at: datetime) -> list[ExistingDuty]:
    ended = dict(plan.end)
    left = [
        replace(duty, state=State.ENDED, settled_at=at) if duty.id in ended else duty for duty in existing
    ]
    made = [
        ExistingDuty(f"new-{number}", new.rule, new.kind, new.subject, State.HELD, new.due_at, new.started_at)
        for number, new in enumerate(plan.create)
    ]
    return left + made


def settle(existing: list[ExistingDuty], kind: str, state: State, at: datetime) -> list[ExistingDuty]:
    return [replace(duty, state=state, settled_at=at) if duty.kind == kind else duty for duty in existing]


@settings(max_examples=200)
@given(facts_of_a_case, ledgers)
def test_reconciling_again_changes_nothing(facts: CaseFacts, existing: list[ExistingDuty]) -> None:
    after = apply(reconcile(facts, ALBANIA, existing), existing, START + 700 * HOUR)
    again = reconcile(facts, ALBANIA, after)
    assert (again.create, again.end) == ((), ())
    assert set(again.keep) == {duty.id for duty in after if duty.state in OPEN}


@settings(max_examples=200)
@given(facts_of_a_case, ledgers, st.randoms())
def test_the_order_of_facts_and_duties_does_not_matter(
    facts: CaseFacts, existing: list[ExistingDuty], random: Random
) -> None:
    events, needs, duties = list(facts.events), list(facts.needs), list(existing)
    for items in (events, needs, duties):
        random.shuffle(items)
    other = replace(facts, events=tuple(events), needs=tuple(needs))
    assert reconcile(other, ALBANIA, duties) == reconcile(facts, ALBANIA, existing)


@given(facts_of_a_case, ledgers)
def test_every_open_duty_is_kept_or_ended_and_no_other_is_touched(
    facts: CaseFacts, existing: list[ExistingDuty]
) -> None:
    plan = reconcile(facts, ALBANIA, existing)
    touched = [*plan.keep, *(duty for duty, _ in plan.end)]
    assert sorted(touched) == sorted(duty.id for duty in existing if duty.state in OPEN)


@given(facts_of_a_case)
def test_no_need_is_swallowed(facts: CaseFacts) -> None:
    owed = {(duty.kind, duty.subject) for duty in reconcile(facts, ALBANIA, []).create}
    gaps = {gap.kind for gap in facts.gaps}
    for need in facts.needs:
        expected = ("find_provider", need.kind) if need.kind in gaps else (need.kind, need.kind)
        assert facts.closed_at or expected in owed


def test_one_need_recorded_twice_is_one_duty_from_the_first() -> None:
    facts = CaseFacts(events=(), needs=(Need("food", START + HOUR), Need("food", START)))
    (duty,) = reconcile(facts, ALBANIA, []).create
    assert (duty.role, duty.started_at, duty.due_at) == ("municipality", START, START + 24 * HOUR)


def test_what_was_declined_is_not_asked_again_and_no_other_service_is_lost() -> None:
    facts = CaseFacts(events=(), needs=(Need("food", START), Need("education", START)))
    ledger = apply(reconcile(facts, ALBANIA, []), [], START)
    plan = reconcile(facts, ALBANIA, settle(ledger, "food", State.WAIVED, START + HOUR))
    assert (plan.create, plan.end, len(plan.keep)) == ((), (), 1)


def test_what_was_declined_is_owed_when_it_is_asked_for_anew() -> None:
    facts = CaseFacts(events=(), needs=(Need("food", START),))
    ledger = settle(apply(reconcile(facts, ALBANIA, []), [], START), "food", State.WAIVED, START + HOUR)
    facts = replace(facts, needs=(*facts.needs, Need("food", START + 5 * HOUR)))
    (duty,) = reconcile(facts, ALBANIA, ledger).create
    assert duty.started_at == START + 5 * HOUR


def test_a_duty_settled_at_the_instant_it_began_is_not_made_again() -> None:
    facts = CaseFacts(events=OPENED)
    ledger = settle(apply(reconcile(facts, ALBANIA, []), [], START), "explain_rights", State.FULFILLED, START)
    assert reconcile(facts, ALBANIA, ledger).create == ()


def test_each_review_of_the_plan_owes_the_next() -> None:
    facts = CaseFacts(events=(Event("plan_reviewed", START),))
    ledger = apply(reconcile(facts, ALBANIA, []), [], START)
    reviewed = START + 2000 * HOUR
    facts = replace(facts, events=(*facts.events, Event("plan_reviewed", reviewed)))
    (next_review,) = reconcile(
        facts, ALBANIA, settle(ledger, "review_plan", State.FULFILLED, reviewed)
    ).create
    assert (next_review.kind, next_review.started_at) == ("review_plan", reviewed)


def test_a_review_entered_days_late_still_owes_the_next() -> None:
    facts = CaseFacts(events=(Event("plan_reviewed", START),))
    ledger = apply(reconcile(facts, ALBANIA, []), [], START)
    reviewed = START + 2000 * HOUR
    facts = replace(facts, events=(*facts.events, Event("plan_reviewed", reviewed)))
    ledger = settle(ledger, "review_plan", State.FULFILLED, reviewed + 48 * HOUR)
    (next_review,) = reconcile(facts, ALBANIA, ledger).create
    assert next_review.started_at == reviewed


def test_a_gap_is_owed_by_the_coordinator_until_an_office_is_competent() -> None:
    gap = CaseFacts(events=(), region="AL-04", needs=(Need("food", START),), gaps=(Gap("food", START),))
    (find,) = reconcile(gap, ALBANIA, []).create
    assert (find.kind, find.subject, find.role, find.place) == (
        "find_provider",
        "food",
        "national_coordinator",
        None,
    )
    filled = reconcile(replace(gap, gaps=()), ALBANIA, apply(reconcile(gap, ALBANIA, []), [], START))
    assert [duty.kind for duty in filled.create] == ["food"]
    assert filled.end == (("new-0", EndReason.RULE_NO_LONGER_ASKS),)


def test_an_office_that_holds_a_duty_keeps_it_while_a_gap_opens() -> None:
    facts = CaseFacts(events=(), needs=(Need("food", START),))
    ledger = apply(reconcile(facts, ALBANIA, []), [], START)
    plan = reconcile(replace(facts, gaps=(Gap("food", START + HOUR),)), ALBANIA, ledger)
    assert (plan.keep, plan.end) == (("new-0",), ())


def test_consent_given_later_replaces_the_notice_without_a_name() -> None:
    refused = CaseFacts(events=(*OPENED, Event("consent_refused", START)))
    ledger = apply(reconcile(refused, ALBANIA, []), [], START)
    agreed = replace(refused, consents=True, events=(*refused.events, Event("consent_given", START + HOUR)))
    plan = reconcile(agreed, ALBANIA, ledger)
    police = next(duty for duty in plan.create if duty.kind == "notify_police")
    assert police.due_at == START + 25 * HOUR
    assert [next(duty.kind for duty in ledger if duty.id == one) for one, _ in plan.end] == [
        "notify_without_name"
    ]


def test_closing_a_case_ends_all_that_is_open_and_a_duty_made_by_hand_too() -> None:
    by_hand = ExistingDuty("by-hand", "", "lead", "", State.HELD)
    facts = CaseFacts(events=OPENED)
    assert "by-hand" in reconcile(facts, ALBANIA, [by_hand]).keep
    closed = reconcile(replace(facts, closed_at=START + HOUR), ALBANIA, [by_hand])
    assert closed == Plan((), (), (("by-hand", EndReason.CASE_CLOSED),))


def test_a_duty_of_the_region_names_it_and_a_national_one_names_none() -> None:
    facts = CaseFacts(events=OPENED, region="AL-11", child=True, in_danger=True)
    places = {duty.kind: duty.place for duty in reconcile(facts, ALBANIA, []).create}
    assert (places["notify_police"], places["shelter_place"]) == ("AL-11", None)
