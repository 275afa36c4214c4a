"""After a decline or a withdrawal another office is told; nobody is told twice unawares, and no decline is forgotten."""

from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.access import queries as sight
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties.exclusion import exclude_office
from opennrm.duties.models import Duty, Holding
from opennrm.identification import referral_queries, referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.referral_rules import AgainReason, WithdrawReason
from opennrm.identification.rerouting import offices_to_tell
from opennrm.identification.withdrawing import withdraw
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, duty, office, opened, refer
from tests.api.calling import caller
from tests.reporting.test_procedure_figures import counted
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
SIDE = Side.SOCIAL_SERVICE


def declined() -> tuple[CaseCard, UUID]:
    case = opened()
    asked = refer(case, SIDE)
    with by("social-sara") as sara:
        referrals.answer(referral=asked, accepts=False, reason="no_capacity", by=sara)
    return case, asked


def tell_vlora(case: CaseCard) -> UUID:
    with by("border-ana") as ana:
        referrals.refer(case=case, side=SIDE, office=office("social-vlora"), by=ana)
        return referral_queries.referrals(case.id)[0].id


def review(case: CaseCard, takes: bool) -> None:
    with by("authority-rita") as rita:
        referrals.review(case=case, takes=takes, by=rita)


def test_another_office_is_told_at_once_and_takes_over_what_waited_at_the_first() -> None:
    case, _asked = declined()
    again = tell_vlora(case)
    with by("border-ana"):
        owed = duty(case.id, "answer_referral")
        assert owed.holder_id == office("social-vlora")
        holders = Holding.objects.filter(duty=owed).values_list("office_id", flat=True)
        assert list(holders) == [office("social-vlora")], "nobody else ever held it"
        assert duty(case.id, "joint_interview").holder_id == office("social-tirana")
    with by("social-vera") as vera:
        referrals.answer(referral=again, accepts=True, by=vera)
    with by("social-vera"):
        assert duty(case.id, "joint_interview").holder_id == office("social-vlora")
        assert "identity" in sight.classes_seen(case.id)


def test_a_decline_is_still_looked_at_and_still_counted_and_its_office_need_not_take_what_another_has() -> (
    None
):
    case, asked = declined()
    tell_vlora(case)
    with by("authority-rita") as rita, pytest.raises(Problem) as refused:
        referrals.review(case=case, takes=True, by=rita)
    assert refused.value.code == "another_was_told"
    review(case, takes=False)
    with by("border-ana"):
        assert referral_queries.referral(asked).state == "refused"
        open_duties = Duty.objects.filter(case=case.id, ended_at__isnull=True).values_list("kind", flat=True)
        assert "notify_social_service" not in open_duties, "another office is told already"
        assert "review_referral" not in open_duties
    found = counted(clock.today().year)
    assert found["identification.referrals_declined"] == 1
    assert found["identification.referrals_rerouted"] == 1


def test_the_same_office_is_told_again_only_with_a_reason_and_not_while_its_decline_is_looked_at() -> None:
    case, _asked = declined()
    tirana = office("social-tirana")
    for given, code in (
        ({}, "choose_an_office"),
        ({"office": tirana, "again": AgainReason.CHANGED}, "decline_is_reviewed"),
        ({"office": office("police-tirana")}, "not_an_addressee"),
    ):
        with by("border-ana") as ana, pytest.raises(Problem) as refused:
            referrals.refer(case=case, side=SIDE, by=ana, **given)
        assert refused.value.code == code
    review(case, takes=False)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        referrals.refer(case=case, side=SIDE, office=tirana, by=ana)
    assert refused.value.code == "again_needs_a_reason"
    with by("border-ana") as ana:
        referrals.refer(case=case, side=SIDE, office=tirana, again=AgainReason.CHANGED, by=ana)
        made = referral_queries.referrals(case.id)[0]
    assert (made.state, made.again) == ("open", "changed")


def test_an_excluded_office_is_not_told() -> None:
    case, _asked = declined()
    with by("border-ana") as ana:
        exclude_office(case=case, office=office("social-vlora"), reason=ExclusionReason.RELATIVE, by=ana)
        assert office("social-vlora") not in offices_to_tell(case, SIDE)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        referrals.refer(case=case, side=SIDE, office=office("social-vlora"), by=ana)
    assert refused.value.code == "not_an_addressee"


def test_after_a_withdrawal_the_right_office_is_told() -> None:
    case = opened()
    asked = refer(case, SIDE)
    with by("border-ana") as ana:
        withdraw(referral=asked, reason=WithdrawReason.WRONG_OFFICE, by=ana)
    tell_vlora(case)
    with by("border-ana"):
        assert duty(case.id, "notify_social_service").state == "fulfilled"
        states = {one.office: one.state for one in referral_queries.referrals(case.id)}
    assert states == {office("social-tirana"): "withdrawn", office("social-vlora"): "open"}


def test_who_does_not_lead_tells_nobody() -> None:
    case, _asked = declined()
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        referrals.refer(case=case, side=SIDE, office=office("social-vlora"), by=rita)


def test_another_office_is_chosen_on_the_page() -> None:
    case, _asked = declined()
    ana, where = browser("border-ana"), f"/cases/{case.id}/identification/referral/"
    page = whole(ana.get(where))
    assert "Office social-vlora" in page.text
    assert f"refer_{SIDE}-office" in page.markup
    assert "Office social-tirana (told before)" not in page.text, "its decline is looked at"
    assert "choose an answer" in whole(ana.post(where, {"act": f"refer_{SIDE}"})).text
    review(case, takes=False)
    assert "Office social-tirana (told before)" in whole(ana.get(where)).text
    same = {"act": f"refer_{SIDE}", f"refer_{SIDE}-office": office("social-tirana")}
    assert "Say why it is told again." in whole(ana.post(where, same)).text
    assert ana.post(where, same | {f"refer_{SIDE}-again": "changed"}).status_code == 302
    assert "What it declined for has changed" in whole(ana.get(where)).text


def test_the_page_says_in_albanian_too_who_was_told_before() -> None:
    case, _asked = declined()
    review(case, takes=False)
    ana = browser("border-ana")
    ana.cookies["language"] = "sq"
    assert "(e njoftuar më parë)" in whole(ana.get(f"/cases/{case.id}/identification/referral/")).text


def test_a_program_chooses_too() -> None:
    case, _asked = declined()
    ana, path = caller("border-ana"), f"/cases/{case.id}"
    able = ana.get(f"{path}/referrals").json()["can_be_told"]
    assert {"to": str(SIDE), "office": "social-vlora", "told_before": False} in able
    assert ana.post(f"{path}/refer", {"to": SIDE}).json()["code"] == "choose_an_office"
    assert ana.post(f"{path}/refer", {"to": SIDE, "office": "social-vlora"}).status_code == 201
