"""What was recorded of interviews, assessments, police cases and reviews is counted; what nobody recorded is no zero."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.identification import interviews, referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.interviews import Arrangements
from opennrm.identification.referral_rules import WithdrawReason
from opennrm.identification.withdrawing import withdraw
from opennrm.lib import clock
from opennrm.reporting.account import account, cases_behind
from opennrm.reporting.renderers import as_json, as_markdown
from tests.acting import accept, by, opened, refer, told
from tests.procedure import run_procedure
from tests.reporting.people_of_a_year import identified

pytestmark = pytest.mark.django_db


def counted(year: int) -> dict[str, int | None]:
    figures = account(year).figures
    return {f.definition.id: f.now.value for f in figures if f.definition.id.startswith("identification.")}


def test_a_year_in_which_nothing_of_it_was_recorded_says_nothing_of_it() -> None:
    identified()
    assert counted(2020) == {}


def test_the_whole_procedure_of_one_person_is_counted_once_in_each_figure() -> None:
    case = opened()
    year = clock.local_day(clock.now() + timedelta(days=1)).year
    run_procedure(case)
    # The interview lies a day ahead of the rest; the account looks back on both.
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        found = counted(year)
        behind = cases_behind_as_petra("identification.assessed_by_two.disagreeing", year)
        says = as_markdown(account(year))
        assert as_json(account(year))["figures"]
    assert found["identification.interviews_held"] == 1
    assert found["identification.interviews_missed.police"] == 0
    assert found["identification.assessed_by_two.disagreeing"] == 1
    assert found["identification.conferences"] == 1
    assert found["identification.police_case.government"] == 1, "the border police identified her"
    assert found["identification.police_case.government.opened"] == 0
    assert found["identification.police_case.refusals_reviewed"] == 1
    assert found["identification.decisions_reviewed.asked"] == 1
    assert found["identification.decisions_reviewed.decided"] == 1
    assert "identification.interpreter.asked" not in found, "nobody recorded anything of interpreters"
    assert behind == [case.id]
    assert "The procedure of identification" in says


def test_a_referral_that_was_withdrawn_or_declined_stays_counted_whatever_came_of_it() -> None:
    case, other = opened(), opened()
    asked = refer(case, Side.POLICE)
    with by("border-ana") as ana:
        withdraw(referral=asked, reason=WithdrawReason.OTHER, by=ana)
    accept(case, Side.POLICE)
    declined = refer(other, Side.POLICE)
    with by("police-petra") as petra:
        referrals.answer(referral=declined, accepts=False, reason="safety", by=petra)
    with by("authority-rita") as rita:
        referrals.review(case=other, takes=True, by=rita)
    found = counted(clock.today().year)
    assert found["identification.referred"] == 2
    assert found["identification.referrals_withdrawn"] == 1
    assert found["identification.referrals_declined"] == 1


def cases_behind_as_petra(figure: str, year: int) -> list[object]:
    with by("police-petra") as petra:
        return list(cases_behind(figure, year, by=petra))


def test_who_stays_away_and_an_interpreter_not_found_are_figures() -> None:
    case = told()
    at = clock.now() + timedelta(hours=1)
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
        interviews.arrange(case=case, what=Arrangements(interpreter_language="ar"), by=petra)
    with by("social-sara") as sara:
        interviews.accept(case=case, seen=at, by=sara)
    with clock.stopped_at(at + timedelta(hours=1)):
        with by("social-sara") as sara:
            came = {Side.POLICE: False, Side.SOCIAL_SERVICE: True}
            interviews.attend(case=case, came=came, by=sara)
        found = counted(clock.local_day(at).year)
    assert found["identification.interviews_held"] == 0
    assert found["identification.interviews_missed.police"] == 1
    assert found["identification.interpreter.asked"] == 1
    assert found["identification.interpreter.found"] == 0
