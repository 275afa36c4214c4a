from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints: words for a person, an object for a program, sentences for the error channel."""

    text: str = ""
    object: dict[str, Any] | None = None
    errors: list[str] = field(default_factory=list)
    exit: int = 0


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under a heading, in columns as wide as they need."""
    lines = [list(map(str, heading)), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heading))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
