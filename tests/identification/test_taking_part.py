"""Who is kept out of a case takes no part in it: no vote, no conference, no interview is offered to it or recorded of it."""

from __future__ import annotations

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties.exclusion import exclude_office, exclude_officer
from opennrm.identification import actions, assessments, interviews
from opennrm.identification.assessment_rules import ConferenceOutcome
from opennrm.identification.rules import DecisionKind, Vote
from opennrm.identification.taking_part import offices_taking_part
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from tests.acting import by, office, person, told
from tests.api.calling import caller
from tests.procedure import BOTH_CAME, disagree, hold_interview, sign
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
POLICE, SOCIAL = "police-tirana", "social-tirana"


def exclude_police(case: CaseCard) -> None:
    with by("border-ana") as ana:
        exclude_office(case=case, office=office(POLICE), reason=ExclusionReason.SUSPECTED, by=ana)


def decided_by_a_panel() -> CaseCard:
    case = told()
    hold_interview(case)
    disagree(case)
    sign(case)
    return case


def test_an_excluded_office_has_no_vote() -> None:
    case = decided_by_a_panel()
    form = whole(browser("social-sara").get(f"/cases/{case.id}/identification/decision/"))
    assert f"Vote of Office {POLICE}" in form.text
    exclude_police(case)
    form = whole(browser("social-sara").get(f"/cases/{case.id}/identification/decision/"))
    assert f"Vote of Office {POLICE}" not in form.text
    with by("social-sara") as sara, pytest.raises(Problem) as refused:
        actions.decide(
            case=case,
            decision=DecisionKind.OFFICIAL,
            decided_on=clock.today(),
            legal_basis="",
            votes={office(SOCIAL): Vote.FOR, office(POLICE): Vote.AGAINST},
            by=sara,
        )
    assert refused.value.code == "takes_no_part"
    given = {"decision": "official", "decided_on": clock.today().isoformat()}
    votes = [{"office": POLICE, "vote": "against"}]
    assert (
        caller("social-sara").post(f"/cases/{case.id}/decisions", given | {"votes": votes}).status_code == 422
    )


def test_an_office_that_never_saw_the_case_is_refused_with_the_same_words() -> None:
    case = decided_by_a_panel()
    with by("social-sara") as sara, pytest.raises(Problem) as refused:
        actions.decide(
            case=case,
            decision=DecisionKind.OFFICIAL,
            decided_on=clock.today(),
            legal_basis="",
            votes={office("labour"): Vote.FOR},
            by=sara,
        )
    assert refused.value.code == "takes_no_part"


def test_an_excluded_office_took_part_in_no_conference() -> None:
    case = decided_by_a_panel()
    exclude_police(case)
    form = whole(browser("social-sara").get(f"/cases/{case.id}/identification/assessment/"))
    assert ("checkbox", str(office(POLICE))) not in [
        (a.get("type"), a.get("value")) for tag, a in form.tags if tag == "input"
    ]
    with by("social-sara") as sara, pytest.raises(Problem) as refused:
        assessments.confer(
            case=case,
            held_on=clock.today(),
            offices=[office(SOCIAL), office(POLICE)],
            outcome=ConferenceOutcome.STILL_DISAGREE,
            minutes="What was said.",
            by=sara,
        )
    assert refused.value.code == "takes_no_part"


def test_an_office_where_nobody_is_left_takes_no_part_either() -> None:
    case = decided_by_a_panel()
    petra = person("police-petra").officer
    assert petra
    with by("border-ana") as ana:
        assert office(POLICE) in offices_taking_part(case.id)
        exclude_officer(case=case, officer=petra, reason=ExclusionReason.RELATIVE, by=ana)
        assert office(POLICE) not in offices_taking_part(case.id)


def test_neither_the_time_nor_the_attendance_nor_the_signature_of_an_excluded_office_is_taken() -> None:
    case = told()
    hold_interview(case)
    exclude_police(case)
    with by("police-petra") as petra, pytest.raises(NotFound):
        interviews.sign(case=case, by=petra)
    case = told()
    exclude_police(case)
    with by("social-sara") as sara, pytest.raises(Problem):
        interviews.attend(case=case, came=BOTH_CAME, by=sara)
