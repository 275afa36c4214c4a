from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WIDTH = 30
SECONDS_BETWEEN_DRAWINGS = 0.1


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal while long work runs; the work calls what it is given with the count done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    drawn_at = 0.0

    def show(done: int) -> None:
        nonlocal drawn_at
        now = time.monotonic()
        if done >= total or now - drawn_at >= SECONDS_BETWEEN_DRAWINGS:
            drawn_at = now
            sys.stderr.write(f"\r{bar(label, done, total)}")
            sys.stderr.flush()

    show(0)
    try:
        yield show
    finally:
        sys.stderr.write("\n")


def bar(label: str, done: int, total: int) -> str:
    """The line that is drawn: the label, the bar, and how many of how many."""
    share = min(1.0, done / total) if total else 1.0
    filled = round(share * WIDTH)
    return f"{label} [{'#' * filled}{'.' * (WIDTH - filled)}] {done:,} of {total:,}"
