from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, connections, transaction

from opennrm.access import audit, sealing
from opennrm.lib.problems import ChangedMeanwhile

Result = TypeVar("Result")


@dataclass(frozen=True)
class Actor:
    """Who acts: a person at work with her offices and roles, or a system actor with one named purpose."""

    user: str
    officer: int | None = None
    offices: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()
    purpose: str = "work"
    posts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_system(self) -> bool:
        return self.purpose != "work"

    @property
    def office(self) -> int | None:
        """The one office in whose name she acts where none is named: the lowest of her offices."""
        return min(self.offices) if self.offices else None


NOBODY = Actor(user="", purpose="nobody")
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current() -> Actor:
    """The actor of the open scope; nobody outside one."""
    return _actor.get()


@contextmanager
def acting(actor: Actor, *, request: str = "") -> Iterator[Actor]:
    """One transaction in the name of an actor: row security is set first, the audit is appended last before commit."""
    with _crossing_told_as_problem(actor), transaction.atomic():
        before = _actor.get()
        _tell_database(actor)
        token = _actor.set(actor)
        try:
            with sealing.collecting(), audit.collecting(actor, request=request):
                yield actor
                sealing.flush_pending()
                audit.append_pending(connections["default"])
        finally:
            _actor.reset(token)
        # An enclosing transaction goes on in the name of the one who opened it.
        if before is not NOBODY or connection.savepoint_ids:
            _tell_database(before)


@contextmanager
def as_system(purpose: str, *, reason: str) -> Iterator[Actor]:
    """Work over the whole country under a named purpose; the reason stands in the audit."""
    with acting(Actor(user=f"system:{purpose}", purpose=purpose)) as actor:
        audit.record(f"system.{purpose}", detail={"reason": reason})
        yield actor


def again_where_crossed(work: Callable[[], Result], *, times: int = 4) -> Result:
    """Does work of the system, and does it anew where it crossed with what people did: they are told, and it goes on."""
    for _ in range(times - 1):
        try:
            return work()
        except (IntegrityError, OperationalError) as error:
            if not _is_a_crossing(error):
                raise
    return work()


def _is_a_crossing(error: Exception) -> bool:
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return code.startswith(("23", "40", "55"))


@contextmanager
def _crossing_told_as_problem(actor: Actor) -> Iterator[None]:
    # The database's own words name rows and values that this actor may not know of.
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        if actor.is_system or not _is_a_crossing(error):
            raise
        raise ChangedMeanwhile() from error


def _tell_database(actor: Actor) -> None:
    offices = "{" + ",".join(str(office) for office in sorted(actor.offices)) + "}"
    officer = "" if actor.officer is None else str(actor.officer)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.officer', %s, true), set_config('app.offices', %s, true), "
            "set_config('app.purpose', %s, true)",
            [officer, offices, actor.purpose],
        )
