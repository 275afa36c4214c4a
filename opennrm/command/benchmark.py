from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from opennrm.command.answer import Answer, table
from opennrm.lib.problems import Problem

Row = dict[str, Any]
# A country of ten times the size has more closed cases, and no more open ones than these.
OPEN_AT_MOST = 100_000
# Of fewer cases only the shape is of interest, and nobody should wait for it.
WORTH_MEASURING = 2000
HEADING = ("operation", "simulated", "n", "p50_ms", "p95_ms", "floor_p50_ms", "ratio", "per_second", "growth")


def bench(args: argparse.Namespace) -> Answer:
    """Measures the work of a day beside its floors."""
    rows = measure(args.cases)
    places = [", ".join(f"{name} {value}" for name, value in row.items()) for row in rows if "n" not in row]
    lines = [[row.get(name, "") for name in HEADING] for row in rows if "n" in row]
    return Answer(text="\n".join([*places, "", table(HEADING, lines)]), object={"bench": rows})


def measure(cases: int | None) -> list[Row]:
    """The work of a day beside its floors, here or in a database of its own: at a tenth of the size, then at the size."""
    return _present() if cases is None else _grown(cases)


def _present() -> list[Row]:
    from opennrm.command.benchmarks import acts, bulk, pages, procedures, sharing, sweeping
    from opennrm.command.benchmarks.machine import machine, size
    from opennrm.command.benchmarks.people_at_work import staff

    people = staff()
    before: Row = {"operation": "the machine and its size", **machine(), **size()}
    times = 100 if before["cases"] >= WORTH_MEASURING else 10
    caseload = acts.small_caseload(people.small)
    shown = list(pages.rows(people, caseload, times))
    rest = [
        *sharing.rows(people, caseload, times),
        *acts.entering(people, times // 2),
        *acts.handing_over(people, times // 10),
        *procedures.reconciling(people.busy, times),
        *procedures.answering(people.busy, times),
        *procedures.trying(),
        *sweeping.sweeping(),
        *bulk.counting(),
        *bulk.importing(10 * times),
    ]
    return [before, *shown, *rest, {"operation": "the machine at the end", **machine()}]


def _grown(cases: int) -> list[Row]:
    """Runs the other commands in a home of its own, because a process stays with the home it began in."""
    with tempfile.TemporaryDirectory(prefix="opennrm-bench-") as home:
        _command(home, "init")
        small = max(1, cases // 10)
        _simulated(home, cases=small, add_open=min(small, OPEN_AT_MOST), seed=1)
        before = _measured(home, small)
        _simulated(home, cases=cases, add_open=min(cases, OPEN_AT_MOST) - min(small, OPEN_AT_MOST), seed=2)
        after = _measured(home, cases)
    medians = {row["operation"]: row.get("p50_ms") for row in before}
    return [*before, *(_with_growth(row, medians.get(row["operation"])) for row in after)]


def _simulated(home: str, *, cases: int, add_open: int, seed: int) -> None:
    """History of so many cases from files, and open cases with everything offices owe on them."""
    _command(home, "simulate", "--cases", str(cases))
    if add_open:
        _command(home, "simulate", "--open", "--cases", str(add_open), "--seed", str(seed))


def _with_growth(row: Row, before: float | None) -> Row:
    return row | {"growth": round(row["p50_ms"] / before, 2)} if before and "p50_ms" in row else row


def _measured(home: str, cases: int) -> list[Row]:
    answer = _command(home, "bench", "--format", "json")
    return [{**row, "simulated": cases} for row in json.loads(answer)["bench"]]


def _command(home: str, *words: str) -> str:
    environment = {**os.environ, "OPENNRM_HOME": home}
    environment.pop("OPENNRM_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "opennrm.command.main", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=None if sys.stderr.isatty() else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Problem(
            "bench_failed",
            f"`opennrm {words[0]}` failed in the benchmark's own home. {done.stderr or ''}".strip(),
        )
    return done.stdout
