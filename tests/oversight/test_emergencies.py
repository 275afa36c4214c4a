from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from opennrm.access import keystore, sealing
from opennrm.access import queries as access
from opennrm.access.models import Basis, Sight
from opennrm.access.scope import acting, as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions as duties
from opennrm.duties import exclusion, queries, sweep
from opennrm.duties.models import Duty, Notice
from opennrm.duties.verbs import verbs
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.oversight import emergencies, passing_on, reviewing, sealed_words
from opennrm.oversight.models import Emergency
from opennrm.oversight.rules import Danger, Outcome
from opennrm.people import queries as people
from tests.acting import BESA, by, office, opened, person

pytestmark = pytest.mark.django_db
WORDS = "She telephones and says he is at the door."


def break_glass(reference: str, username: str = "health-hana") -> UUID | None:
    with by(username) as actor:
        return emergencies.break_glass(
            reference=reference, danger=Danger.VIOLENCE, words=WORDS, by=actor
        ).case


def rows() -> list[Emergency]:
    with as_system("oversight", reason="a test"):
        return list(Emergency.objects.order_by("tried_at"))


def review_of(row: Emergency) -> UUID:
    assert row.duty_id is not None
    return row.duty_id


@pytest.fixture
def case() -> CaseCard:
    return opened(note="A word of the narrative.")


def test_a_stranger_sees_the_case_for_the_hour_with_name_and_contact_and_no_narrative(case: CaseCard) -> None:
    with by("health-hana"), pytest.raises(NotFound):
        cases.case_by_id(case.id)
    assert break_glass(case.reference) == case.id
    with by("health-hana") as hana:
        assert cases.case_by_id(case.id).id == case.id
        assert access.classes_seen(case.id) == {"ordinary", "identity", "contact"}
        assert people.identity(case.id, by=hana).shown == f"{BESA.first_name} {BESA.second_name}"
        assert [line.text for line in cases.journal(case.id, by=hana) if line.kind == "note"] == [""]


def test_it_opens_to_the_one_who_asked_and_to_no_colleague(case: CaseCard) -> None:
    assert break_glass(case.reference, "labour-lea") == case.id
    lea = person("labour-lea")
    colleague = replace(lea, officer=person("health-hana").officer)
    with acting(colleague), pytest.raises(NotFound):
        cases.case_by_id(case.id)
    with acting(colleague):
        assert not Sight.objects.filter(case_id=case.id).exists()


def test_it_stands_in_no_list_no_search_and_no_export(case: CaseCard) -> None:
    break_glass(case.reference)
    with by("health-hana") as hana:
        assert identification.case_list(offices=sorted(hana.offices), open_only=True) == []
        assert people.cases_with_name(BESA.first_name, BESA.second_name, tolerant=True) == []


def test_it_only_reads_whatever_she_tries(case: CaseCard) -> None:
    break_glass(case.reference)
    with by("health-hana") as hana:
        assert not access.may_write(case.id)
        with pytest.raises(NotAllowed):
            duties.record_need(case=case.id, kind="food", by=hana)
    # Past the door, the wall: the database refuses the row itself.
    with pytest.raises(DatabaseError), by("health-hana"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duties_happening (id, case_id, kind, subject, at, known_at)"
            " VALUES (gen_random_uuid(), %s, 'need_recorded', 'food', now(), now())",
            [case.id],
        )


def test_nobody_writes_a_basis_of_an_emergency_but_the_system(case: CaseCard) -> None:
    with pytest.raises(DatabaseError), by("border-ana") as ana:
        Basis.objects.create(
            case_id=case.id,
            office_id=office("labour"),
            officer_id=ana.officer,
            kind="emergency",
            classes=["ordinary"],
            since=clock.now(),
            until=clock.now() + timedelta(minutes=5),
            case_opened_at=case.opened_at,
        )


