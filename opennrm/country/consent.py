"""Enters the country's texts that are read out before a person agrees to share."""

from __future__ import annotations

from pathlib import Path

import yaml

from opennrm.access.scope import Actor
from opennrm.country.files import ALBANIA
from opennrm.sharing import actions


def load(*, by: Actor, path: Path = ALBANIA / "consent") -> None:
    """Enters every version in every language; running it again changes nothing, and a changed text is refused."""
    found = yaml.safe_load((path / "versions.yaml").read_text(encoding="utf-8"))
    for one in found["versions"]:
        for language in one["languages"]:
            body = (path / f"{one['version']}.{language}.txt").read_text(encoding="utf-8").strip()
            actions.enter_text(
                version=one["version"], language=language, body=body, since=one["since"], by=by
            )
