"""Share, withdraw, hand over, exclude, break glass, ask, leave, in any order: pages, row security and reference agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from opennrm.lib.database import APPLICATION, django_settings
from tests import promises
from tests.committed import committed
from tests.duties import reference_procedure
from tests.sharing.sharing_walks import STARTS, walk


@pytest.fixture(scope="module")
def walked(
    admin_url: str,
    application_url: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A small world of its own, in the application's role, which a walk may leave only to let time pass."""
    folder = Path(tmp_path_factory.mktemp("procedures"))
    with (
        committed(admin_url, application_url, django_db_blocker, "sharing") as (_, superuser),
        reference_procedure.standing(folder),
    ):
        connection = connections["default"]
        connection.close()
        connection.settings_dict.update(django_settings(superuser, options=f"-c role={APPLICATION}"))
        yield


@pytest.fixture
def country(walked: None) -> Iterator[None]:
    """What a round of walks leaves behind is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("start", STARTS, ids=["at the border", "in Vlora"])
def test_no_order_of_acts_shows_anybody_more_or_less_than_the_reference(
    country: None, start: tuple[str, str, tuple[str, ...]]
) -> None:
    walk(start, examples=6, steps=12)


ROUNDS, WALKS, ACTS = 20, 50, 15


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("start", STARTS, ids=["at the border", "in Vlora"])
@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_order_of_acts_shows_more_or_less_in_two_thousand_walks(
    country: None, start: tuple[str, str, tuple[str, ...]], number: int
) -> None:
    walk(start, examples=WALKS, steps=ACTS, number=number)
    promises.tally(
        "S",
        WALKS,
        f"walks of up to {ACTS} acts of sharing: pages, row security and reference equal after each act",
    )
