from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, organisation_keys
from opennrm.access.scope import acting
from opennrm.agencies.queries import actor_for_user
from opennrm.lib import clock
from opennrm.lib.problems import Problem


class TooMany(Problem):
    """Somebody tried to sign in too often."""

    def __init__(self) -> None:
        super().__init__("too_many", _("That was tried too often. Wait five minutes and try again."), 429)


def note(user: AbstractBaseUser) -> None:
    """Leaves a trace that an account was signed in."""
    actor = actor_for_user(user.pk, user.get_username(), clock.local_day(clock.now()))
    if actor is not None:
        with acting(actor):
            audit.record("web.signed_in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator for a post; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        note(user)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets are sealed, so that an administrator of the database reads none."""

    def encrypt(self, text: str) -> str:
        return organisation_keys.seal_second_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        return organisation_keys.open_second_factor(encrypted_text)
