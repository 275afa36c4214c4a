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
    from opennrm.command.benchmarks import acts, bulk, pages, procedures
    from opennrm.command.benchmarks.machine import machine, size
    from opennrm.command.benchmarks.people_at_work import staff

    people = staff()
    before: Row = {"operation": "the machine and its size", **machine(), **size()}
    times = 100 if before["cases"] >= WORTH_MEASURING else 10
    caseload = acts.small_caseload(people.small)
    shown = list(pages.rows(people, caseload, times))
    rest = [
        *acts.entering(people, times // 2),
        *acts.handing_over(people, times // 10),
        *acts.sweeping(),
        *procedures.trying(),
        *procedures.reconciling(people.small, caseload, times),
        *bulk.counting(),
        *bulk.importing(10 * times),
    ]
    return [before, *shown, *rest, {"operation": "the machine at the end", **machine()}]


def _grown(cases: int) -> list[Row]:
    """Runs the other commands in a home of its own, because a process stays with the home it began in."""
    with tempfile.TemporaryDirectory(prefix="opennrm-bench-") as home:
        _command(home, "init")
        small = max(1, cases // 10)
        _command(home, "simulate", "--cases", str(small))
        before = _measured(home, small)
        _command(home, "simulate", "--cases", str(cases))
        after = _measured(home, cases)
    medians = {row["operation"]: row.get("p50_ms") for row in before}
    return [*before, *(_with_growth(row, medians.get(row["operation"])) for row in after)]


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
