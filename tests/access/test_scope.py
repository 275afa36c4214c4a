"""What a scope gives and takes back: rollback, system purposes, and exclusion that beats every basis."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.models import Exclusion, ExclusionReason
from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.models import Case
from opennrm.casefile.rules import ExclusionReason as Reason
from opennrm.duties import actions, exclusion, handover, queries
from opennrm.duties.models import Duty, Offer
from opennrm.duties.rules import OPEN
from opennrm.identification import actions as identification
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people.models import BirthDate, Contact, Document, Name, Person, Token
from tests.acting import by, duty, new_case, office, opened, person, told

pytestmark = pytest.mark.django_db


def entries(verb: str) -> int:
    with as_system("audit", reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_audit WHERE verb = %s", [verb])
        return int(cursor.fetchone()[0])


def test_an_act_that_fails_leaves_neither_rows_nor_its_entries() -> None:
    before = entries("casefile.open")
    made = []
    with pytest.raises(ZeroDivisionError), by("border-ana") as ana:
        made.append(identification.open_case(new=new_case(), by=ana).id)
        _ = 1 // 0
    with by("authority-rita"):
        assert not Case.objects.filter(id=made[0]).exists()
    assert entries("casefile.open") == before


def test_an_act_that_succeeds_leaves_its_entries_in_the_same_transaction() -> None:
    before = entries("casefile.open")
    opened()
    assert entries("casefile.open") == before + 1


def test_an_entry_without_a_scope_is_refused() -> None:
    with pytest.raises(RuntimeError):
        audit.record("case.read", case=uuid4())


@pytest.mark.parametrize("purpose", ["statistics", "import", "sweep", "setup", "audit", "access"])
def test_a_system_actor_reads_no_name_whatever_its_purpose(purpose: str) -> None:
    case = opened()
    with as_system(purpose, reason="test"):
        for model in (Name, BirthDate, Document, Contact, Token):
            with transaction.atomic():
                assert not model.objects.filter(case_id=case.id).exists(), model


def test_the_statistics_actor_reads_what_the_account_counts_and_writes_nothing() -> None:
    case = opened()
    with as_system("statistics", reason="test"):
        assert Case.objects.filter(id=case.id).exists()
        assert Person.objects.filter(case_id=case.id).exists()
        assert Case.objects.filter(id=case.id).update(closing_reason="x") == 0


def test_a_purpose_that_the_matrix_does_not_name_sees_nothing() -> None:
    case = opened()
    everything = Actor(user="system:everything", purpose="everything", offices=frozenset({office("border")}))
    with acting(everything):
        assert not Case.objects.filter(id=case.id).exists()


def excluded(case: cases.CaseCard, code: str, who: str = "social-sara") -> None:
    with by(who) as actor:
        exclusion.exclude_office(case=case, office=office(code), reason=Reason.SUSPECTED, by=actor)


def sees(username: str, case: cases.CaseCard) -> bool:
    with by(username):
        known = [
            Duty.objects.filter(case=case.id).exists(),
            bool(sight.bases(case.id)),
            bool(sight.classes_seen(case.id)),
        ]
        known.append(
            bool(queries.unread_notices([office(code) for code in ("border", "authority", "shelter")]))
        )
        try:
            cases.case_by_id(case.id)
        except NotFound:
            return any(known)
        return True


@pytest.mark.parametrize(
    ("code", "username"),
    [("border", "border-ana"), ("authority", "authority-rita"), ("police-tirana", "police-petra")],
)
def test_an_excluded_office_sees_nothing_whether_it_led_held_or_had_an_order(
    code: str, username: str
) -> None:
    case = told()
    assert sees(username, case)
    excluded(case, code)
    assert not sees(username, case)


def test_what_the_excluded_office_held_is_held_by_another_at_the_same_instant() -> None:
    case = told(needs=("food", "health_care"))
    with by("social-sara"):
        before = {d.id: d.holder_id for d in Duty.objects.filter(case=case.id, state__in=OPEN)}
    excluded(case, "border")
    with by("social-sara"):
        after = {d.id: d.holder_id for d in Duty.objects.filter(case=case.id, state__in=OPEN)}
        assert cases.case_by_id(case.id).lead_office == office("authority")
        assert queries.lead_office_at(cases.case_by_id(case.id), case.opened_at) == office("border")
    connection.check_constraints()
    assert office("border") in before.values()
    assert office("border") not in after.values()
    assert before.keys() <= after.keys()


def test_what_only_the_excluded_office_provides_becomes_a_gap() -> None:
    case = told(needs=("health_care",))
    excluded(case, "health-tirana")
    with by("social-sara"):
        assert duty(case.id, "health_care").holder_id == office("border")
        assert "health_care" in {gap.kind for gap in queries.gap_lines() if gap.case_id == case.id}


def test_offers_to_an_excluded_office_are_taken_back_and_none_is_made() -> None:
    case = told()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    excluded(case, "shelter")
    with by("shelter-sam") as sam:
        assert queries.open_offers_to([office("shelter")]) == []
        with pytest.raises(NotFound):
            handover.accept(offer=made, by=sam)
    with by("border-ana") as ana:
        assert Offer.objects.get(id=made).state == "withdrawn"
        with pytest.raises(Problem) as refused:
            handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        assert "excluded" not in str(refused.value)


def test_rules_give_an_excluded_office_nothing_new() -> None:
    case = told()
    excluded(case, "health-tirana")
    with by("border-ana") as ana:
        actions.record_need(case=case.id, kind="health_care", by=ana)
        assert not Duty.objects.filter(case=case.id, holder=office("health-tirana")).exists()
        assert "health_care" in {gap.kind for gap in queries.gap_lines() if gap.case_id == case.id}


def ben() -> int:
    officer = person("border-ben").officer
    assert officer is not None
    return officer


def test_an_excluded_officer_is_named_no_more_and_her_colleagues_go_on() -> None:
    case = told()
    with by("border-ana") as ana:
        actions.name_worker(duty=duty(case.id, "lead").id, officer=ben(), by=ana)
        exclusion.exclude_officer(
            case=cases.case_by_id(case.id), officer=ben(), reason=Reason.RELATIVE, by=ana
        )
    assert not sees("border-ben", case)
    with by("border-ana") as ana:
        assert cases.case_by_id(case.id).worker is None
        assert duty(case.id, "lead").holder_id == office("border")
        with pytest.raises(Problem):
            actions.name_worker(duty=duty(case.id, "lead").id, officer=ben(), by=ana)
    connection.check_constraints()


def test_an_officer_may_exclude_herself() -> None:
    case = told()
    with by("border-ben") as actor:
        exclusion.exclude_officer(
            case=cases.case_by_id(case.id), officer=ben(), reason=Reason.RELATIVE, by=actor
        )
    assert not sees("border-ben", case)
    assert sees("border-ana", case)


def test_an_office_whose_only_officer_is_excluded_hands_on_what_it_held() -> None:
    case = told()
    petra = person("police-petra").officer
    assert petra
    with by("social-sara") as sara:
        assert Duty.objects.filter(case=case.id, holder=office("police-tirana"), state__in=OPEN).exists()
        exclusion.exclude_officer(case=case, officer=petra, reason=Reason.LEAKED, by=sara)
        assert not Duty.objects.filter(case=case.id, holder=office("police-tirana"), state__in=OPEN).exists()
    assert not sees("police-petra", case)
    connection.check_constraints()


def test_nobody_excludes_her_own_office_nor_leaves_it_with_nobody() -> None:
    case = told()
    sara = person("social-sara").officer
    assert sara
    with by("social-sara") as actor:
        with pytest.raises(Problem):
            exclusion.exclude_office(
                case=case, office=office("social-tirana"), reason=Reason.RELATIVE, by=actor
            )
        with pytest.raises(Problem), transaction.atomic():
            exclusion.exclude_officer(case=case, officer=sara, reason=Reason.RELATIVE, by=actor)


def test_the_reason_is_read_by_who_asked_and_by_the_coordinator_alone() -> None:
    case = told()
    excluded(case, "shelter")
    for username, reads in (
        ("social-sara", True),
        ("coordinator-kim", True),
        ("border-ana", False),
        ("authority-rita", False),
        ("shelter-sam", False),
    ):
        with by(username):
            assert ExclusionReason.objects.filter(case_id=case.id).exists() == reads, username
    with by("border-ana"):
        assert [(row.office, row.reason) for row in sight.exclusions(case.id)] == [(office("shelter"), "")]
    with by("police-petra"):
        assert Exclusion.objects.filter(case_id=case.id).exists()


def test_an_excluded_coordinator_reads_no_reason_of_that_case() -> None:
    case = told()
    excluded(case, "shelter")
    excluded(case, "coordinator")
    with by("coordinator-kim"):
        assert not ExclusionReason.objects.filter(case_id=case.id).exists()


def test_only_who_asked_or_the_coordinator_ends_an_exclusion() -> None:
    case = told()
    excluded(case, "shelter")
    with by("border-ana") as ana:
        made = sight.exclusions(case.id)[0].id
        with pytest.raises(NotFound):
            exclusion.end_exclusion(case=case, exclusion=made, by=ana)
    with by("social-sara") as sara:
        exclusion.end_exclusion(case=case, exclusion=made, by=sara)
        assert sight.exclusions(case.id) == []


def test_only_the_office_that_leads_closes_a_case() -> None:
    case = told()
    with by("police-petra") as petra, pytest.raises(NotAllowed):
        actions.close_case(case=case, reason="left_the_country", by=petra)
