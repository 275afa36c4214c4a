from __future__ import annotations

from dataclasses import replace

import pytest

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties.exclusion import exclude_office
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people import actions as people
from opennrm.shelters import actions, dangers, matching
from opennrm.shelters.match_words import sentence
from opennrm.shelters.matching import Match
from tests.acting import BESA, by, office, opened
from tests.shelters.housing import FLAT, HOUSE, MIDDLES, TERMS, furnished, in_need, moved_in

pytestmark = pytest.mark.django_db
UNSAFE = "not safe for this person; the reason is not shown"
AGIM = replace(BESA, sex="Masculine", citizenship=("SY",), languages=("ar",), first_name="Agim")


@pytest.fixture(autouse=True)
def house() -> None:
    furnished()


def found(case: CaseCard, who: str = "border-ana") -> Match:
    with by(who) as actor:
        (one,) = matching.find(case=case_by_id(case.id), by=actor)
        return one


def reasons(case: CaseCard, who: str = "border-ana") -> list[str]:
    return [sentence(one) for one in found(case, who).weighed.reasons]


def test_a_woman_finds_the_room_for_women() -> None:
    one = found(in_need())
    assert one.fits
    assert one.room is not None
    assert one.room.kind == "women"


def test_a_man_from_another_country_reads_every_reason_against() -> None:
    said = reasons(opened(who=AGIM, needs=("mental_health_counselling",)))
    assert said[:3] == [
        "takes women and girls only",
        "takes citizens of this country only",
        "psychiatric care missing",
    ]


def test_those_who_depend_on_her_come_with_her() -> None:
    case = in_need()
    with by("border-ana") as ana:
        for name in ("Bora", "Drin"):
            people.add_dependant(
                case_id=case.id, person=case.person, name=name, relation="child", birth_year=2019, by=ana
            )
    one = found(case)
    assert one.room is not None
    assert one.room.kind == "family"
    assert "all 3 stay together in one room" in reasons(case)


def test_where_danger_lives_is_said_to_who_may_read_it_and_over_when_taken_back() -> None:
    case = in_need()
    with by("border-ana") as ana:
        dangers.note_area(case=case, region="AL-11", by=ana)
    assert "within 50 km of the exploiter's home district" in reasons(case)
    with by("border-ana") as ana:
        dangers.take_back(case=case, danger=dangers.dangers_of(case.id)[0].id, by=ana)
        with pytest.raises(NotFound):
            dangers.take_back(case=case, danger=case.id, by=ana)
    assert found(case).fits


def test_danger_far_away_speaks_for_the_shelter() -> None:
    case = in_need()
    with by("border-ana") as ana:
        dangers.note_area(case=case, region="AL-07", by=ana)
    assert any("from the nearest known danger" in one for one in reasons(case))


def test_a_danger_weighs_for_who_may_not_read_it_and_is_not_told() -> None:
    case = in_need()
    with by("border-ana") as ana:
        dangers.note_area(case=case, region="AL-11", by=ana)
    assert reasons(case, "shelter-sam") == [UNSAFE]
    with by("shelter-sam"):
        assert dangers.dangers_of(case.id) == []


def test_another_resident_weighs_both_ways_and_nobody_is_named() -> None:
    first, second = in_need(), in_need()
    with by("border-ana") as ana:
        dangers.note_person(case=first, reference=second.reference, by=ana)
    assert found(first).fits
    moved_in(first)
    assert reasons(second, "shelter-sam") == [UNSAFE]
    assert found(in_need()).fits


def test_an_excluded_shelter_is_not_safe_and_no_more_is_said() -> None:
    case = opened()
    with by("border-ana") as ana:
        exclude_office(
            case=case_by_id(case.id), office=office("shelter"), reason=ExclusionReason.RELATIVE, by=ana
        )
    assert reasons(case) == [UNSAFE]


def test_dangers_are_noted_by_who_writes_on_the_case_and_make_sense() -> None:
    case = in_need()
    with by("shelter-sam") as sam, pytest.raises(NotAllowed):
        dangers.note_area(case=case, region="AL-11", by=sam)
    with by("border-ana") as ana:
        with pytest.raises(Problem, match="Choose a region"):
            dangers.note_area(case=case, region="XX-1", by=ana)
        with pytest.raises(Problem, match="distance"):
            dangers.note_area(case=case, region="AL-11", near_km=0, by=ana)
        with pytest.raises(Problem, match="same case"):
            dangers.note_person(case=case, reference=case.reference, by=ana)
        with pytest.raises(NotFound):
            dangers.note_person(case=case, reference="AL-00000-00000", by=ana)


def test_who_sees_the_ordinary_class_alone_looks_for_no_place() -> None:
    case = in_need()
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        matching.find(case=case, by=rita)


def test_what_a_shelter_takes_follows_the_file() -> None:
    case = opened(who=BESA)
    with as_system("setup", reason="new terms") as actor:
        terms = actions.Terms(("men",), families=False, foreigners=True)
        actions.establish(office="shelter", sites=[HOUSE, FLAT], terms=terms, by=actor)
        actions.chart(middles=MIDDLES, by=actor)
    assert "takes men only" in reasons(case)
    assert TERMS.takes == ("women", "girls")
