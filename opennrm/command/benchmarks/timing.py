from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

ROUNDS = 5
Work = Callable[[], object]
Row = dict[str, Any]


def timed(work: Work) -> float:
    """How many milliseconds one run takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def sample(work: Work, times: int) -> list[float]:
    """The milliseconds of so many runs, after one that warms up."""
    work()
    return [timed(work) for _ in range(times)]


def in_turns(times: int, *works: Callable[[int], list[float]]) -> list[list[float]]:
    """Several kinds of work, each in portions and in turn, so that a busy moment of the machine falls on all of them."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for kept, work in zip(found, works, strict=True):
            kept += work(max(1, times // ROUNDS))
    return found


def row(operation: str, measured: list[float], floor: list[float] | None = None, **more: Any) -> Row:
    """One line of the answer; the ratio is that of the medians."""
    line: Row = {
        "operation": operation,
        "n": len(measured),
        "p50_ms": round(median(measured), 3),
        "p95_ms": round(_p95(measured), 3),
    }
    if floor:
        line["floor_p50_ms"] = round(median(floor), 3)
        line["floor_p95_ms"] = round(_p95(floor), 3)
        line["ratio"] = round(median(measured) / median(floor), 2)
    return line | more


def _p95(measured: list[float]) -> float:
    return quantiles(measured, n=20, method="inclusive")[-1] if len(measured) > 1 else measured[0]
