"""The store of wrapped data keys, apart from the database and its backups.

Every wrap lies sealed under a small key of its case, kept in a file of fixed places that is overwritten where
it stands. LMDB writes pages anew and leaves the old ones behind, so deleting there removes nothing for sure;
overwriting the case's place makes every copy of its wraps in old pages worthless. A disk or file system that
writes elsewhere (flash, copy-on-write, snapshots) may keep the old block, and so does a backup of this store.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import lmdb
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from opennrm.lib.home import keystore_folder

FIRST_MAP_SIZE = 64 << 20
PLACE = 32
NONCE = 12
KEY_ID = 8
NEXT = b"next"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Wrap:
    """A data key of one case and class, wrapped for one organisation."""

    case_id: UUID
    data_class: str
    organisation_id: int
    wrapped: bytes = field(repr=False)
    key_id: bytes = b"\x00" * KEY_ID


class DifferentKey(Exception):
    """The case and class already have another data key; writing this one would split the case in two."""


def put(wraps: Iterable[Wrap]) -> int:
    """Writes new wraps in one transaction and returns how many; an existing wrap stays as it is."""
    wanted = sorted(wraps, key=_key)
    return _open().write(lambda store, change: store.add(change, wanted)) if wanted else 0


def get(case_id: UUID, data_class: str, organisation_id: int) -> bytes | None:
    """The wrap for this organisation, or nothing."""
    return _open().read(lambda store, view: store.wrapped(view, case_id, data_class, organisation_id))


def organisations(case_id: UUID, data_class: str) -> set[int]:
    """The organisations that hold a wrap of this case and class."""
    prefix = _prefix(case_id, data_class)
    return _open().read(
        lambda store, view: {int.from_bytes(key[-8:], "big") for key, _ in store.under(view, prefix)}
    )


def withdraw(case_id: UUID, data_class: str, organisation_id: int) -> bool:
    """Takes back the wrap of one organisation; the case's other wraps stay."""
    key = _prefix(case_id, data_class) + organisation_id.to_bytes(8, "big")
    return _open().write(lambda store, change: bool(change.delete(key, db=store.wraps)))


def destroy(case_id: UUID) -> int:
    """Makes every wrap of the case worthless, then deletes them; returns how many there were."""
    return _open().write(lambda store, change: store.remove(change, case_id))


