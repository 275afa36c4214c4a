"""Signing in with a password and a second step, in a browser."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk, faults, go, press, submit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PASSWORD = "a long invented sentence"


def code_for(secret: str) -> str:
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"


def with_password(username: str) -> User:
    user = User.objects.get(username=username)
    user.set_password(PASSWORD)
    user.save()
    return user


def give_password(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    submit(page)


@pytest.mark.usefixtures("people_of_the_country")
def test_a_password_alone_leads_to_the_second_step_and_to_nothing_else(walk: Walk) -> None:
    with_password("shelter-de")
    page = walk.window()
    give_password(page, "shelter-de")
    for address in ("/", "/cases/", "/reports/"):
        page.goto(address)
        expect(page.locator("h1")).to_have_text("Set up your second step")
    wrong = faults(page)
    secret = page.locator("main code").inner_text()
    page.fill("[name=code]", "000000")
    press(page, "Go on")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    wrong += faults(page)
    page.fill("[name=code]", code_for(secret))
    press(page, "Go on")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    expect(page.locator("main li code")).to_have_count(10)
    wrong += faults(page)
    press(page, "I have written them down")
    expect(page.locator("h1")).to_have_text("Today")
    assert wrong == []


@pytest.mark.usefixtures("people_of_the_country")
def test_a_password_and_a_code_of_the_app_sign_in(walk: Walk) -> None:
    secret = generate_totp_secret()
    TOTP.activate(with_password("shelter-tv"), secret)
    page = walk.window()
    give_password(page, "shelter-tv")
    expect(page.locator("h1")).to_have_text("Second step")
    wrong = faults(page)
    page.fill("[name=code]", code_for(secret))
    press(page, "Sign in")
    expect(page.locator("h1")).to_have_text("Today")
    go(page, page.get_by_role("link", name="Sign out").or_(page.get_by_role("button", name="Sign out")).first)
    page.goto("/cases/")
    assert "/accounts/login/" in page.url
    assert wrong == []
