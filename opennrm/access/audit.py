"""Every read and write of case data leaves an entry, in the same transaction and before the answer.

An entry holds ids and words of the program, never personal data. A superuser of the database can add entries;
what stands in the log cannot be changed, taken away or put in another order without `verify` telling.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from opennrm.access.heads import MOST_PROBLEMS, Heads, read_heads, write_head
from opennrm.access.organisation_keys import log_public_keys
from opennrm.access.tree import Frontier, leaf_hash
from opennrm.lib.home import heads_folder

__all__ = ["Head", "Verification", "append_pending", "collecting", "record", "verify", "write_head"]

APPENDED_AT_ONCE = 5000
ROWS = """
    SELECT t.size, CASE WHEN a.seq = 1 OR a.seq IS NULL THEN t.frontier END, a.seq, a.body, a.leaf, a.root,
           a.at, a.actor, a.verb, a.case_id
    FROM access_tree t LEFT JOIN access_audit a ON true ORDER BY a.seq
"""


class Acting(Protocol):
    """What the log needs to know of the one who acts."""

    @property
    def user(self) -> str: ...
    @property
    def officer(self) -> int | None: ...
    @property
    def offices(self) -> Iterable[int]: ...
    @property
    def purpose(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The size and root of the log."""

    size: int
    root: bytes


@dataclass(slots=True)
class _Collected:
    by: dict[str, Any]
    bodies: list[str] = field(default_factory=list)


_collected: ContextVar[_Collected | None] = ContextVar("collected_audit", default=None)


@contextmanager
def collecting(actor: Acting, *, request: str = "") -> Iterator[None]:
    """Collects the entries of one scope; a scope that ends well must have appended them."""
    by = {
        "actor": actor.user,
        "officer": actor.officer,
        "offices": sorted(actor.offices),
        "purpose": actor.purpose,
        "request": request,
    }
    collected = _Collected(by)
    token = _collected.set(collected)
    try:
        yield
        if collected.bodies:
            raise RuntimeError("entries of the audit were recorded and never appended")
    finally:
        _collected.reset(token)


def record(
    verb: str,
    *,
    case: UUID | None = None,
    subject: UUID | str | int | None = None,
    detail: Mapping[str, Any] | None = None,
    basis: UUID | str | None = None,
) -> None:
    """Notes what was done or read, by ids and words of the program; never a name or a text of a person."""
    collected = _collected.get()
    if collected is None:
        raise RuntimeError("an entry of the audit needs an open scope")
    entry = {
        **collected.by,
        # The true time, also where a replay has stopped the clock.
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "verb": verb,
        "case": None if case is None else UUID(str(case)),
        "subject": subject,
        "detail": detail,
        "basis": basis,
    }
    collected.bodies.append(_canonical(entry))


