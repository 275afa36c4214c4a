from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from opennrm.access.scope import Actor, acting, as_system
from opennrm.agencies.models import Officer
from opennrm.duties import actions as duties
from opennrm.duties.models import Duty
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.oversight import answering, emergencies, reading, scanning, signal_queries
from opennrm.oversight.models import Signal
from opennrm.oversight.rules import Danger
from opennrm.oversight.signals import Answer, thresholds
from tests.acting import by, opened, person
from tests.oversight.logged import DAY, logged, raised, scanned

pytestmark = pytest.mark.django_db


def cases_of_the_border(number: int) -> list[UUID]:
    return [opened().id for _ in range(number)]


def test_honest_reading_of_a_day_raises_nothing() -> None:
    for case in cases_of_the_border(3):
        logged("border-ana", case)
    logged("border-ana", None, verb="cases.search", times=5)
    scanned()
    assert raised() == {}


def test_cases_on_which_her_office_owes_nothing_are_a_question() -> None:
    for case in cases_of_the_border(5):
        logged("health-hana", case, basis="held")
    scanned()
    assert raised() == {("without_task", "health-hana"): 5}


def test_four_of_them_are_none() -> None:
    for case in cases_of_the_border(4):
        logged("health-hana", case, basis="held")
    scanned()
    assert raised() == {}


def test_a_case_opened_in_an_emergency_is_not_asked_about_twice() -> None:
    for case in cases_of_the_border(5):
        logged("health-hana", case, basis=f"emergency {case}")
    scanned()
    assert raised() == {}


def test_who_stands_in_for_one_colleague_is_not_asked_and_the_facts_say_whose_cases_they_are() -> None:
    ana, ben = person("border-ana").officer, person("border-ben").officer
    assert ana is not None
    for case in cases_of_the_border(6):
        with by("border-ana") as actor:
            name_all(case, ana, actor)
        logged("border-ben", case)
        logged("border-ana", case)
    scanned()
    assert raised() == {}
    with as_system("oversight", reason="a test"):
        found = {one.officer: one for one in reading.days_of_officers(DAY, 0, 0, thresholds())}
    assert ben is not None
    assert {(one.owes, one.hers, one.colleagues) for one in found[ben].readings} == {
        (True, False, frozenset({ana}))
    }
    assert all(one.hers for one in found[ana].readings)


def name_all(case: UUID, officer: int, actor: Actor) -> None:
    for held in Duty.objects.filter(case=case, ended_at__isnull=True, holder__in=actor.offices):
        duties.name_worker(duty=held.id, officer=officer, by=actor)


def test_night_is_a_question_where_the_office_has_no_night_shift() -> None:
    for case in cases_of_the_border(4):
        logged("labour-lea", case, hour=23, basis="order")
        logged("border-ana", case, hour=12)
    scanned()
    assert raised() == {("by_night", "labour-lea"): 4}


def test_a_family_name_that_few_bear_is_a_question_and_no_name_is_opened() -> None:
    # Hers is "labour-lea" in the small world; for this test she has a family name.
    with as_system("setup", reason="a name for a test"):
        Officer.objects.filter(id=person("labour-lea").officer or 0).update(name="Lea Shembulli")
    case = opened().id
    logged("labour-lea", case, basis="order")
    scanned()
    assert raised() == {("relative", "labour-lea"): 1}
    with by("officer-dpo") as dpo:
        (card,) = signal_queries.waiting(dpo.offices)
        assert signal_queries.references(card.id, by=dpo) == []


def test_a_family_name_that_many_bear_says_nothing() -> None:
    with as_system("setup", reason="a name for a test"):
        Officer.objects.filter(id=person("labour-lea").officer or 0).update(name="Lea Shembulli")
    cases = cases_of_the_border(13)
    logged("labour-lea", cases[0], basis="order")
    scanned()
    assert raised() == {}


def test_contacts_of_people_in_three_shelters_are_a_question_where_none_of_the_cases_is_hers() -> None:
    cases = cases_of_the_border(3)
    with as_system("sop", reason="three offices that shelter, for a test"):
        for code in ("border", "police-tirana", "social-tirana"):
            held = Duty.objects.filter(case__in=cases, ended_at__isnull=True, holder__code=code)
            assert held.update(role="shelter_women")
    for case in cases:
        logged("labour-lea", case, verb="contact.read", basis="order")
        logged("border-ana", case, verb="contact.read")
    scanned()
    assert raised() == {("many_shelters", "labour-lea"): 3}


