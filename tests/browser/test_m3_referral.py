"""M3: a first responder refers a person to the police and the State Social Service; both must answer, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.identifying import (
    LEAD,
    POLICE,
    SOCIAL_SERVICE,
    found_in_tirana,
    open_referral,
    part,
    refer,
)
from tests.browser.test_albanian import left_in_english
from tests.browser.walking import Walk, answered, faults, go, in_albanian, press, text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_the_office_that_is_referred_to_sees_a_few_facts_and_the_case_once_it_accepts(walk: Walk) -> None:
    lead = walk.as_(LEAD)
    case, known_as = found_in_tirana(lead, "Lindita")
    refer(lead, case, "State Social Service")
    expect(lead.get_by_role("main")).to_contain_text("Not answered yet")
    # A second referral beside the open one is not there to be pressed.
    expect(lead.get_by_role("button", name="Refer to the State Social Service")).to_have_count(0)
    expect(lead.get_by_role("button", name="Refer to the police")).to_be_visible()

    social_service = walk.as_(SOCIAL_SERVICE)
    with walk.refused(404):
        assert answered(social_service, case) == 404
    open_referral(social_service, known_as)
    seen = text(social_service)
    assert known_as in seen
    assert "Lindita" not in seen
    assert faults(social_service) == []
    press(social_service, "Accept the referral")
    expect(social_service.get_by_role("alert")).to_contain_text("Your office has accepted the referral")
    assert answered(social_service, case) == 200
    lead.goto(part(case, "referral"))
    expect(lead.get_by_role("main")).to_contain_text("Accepted")


def test_a_decline_has_a_reason_and_another_office_decides_what_becomes_of_it(walk: Walk) -> None:
    lead = walk.as_(LEAD)
    case, known_as = found_in_tirana(lead, "Drita")
    refer(lead, case, "police")
    police = walk.as_(POLICE)
    open_referral(police, known_as)
    press(police, "Decline")
    expect(police.locator(".govuk-error-summary")).to_contain_text("Why does your office decline?")
    police.locator("[name=reason][value=no_capacity]").check()
    press(police, "Decline")
    expect(police.get_by_role("alert")).to_contain_text("Another office looks at the reason")
    with walk.refused(404):
        assert answered(police, case) == 404

    authority = walk.as_("ra-secretary")
    authority.goto(part(case, "referral"))
    press(authority, "Record the review")
    expect(authority.locator(".govuk-error-summary")).to_be_visible()
    authority.get_by_label("No, another office is told").check()
    press(authority, "Record the review")
    lead.goto(f"{case}responsible/")
    expect(lead.locator("#owed")).to_contain_text("Tell the police")


def test_a_post_that_does_not_work_with_cases_is_refused_and_another_office_finds_nothing(walk: Walk) -> None:
    lead = walk.as_(LEAD)
    case, _known_as = found_in_tirana(lead, "Shqipe")
    analyst, shelter = walk.as_("analyst"), walk.as_("shelter-tv")
    with walk.refused(403):
        assert answered(analyst, part(case, "referral")) == 403
    with walk.refused(404):
        assert answered(shelter, part(case, "referral")) == 404
    # The authority that only reads has nothing to press.
    authority = walk.as_("ra-secretary")
    authority.goto(part(case, "referral"))
    expect(authority.get_by_role("main").get_by_role("button")).to_have_count(0)


def test_a_person_is_referred_and_the_referral_answered_in_albanian(walk: Walk) -> None:
    lead = walk.as_(LEAD)
    case, known_as = found_in_tirana(lead, "Mirjeta")
    in_albanian(lead)
    lead.goto(part(case, "referral"))
    left = left_in_english(lead)
    press(lead, "Referoje te policia")
    left += left_in_english(lead)
    police = walk.as_(POLICE)
    in_albanian(police)
    police.goto("/")
    go(police, police.get_by_role("link").filter(has_text=known_as).first)
    left += left_in_english(police)
    press(police, "Prano referimin")
    left += left_in_english(police)
    assert left == []
