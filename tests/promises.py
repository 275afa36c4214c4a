"""The figures that prove the promises, gathered from every process of a run and printed as one table at its end."""

from __future__ import annotations

import json
import os
from pathlib import Path

KEPT = "promises.jsonl"


def figure(promise: str, says: str) -> None:
    """Keeps one measured figure of a promise for the table."""
    with (Path(os.environ["OPENNRM_TEST_RUN"]) / KEPT).open("a", encoding="utf-8") as file:
        file.write(json.dumps([promise, says]) + "\n")


def table(run: Path) -> list[str]:
    """The lines of the table, in the order of the promises."""
    path = run / KEPT
    if not path.exists():
        return []
    rows = sorted(map(tuple, map(json.loads, path.read_text(encoding="utf-8").splitlines())))
    return [f"{promise:<4} {says}" for promise, says in rows]
