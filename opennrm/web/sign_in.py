from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from opennrm.access import organisation_keys


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator for a post; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets are sealed, so that an administrator of the database reads none."""

    def encrypt(self, text: str) -> str:
        return organisation_keys.seal_second_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        return organisation_keys.open_second_factor(encrypted_text)