class _Store:
    def __init__(self, folder: Path) -> None:
        self.lock = threading.RLock()
        self.environment = lmdb.open(
            str(folder), map_size=FIRST_MAP_SIZE, max_dbs=2, max_readers=510, mode=0o600, readahead=False
        )
        # A process killed while reading would hold old pages for ever.
        self.environment.reader_check()
        self.wraps = self.environment.open_db(b"wraps")
        self.places = self.environment.open_db(b"places")
        self.file = os.open(folder / "places", os.O_RDWR | os.O_CREAT, 0o600)

    def read(self, ask: Callable[["_Store", Any], Answer]) -> Answer:
        """Answers from one view of the store."""
        return self._attempt(ask, write=False)

    def write(self, ask: Callable[["_Store", Any], Answer]) -> Answer:
        """Changes the store as one whole, on the disk when this returns."""
        return self._attempt(ask, write=True)

    def _attempt(self, ask: Callable[["_Store", Any], Answer], *, write: bool) -> Answer:
        # The size of the map may only change while no thread of this process is inside a transaction.
        with self.lock:
            while True:
                try:
                    with self.environment.begin(write=write) as transaction:
                        return ask(self, transaction)
                except lmdb.MapFullError:
                    self.environment.set_mapsize(2 * self.environment.info()["map_size"])
                except lmdb.MapResizedError:
                    self.environment.set_mapsize(0)

    def add(self, change: Any, wanted: list[Wrap]) -> int:
        """Adds the wraps that are missing; refuses a second data key for a case and class."""
        case_keys = self._case_keys(change, {wrap.case_id.bytes for wrap in wanted})
        added = 0
        for wrap in wanted:
            key, case_key = _key(wrap), case_keys[wrap.case_id.bytes]
            self._refuse_second_key(change, wrap, case_key)
            sealed = _seal(case_key, wrap.key_id + wrap.wrapped, key)
            added += change.put(key, sealed, db=self.wraps, overwrite=False)
        return added

    def wrapped(self, view: Any, case_id: UUID, data_class: str, organisation_id: int) -> bytes | None:
        """The wrap for one organisation; nothing where it was never there or the case was destroyed."""
        key = _prefix(case_id, data_class) + organisation_id.to_bytes(8, "big")
        sealed, place = view.get(key, db=self.wraps), view.get(case_id.bytes, db=self.places)
        if sealed is None or place is None:
            return None
        opened = _open_sealed(self._case_key(place), sealed, key)
        return opened[KEY_ID:] if opened else None

    def remove(self, change: Any, case_id: UUID) -> int:
        """Overwrites the case's place before anything else, so that a crash leaves the wraps worthless."""
        place = change.pop(case_id.bytes, db=self.places)
        if place is not None:
            os.pwrite(self.file, secrets.token_bytes(PLACE), int.from_bytes(place, "big") * PLACE)
            os.fsync(self.file)
        keys = [key for key, _ in self.under(change, case_id.bytes)]
        for key in keys:
            change.delete(key, db=self.wraps)
        return len(keys)

    def under(self, view: Any, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The stored wraps whose key begins with this prefix."""
        cursor = view.cursor(db=self.wraps)
        if cursor.set_range(prefix):
            for key, sealed in cursor:
                if not key.startswith(prefix):
                    break
                yield key, sealed

    def _refuse_second_key(self, change: Any, wrap: Wrap, case_key: bytes) -> None:
        for key, sealed in self.under(change, _prefix(wrap.case_id, wrap.data_class)):
            opened = _open_sealed(case_key, sealed, key)
            if opened is None or opened[:KEY_ID] != wrap.key_id:
                raise DifferentKey("this case and class already have another data key")
            break

    def _case_keys(self, change: Any, cases: set[bytes]) -> dict[bytes, bytes]:
        places = {case: change.get(case, db=self.places) for case in sorted(cases)}
        case_keys = {case: self._case_key(place) for case, place in places.items() if place is not None}
        new = {case: secrets.token_bytes(PLACE) for case, place in places.items() if place is None}
        if new:
            first = int.from_bytes(change.get(NEXT, db=self.places) or b"", "big")
            # The keys of the new cases reach the disk before the wraps that need them.
            os.pwrite(self.file, b"".join(new.values()), first * PLACE)
            os.fsync(self.file)
            for number, case in enumerate(new, start=first):
                change.put(case, number.to_bytes(8, "big"), db=self.places)
            change.put(NEXT, (first + len(new)).to_bytes(8, "big"), db=self.places)
        return case_keys | new

    def _case_key(self, place: bytes) -> bytes:
        return os.pread(self.file, PLACE, int.from_bytes(place, "big") * PLACE)


_stores: dict[Path, _Store] = {}
_opening = threading.Lock()


def _open() -> _Store:
    folder = _folder_in(os.environ.get("OPENNRM_HOME", ""))
    with _opening:
        if folder not in _stores:
            _stores[folder] = _Store(folder)
        return _stores[folder]


@cache
def _folder_in(chosen_home: str) -> Path:
    return keystore_folder()


def _close_after_fork() -> None:
    # LMDB must not be used across a fork, and a lock another thread held would stay locked in the child.
    global _opening
    _opening = threading.Lock()
    for store in _stores.values():
        store.environment.close()
        os.close(store.file)
    _stores.clear()


os.register_at_fork(after_in_child=_close_after_fork)


def _key(wrap: Wrap) -> bytes:
    return _prefix(wrap.case_id, wrap.data_class) + wrap.organisation_id.to_bytes(8, "big")


def _prefix(case_id: UUID, data_class: str) -> bytes:
    name = data_class.encode()
    return case_id.bytes + bytes([len(name)]) + name


def _seal(case_key: bytes, content: bytes, key: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(case_key).encrypt(nonce, content, key)


def _open_sealed(case_key: bytes, sealed: bytes, key: bytes) -> bytes | None:
    try:
        return AESGCM(case_key).decrypt(sealed[:NONCE], sealed[NONCE:], key)
    except (InvalidTag, ValueError):
        return None
