"""A referral nobody has answered is taken back: the addressee learns that it is asked no longer, and telling is owed again."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import queries as sight
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import queries as duties
from opennrm.duties.exclusion import exclude_office
from opennrm.duties.models import Duty, Event
from opennrm.duties.pack import packs
from opennrm.identification import referral_queries, referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.referral_rules import WithdrawReason
from opennrm.identification.withdrawing import withdraw
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from tests.acting import accept, by, duty, office, opened, refer
from tests.api.calling import caller
from tests.committed import watched
from tests.duties.test_races import at_once, check
from tests.identification.test_each_procedure import opened_under
from tests.web.browsing import browser, whole

WRONG = WithdrawReason.WRONG_OFFICE


def withdrawn(case: CaseCard, side: Side = Side.POLICE) -> UUID:
    asked = refer(case, side)
    with by("border-ana") as ana:
        withdraw(referral=asked, reason=WRONG, by=ana)
    return asked


@pytest.mark.django_db
@pytest.mark.parametrize("pack", sorted(packs()))
def test_the_duty_to_answer_ends_and_the_duty_to_tell_is_owed_again_under_each_procedure(pack: str) -> None:
    case = opened_under(pack)
    asked = withdrawn(case)
    with by("border-ana"):
        made = referral_queries.referral(asked)
        assert (made.state, made.reason) == ("withdrawn", "wrong_office")
        owed = duty(case.id, "answer_referral")
        assert owed.state == "ended"
        assert Event.objects.get(duty=owed, kind="end").reason == "referral_withdrawn"
        again = Duty.objects.get(case=case.id, kind="notify_police", ended_at__isnull=True)
        assert (again.holder_id, again.rule) == (office("border"), "referral-police-withdrawn")
    accept(case, Side.POLICE)
    with by("border-ana"):
        assert duty(case.id, "notify_police").state == "fulfilled"
        states = Duty.objects.filter(case=case.id, kind="answer_referral").order_by("started_at")
        assert list(states.values_list("state", flat=True)) == ["ended", "fulfilled"]


@pytest.mark.django_db
def test_the_addressee_loses_what_it_was_shown_and_learns_that_it_is_asked_no_longer() -> None:
    case = opened()
    asked = withdrawn(case)
    with by("border-ana"):
        ended = str(duty(case.id, "answer_referral").id)
        assert ended not in {basis.reference for basis in sight.bases(case.id)}
    with by("police-petra") as petra:
        with pytest.raises(NotFound):
            referral_queries.referral(asked)
        with pytest.raises(NotFound):
            referrals.answer(referral=asked, accepts=True, by=petra)
        (told,) = duties.unread_notices(sorted(petra.offices))
        assert (told.what, told.case_id, told.duty_id, told.reference) == (
            "referral_withdrawn",
            None,
            None,
            "",
        )
        assert referral_queries.waiting_for(sorted(petra.offices)) == []
    today = whole(browser("police-petra").get("/"))
    assert "Your office is no longer asked." in today.text
    assert case.reference not in today.markup
    assert browser("police-petra").get(f"/referrals/{asked}/").status_code == 404


@pytest.mark.django_db
def test_an_office_that_is_then_excluded_reads_not_even_that() -> None:
    case = opened()
    withdrawn(case)
    with by("border-ana") as ana:
        exclude_office(case=case, office=office("police-tirana"), reason=ExclusionReason.SUSPECTED, by=ana)
    with by("police-petra") as petra:
        assert duties.unread_notices(sorted(petra.offices)) == []


@pytest.mark.django_db
def test_only_who_referred_withdraws_and_only_while_nobody_has_answered() -> None:
    case = opened()
    asked = refer(case, Side.POLICE)
    with by("police-petra") as petra, pytest.raises(NotAllowed):
        withdraw(referral=asked, reason=WRONG, by=petra)
    with by("authority-rita") as rita, pytest.raises(NotAllowed):
        withdraw(referral=asked, reason=WRONG, by=rita)
    with by("health-hana") as hana, pytest.raises(NotFound):
        withdraw(referral=asked, reason=WRONG, by=hana)
    with by("police-petra") as petra:
        referrals.answer(referral=asked, accepts=False, reason="safety", by=petra)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        withdraw(referral=asked, reason=WRONG, by=ana)
    assert refused.value.code == "referral_is_answered"
    other = withdrawn(case, Side.SOCIAL_SERVICE)
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        withdraw(referral=other, reason=WRONG, by=ana)
    assert refused.value.code == "referral_is_withdrawn"


@pytest.mark.django_db
def test_it_is_withdrawn_on_its_page_with_a_reason() -> None:
    case = opened()
    asked = refer(case, Side.POLICE)
    ana, where = browser("border-ana"), f"/cases/{case.id}/identification/referral/"
    assert f"/referrals/{asked}/" in whole(ana.get(where)).addresses()
    assert "Withdraw it" in whole(ana.get(f"/referrals/{asked}/")).text
    assert "Withdraw it" not in whole(browser("police-petra").get(f"/referrals/{asked}/")).text
    assert (
        browser("police-petra").post(f"/referrals/{asked}/withdraw/", {"reason": "other"}).status_code == 403
    )
    assert "choose an answer" in whole(ana.post(f"/referrals/{asked}/withdraw/", {})).text
    assert ana.post(f"/referrals/{asked}/withdraw/", {"reason": "safety"}).headers["Location"] == where
    page = whole(ana.get(where))
    assert "Withdrawn" in page.text
    assert "not safe if that office knows" in page.text
    assert "Withdraw this referral" not in page.text
    assert ana.post(f"/referrals/{asked}/withdraw/", {"reason": "safety"}).status_code == 409


@pytest.mark.django_db
def test_a_program_withdraws_what_its_office_referred() -> None:
    case = opened()
    asked = refer(case, Side.POLICE)
    ana, petra = caller("border-ana"), caller("police-petra")
    assert ana.get(f"/referrals/{asked}").json()["can"] == ["withdraw"]
    assert petra.post(f"/referrals/{asked}/withdraw", {"reason": "other"}).status_code == 403
    assert ana.post(f"/referrals/{asked}/withdraw", {"reason": "a whim"}).status_code == 422
    assert ana.post(f"/referrals/{asked}/withdraw", {"reason": "other"}).status_code == 200
    assert ana.get(f"/referrals/{asked}").json()["state"] == "withdrawn"
    assert petra.get(f"/referrals/{asked}").status_code == 404


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "withdrawing") as found:
        yield found


@pytest.mark.parametrize("_time", range(4))
def test_of_an_answer_and_a_withdrawal_at_once_exactly_one_happens(
    superuser: psycopg.Connection, _time: int
) -> None:
    case = opened()
    asked = refer(case, Side.POLICE)
    outcomes = at_once(
        ("police-petra", lambda petra: referrals.answer(referral=asked, accepts=True, by=petra)),
        ("border-ana", lambda ana: withdraw(referral=asked, reason=WRONG, by=ana)),
    )
    check(outcomes)
    state, owed, told = superuser.execute(
        "SELECT r.state, d.state, (SELECT count(*) FROM duties_notice n WHERE n.case_id = r.case_id)"
        " FROM identification_referral r JOIN duties_duty d ON d.id = r.duty_id WHERE r.case_id = %s",
        [case.id],
    ).fetchone() or ("", "", 0)
    assert (state, owed, told) in (("accepted", "fulfilled", 0), ("withdrawn", "ended", 1))
