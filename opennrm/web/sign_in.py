from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, installation_seal
from opennrm.access.scope import acting
from opennrm.agencies.queries import actor_for_user
from opennrm.lib import clock
from opennrm.lib.problems import Problem

PLACE = "mfa_authenticator"


class TooMany(Problem):
    """Somebody tried to sign in too often."""

    def __init__(self) -> None:
        super().__init__("too_many", _("That was tried too often. Wait five minutes and try again."), 429)


def note(user: AbstractBaseUser) -> None:
    """Leaves a trace that an account was signed in."""
    actor = actor_for_user(user.pk, user.get_username(), clock.today())
    if actor is not None:
        with acting(actor):
            audit.record("web.signed_in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator for a post; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        # One who has just signed in sets up her second step and reads its codes without signing in again.
        given = [record["at"] for record in get_authentication_records(self.request, self.request.user)]
        if given and clock.now().timestamp() - given[-1] < REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        note(user)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets are sealed, so that an administrator of the database reads none."""

    def encrypt(self, text: str) -> str:
        return installation_seal.seal(text, place=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return installation_seal.unseal(encrypted_text, place=PLACE)
