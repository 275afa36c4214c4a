"""Who came to an interview was recorded wrongly: a new row stands in its place, the old one stays, the figure follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.identification import interview_queries as queries
from opennrm.identification import interviews
from opennrm.identification.interview_rules import PostponeReason, Side
from opennrm.identification.interviews import Arrangements
from opennrm.identification.models import Attendance
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, told
from tests.api.calling import caller
from tests.procedure import BOTH_CAME, hold_interview
from tests.reporting.test_procedure_figures import counted
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
POLICE_STAYED_AWAY = {Side.POLICE: False, Side.SOCIAL_SERVICE: True}
LATER = timedelta(days=1, hours=2)


def missed() -> CaseCard:
    """Both agreed on a time, and it is recorded that the police stayed away."""
    case, at = told(), clock.now() + timedelta(days=1)
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
    with by("social-sara") as sara:
        interviews.accept(case=case, seen=at, by=sara)
        interviews.arrange(case=case, what=Arrangements(psychologist_asked=True), by=sara)
    with clock.stopped_at(at + timedelta(hours=1)), by("social-sara") as sara:
        interviews.attend(case=case, came=POLICE_STAYED_AWAY, by=sara)
    return case


def correct(case: CaseCard, came: dict[Side, bool], who: str = "police-petra") -> None:
    with clock.stopped_at(clock.now() + LATER), by(who) as actor:
        interviews.correct_attendance(case=case, came=came, by=actor)


def refused(case: CaseCard, came: dict[Side, bool]) -> str:
    with pytest.raises(Problem) as problem:
        correct(case, came)
    return problem.value.code


def test_who_was_there_after_all_is_no_longer_counted_as_away_and_both_rows_stay() -> None:
    case = missed()
    correct(case, BOTH_CAME)
    with by("social-sara"):
        (card,) = queries.interviews(case.id)
        rows = Attendance.objects.filter(case=case.id, side=Side.POLICE).order_by("replaces")
        assert sorted(rows.values_list("came", flat=True)) == [False, True]
    assert (card.state, card.missed, card.attended) == ("held", (), True)
    assert card.held_at == card.at
    assert card.history[-1].act == "corrected"
    with clock.stopped_at(clock.now() + LATER):
        found = counted(clock.local_day(clock.now()).year)
    assert found["identification.interviews_missed.police"] == 0
    assert found["identification.interviews_held"] == 1


def test_it_is_corrected_the_other_way_too_and_back_again() -> None:
    case = missed()
    correct(case, BOTH_CAME)
    correct(case, POLICE_STAYED_AWAY)
    with by("social-sara"):
        (card,) = queries.interviews(case.id)
        assert Attendance.objects.filter(case=case.id).count() == 4
    assert (card.state, card.held_at, [side for side, _at in card.missed]) == ("postponed", None, ["police"])


def test_what_was_signed_or_planned_anew_stands_and_nothing_is_corrected_to_itself() -> None:
    case = missed()
    assert refused(case, POLICE_STAYED_AWAY) == "nothing_changed"
    assert refused(case, {Side.POLICE: True}) == "both_sides_needed"
    with clock.stopped_at(clock.now() + LATER), by("police-petra") as petra:
        interviews.propose(case=case, at=clock.now() + timedelta(days=1), by=petra)
    assert refused(case, BOTH_CAME) == "attendance_stands"
    other = told()
    hold_interview(other)
    with by("police-petra") as petra:
        interviews.sign(case=other, by=petra)
    assert refused(other, POLICE_STAYED_AWAY) == "attendance_stands"


def test_a_time_of_which_nobody_recorded_who_came_has_nothing_to_correct() -> None:
    case, at = told(), clock.now() + timedelta(days=1)
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
        interviews.postpone(case=case, reason=PostponeReason.ILL, by=petra)
    assert refused(case, BOTH_CAME) == "nothing_to_correct"


def test_only_the_two_agencies_correct() -> None:
    case = missed()
    with pytest.raises(NotAllowed):
        correct(case, BOTH_CAME, who="border-ana")


def test_it_is_corrected_on_the_page_and_by_a_program() -> None:
    case = told()
    hold_interview(case)
    where = f"/cases/{case.id}/identification/interview/"
    petra = browser("police-petra")
    assert "Correct who came" in whole(petra.get(where)).text
    assert "Correct who came" not in whole(browser("border-ana").get(where)).text
    sent = {"act": "correct", "correct-police": "no", "correct-social_service": "yes"}
    assert petra.post(where, sent).status_code == 302
    assert "Stayed away" in whole(petra.get(where)).text
    both = {"social_service": True, "police": True}
    assert caller("border-ana").post(f"/cases/{case.id}/interviews/correct", both).status_code == 403
    assert caller("social-sara").post(f"/cases/{case.id}/interviews/correct", both).status_code == 200
    assert "Stayed away" not in whole(petra.get(where)).text
