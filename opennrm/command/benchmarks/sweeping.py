from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection

from opennrm.access.scope import as_system
from opennrm.command.benchmarks.replay import undone
from opennrm.command.benchmarks.timing import Row, row, timed
from opennrm.duties.sweep import AT_ONCE, sweep
from opennrm.lib import clock
from opennrm.lib.progress import progress

LATER = timedelta(days=60)
# Long enough for a steady rate, short enough to be waited for.
SECONDS, PORTIONS = 30.0, 40


def sweeping() -> Iterator[Row]:
    """What falls due in two months is swept portion by portion, as much as half a minute takes, and undone."""
    swept: list[UUID] = []
    took: list[float] = []
    with undone(), clock.stopped_at(clock.now() + LATER), progress("Swept portions", PORTIONS) as show:
        began = time.perf_counter()
        while len(took) < PORTIONS and time.perf_counter() - began < SECONDS:
            started = time.perf_counter()
            done = _portion()
            milliseconds = (time.perf_counter() - started) * 1000
            if not done:
                break
            took.append(milliseconds / len(done))
            swept += done
            show(len(took))
        whole = (time.perf_counter() - began) * 1000
    floor = [timed(lambda: _update(swept[:AT_ONCE])) / max(1, len(swept[:AT_ONCE])) for _ in range(3)]
    if swept:
        per_second = round(len(swept) / whole * 1000)
        yield row("sweep, one duty", took, floor, duties=len(swept), per_second=per_second)


def _portion() -> list[UUID]:
    with as_system("sweep", reason="benchmark") as actor:
        return [one.duty for one in sweep(by=actor)]


def _update(duties: Sequence[UUID]) -> None:
    with undone(), as_system("sweep", reason="floor of a benchmark"):
        assert connection.connection is not None
        with connection.connection.cursor() as cursor:
            for duty in duties:
                cursor.execute(
                    "UPDATE duties_duty SET state = 'lapsed', lapsed_at = now() WHERE id = %s", [duty]
                )
