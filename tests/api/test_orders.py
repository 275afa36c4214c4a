"""Legal orders as programs enter, read and end them; none is confirmed by a program."""

from __future__ import annotations

import pytest

from tests.acting import opened
from tests.api.calling import caller
from tests.api.operations import BODIES, OPERATIONS
from tests.orders.ordering import confirm

pytestmark = pytest.mark.django_db
ENTER = BODIES["enter_order"]


def test_a_program_enters_an_order_that_a_person_of_another_office_confirms() -> None:
    case = opened()
    rita, kim, lea = caller("authority-rita"), caller("coordinator-kim"), caller("labour-lea")
    wrong = rita.post("/orders", ENTER | {"classes": ["identity"]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "classes")
    assert rita.post("/orders", ENTER | {"offices": ["nowhere"]}).status_code == 422
    named = {"scope": "case", "case": case.reference}
    order = rita.post("/orders", ENTER | named).json()["id"]
    (listed,) = kim.get("/orders").json()["orders"]
    assert (listed["id"], listed["standing"], listed["case"]) == (order, "waits", case.reference)
    assert (listed["entered_by"], listed["confirmed_by"], listed["can"]) == ("authority", None, ["refuse"])
    assert rita.get(f"/orders/{order}").json()["can"] == ["withdraw"]
    assert not [one for one in OPERATIONS if "confirm" in one.path and "order" in one.path]
    assert lea.get(f"/cases/{case.id}").status_code == 404
    confirm(order)
    assert lea.get(f"/cases/{case.id}").status_code == 200
    (basis,) = [
        one for one in lea.get(f"/cases/{case.id}/sharing").json()["bases"] if one["office"] == "labour"
    ]
    assert (basis["kind"], basis["reference"], basis["order"]) == ("order", order, "17/3")
    assert kim.get(f"/orders/{order}").json()["can"] == ["revoke"]
    assert kim.post(f"/orders/{order}/revoke", {"words": " "}).json()["code"] == "no_words"
    assert kim.post(f"/orders/{order}/revoke", BODIES["revoke_order"]).status_code == 200
    assert lea.get(f"/cases/{case.id}").status_code == 404
    assert kim.post(f"/orders/{order}/refuse", BODIES["refuse_order"]).json()["code"] == "order_is_over"


def test_who_protects_the_records_reads_and_other_posts_do_not() -> None:
    order = caller("authority-rita").post("/orders", ENTER).json()["id"]
    assert caller("officer-dpo").get(f"/orders/{order}").json()["can"] == []
    assert caller("officer-dpo").post("/orders", ENTER).status_code == 403
    assert caller("border-ana").get("/orders").status_code == 403
    assert (
        caller("authority-rita").post(f"/orders/{order}/withdraw", BODIES["withdraw_order"]).status_code
        == 200
    )
