from __future__ import annotations

import io
from collections import Counter
from datetime import date
from itertools import islice

from opennrm.country.files import load_country
from opennrm.country.simulated import simulate
from opennrm.exchange.htcds import read_cases, write_cases

ROWS = list(simulate(3000, seed=7))


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert list(islice(simulate(3000, seed=7), 200)) == ROWS[:200]
    assert list(simulate(200, seed=8)) != ROWS[:200]


def test_references_are_unique_across_seeds() -> None:
    other = {row.case_ref for row in simulate(200, seed=8)}
    assert len({row.case_ref for row in ROWS} | other) == 3200


def test_a_fifth_is_open_and_every_year_is_there() -> None:
    assert 0.17 < sum(row.closed_on is None for row in ROWS) / len(ROWS) < 0.24
    assert {row.identified_on.year for row in ROWS} == set(range(2015, 2027))


def test_the_mix_is_that_of_the_country() -> None:
    channels = Counter(row.channel for row in ROWS)
    assert 0.4 < channels["miu"] / len(ROWS) < 0.5
    assert 0.68 < sum(row.gender == "Feminine" for row in ROWS) / len(ROWS) < 0.78


def test_a_simulated_file_is_read_without_a_problem_or_a_warning() -> None:
    country = load_country()
    stream = io.BytesIO()
    write_cases(ROWS, stream)
    stream.seek(0)
    found = read_cases(
        stream, offices=country.office_codes, regions=country.region_codes, today=date(2026, 11, 24)
    )
    assert list(found) == ROWS
