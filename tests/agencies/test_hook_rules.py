from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.agencies import hook_rules as rules
from opennrm.agencies.hook_rules import LookState, Outcome, Why
from opennrm.lib.outward import Place
from opennrm.lib.problems import Problem

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://nrm.agency.example", Place("nrm.agency.example", 443, "/")),
        (" https://agency.example:8443/look/here ", Place("agency.example", 8443, "/look/here")),
        ("https://192.0.2.7/look", Place("192.0.2.7", 443, "/look")),
        ("https://[2001:db8::7]:8443/", Place("2001:db8::7", 8443, "/")),
    ],
)
def test_an_address_names_a_server_a_port_and_a_path(address: str, place: Place) -> None:
    assert rules.place_of(address) == place


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://agency.example/look", "hook_address"),
        ("ftp://agency.example", "hook_address"),
        ("agency.example/look", "hook_address"),
        ("https:///look", "hook_address"),
        ("https://", "hook_address"),
        ("https://agency.example\\@inner/", "hook_address"),
        ("https://agency .example/", "hook_address"),
        ("https://agency.example/a\r\nHost: inner", "hook_address"),
        ("https://ágency.example/", "hook_address"),
        ("https://agency_.example/", "hook_address"),
        ("https://-agency.example/", "hook_address"),
        ("https://agency..example/", "hook_address"),
        ("https://[::1/", "hook_address"),
        ("https://agency.example:0x1bb/", "hook_address"),
        ("https://agency.example:99999/", "hook_address"),
        ("https://a.example/" + "a" * 500, "hook_address"),
        ("https://ana@agency.example/", "hook_secret_in_address"),
        ("https://ana:word@agency.example/", "hook_secret_in_address"),
        ("https://agency.example/look?key=1", "hook_secret_in_address"),
        ("https://agency.example/look#here", "hook_secret_in_address"),
        ("https://agency.example:22/", "hook_port"),
        ("https://agency.example:80/", "hook_port"),
    ],
)
def test_an_address_that_could_lead_astray_is_refused_in_a_sentence_without_it(
    address: str, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        rules.place_of(address)
    assert refused.value.code == code
    assert "agency" not in str(refused.value)


def test_the_signature_is_the_one_of_the_standard() -> None:
    # The example that the reference libraries of Standard Webhooks share.
    made = rules.signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_sent_says_where_to_look_and_nothing_of_a_case() -> None:
    look = uuid4()
    said = json.loads(rules.content(look, NOW))
    assert said == {"look": "/api/v1/worklist", "at": "2026-11-25T09:00:00+00:00", "id": f"look_{look.hex}"}
    headers = rules.signed(look, NOW, b"", rules.shown_secret(b"k" * 32))
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (said["id"], "1795597200")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (204, Outcome.DELIVERED),
        (302, Outcome.MOVED),
        (400, Outcome.REFUSED),
        (410, Outcome.GONE),
        (503, Outcome.REFUSED),
        (101, Outcome.REFUSED),
    ],
)
def test_only_two_hundred_and_above_is_delivered(status: int, outcome: Outcome) -> None:
    assert rules.outcome_of(status) is outcome


@given(attempts=st.integers(1, 200), draw=st.floats(0, 1))
def test_each_wait_is_longer_and_none_is_longer_than_eight_hours(attempts: int, draw: float) -> None:
    waits = rules.wait(attempts, draw)
    assert timedelta(seconds=45) <= waits <= timedelta(hours=7.5)
    assert rules.wait(attempts + 1, draw) >= waits
    assert timedelta(seconds=30) <= rules.delay(draw) <= timedelta(seconds=90)


def test_a_look_is_tried_for_three_days_and_then_its_address_is_paused() -> None:
    late = NOW + timedelta(days=3)
    again = rules.after(Outcome.SLOW, attempts=1, made_at=NOW, now=NOW, draw=0.5)
    assert (again.state, again.try_at, again.pauses) == (LookState.PENDING, NOW + timedelta(minutes=1), None)
    over = rules.after(Outcome.SLOW, attempts=16, made_at=NOW, now=late, draw=0.5)
    assert (over.state, over.pauses) == (LookState.GIVEN_UP, Why.FAILING)
    gone = rules.after(Outcome.GONE, attempts=1, made_at=NOW, now=NOW, draw=0.5)
    assert (gone.state, gone.pauses) == (LookState.GIVEN_UP, Why.GONE)
    assert (
        rules.after(Outcome.DELIVERED, attempts=16, made_at=NOW, now=late, draw=0).state
        is LookState.DELIVERED
    )
