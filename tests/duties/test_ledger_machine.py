"""Any order of acts on the real ledger, as the application's role, held after each act against the books of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import promises
from tests.duties import reference_procedure
from tests.duties.ledger_rounds import STARTS, Start, walk


@pytest.fixture(scope="module")
def procedures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The two short procedures of the walks."""
    with reference_procedure.standing(Path(tmp_path_factory.mktemp("procedures"))):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
def test_no_order_of_acts_breaks_the_ledger(procedures: None, start: Start) -> None:
    walk(start, examples=6, steps=10)


# Ten thousand walks in rounds: a round is a transaction of its own, so that what it leaves behind is cleared away.
ROUNDS, WALKS, ACTS = 25, 100, 10


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_order_of_acts_breaks_the_ledger_in_ten_thousand_walks(
    procedures: None, start: Start, number: int
) -> None:
    walk(start, examples=WALKS, steps=ACTS, number=number)
    promises.tally(
        "L", WALKS, f"walks of up to {ACTS} acts on the real ledger, equal to its reference after each act"
    )
