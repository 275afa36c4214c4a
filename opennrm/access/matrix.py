from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MATRIX = Path(__file__).parent.parent / "matrix.yaml"
VERBS = ("select", "insert", "update", "delete")


@dataclass(frozen=True)
class Table:
    """One table's row of the matrix."""

    name: str
    case: str = ""
    data_class: str = ""
    using: str = ""
    insert_check: str = ""
    update_check: str = ""
    office: tuple[str, ...] = ()
    system: dict[str, list[str]] = field(default_factory=dict)
    update: tuple[str, ...] = ()
    exempt: str = ""
    grant: tuple[str, ...] = ()

    def purposes(self, verb: str) -> list[str]:
        """The system purposes that may use this verb on the table."""
        return sorted(purpose for purpose, verbs in self.system.items() if verb in verbs)

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb that somebody may use on the table."""
        return (
            self.grant
            if self.exempt
            else tuple(verb for verb in VERBS if verb in self.office or self.purposes(verb))
        )


@cache
def whole() -> dict[str, Any]:
    """The matrix as it stands in its file."""
    loaded: dict[str, Any] = yaml.safe_load(MATRIX.read_text())
    return loaded


@cache
def tables() -> dict[str, Table]:
    """The rows for tables, by table name."""
    return {name: _table(name, dict(row)) for name, row in whole()["tables"].items()}


@cache
def routes() -> dict[str, dict[str, Any]]:
    """The rows for routes, by view name: open to all, to everyone signed in, or to posts with certain roles."""
    return dict(whole()["routes"])


@cache
def commands() -> dict[str, dict[str, Any]]:
    """The rows for commands of the command line: the system purpose they run under, or that a user must be named."""
    return dict(whole()["commands"])


@cache
def operations() -> dict[str, dict[str, Any]]:
    """The rows for operations of the HTTP API, by operation id: the posts it opens to, and the act a token must be made for."""
    return dict(whole()["api"])


def _table(name: str, row: dict[str, Any]) -> Table:
    row["data_class"] = row.pop("class", "")
    lists: dict[str, Any] = {key: tuple(row.pop(key, ())) for key in ("office", "update", "grant")}
    return Table(name=name, **lists, **row)
