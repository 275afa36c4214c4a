"""P3 for pages: a guard of the routes that is taken away or turned round, and a row that opens more, are found by asking."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from copy import deepcopy
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from opennrm.access import matrix
from opennrm.web import guards
from tests import promises
from tests.access.test_matrix_routes import POSTS, ROUTES, _status, objects
from tests.web.browsing import browser

pytestmark = pytest.mark.django_db
__all__ = ["objects"]

ROWS = deepcopy(matrix.routes())
GUARDED = [name for name in ROUTES if not ROWS[name].get("open")]
OF_POSTS = [name for name in GUARDED if "roles" in ROWS[name]]
SAMPLED = random.Random(4).sample(OF_POSTS, 8)

# What guards a route, and each way of losing it.
GUARDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "the row is not asked": ("check", lambda _request, _actor: None),
    "the row is turned round": (
        "may_enter",
        lambda actor, route: not set(ROWS[route].get("roles", ())) & actor.roles,
    ),
    "every post enters": ("may_enter", lambda _actor, _route: True),
    "no post enters": ("may_enter", lambda _actor, _route: False),
    "every route is open to all": ("is_open_to_all", lambda _request: True),
    "no second factor is asked for": ("second_factor_is_missing", lambda _request: False),
    "a second factor is always missing": ("second_factor_is_missing", lambda _request: True),
    "every route comes before the second factor": ("is_before_second_factor", lambda _request: True),
}


def wrong(names: list[str], objects: dict[str, UUID]) -> list[str]:
    """The routes that answer somebody otherwise than their row in the file says."""
    found = []
    nobody, half = browser(), browser("border-ana", second_factor=False)
    clients = {username: browser(username) for username in POSTS}
    for name in names:
        row = ROWS[name]
        if _asked(nobody, name, objects) != 302:
            found.append(f"{name}: nobody")
        if "before_second_factor" not in row and _asked(half, name, objects) != 302:
            found.append(f"{name}: one factor")
        for username, client in clients.items():
            shut = "roles" in row and POSTS[username] not in row["roles"]
            status = _asked(client, name, objects)
            found += [f"{name}: {username}"] if shut and status != 403 else []
        # On her own case: to be refused where her post is named is as wrong as to be let in where it is not.
        if "case_worker" in row.get("roles", ()) and _BEFORE[name] != 403:
            found += [f"{name}: border-ana"] if _asked(clients["border-ana"], name, objects) == 403 else []
    return found


def _asked(client: Any, name: str, objects: dict[str, UUID]) -> int:
    try:
        return _status(client, name, objects)
    except Exception:
        # A page that is made for nobody in particular breaks, which no guard would have let it.
        return 500


_BEFORE: dict[str, int] = {}


@pytest.fixture
def remembered(objects: dict[str, UUID]) -> dict[str, UUID]:
    """What a case worker is answered on her own case while every guard stands."""
    ana = browser("border-ana")
    for name in GUARDED:
        if name not in _BEFORE:
            _BEFORE[name] = _asked(ana, name, objects)
    return objects


def rows_changed(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A row of a route with its guard taken away or widened, one at a time."""
    yield "open to all", {"open": True}
    yield "any post", {"signed_in": True}
    for role in sorted(set(POSTS.values()) - set(ROWS[name]["roles"])):
        yield f"also {role}", {"roles": [*ROWS[name]["roles"], role]}
    if "case_worker" in ROWS[name]["roles"]:
        yield "no case worker", {"roles": [one for one in ROWS[name]["roles"] if one != "case_worker"]}


def test_every_guard_stands(remembered: dict[str, UUID]) -> None:
    assert wrong(SAMPLED, remembered) == []


@pytest.mark.parametrize("what", GUARDS)
def test_a_guard_of_the_routes_that_is_lost_is_found(what: str, remembered: dict[str, UUID]) -> None:
    name, instead = GUARDS[what]
    with patch.object(guards, name, instead):
        assert wrong(SAMPLED[:3], remembered) != []


def survivors(names: list[str], objects: dict[str, UUID]) -> tuple[int, int, list[str]]:
    """How many changed rows stood, how many a door behind them held as well, and those that nothing found."""
    many, held, alive = 0, 0, []
    for name in names:
        for what, row in rows_changed(name):
            many += 1
            with ExitStack() as changed:
                changed.enter_context(
                    patch.object(matrix, "routes", lambda row=row, name=name: {**ROWS, name: row})
                )
                if wrong([name], objects):
                    continue
            if what.startswith("also ") or what == "any post":
                # The door of what the page does refuses her too: two locks, and one of them holds alone.
                held += 1
            else:
                alive.append(f"{name}: {what}")
    return many, held, alive


def test_a_row_of_a_route_that_opens_more_is_found_or_held_by_the_door_behind_it(
    remembered: dict[str, UUID],
) -> None:
    many, held, alive = survivors(SAMPLED[:2], remembered)
    promises.figure(
        "P3", f"{many} changed rows of routes: {many - held - len(alive)} found, {held} held by the door"
    )
    assert many > 6
    assert not alive, "\n".join(alive)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_every_row_of_a_route_that_opens_more_is_found_or_held_by_the_door_behind_it(
    remembered: dict[str, UUID],
) -> None:
    many, held, alive = survivors(OF_POSTS, remembered)
    promises.figure(
        "P3",
        f"{many} changed rows of {len(OF_POSTS)} routes: {many - held - len(alive)} found, {held} held by the door",
    )
    assert not alive, "\n".join(alive)
