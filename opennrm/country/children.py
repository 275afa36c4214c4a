"""Declares which competences of the country trace a child's family or protect her."""

from __future__ import annotations

from pathlib import Path

import yaml

from opennrm.access.scope import Actor
from opennrm.agencies import actions as agencies
from opennrm.country.files import ALBANIA


def load(*, by: Actor, path: Path = ALBANIA / "child_roles.yaml") -> None:
    """Declares them; running it again changes nothing."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    agencies.declare_child_roles(dict.fromkeys(found["roles"], found["source"]), by=by)
