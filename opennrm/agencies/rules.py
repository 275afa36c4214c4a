from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Competent(Protocol):
    """What routing needs to know of a competence."""

    @property
    def office(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def region(self) -> str | None: ...


def competent_office(
    competences: Sequence[Competent], *, role: str, region: str | None, excluded: frozenset[int] = frozenset()
) -> int | None:
    """The office to ask for a role in a region: the region's own before a national one, never an excluded one; None is a gap."""
    able = [
        c
        for c in competences
        if c.role == role and c.office not in excluded and (c.region is None or c.region == region)
    ]
    able.sort(key=lambda c: c.region is None)
    return able[0].office if able else None
