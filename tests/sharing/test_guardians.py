"""Who answers for a child: a guardian who may be involved loses his word and what rests on it, and another one is owed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import TestCase

from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.duties import queries as duties
from opennrm.identification import circumstances, reviews
from opennrm.identification.circumstances import Circumstance
from opennrm.identification.rules import NoticeWay
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound
from opennrm.people import queries as people
from opennrm.people.rules import GuardianStanding
from opennrm.sharing import ending, guardians, queries
from opennrm.sharing.voice_rules import Outcome
from tests.acting import by, opened
from tests.sharing.children import child_case, guardian_of, heard, said
from tests.sharing.test_voices import refused

pytestmark = pytest.mark.django_db


def aunt(case: CaseCard) -> UUID:
    with by("border-ana"):
        return guardian_of(case)


def appointed(case: CaseCard, standing: GuardianStanding = GuardianStanding.APPOINTED) -> UUID:
    with by("border-ana") as ana:
        before = {one.id for one in people.carers(case.id, by=ana)[0]}
        guardians.record(
            case=case,
            name="Kujdestari Shembulli",
            relation="lawyer",
            standing=standing,
            since=clock.today(),
            by=ana,
        )
        (new,) = {one.id for one in people.carers(case.id, by=ana)[0]} - before
    assert new
    return new


def suspect(case: CaseCard, guardian: UUID) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True), by("border-ana") as ana:
        guardians.suspect(case=case, guardian=guardian, by=ana)


def why_over(case: CaseCard) -> str:
    with by("border-ana"):
        return queries.consents(case.id)[0].ended_why


def shelter_sees(case: CaseCard) -> bool:
    with by("shelter-sam"):
        return bool(sight.classes_seen(case.id))


def test_a_guardian_who_may_be_involved_loses_the_word_what_rests_on_it_closes_and_another_is_owed() -> None:
    case = child_case()
    heard(case)
    suspect(case, aunt(case))
    assert not shelter_sees(case)
    assert why_over(case) == "guardian_gone"
    with by("border-ana"):
        assert guardians.who_count(case.id, clock.today()) == frozenset()
        assert "appoint_other_guardian" in {one.kind for one in duties.duties_of(case.id) if one.is_open}


def test_while_a_suspicion_stands_only_one_who_was_appointed_after_it_answers() -> None:
    case = child_case()
    suspect(case, aunt(case))
    other_carer = appointed(case, GuardianStanding.CARER)
    with refused("guardian_has_no_word"):
        heard(case, guardian=said(guardian=other_carer))
    assert heard(case, guardian=said(guardian=appointed(case))).outcome is Outcome.STANDS


def test_an_appointment_does_the_duty_of_the_office_that_owes_it() -> None:
    case = child_case()
    with by("social-sara") as sara:
        guardians.record(
            case=case,
            name="Shembulli",
            relation="",
            standing=GuardianStanding.APPOINTED,
            since=clock.today(),
            by=sara,
        )
        states = {one.kind: one.state for one in duties.duties_of(case.id)}
    assert states["appoint_guardian"] == "fulfilled"


def test_one_who_no_longer_answers_has_no_word_and_nothing_rests_on_it() -> None:
    case = child_case()
    heard(case)
    who = aunt(case)
    with TestCase.captureOnCommitCallbacks(execute=True), by("border-ana") as ana:
        guardians.end(case=case, guardian=who, on=clock.today(), by=ana)
    assert not shelter_sees(case)
    with by("border-ana"):
        assert guardians.who_count(case.id, clock.today()) == frozenset()


def test_a_suspicion_recorded_elsewhere_closes_the_share_with_the_next_sweep_and_once() -> None:
    case = child_case()
    heard(case)
    with by("border-ana") as ana:
        circumstances.learn(case=case, what=Circumstance.GUARDIAN_SUSPECTED, on=clock.today(), by=ana)
    for ended in (1, 0):
        with TestCase.captureOnCommitCallbacks(execute=True), as_system("sweep", reason="a test") as actor:
            assert ending.lapse(by=actor) == ended
    assert why_over(case) == "guardian_gone"


def test_a_guardian_who_does_not_count_is_told_no_decision() -> None:
    case = child_case(guardian_may_be_involved=True)
    with by("border-ana") as ana, refused("guardian_is_told_nothing"):
        reviews.check_told(case, NoticeWay.BY_GUARDIAN)
    assert ana


def test_strangers_readers_and_another_case_record_nothing() -> None:
    case, other = child_case(), child_case()
    who = aunt(case)
    with by("labour-lea") as lea, pytest.raises(NotFound):
        guardians.suspect(case=case, guardian=who, by=lea)
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        guardians.suspect(case=case, guardian=who, by=rita)
    with by("border-ana") as ana:
        with pytest.raises(NotFound):
            guardians.suspect(case=other, guardian=who, by=ana)
        with refused("day_in_future"):
            guardians.end(case=case, guardian=who, on=clock.today() + timedelta(days=1), by=ana)
        with refused("not_a_child"):
            guardians.suspect(case=opened(), guardian=who, by=ana)
