"""A key that a consent or an emergency brought is taken back once what ended it stands; a transaction that fails leaves both."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from opennrm.access import queries, sealing
from opennrm.access.scope import Actor, acting

# A server that stopped between the commit and the store leaves a key behind; for so long the worker looks for it.
LOOKED_FOR = timedelta(days=1)
TAKING_BACK = Actor(user="system:sweep", purpose="sweep")


def once_it_stands(case: UUID, classes: Iterable[str], organisation: int, offices: Collection[int]) -> None:
    """Takes an organisation's keys back after the commit; until then sight is closed by the row that ended."""
    wanted = sorted(classes)
    transaction.on_commit(lambda: _take_back(case, wanted, organisation, offices), robust=True)


def needless(
    case: UUID, classes: Iterable[str], organisation: int, offices: Collection[int]
) -> frozenset[str]:
    """The classes whose key an organisation holds though nothing opens them to any of its offices."""
    held = [one for one in classes if organisation in sealing.holders(case, one)]
    return frozenset(one for one in held if not queries.opens_to_any(case, one, offices))


def _take_back(case: UUID, classes: Iterable[str], organisation: int, offices: Collection[int]) -> None:
    with acting(TAKING_BACK):
        # Who shares the class anew in this moment waits here, and finds the key gone; or came first, and it stays.
        queries.one_at_a_time(case)
        for data_class in needless(case, classes, organisation, offices):
            sealing.take_back(case, data_class, organisation)
