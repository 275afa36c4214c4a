"""A person is referred on the case; the addressee reads a few facts on a page of its own, and the case once it accepts."""

from __future__ import annotations

import pytest

from opennrm.duties.models import Duty
from opennrm.identification.interview_rules import Side
from tests.acting import by, duty, opened, refer
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def test_both_addressees_are_referred_to_and_answer_on_a_page_of_their_own() -> None:
    case = opened()
    where = f"/cases/{case.id}/identification/referral/"
    ana, petra, rita = browser("border-ana"), browser("police-petra"), browser("authority-rita")
    assert "Refer to the police" in whole(ana.get(where)).text
    for side in Side:
        assert ana.post(where, {"act": f"refer_{side}"}).status_code == 302
    assert ana.post(where, {"act": "refer_police"}).status_code == 409, "not answered yet"
    today = whole(petra.get("/"))
    assert "Referred to us" in today.text
    assert case.reference in today.text
    asked = next(address for address in today.addresses() if address.startswith("/referrals/"))
    page = whole(petra.get(asked))
    assert "Accept the referral" in page.text
    assert "Besa" not in page.markup
    assert petra.get(f"/cases/{case.id}/").status_code == 404
    assert petra.get("/cases/").content.find(case.reference.encode()) < 0
    assert "choose an answer" in whole(petra.post(f"{asked}decline/", {})).text
    assert petra.post(f"{asked}decline/", {"reason": "safety"}).status_code == 302
    assert "Declined" in whole(petra.get(asked)).text
    assert petra.post(f"{asked}accept/").status_code == 409
    assert rita.post(where, {"act": "review", "review-takes": "yes"}).status_code == 302
    assert "Reviewed by" in whole(ana.get(where)).text
    assert petra.get(f"/cases/{case.id}/").status_code == 200
    assert browser("shelter-sam").get(where).status_code == 404


def test_an_office_that_accepts_is_led_to_the_case() -> None:
    case = opened()
    asked = refer(case, Side.SOCIAL_SERVICE)
    sara = browser("social-sara")
    answered = sara.post(f"/referrals/{asked}/accept/")
    assert (answered.status_code, answered.headers["Location"]) == (302, f"/cases/{case.id}/")
    assert sara.get(f"/cases/{case.id}/").status_code == 200
    assert "Accepted" in whole(sara.get(f"/referrals/{asked}/")).text
    assert sara.get(f"/referrals/{asked}/accept/").status_code == 405


def test_a_referral_is_found_by_its_two_sides_and_nobody_else() -> None:
    asked = refer(opened(), Side.POLICE)
    for verb in ("", "accept/", "decline/"):
        send = browser("health-hana").post if verb else browser("health-hana").get
        assert send(f"/referrals/{asked}/{verb}").status_code == 404
        assert browser("analyst-ada").post(f"/referrals/{asked}/{verb}").status_code == 403
    assert browser("border-ana").get(f"/referrals/{asked}/").status_code == 200
    assert browser("border-ana").post(f"/referrals/{asked}/accept/").status_code == 403


def test_telling_marked_as_done_on_the_page_of_the_duty_is_a_referral() -> None:
    case = opened()
    with by("border-ana"):
        tell = duty(case.id, "notify_police").id
    assert browser("border-ana").post(f"/duties/{tell}/done/", {}).status_code == 302
    assert (
        "Not answered yet"
        in whole(browser("border-ana").get(f"/cases/{case.id}/identification/referral/")).text
    )
    with by("border-ana"):
        assert Duty.objects.get(id=tell).state == "fulfilled"


def test_the_counter_of_what_is_offered_counts_referrals() -> None:
    refer(opened(), Side.POLICE)
    petra = browser("police-petra")
    assert "1 offered to us" in whole(petra.get("/")).text
    shown = whole(petra.get("/?show=offered"))
    assert "Referred to us" in shown.text
    assert "No duty is offered" not in shown.text
    assert "Referred to us" not in whole(petra.get("/?show=overdue")).text
