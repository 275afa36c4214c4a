"""Going from one procedure to another, as pure rules: idempotent, and nothing that is over is touched or asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opennrm.duties import procedure_words
from opennrm.duties.changing import Changes, HeldDuty, are_nothing, changes
from opennrm.duties.facts import CaseFacts, Event, Need
from opennrm.duties.limits import acts
from opennrm.duties.pack import Pack, load_pack, packs
from opennrm.duties.reconcile import ExistingDuty, reconcile
from opennrm.duties.rules import OPEN, State

PACKS = {name: load_pack(path) for name, path in packs().items()}
START = datetime(2024, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEGINS = START + 600 * HOUR
SUPPORT = sorted(rule.owes for rule in PACKS["al-2018-499"].rules if rule.when == "need_recorded")
EVENTS = ["consent_given", "consent_refused", "plan_agreed", "plan_reviewed", "risk_assessed", "asylum_asked"]

instants = st.integers(0, 500).map(lambda hours: START + hours * HOUR)
facts_of_a_case = st.builds(
    lambda events, **rest: CaseFacts(events=(Event("case_opened", START), *events), **rest),
    st.lists(st.builds(Event, st.sampled_from(EVENTS), instants), max_size=5),
    child=st.booleans(),
    consents=st.booleans(),
    foreign=st.booleans(),
    asylum=st.booleans(),
    guardian_suspected=st.booleans(),
    age_in_doubt=st.booleans(),
    language=st.sampled_from(["sq", "ar"]),
    region=st.just("AL-11"),
    needs=st.lists(st.builds(Need, st.sampled_from(SUPPORT), instants), max_size=3).map(tuple),
    in_danger=st.booleans(),
)
pairs = st.tuples(st.sampled_from(sorted(PACKS)), st.sampled_from(sorted(PACKS)))
# Which of the duties that the old procedure asked for are over, by their place in the list.
over = st.sets(st.integers(0, 30), max_size=8)


def under(pack: Pack, facts: CaseFacts, ended: set[int]) -> list[ExistingDuty]:
    """The duties of a case that was opened under a procedure, some of them done."""
    duties = []
    for number, new in enumerate(reconcile(facts, pack, []).create):
        done = number in ended and new.kind != "lead"
        duties.append(
            ExistingDuty(
                id=f"{number:03}",
                rule=new.rule,
                kind=new.kind,
                subject=new.subject,
                state=State.FULFILLED if done else State.HELD,
                due_at=new.due_at,
                started_at=new.started_at,
                settled_at=BEGINS - HOUR if done else None,
            )
        )
    return duties


def what_changes(facts: CaseFacts, old: Pack, new: Pack, duties: list[ExistingDuty]) -> Changes:
    return changes(facts, new, duties, held_of(duties, old), lambda role, place: 1, BEGINS)


def held_of(duties: list[ExistingDuty], pack: Pack) -> dict[str, HeldDuty]:
    found = {}
    for duty in duties:
        if duty.state in OPEN:
            rule = pack.rules_by_id[duty.rule]
            limit = (rule.limit.amount, str(rule.limit.unit)) if rule.limit else None
            found[duty.id] = HeldDuty(duty, 1, rule.role, limit, acts(rule.limit))
    return found


def adopted(facts: CaseFacts, old: Pack, new: Pack, duties: list[ExistingDuty]) -> list[ExistingDuty]:
    """The ledger after the adoption, as the acts would write it."""
    what = what_changes(facts, old, new, duties)
    kept = {one.id: one for one in what.keep}
    ended = dict(what.end)
    after = []
    for duty in duties:
        if duty.id in ended:
            after.append(replace(duty, state=State.ENDED, settled_at=BEGINS))
        elif duty.id in kept:
            due = kept[duty.id].limit
            after.append(replace(duty, rule=kept[duty.id].rule, due_at=due.due_at if due else duty.due_at))
        else:
            after.append(duty)
    made = [
        ExistingDuty(f"n{n}", d.rule, d.kind, d.subject, State.HELD, d.due_at, d.started_at)
        for n, (d, _office) in enumerate(what.appear)
    ]
    return after + made


@settings(max_examples=150)
@given(facts_of_a_case, pairs, over)
def test_adopting_twice_changes_nothing(facts: CaseFacts, pair: tuple[str, str], ended: set[int]) -> None:
    old, new = PACKS[pair[0]], PACKS[pair[1]]
    after = adopted(facts, old, new, under(old, facts, ended))
    plan = reconcile(facts, new, after)
    assert (plan.create, plan.end, plan.rekey) == ((), (), ())
    again = what_changes(facts, new, new, after)
    assert (again.appear, again.gaps, again.end) == ((), (), ())
    assert all(one.moves_to is None for one in again.keep)


@settings(max_examples=150)
@given(facts_of_a_case, pairs, over)
def test_what_is_over_is_not_touched_and_not_asked_again(
    facts: CaseFacts, pair: tuple[str, str], ended: set[int]
) -> None:
    old, new = PACKS[pair[0]], PACKS[pair[1]]
    before = under(old, facts, ended)
    after = adopted(facts, old, new, before)
    settled = [duty for duty in before if duty.state not in OPEN]
    assert [duty for duty in after if duty.state is State.FULFILLED] == settled
    made = {(duty.kind, duty.subject) for duty in after if duty.id.startswith("n")}
    recurring = {kind for kind, row in new.kinds.items() if row.on_fulfilled}
    # The same under another name would be asked twice; what recurs is asked anew by its own event.
    for duty in settled:
        names = [r.id for r in new.rules if r.owes == duty.kind]
        if duty.kind not in recurring and duty.rule not in new.rules_by_id and len(names) == 1:
            assert (duty.kind, duty.subject) not in made


@settings(max_examples=150)
@given(facts_of_a_case, pairs, over)
def test_every_open_duty_goes_on_or_ends_and_the_lead_goes_on(
    facts: CaseFacts, pair: tuple[str, str], ended: set[int]
) -> None:
    old, new = PACKS[pair[0]], PACKS[pair[1]]
    before = under(old, facts, ended)
    what = what_changes(facts, old, new, before)
    touched = sorted([*(one.id for one in what.keep), *(one for one, _ in what.end)])
    assert touched == sorted(duty.id for duty in before if duty.state in OPEN)
    leads = {duty.id for duty in before if duty.kind == "lead"}
    assert leads <= {one.id for one in what.keep}


@settings(max_examples=100)
@given(facts_of_a_case, pairs)
def test_nothing_is_owed_from_a_day_before_the_adoption_and_nothing_new_is_late(
    facts: CaseFacts, pair: tuple[str, str]
) -> None:
    old, new = PACKS[pair[0]], PACKS[pair[1]]
    what = what_changes(facts, old, new, under(old, facts, set()))
    for duty, _office in what.appear:
        assert duty.started_at >= BEGINS
        assert duty.due_at is None or duty.due_at > BEGINS
    for one in what.keep:
        assert one.limit is None or one.limit.due_at is None or one.limit.due_at > BEGINS


@given(facts_of_a_case, st.sampled_from(sorted(PACKS)), over)
def test_the_procedure_a_case_has_changes_nothing(facts: CaseFacts, name: str, ended: set[int]) -> None:
    pack = PACKS[name]
    duties = under(pack, facts, set())
    assert are_nothing(what_changes(facts, pack, pack, duties))


@pytest.mark.parametrize("name", sorted(PACKS))
def test_the_legal_forks_are_in_every_procedure(name: str) -> None:
    at = BEGINS

    def owed(**facts: object) -> set[str]:
        consent = "consent_given" if facts.get("consents") else "consent_refused"
        events = [Event("case_opened", at), Event(consent, at)]
        if facts.get("asylum"):
            events.append(Event("asylum_asked", at))
        case = CaseFacts(events=tuple(events), region="AL-11", status="potential", **facts)  # type: ignore[arg-type]
        return {duty.kind for duty in reconcile(case, PACKS[name], []).create}

    for consents, suspected, doubt in product([True, False], repeat=3):
        child = owed(child=True, consents=consents, guardian_suspected=suspected, age_in_doubt=doubt)
        assert {"notify_police", "notify_responsible_authority", "notify_child_protection_unit"} <= child
        assert ("appoint_other_guardian" in child) == suspected
        assert ("appoint_guardian" in child) != suspected
        assert ("clarify_age" in child) == doubt
    silent = owed(consents=False)
    assert "notify_without_name" in silent
    assert not {"notify_police", "notify_responsible_authority", "joint_interview"} & silent
    seeking = owed(consents=True, foreign=True, asylum=True)
    assert {"tell_asylum_authority", "hold_removal"} <= seeking
    # Who does not agree to be referred is told to nobody by name, the asylum authority included.
    assert "tell_asylum_authority" not in owed(consents=False, asylum=True)


@pytest.mark.parametrize("name", sorted(PACKS))
def test_telling_child_protection_at_once_waits_for_nothing(name: str) -> None:
    assert PACKS[name].rules_by_id["child-protection-notice"].paused_by == ()


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_condition_can_be_said_in_words(name: str) -> None:
    for rule in PACKS[name].rules:
        said = procedure_words.when_in_words(rule, PACKS[name], "en")
        for sign in ("&&", "||", "==", "!", "“child", "subject"):
            assert sign not in said, said
