"""Adopting a procedure: every open case goes over once, nothing that is past is touched, and running it again changes nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from opennrm.access.scope import Actor, as_system
from opennrm.casefile import queries as casefile
from opennrm.duties import actions, adopting, sops
from opennrm.duties.limits import Limit, Unit
from opennrm.duties.models import Adoption, Duty, Event, Happening, Holding
from opennrm.duties.pack import Pack, load_pack, packs
from opennrm.duties.trying import Change, Tried, try_pack
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests.acting import by, duty, office, opened

pytestmark = pytest.mark.django_db

TODAY = clock.today()
NEW = "al-next"


@pytest.fixture
def next_pack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """The Albanian procedure with one rule repealed, one limit longer, one office another, and one rule new."""
    old = load_pack(packs()["al-2018-499"])
    rules = []
    for rule in old.rules:
        if rule.id == "adult-plan":
            rule = replace(rule, limit=Limit(20, Unit.DAYS, verified=False))
        if rule.id == "adult-interview":
            rule = replace(rule, role="responsible_authority", national=True)
        if rule.id == "adult-risk":
            rule = replace(rule, id="adult-risk-renamed")
        if rule.id != "adult-interview-police":
            rules.append(rule)
    added = replace(
        old.rules_by_id["adult-authority"], id="adult-rights-again", owes="explain_rights_and_interpreter"
    )
    pack = replace(old, id=NEW, rules=(*rules, added))
    by_id = sops.sop
    monkeypatch.setattr(sops, "sop", lambda one: pack if one == NEW else by_id(one))
    modules = ("duties.actions", "duties.ledger", "duties.queries", "identification.actions")
    for module in modules:
        monkeypatch.setattr(f"opennrm.{module}.sop", lambda one: pack if one == NEW else by_id(one))
    sops._confirmed.cache_clear()
    yield pack
    sops._confirmed.cache_clear()


def scope() -> AbstractContextManager[Actor]:
    return as_system("sop", reason="test")


def adopted(pack: Pack, day: date = TODAY) -> list[tuple[int, int]]:
    return list(adopting.adopt(pack, effective_on=day, scope=scope))


def tried(pack: Pack) -> Tried:
    with scope() as actor:
        return try_pack(pack, by=actor, at_once=1)


def stand() -> set[tuple[object, ...]]:
    with as_system("sweep", reason="test"):
        return set(Duty.objects.values_list("id", "rule", "sop", "state", "holder", "due_at", "limit_amount"))


def test_trying_says_what_would_change_and_writes_nothing(next_pack: Pack) -> None:
    opened()
    opened()
    before = stand()
    found = tried(next_pack)
    assert (found.cases, found.cases_changed) == (2, 2)
    totals = {change: found.total(change) for change in Change}
    assert totals == {
        Change.APPEARS: 2,
        Change.MOVES_AWAY: 2,
        Change.MOVES_HERE: 2,
        Change.CHANGES_LIMIT: 2,
        Change.ENDS: 2,
        Change.GAP: 0,
    }
    assert found.counted[Change.MOVES_HERE, office("authority"), "adult-interview"] == 2
    assert stand() == before


def test_trying_the_procedure_the_cases_have_changes_nothing() -> None:
    opened(needs=("food", "legal_assistance"))
    assert not tried(load_pack(packs()["al-2018-499"])).counted


def test_adopting_does_what_trying_said_and_adopting_again_changes_nothing(next_pack: Pack) -> None:
    case = opened()
    assert adopted(next_pack) == [(1, 1)]
    after = stand()
    with by("border-ana"):
        assert casefile.case_by_id(case.id).sop == NEW
    assert not tried(next_pack).counted
    assert adopted(next_pack) == [(1, 1)]
    assert stand() == after
    assert Adoption.objects.get().cases_done == 1


def test_a_duty_of_a_rule_with_another_name_goes_on_with_its_history(next_pack: Pack) -> None:
    case = opened()
    with by("border-ana"):
        before = duty(case.id, "risk_assessment")
    adopted(next_pack)
    with by("border-ana"):
        after = duty(case.id, "risk_assessment")
        assert (after.id, after.rule, after.started_at) == (
            before.id,
            "adult-risk-renamed",
            before.started_at,
        )


def test_a_longer_limit_runs_from_the_same_start_and_a_limit_that_passed_stays(next_pack: Pack) -> None:
    fresh, late = opened(), opened(at=clock.now() - timedelta(days=12))
    with by("border-ana"):
        passed = duty(late.id, "assistance_plan").due_at
    adopted(next_pack)
    with by("border-ana"):
        plan = duty(fresh.id, "assistance_plan")
        assert plan.due_at is not None
        assert (plan.due_at - plan.started_at).days in (19, 20)
        assert duty(late.id, "assistance_plan").due_at == passed
        assert Event.objects.filter(duty=plan, kind="limit_changed").count() == 1


def test_a_duty_whose_office_changes_moves_in_one_instant(next_pack: Pack) -> None:
    case = opened()
    adopted(next_pack)
    with by("authority-rita"):
        moved = duty(case.id, "joint_interview")
        assert moved.holder_id == office("authority")
        rows = list(
            Holding.objects.filter(duty=moved).order_by("since").values_list("office", "since", "until")
        )
        assert [row[0] for row in rows] == [office("social-tirana"), office("authority")]
        assert rows[0][2] == rows[1][1]


def test_what_is_new_is_owed_from_the_adoption_on_and_what_is_done_is_not_asked_again(
    next_pack: Pack,
) -> None:
    case = opened(at=clock.now() - timedelta(days=5))
    with by("border-ana") as ana:
        actions.fulfil(duty=duty(case.id, "risk_assessment").id, by=ana)
    began = clock.now()
    adopted(next_pack)
    with by("border-ana"):
        new = duty(case.id, "explain_rights_and_interpreter")
        assert new.started_at >= began
        assert new.due_at is not None
        assert new.due_at > began
        assert Duty.objects.filter(case=case.id, rule="adult-risk-renamed").count() == 0


def test_a_closed_case_keeps_its_procedure(next_pack: Pack) -> None:
    case = opened()
    with by("border-ana") as ana:
        actions.close_case(case=case, reason="own_wish", by=ana)
        before = set(Duty.objects.filter(case=case.id).values_list("id", "state", "sop"))
    adopted(next_pack)
    with by("border-ana"):
        assert set(Duty.objects.filter(case=case.id).values_list("id", "state", "sop")) == before


def test_an_adoption_that_stopped_goes_on(next_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        opened()
    monkeypatch.setattr(adopting, "AT_ONCE", 1)
    going = adopting.adopt(next_pack, effective_on=TODAY, scope=scope)
    assert next(going) == (1, 3)
    assert isinstance(going, Generator)
    going.close()
    assert adopted(next_pack) == [(2, 3), (3, 3)]
    assert Adoption.objects.get().cases_done == 3


def test_a_case_opened_after_an_adoption_begins_with_the_new_procedure(next_pack: Pack) -> None:
    adopted(next_pack)
    assert opened().sop == NEW


def test_a_draft_a_day_before_the_procedure_and_a_day_to_come_are_refused(next_pack: Pack) -> None:
    for pack, day in (
        (replace(next_pack, draft=True), TODAY),
        (next_pack, date(2018, 8, 1)),
        (next_pack, TODAY + timedelta(days=2)),
    ):
        with pytest.raises(Problem):
            adopted(pack, day)
    assert not Adoption.objects.exists()


def test_a_confirmed_limit_acts_and_any_other_reminds() -> None:
    pack = sops.sop("al-2018-499")
    first = opened()
    with scope() as actor:
        assert adopting.confirm(pack, rule="adult-police", reference="Order 1 of the test", by=actor) == 1
        assert adopting.confirm(pack, rule="adult-police", reference="Order 1 of the test", by=actor) == 0
    second = opened()
    with by("border-ana"):
        for case in (first, second):
            assert duty(case.id, "notify_police").limit_acts
            assert not duty(case.id, "notify_social_service").limit_acts


def test_a_suspected_guardian_and_an_age_in_doubt_are_owed_what_protects() -> None:
    from opennrm.casefile.rules import Fork
    from tests.acting import BESA

    child = replace(
        BESA,
        age=None,
        age_on=None,
        age_basis="disputed",
        guardian="Guri Shembulli",
        guardian_may_be_involved=True,
    )
    case = opened(fork=Fork.CHILD, who=child)
    with by("border-ana"):
        owed = set(Duty.objects.filter(case=case.id).values_list("kind", flat=True))
        assert {"appoint_other_guardian", "clarify_age"} <= owed
        assert "appoint_guardian" not in owed


def test_asking_for_asylum_is_told_and_holds_removal_until_the_decision() -> None:
    case = opened()
    with by("border-ana") as ana:
        actions.note(case=case.id, event="asylum_asked", by=ana)
        kinds = set(Duty.objects.filter(case=case.id).values_list("kind", flat=True))
        assert {"tell_asylum_authority", "hold_removal"} <= kinds
        actions.note(case=case.id, event="status_decided", subject="official", by=ana)
        assert duty(case.id, "hold_removal").state == "ended"
        assert Happening.objects.filter(case=case.id, kind="asylum_asked").exists()
