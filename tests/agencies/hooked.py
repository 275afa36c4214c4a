"""Short ways for tests to register the address of an office's own system."""

from __future__ import annotations

from uuid import UUID

from django.test import override_settings

from opennrm.agencies import hooks
from opennrm.lib import networks
from tests.acting import by, office

# Numbers that documents use and nobody has: what is sent there goes nowhere.
NOWHERE = "https://192.0.2.7/look"


def hooked(username: str, code: str, address: str = NOWHERE) -> tuple[UUID, str]:
    """An address of an office, registered by the one who answers for it: its id and its secret."""
    with (
        override_settings(HOOK_NETWORKS=networks.read("192.0.2.0/24, 127.0.0.0/8, ::1/128")),
        by(username) as actor,
    ):
        return hooks.register(office=office(code), address=address, by=actor)