@pytest.mark.parametrize(
    "change",
    [{"until": timedelta(minutes=61)}, {"classes": ["narrative"]}, {"officer_id": None}, {"until": None}],
    ids=str,
)
def test_the_database_holds_an_emergency_to_an_hour_one_person_and_few_classes(
    case: CaseCard, change: dict[str, Any]
) -> None:
    now = clock.now()
    wanted: dict[str, Any] = {
        "officer_id": 1,
        "classes": ["ordinary"],
        "until": timedelta(minutes=60),
        **change,
    }
    until = wanted.pop("until")
    with pytest.raises(IntegrityError), as_system("emergency", reason="a test"):
        Basis.objects.create(
            case_id=case.id,
            office_id=office("labour"),
            kind="emergency",
            since=now,
            until=now + until if until else None,
            case_opened_at=now,
            **wanted,
        )


def test_another_organisation_is_told_at_once_and_owes_a_review(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    assert row.reviewer_id == office("data-protection")
    assert set(row.told) == {office("border"), office("data-protection")}
    with by("officer-dpo"):
        review = Duty.objects.get(id=review_of(row))
        assert review.due_at == review.started_at + timedelta(hours=72)
        assert Notice.objects.get(duty=review).shown["reference"] == case.reference
    with by("border-ana"):
        assert Notice.objects.get(what="emergency_opened").shown["reference"] == case.reference
    with by("border-ana") as ana:
        assert "emergency" in {line.kind for line in cases.journal(case.id, by=ana)}


def test_a_wrong_reference_a_case_she_is_kept_out_of_and_an_office_kept_out_answer_alike(
    case: CaseCard,
) -> None:
    hana = person("health-hana").officer
    assert hana is not None
    with by("border-ana") as ana:
        exclusion.exclude_officer(case=case, officer=hana, reason=ExclusionReason.RELATIVE, by=ana)
        exclusion.exclude_office(case=case, office=office("labour"), reason=ExclusionReason.SUSPECTED, by=ana)
    with CaptureQueriesContext(connection) as kept_out:
        assert break_glass(case.reference, "health-hana") is None
    with CaptureQueriesContext(connection) as nothing:
        assert break_glass("AL-00000-00000", "health-hana") is None
    assert break_glass(case.reference, "labour-lea") is None
    assert len(kept_out) == len(nothing)
    assert [row.came_to for row in rows()] == ["excluded", "nothing", "excluded"]
    assert {row.reviewer_id for row in rows()} == {office("data-protection")}
    with by("health-hana"):
        assert not Emergency.objects.exists()
        assert not Sight.objects.filter(case_id=case.id).exists()


def test_an_exclusion_during_the_hour_ends_it_at_once(case: CaseCard) -> None:
    break_glass(case.reference)
    hana = person("health-hana").officer
    assert hana is not None
    with by("border-ana") as ana:
        exclusion.exclude_officer(case=case, officer=hana, reason=ExclusionReason.RELATIVE, by=ana)
    with by("health-hana"), pytest.raises(NotFound):
        cases.case_by_id(case.id)
    assert break_glass(case.reference) is None


def test_three_tries_a_day_whatever_they_came_to(case: CaseCard) -> None:
    for _ in range(3):
        assert break_glass("AL-00000-00000") is None
    with pytest.raises(Problem, match="three times"):
        break_glass(case.reference)
    with clock.stopped_at(clock.now() + timedelta(hours=24, minutes=1)):
        assert break_glass("AL-00000-00001") is None


def test_a_case_that_her_office_sees_is_given_back_and_costs_nothing(case: CaseCard) -> None:
    assert break_glass(case.reference, "border-ben") == case.id
    break_glass(case.reference)
    assert break_glass(case.reference) == case.id
    assert len(rows()) == 1


def test_only_who_works_with_cases_may_try(case: CaseCard) -> None:
    for username in ("analyst-ada", "officer-dpo", "admin-abe"):
        with pytest.raises(NotAllowed):
            break_glass(case.reference, username)
    with pytest.raises(Problem, match="what has happened"), by("health-hana") as hana:
        emergencies.break_glass(reference=case.reference, danger=Danger.HEALTH, words=" ", by=hana)


def test_she_ends_it_herself_and_twice_changes_nothing(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    for _ in range(2):
        with by("health-hana") as hana:
            emergencies.end(emergency=row.id, by=hana)
    with by("health-hana"), pytest.raises(NotFound):
        cases.case_by_id(case.id)
    with by("border-ana") as ana, pytest.raises(NotFound):
        emergencies.end(emergency=row.id, by=ana)


def test_the_keys_are_lent_for_the_hour_and_taken_back(case: CaseCard) -> None:
    (health,) = person("health-hana").organisations
    assert health not in keystore.organisations(case.id, "identity")
    break_glass(case.reference)
    assert health in sealing_holders(case.id)
    (row,) = rows()
    with TestCase.captureOnCommitCallbacks(execute=True), by("health-hana") as hana:
        emergencies.end(emergency=row.id, by=hana)
    assert health not in keystore.organisations(case.id, "identity")
    assert health not in keystore.organisations(case.id, "contact")
    assert health not in keystore.organisations(case.id, "narrative")


def test_keys_stay_where_the_organisation_owes_something_meanwhile(case: CaseCard) -> None:
    (health,) = person("health-hana").organisations
    break_glass(case.reference)
    with by("border-ana") as ana:
        duties.record_need(case=case.id, kind="health_care", by=ana)
    (row,) = rows()
    with TestCase.captureOnCommitCallbacks(execute=True), by("health-hana") as hana:
        emergencies.end(emergency=row.id, by=hana)
        assert cases.case_by_id(case.id)
        opens = access.opens_to_any(case.id, "identity", hana.offices)
    assert (health in keystore.organisations(case.id, "identity")) is opens


def test_what_was_lent_is_taken_back_after_the_last_of_two(case: CaseCard) -> None:
    (health,) = person("health-hana").organisations
    break_glass(case.reference)
    second = replace(person("health-hana"), officer=person("labour-lea").officer)
    with acting(second) as actor:
        emergencies.break_glass(reference=case.reference, danger=Danger.HEALTH, words=WORDS, by=actor)
    first, last = rows()
    with TestCase.captureOnCommitCallbacks(execute=True), by("health-hana") as hana:
        emergencies.end(emergency=first.id, by=hana)
    assert health in keystore.organisations(case.id, "identity")
    with TestCase.captureOnCommitCallbacks(execute=True), acting(second) as actor:
        assert people.identity(case.id, by=actor).shown
        emergencies.end(emergency=last.id, by=actor)
    assert health not in keystore.organisations(case.id, "identity")


def test_the_worker_takes_keys_back_after_the_hour(case: CaseCard) -> None:
    (health,) = person("health-hana").organisations
    break_glass(case.reference)
    assert health in sealing_holders(case.id)
    assert emergencies.end_past() == 0
    with clock.stopped_at(clock.now() + timedelta(hours=1, minutes=1)):
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert emergencies.end_past() == 1
            assert emergencies.end_past() == 0
        assert health not in keystore.organisations(case.id, "identity")
    (row,) = rows()
    assert row.ended_at == row.until


def test_a_review_is_another_organisations_once_and_ends_the_duty(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    for username in ("health-hana", "border-ana", "authority-rita"):
        with by(username) as actor, pytest.raises(NotFound):
            reviewing.review(emergency=row.id, outcome=Outcome.JUSTIFIED, findings="Yes.", by=actor)
    with by("officer-dpo") as dpo:
        assert sealed_words.opened(Emergency.objects.get(id=row.id), "words") == WORDS
        reviewing.review(emergency=row.id, outcome=Outcome.NOT_JUSTIFIED, findings="No danger.", by=dpo)
        with pytest.raises(Problem, match="already reviewed"):
            reviewing.review(emergency=row.id, outcome=Outcome.JUSTIFIED, findings="Yes.", by=dpo)
        assert Duty.objects.get(id=review_of(row)).state == "fulfilled"


def test_the_review_cannot_be_ticked_off_put_off_or_declined(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    dpo = replace(person("officer-dpo"), roles=frozenset({"head"}))
    assert row.duty_id is not None
    with acting(dpo) as actor:
        assert verbs(actor, queries.duty(row.duty_id)) == ("name_worker",)
        with pytest.raises(Problem, match="outcome"):
            duties.fulfil(duty=row.duty_id, by=actor)
        with pytest.raises(Problem, match="outcome"):
            duties.waive(duty=row.duty_id, reason="other", by=actor)
        with pytest.raises(Problem, match="outcome"):
            duties.suspend(duty=row.duty_id, reason="other", until=None, by=actor)


def test_a_review_that_does_not_come_is_told_further(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    with clock.stopped_at(clock.now() + timedelta(hours=72, minutes=1)):
        with as_system("sweep", reason="a test") as actor:
            sweep.sweep(by=actor)
        with as_system("sweep", reason="a test"):
            told = dict(Notice.objects.filter(duty=row.duty_id).values_list("office", "what"))
            assert Duty.objects.get(id=review_of(row)).state == "lapsed"
        assert told[office("authority")] == "escalated"
    with clock.stopped_at(clock.now() + timedelta(days=9)):
        with as_system("sweep", reason="a test") as actor:
            sweep.sweep(by=actor)
            told = dict(Notice.objects.filter(duty=row.duty_id).values_list("office", "what"))
        assert told[office("coordinator")] == "escalated_further"


def test_a_review_that_does_not_come_is_told_to_nobody_who_could_not_act(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("authority"), reason=ExclusionReason.SUSPECTED, by=ana
        )
    with clock.stopped_at(clock.now() + timedelta(days=9)), as_system("sweep", reason="a test") as actor:
        sweep.sweep(by=actor)
        told = set(Notice.objects.filter(duty=row.duty_id).values_list("office", flat=True))
    assert office("authority") not in told
    assert office("coordinator") in told


def test_where_the_authority_is_excluded_before_it_is_never_the_one_told_further(case: CaseCard) -> None:
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("authority"), reason=ExclusionReason.SUSPECTED, by=ana
        )
    break_glass(case.reference)
    (row,) = rows()
    with as_system("statistics", reason="a test"):
        assert Duty.objects.get(id=review_of(row)).escalates_to == "national_coordinator"


def test_who_was_to_review_and_is_excluded_hands_on_to_one_that_can_act(case: CaseCard) -> None:
    break_glass(case.reference)
    (row,) = rows()
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("data-protection"), reason=ExclusionReason.RELATIVE, by=ana
        )
    with by("officer-dpo") as dpo, pytest.raises(NotFound):
        reviewing.review(emergency=row.id, outcome=Outcome.JUSTIFIED, findings="Yes.", by=dpo)
    assert passing_on.pass_on() == 1
    assert passing_on.pass_on() == 0
    (row,) = rows()
    assert row.reviewer_id == office("authority")
    with by("officer-dpo"):
        assert not Duty.objects.filter(id=review_of(row)).exists()
    with by("authority-rita") as rita:
        held = Duty.objects.get(id=review_of(row))
        assert (held.holder_id, held.escalates_to) == (office("authority"), "national_coordinator")
        assert held.due_at == held.started_at + timedelta(hours=72)
        assert sealed_words.opened(Emergency.objects.get(id=row.id), "words") == WORDS
        reviewing.review(emergency=row.id, outcome=Outcome.NOT_JUSTIFIED, findings="No danger.", by=rita)


def test_where_nobody_is_left_to_review_it_stays_and_is_late(case: CaseCard) -> None:
    break_glass(case.reference)
    for code in ("authority", "coordinator", "data-protection"):
        with by("border-ana") as ana:
            exclusion.exclude_office(case=case, office=office(code), reason=ExclusionReason.SUSPECTED, by=ana)
    assert passing_on.pass_on() == 0
    (row,) = rows()
    assert row.reviewer_id == office("data-protection")


def sealing_holders(case: UUID) -> set[int]:
    with by("border-ana"):
        return sealing.holders(case, "identity") & sealing.holders(case, "contact")
