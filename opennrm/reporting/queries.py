from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from opennrm.reporting.definitions import Definition
from opennrm.reporting.procedure_sql import PROCEDURE
from opennrm.reporting.rules import Cell

Parameters = dict[str, str | int | date | list[str] | None]

# The latest decision that was both taken and known by the day of the account.
_FOUND = """
SELECT i.case_id, i.identified_on, extract(year FROM i.identified_on)::int AS year,
       i.sex, i.channel, i.exploitation, i.citizenship,
       CASE WHEN i.age < 18 THEN 'child' WHEN i.age >= 18 THEN 'adult' ELSE '' END AS age,
       CASE WHEN d.decision IN ('official', 'not_victim') THEN d.decision ELSE 'potential' END AS status
FROM identification_identification i
LEFT JOIN (
    SELECT DISTINCT ON (case_id) case_id, decision FROM identification_decision
    WHERE decided_on <= %(as_at)s AND known_on <= %(as_at)s
    ORDER BY case_id, decided_on DESC, known_on DESC, known_at DESC NULLS LAST, id DESC
) d ON d.case_id = i.case_id
WHERE i.identified_on BETWEEN %(first)s AND %(last)s AND i.known_on <= %(as_at)s
"""
_IDENTIFIED = f"""
SELECT year, status, GROUPING(sex, age, channel, exploitation, citizenship),
       sex, age, channel, exploitation, citizenship, count(*)
FROM ({_FOUND}) found
GROUP BY GROUPING SETS
    ((year, status), (year, status, sex), (year, status, age), (year, status, channel),
     (year, status, exploitation), (year, status, citizenship))
"""
_GROUPED = {
    0b11111: "status",
    0b01111: "sex",
    0b10111: "age",
    0b11011: "channel",
    0b11101: "exploitation",
    0b11110: "citizenship",
}

_FACTS = f"""
SELECT case_id, happened_on, extract(year FROM happened_on)::int AS year,
       kind || CASE kind WHEN 'repatriation' THEN '_' || split_part(subject, ':', 1) ELSE '' END AS dimension,
       CASE kind WHEN 'repatriation' THEN split_part(subject, ':', 2)
                 WHEN 'job_seeker' THEN kind ELSE subject END AS value
FROM casefile_fact
WHERE kind IN ('service', 'job_seeker', 'residence_permit', 'repatriation', 'cooperation')
  AND happened_on BETWEEN %(first)s AND %(last)s AND known_on <= %(as_at)s
UNION ALL
{PROCEDURE}
"""
_FOLLOWED = f"""
SELECT year, dimension, had, count(*) FROM (
    SELECT year, dimension, array_agg(DISTINCT value ORDER BY value) AS had
    FROM ({_FACTS}) fact GROUP BY case_id, year, dimension
) person GROUP BY year, dimension, had
"""

_COMPETENT = """
SELECT y.year,
       CASE WHEN c.role = 'mobile_unit' THEN c.role
            WHEN o.is_state THEN 'state_shelter' ELSE 'ngo_shelter' END,
       array_agg(DISTINCT CASE WHEN c.role = 'mobile_unit' THEN c.region_id ELSE o.code END)
FROM generate_series(%(year_before)s, %(year)s) AS y (year)
JOIN agencies_competence c ON c.role IN ('mobile_unit', 'shelter')
    AND c.since <= least(make_date(y.year, 12, 31), %(as_at)s)
    AND (c.until IS NULL OR c.until >= make_date(y.year, 1, 1))
JOIN agencies_office o ON o.id = c.office_id
WHERE c.role = 'shelter' OR c.region_id IS NOT NULL
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Period:
    """A year with the one before it, as known on a day."""

    year: int
    as_at: date

    def parameters(self, *, both: bool) -> Parameters:
        """What the queries are asked for."""
        first = self.year - 1 if both else self.year
        return {
            "first": date(first, 1, 1),
            "last": min(date(self.year, 12, 31), self.as_at),
            "as_at": self.as_at,
            "year": self.year,
            "year_before": self.year - 1,
        }


def cells(period: Period) -> list[Cell]:
    """The groups of people behind every figure of a year and of the year before, one query a table."""
    parameters = period.parameters(both=True)
    return [*_identified(parameters), *_followed(parameters), *_competent(parameters)]


def years(today: date) -> list[int]:
    """The years for which there is an account, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(year FROM min(identified_on))::int FROM identification_identification")
        first = cursor.fetchone()[0]
    return list(range(today.year, (first or today.year) - 1, -1))


def cases_behind(definition: Definition, period: Period, limit: int) -> list[UUID]:
    """The cases a figure was counted from, those this actor sees, by the day counted."""
    criterion = definition.criterion
    parameters = period.parameters(both=False) | {
        "any_of": sorted(criterion.any_of) if criterion.any_of is not None else None,
        "none_of": sorted(criterion.none_of),
        "other_than": sorted(criterion.other_than),
        "dimension": definition.dimension,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_behind(definition.dimension), parameters)
        return [row[0] for row in cursor.fetchall()]


_RECORDED = {
    "status": "ARRAY[status]",
    "sex": "ARRAY[sex]",
    "age": "ARRAY[age]",
    "channel": "ARRAY[channel]",
    "exploitation": "exploitation",
    "citizenship": "citizenship",
}


def _behind(dimension: str) -> str:
    identified = dimension in _RECORDED
    if identified:
        rows = (
            f"SELECT case_id, identified_on AS day, {_RECORDED[dimension]} AS had "
            f"FROM ({_FOUND}) found WHERE status <> 'not_victim'"
        )
    else:
        rows = (
            "SELECT case_id, min(happened_on) AS day, array_agg(DISTINCT value) AS had "
            f"FROM ({_FACTS}) fact WHERE dimension = %(dimension)s GROUP BY case_id"
        )
    return f"""
        SELECT case_id FROM ({rows}) person
        WHERE NOT had && %(none_of)s::text[]
          AND CASE WHEN %(any_of)s::text[] IS NULL THEN NOT had <@ (%(other_than)s::text[] || ''::text)
                   ELSE had && %(any_of)s::text[] END
        ORDER BY day DESC, case_id LIMIT %(limit)s
    """


def _identified(parameters: Parameters) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(_IDENTIFIED, parameters)
        found = []
        for year, status, grouped, *recorded, people in cursor.fetchall():
            dimension = _GROUPED[grouped]
            names = ("sex", "age", "channel", "exploitation", "citizenship")
            value = status if dimension == "status" else recorded[names.index(dimension)]
            found.append(Cell(year, dimension, _values(value), people, status))
    return found


def _followed(parameters: Parameters) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, parameters)
        return [
            Cell(year, dimension, _values(had), people) for year, dimension, had, people in cursor.fetchall()
        ]


def _competent(parameters: Parameters) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(_COMPETENT, parameters)
        return [Cell(year, dimension, _values(had), len(had)) for year, dimension, had in cursor.fetchall()]


def _values(recorded: str | list[str]) -> tuple[str, ...]:
    several = [recorded] if isinstance(recorded, str) else recorded
    return tuple(value for value in several if value)
