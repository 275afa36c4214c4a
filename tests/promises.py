"""The figures that prove the promises, gathered from every process of a run and printed as one table at its end."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

KEPT = "promises.jsonl"


def figure(promise: str, says: str) -> None:
    """Keeps one measured figure of a promise for the table."""
    tally(promise, 0, says)


def tally(promise: str, count: int, says: str) -> None:
    """Adds what a part of a drill has counted; the table says the sum of all that said the same."""
    with (Path(os.environ["OPENNRM_TEST_RUN"]) / KEPT).open("a", encoding="utf-8") as file:
        file.write(json.dumps([promise, says, count]) + "\n")


def table(run: Path) -> list[str]:
    """The lines of the table, in the order of the promises."""
    path = run / KEPT
    if not path.exists():
        return []
    sums = Counter[tuple[str, str]]()
    for promise, says, count in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        sums[promise, says] += count
    return [
        f"{promise:<4} {f'{count} ' if count else ''}{says}"
        for (promise, says), count in sorted(sums.items())
    ]
