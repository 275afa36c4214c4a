"""Seals what belongs to the installation and to no case: second-factor secrets, sessions, addresses of hooks."""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from opennrm.access import organisation_keys

NONCE = 12


def seal(text: str, *, place: str) -> str:
    """Seals a text for one place; put elsewhere it does not open."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(organisation_keys.second_factor_key()).encrypt(nonce, text.encode(), place.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Opens what was sealed for this place; raises InvalidTag for anything else."""
    raw = base64.urlsafe_b64decode(sealed)
    return (
        AESGCM(organisation_keys.second_factor_key())
        .decrypt(raw[:NONCE], raw[NONCE:], place.encode())
        .decode()
    )
