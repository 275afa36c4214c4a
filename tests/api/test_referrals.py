"""Referrals as programs make and answer them: a few facts until the addressee accepts, and the refusals."""

from __future__ import annotations

import pytest

from tests.acting import opened
from tests.api.calling import caller

pytestmark = pytest.mark.django_db


def test_a_program_refers_and_the_addressees_program_accepts_on_a_few_facts() -> None:
    case = opened()
    ana, petra, path = caller("border-ana"), caller("police-petra"), f"/cases/{case.id}"
    assert ana.get(f"{path}/referrals").json() == {
        "referrals": [],
        "may_refer_to": ["social_service", "police"],
        "can_be_told": [],
    }
    assert ana.post(f"{path}/refer", {"to": "police"}).status_code == 201
    assert ana.post(f"{path}/refer", {"to": "police"}).json()["code"] == "referral_is_open"
    assert ana.post(f"{path}/refer", {"to": "press"}).status_code == 422
    (asked,) = petra.get("/referrals").json()["referrals"]
    assert asked["shared"] == {
        "reference": case.reference,
        "child": False,
        "language": "sq",
        "region": "AL-11",
        "in_danger": False,
    }
    assert (asked["to"], asked["from_office"], asked["can"]) == ("police", "border", ["accept", "decline"])
    assert petra.get(path).status_code == 404
    assert ana.get(f"/referrals/{asked['id']}").json()["can"] == ["withdraw"]
    assert ana.post(f"/referrals/{asked['id']}/accept").status_code == 403
    assert petra.post(f"/referrals/{asked['id']}/accept").json()["look"] == f"/api/v1{path}"
    assert petra.get(path).status_code == 200
    assert petra.post(f"/referrals/{asked['id']}/accept").json()["code"] == "referral_is_answered"


def test_a_decline_has_a_reason_and_another_offices_program_reviews_it() -> None:
    case = opened()
    ana, sara, rita = caller("border-ana"), caller("social-sara"), caller("authority-rita")
    path = f"/cases/{case.id}"
    assert ana.post(f"{path}/refer", {"to": "social_service"}).status_code == 201
    (asked,) = sara.get("/referrals").json()["referrals"]
    assert sara.post(f"/referrals/{asked['id']}/decline", {"reason": "a whim"}).status_code == 422
    assert sara.post(f"/referrals/{asked['id']}/decline", {"reason": "no_capacity"}).status_code == 200
    assert sara.get(f"/referrals/{asked['id']}").json()["state"] == "declined"
    assert ana.post(f"{path}/referrals/review", {"takes": True}).status_code == 403
    assert rita.post(f"{path}/referrals/review", {"takes": True}).status_code == 200
    (made,) = ana.get(f"{path}/referrals").json()["referrals"]
    assert (made["state"], made["reviewed_by"]) == ("accepted", "authority")
    assert sara.get(path).status_code == 200
