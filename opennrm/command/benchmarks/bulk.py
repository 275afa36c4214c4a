from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db import connection

from opennrm.access import sealing
from opennrm.access.scope import as_system
from opennrm.casefile.models import ImportedRow
from opennrm.command.benchmarks.replay import replay, statements_of
from opennrm.command.benchmarks.timing import Row, row, sample, timed
from opennrm.country.simulated import simulate
from opennrm.exchange.htcds import write_cases
from opennrm.exchange.importing import file_source, import_cases
from opennrm.lib import clock
from opennrm.reporting.account import account
from opennrm.reporting.rules import as_at_of

SEED = 20_261_124
ACCOUNTS = 10

_ACCOUNT = """
WITH decided AS (
    SELECT DISTINCT ON (case_id) case_id, decision FROM identification_decision
    WHERE decided_on <= %(as_at)s AND known_on <= %(as_at)s ORDER BY case_id, decided_on DESC, known_on DESC
)
SELECT extract(year FROM i.identified_on), d.decision, i.sex, i.age < 18, i.channel, i.exploitation, i.citizenship,
       NULL, NULL, count(*)
FROM identification_identification i LEFT JOIN decided d USING (case_id)
WHERE i.identified_on BETWEEN %(first)s AND %(last)s AND i.known_on <= %(as_at)s
GROUP BY GROUPING SETS ((1, 2), (1, 2, 3), (1, 2, 4), (1, 2, 5), (1, 2, 6), (1, 2, 7))
UNION ALL
SELECT extract(year FROM happened_on), NULL, NULL, NULL, NULL, NULL, NULL, kind, subject, count(DISTINCT case_id)
FROM casefile_fact WHERE happened_on BETWEEN %(first)s AND %(last)s AND known_on <= %(as_at)s
GROUP BY GROUPING SETS ((1, kind), (1, kind, subject))
"""


def counting() -> Iterator[Row]:
    """The account of the last whole year, beside one raw query that groups the same rows."""
    today = clock.today()
    year = today.year - 1
    as_at = as_at_of(year, None, today)
    asked = {"first": f"{year - 1}-01-01", "last": f"{year}-12-31", "as_at": as_at}

    def raw() -> None:
        assert connection.connection is not None
        with connection.connection.cursor() as cursor:
            cursor.execute(_ACCOUNT, asked).fetchall()

    measured = sample(lambda: account(year), ACCOUNTS)
    with as_system("statistics", reason="floor of a benchmark"):
        floor = sample(raw, ACCOUNTS)
    yield row("yearly account", measured, floor, year=year)


def importing(rows: int) -> Iterator[Row]:
    """A case file is read, checked, sealed and written; beside it the same rows inserted by the driver alone. Both are undone."""
    cases: list[UUID] = []
    took: list[float] = []

    def work() -> None:
        with as_system("import", reason="benchmark") as actor:
            import_cases(file_source(file), office=None, by=actor)
            sent = ImportedRow.objects.filter(case_ref__startswith=f"SIM-{SEED}-")
            cases.extend(sent.values_list("case", flat=True))

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.csv"
        with file.open("wb") as stream:
            write_cases(simulate(rows, SEED), stream)
        written = statements_of(lambda: took.append(timed(work)))
    for case in cases:
        sealing.erase(case)
    floor = timed(lambda: replay(written))
    per_second = round(rows / took[0] * 1000)
    yield row("import, one row", [took[0] / rows], [floor / rows], rows=rows, per_second=per_second)
