"""Who answers for an office has its own system told to look: the page, what it refuses, and what it says of each attempt."""

from __future__ import annotations

import pytest

from tests.browser.walking import Walk, answered, faults, follow, press, text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# On this machine, where nobody listens.
ADDRESS = "https://127.0.0.1:47119/look"


def test_the_head_of_an_office_keeps_its_addresses_and_every_state_is_for_everyone(walk: Walk) -> None:
    page = walk.as_("coordinator")
    page.goto("/tokens/")
    follow(page, "Have a program told when there is something new")
    wrong = faults(page)
    for address, said in (
        ("http://nrm.agency.example/", "must begin with https://"),
        ("https://10.0.0.7/look", "its network is not allowed"),
    ):
        page.fill("[name=address]", address)
        press(page, "Register the address")
        assert said in text(page)
        assert page.title().startswith("Error:")
        wrong += faults(page)
    page.fill("[name=address]", ADDRESS)
    press(page, "Register the address")
    assert "whsec_" in text(page)
    wrong += faults(page)
    press(page, "Try it now")
    assert "A look is sent within two minutes" in text(page)
    assert "Waits" in text(page)
    wrong += faults(page)
    press(page, "Pause")
    assert "Not sent" in text(page)
    wrong += faults(page)
    press(page, "Resume")
    press(page, "End for good")
    assert "Your office has no address" in text(page)
    assert wrong == []


def test_who_does_not_answer_for_an_office_is_led_to_no_address(walk: Walk) -> None:
    page = walk.as_("analyst")
    page.goto("/tokens/")
    assert "Have a program told" not in text(page)
    with walk.refused(403):
        assert answered(page, "/hooks/") == 403