def append_pending(connection: Any) -> Head | None:
    """Appends the collected entries, last before the commit because it takes the lock of the log.

    On a connection of Django the signed head is written when the transaction commits; the caller of another
    connection writes it with `write_head`.
    """
    collected = _collected.get()
    if collected is None or not collected.bodies:
        return None
    size, root = 0, b""
    with connection.cursor() as cursor:
        for start in range(0, len(collected.bodies), APPENDED_AT_ONCE):
            bodies = collected.bodies[start : start + APPENDED_AT_ONCE]
            cursor.execute("SELECT size, root FROM access_audit_append(%s::text[])", [bodies])
            size, root = cursor.fetchone()
    collected.bodies.clear()
    head = Head(size, bytes(root))
    if isinstance(connection, BaseDatabaseWrapper):
        # A head that cannot be written leaves the answer alone: the next head covers its entries.
        # Not a partial: where it fails, the framework names it by its __qualname__.
        connection.on_commit(lambda: write_head(head.size, head.root), robust=True)
    return head


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the log is whole; `heads` tells how many signed heads it was held against."""

    ok: bool
    size: int
    problems: list[str]
    heads: int


def verify(
    connection: Any, heads: Path | None = None, *, public_keys: Iterable[bytes] | None = None
) -> Verification:
    """Reads the whole log in one view and holds it against itself and against heads kept elsewhere."""
    trusted = log_public_keys() if public_keys is None else public_keys
    # Heads are read first: an entry added meanwhile then has no head yet, and no head lacks its entry.
    check = _Check(read_heads(heads or heads_folder(), trusted))
    if isinstance(connection, BaseDatabaseWrapper):
        connection.ensure_connection()
        connection = connection.connection
    with connection.transaction(), connection.cursor(name="audit_verify") as cursor:
        cursor.itersize = 1000
        cursor.execute(ROWS)
        for row in cursor:
            check.row(*row)
            if len(check.problems) >= MOST_PROBLEMS:
                break
    return check.result()


class _Check:
    def __init__(self, heads: Heads) -> None:
        self.heads = heads
        self.problems = list(heads.problems)
        self.frontier = Frontier()
        self.tree: tuple[int, bytes | None] | None = None
        self.broken = False

    def row(self, size: int, frontier: Any, seq: int | None, *entry: Any) -> None:
        """Takes one row; the first carries the frontier that the database keeps."""
        if self.tree is None:
            self.tree = (size, None if frontier is None else bytes(frontier))
        if seq is not None:
            self.entry(seq, *entry)

    def entry(self, seq: int, body: str, leaf: Any, root: Any, *columns: Any) -> None:
        """Computes the entry's leaf and the root after it from the body alone."""
        if seq != self.frontier.size + 1 and not self.broken:
            self.broken = True
            self._say(_("Entry %(seq)d does not follow entry %(last)d."), seq=seq, last=self.frontier.size)
        computed = leaf_hash(body.encode())
        self.frontier = self.frontier.append(computed)
        now = self.frontier.root()
        if bytes(leaf or b"") != computed:
            self._say(_("The body of entry %(seq)d is not the one that was written."), seq=seq)
        if bytes(root or b"") != now and not self.broken:
            self.broken = True
            self._say(_("The chain breaks at entry %(seq)d."), seq=seq)
        if not _columns_agree(body, columns):
            self._say(_("The columns of entry %(seq)d do not agree with its body."), seq=seq)
        if self.heads.roots.get(self.frontier.size, {now.hex()}) != {now.hex()}:
            self._say(_("The log up to entry %(seq)d is not the one whose head was signed."), seq=seq)

    def result(self) -> Verification:
        """Compares what was read with the tree's row and with the largest signed head."""
        size = self.frontier.size
        if len(self.problems) < MOST_PROBLEMS:
            if self.tree is None:
                self._say(_("The row of the tree is missing, or may not be read."))
            elif self.tree != (size, self.frontier.packed()):
                self._say(_("The row of the tree does not agree with the %(size)d entries."), size=size)
            largest = max(self.heads.roots, default=0)
            if largest > size:
                sentence = _("A head was signed at entry %(largest)d, but the log ends at entry %(size)d.")
                self._say(sentence, largest=largest, size=size)
        return Verification(not self.problems, size, self.problems, self.heads.count)

    def _say(self, sentence: str, **numbers: int) -> None:
        self.problems.append(sentence % numbers)


def _columns_agree(body: str, columns: tuple[Any, ...]) -> bool:
    try:
        entry = json.loads(body)
        stated = (entry["at"], entry["actor"], entry["verb"], entry["case"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    at, actor, verb, case = columns
    return stated == (at, actor, verb, None if case is None else str(case))


def _canonical(entry: Mapping[str, Any]) -> str:
    return json.dumps(_plain(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {_text(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _plain(inner)
            for inner in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)
        ]
    return _text(value)


def _text(value: object) -> str:
    # The database takes neither a zero character nor half of a surrogate pair, and an entry must never fail.
    return str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
