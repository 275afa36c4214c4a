"""What each agency thinks stands side by side; where they part it is said, discussed with minutes, and sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.access import queries as access
from opennrm.casefile import actions as casefile
from opennrm.casefile.rules import Fork
from opennrm.identification import assessment_queries as queries
from opennrm.identification import assessments
from opennrm.identification.assessment_rules import (
    Conclusion,
    ConferenceOutcome,
    Element,
    View,
    conclusion,
    disagreements,
)
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from opennrm.people.actions import NewPerson
from tests.acting import by, office, told
from tests.procedure import NO_MEANS, YES, confer, decide, disagree, hold_interview, sign

pytestmark = pytest.mark.django_db
CHILD_VIEW = View(Element.YES, None, Element.YES)


def test_all_elements_make_trafficking_and_one_missing_unmakes_it() -> None:
    assert conclusion(YES) is Conclusion.MEETS
    assert conclusion(NO_MEANS) is Conclusion.DOES_NOT_MEET
    assert conclusion(View(Element.YES, Element.UNCLEAR, Element.YES)) is Conclusion.UNCLEAR
    assert conclusion(CHILD_VIEW) is Conclusion.MEETS


def test_a_doubt_is_no_disagreement() -> None:
    assert disagreements([YES, NO_MEANS]) == ["means"]
    assert disagreements([YES, View(Element.UNCLEAR, Element.UNCLEAR, Element.YES)]) == []


def test_each_agencys_reasons_are_its_own_and_sealed() -> None:
    case = told()
    disagree(case)
    with by("police-petra") as petra:
        found = {one.office: one for one in queries.assessments(case.id, by=petra)}
        assert queries.disagreement(case.id) == ["means"]
    assert set(found) == {office("police-tirana"), office("social-tirana")}
    assert found[office("police-tirana")].reasons == "What Petra and Sara think of it."
    with by("authority-rita") as rita:
        seen = queries.assessments(case.id, by=rita)
    assert {one.reasons for one in seen} == {None}, "a standing order opens no narrative"


def test_the_means_are_never_asked_of_a_child() -> None:
    who = NewPerson(sex="Feminine", age=9, age_on=clock.today(), age_basis="declared", languages=("sq",))
    case = told(fork=Fork.CHILD, who=who)
    with by("police-petra") as petra:
        with pytest.raises(Problem) as refused:
            assessments.assess(case=case, view=YES, reasons="x", by=petra)
        assert refused.value.code == "means_of_a_child"
        assessments.assess(case=case, view=CHILD_VIEW, reasons="Taken across the border to beg.", by=petra)
        assert queries.assessments(case.id, by=petra)[0].conclusion == "meets"


def test_a_conference_is_for_those_who_disagree() -> None:
    case = told()
    words = {
        "held_on": clock.today(),
        "outcome": ConferenceOutcome.AGREED_MEETS,
        "minutes": "x",
    }
    both = [office("social-tirana"), office("police-tirana")]
    with by("social-sara") as sara, pytest.raises(Problem) as refused:
        assessments.confer(case=case, offices=both, by=sara, **words)  # type: ignore[arg-type]
    assert refused.value.code == "nobody_disagrees"
    disagree(case)
    confer(case)
    with by("police-petra") as petra:
        assert queries.conferences(case.id, by=petra)[0].minutes == "What the two said to each other."


def test_an_office_that_sees_no_words_assesses_nothing() -> None:
    case = told(needs=("employment",))
    with by("labour-lea") as lea, pytest.raises(NotAllowed):
        assessments.assess(case=case, view=YES, reasons="x", by=lea)


def test_an_office_that_no_longer_owes_what_opens_the_words_reads_them_and_writes_none() -> None:
    case = told()
    hold_interview(case)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        sign(case)
        decide(case)
        # What the social service still owes, telling the person, opens no words.
        with by("social-sara") as sara:
            assert "narrative" in access.classes_seen(case.id)
            with pytest.raises(NotAllowed):
                assessments.assess(case=case, view=YES, reasons="What Sara thinks.", by=sara)
            with pytest.raises(NotAllowed):
                casefile.add_note(case=case, text="What Sara heard.", happened_at=clock.now(), by=sara)
