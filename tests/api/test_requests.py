"""Requests for information as programs make and answer them."""

from __future__ import annotations

import pytest

from tests.acting import opened
from tests.api.calling import caller
from tests.api.operations import BODIES

pytestmark = pytest.mark.django_db
ASK = BODIES["ask_information"] | {"office": "labour"}


def test_a_program_asks_and_the_other_offices_program_answers_on_a_few_facts() -> None:
    case = opened()
    ana, lea, path = caller("border-ana"), caller("labour-lea"), f"/cases/{case.id}"
    assert ana.post(f"{path}/requests", ASK).status_code == 201
    assert ana.post(f"{path}/requests", ASK).json()["code"] == "already_asked"
    assert ana.post(f"{path}/requests", ASK | {"subject": "gossip"}).status_code == 422
    (asked,) = lea.get("/requests").json()["requests"]
    assert asked["shown"]["reference"] == case.reference
    assert asked["question"] == ASK["question"]
    assert (asked["from_office"], asked["can"]) == ("border", ["answer", "refuse"])
    assert lea.get(path).status_code == 404
    where = f"/requests/{asked['id']}"
    assert ana.get(where).json()["can"] == ["withdraw"]
    assert ana.post(f"{where}/answer", {"text": "x"}).status_code == 403
    assert lea.post(f"{where}/answer", {}).json()["code"] == "text_missing"
    assert lea.post(f"{where}/answer", {"text": "Once, in March."}).status_code == 200
    assert lea.get(where).json()["answer"] is None
    (read,) = ana.get(f"{path}/requests").json()["requests"]
    assert (read["state"], read["answer"]) == ("answered", "Once, in March.")
    assert lea.post(f"{where}/refuse", {"reason": "no_basis"}).json()["code"] == "request_is_over"


def test_a_refusal_is_a_word_for_who_asked_and_a_reason_for_who_reviews() -> None:
    case = opened()
    ana, lea, rita = caller("border-ana"), caller("labour-lea"), caller("authority-rita")
    made = ana.post(f"/cases/{case.id}/requests", ASK).json()["id"]
    where = f"/requests/{made}"
    assert lea.post(f"{where}/refuse", {"reason": "does_not_hold"}).status_code == 200
    read = ana.get(where).json()
    assert (read["said"], read["reason"], read["can"]) == ("cannot", None, ["contest"])
    assert ana.post(f"{where}/contest").status_code == 200
    (waits,) = rita.get("/requests").json()["requests"]
    assert (waits["reason"], waits["can"]) == ("does_not_hold", ["review"])
    assert rita.post(f"{where}/review", {"stands": False}).status_code == 200
    assert lea.get(where).json()["can"] == ["answer", "refuse"]
    assert ana.post(f"{where}/withdraw").status_code == 200
