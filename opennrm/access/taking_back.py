"""A key that a consent or an emergency brought is taken back once what ended it stands; a transaction that fails leaves both."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from opennrm.access import queries, sealing
from opennrm.access.scope import Actor, acting

# A server that stopped between the commit and the store leaves a key behind; for so long the worker looks for it.
LOOKED_FOR = timedelta(days=1)
TAKING_BACK = Actor(user="system:sweep", purpose="sweep")


@dataclass(frozen=True, slots=True)
class Lent:
    """The classes of a case whose keys an organisation was lent, and all of its offices."""

    case: UUID
    classes: Collection[str]
    organisation: int
    offices: Collection[int]


def once_it_stands(lent: Lent) -> None:
    """Takes an organisation's keys back after the commit; until then sight is closed by the row that ended."""
    transaction.on_commit(lambda: take_back(lent), robust=True)


def what_was_left(ended_lately: Iterable[Lent]) -> None:
    """Takes back the keys of what ended lately and whose server stopped before it did so."""
    for lent in ended_lately:
        if _needless(lent):
            once_it_stands(lent)


def take_back(lent: Lent) -> None:
    """Takes an organisation's keys back where what ended stands already, but for those that another basis opens."""
    with acting(TAKING_BACK):
        # Who shares the class anew in this moment waits here, and finds the key gone; or came first, and it stays.
        queries.one_at_a_time(lent.case)
        for data_class in _needless(lent):
            sealing.take_back(lent.case, data_class, lent.organisation)


def _needless(lent: Lent) -> list[str]:
    """The classes whose key the organisation holds though nothing opens them to any of its offices."""
    held = [one for one in sorted(lent.classes) if lent.organisation in sealing.holders(lent.case, one)]
    return [one for one in held if not queries.opens_to_any(lent.case, one, lent.offices)]