def test_searches_before_cases_that_she_enters_are_her_work() -> None:
    for case in cases_of_the_border(4):
        logged("labour-lea", case, verb="casefile.open")
    logged("labour-lea", None, verb="cases.search", times=20)
    scanned()
    assert raised() == {}


def test_many_searches_and_many_emergencies_are_questions() -> None:
    logged("labour-lea", None, verb="cases.search", times=16)
    for _ in range(3):
        with by("health-hana") as hana:
            emergencies.break_glass(reference="AL-00000-00000", danger=Danger.MISSING, words="Gone.", by=hana)
    scanned()
    assert raised() == {("many_searches", "labour-lea"): 16, ("many_emergencies", "health-hana"): 3}


def test_a_day_is_looked_at_once_when_it_is_over() -> None:
    logged("labour-lea", None, verb="cases.search", times=16)
    list(scanning.scan_all())
    assert raised() == {}
    assert [one.questions for one in scanned() if one.day == DAY] == [1]
    assert scanned() == []
    # What is found once is not asked again the day after.
    logged("labour-lea", None, verb="cases.search", times=2, day=DAY + timedelta(days=1))
    assert [one.questions for one in scanned(DAY + timedelta(days=1))] == [0]
    assert raised() == {("many_searches", "labour-lea"): 16}


def asked_about_lea() -> UUID:
    logged("labour-lea", None, verb="cases.search", times=16)
    scanned()
    with as_system("oversight", reason="a test"):
        return Signal.objects.get().id


def test_another_organisation_answers_once_and_only_then_may_she_read_it() -> None:
    signal = asked_about_lea()
    lea = person("labour-lea").officer
    assert lea is not None
    with by("labour-lea"):
        assert signal_queries.about(lea) == []
    for username in ("labour-lea", "authority-rita", "border-ana"):
        with by(username) as actor, pytest.raises(NotFound):
            answering.answer(signal=signal, found=Answer.EXPLAINED, findings="A raid.", by=actor)
    with by("officer-dpo") as dpo:
        answering.answer(signal=signal, found=Answer.EXPLAINED, findings="A raid.", by=dpo)
        assert signal_queries.findings(signal) == "A raid."
        with pytest.raises(Problem, match="already answered"):
            answering.answer(signal=signal, found=Answer.EXPLAINED, findings="A raid.", by=dpo)
    with by("labour-lea"):
        assert [card.answer for card in signal_queries.about(lea)] == ["explained"]


def test_what_others_investigate_she_never_reads_here() -> None:
    signal = asked_about_lea()
    with by("officer-dpo") as dpo:
        answering.answer(signal=signal, found=Answer.REFERRED, findings="To the police.", by=dpo)
    lea = person("labour-lea").officer
    assert lea is not None
    with by("labour-lea"):
        assert signal_queries.about(lea) == []


def test_nobody_answers_a_question_about_herself_and_the_database_refuses_it_too() -> None:
    signal = asked_about_lea()
    dpo = person("officer-dpo")
    with acting(replace(dpo, officer=person("labour-lea").officer)) as actor, pytest.raises(NotFound):
        answering.answer(signal=signal, found=Answer.EXPLAINED, findings="Nothing.", by=actor)


def test_no_office_writes_a_question() -> None:
    dpo = person("officer-dpo")
    with pytest.raises(DatabaseError), acting(dpo):
        Signal.objects.create(
            kind="by_night",
            officer_id=dpo.officer or 0,
            office_id=min(dpo.offices),
            day=DAY,
            number=9,
            raised_at=clock.now(),
            reviewer_id=min(dpo.offices),
        )


def test_the_questions_name_references_to_the_one_who_asks_and_open_no_case() -> None:
    cases = [opened() for _ in range(5)]
    for case in cases:
        logged("health-hana", case.id, basis="held")
    scanned()
    with by("officer-dpo") as dpo:
        (card,) = signal_queries.waiting(dpo.offices)
        assert signal_queries.references(card.id, by=dpo) == sorted(case.reference for case in cases)
