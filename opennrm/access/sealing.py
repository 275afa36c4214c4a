"""Values sealed under a data key of their case and data class, which only some organisations can unwrap."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_lazy as _

from opennrm.access import keystore
from opennrm.access.keystore import KEY_ID, NONCE, Wrap
from opennrm.access.organisation_keys import CannotUnwrap, keys
from opennrm.lib.problems import Problem

VERSION = b"\x01"
WRITTEN_AT_ONCE = 20_000
HEADER = len(VERSION) + KEY_ID


class NotOpenable(Problem):
    """No key that these organisations hold opens the value, or the value was put here from another place."""

    def __init__(self) -> None:
        super().__init__("not_openable", _("Your organisation has no key to this part of the case."), 403)


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one case and data class; its id follows from the key, so that two keys never share one."""

    case_id: UUID
    data_class: str
    key: bytes = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """What stands before every value that this key sealed."""
        return hashlib.sha256(b"opennrm data key id" + self.key).digest()[:KEY_ID]


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """The data keys of a new case by class, and the wraps that have to reach the key store."""

    keys: dict[str, DataKey]
    wraps: list[Wrap] = field(repr=False)


@dataclass(slots=True)
class _Pending:
    wraps: list[Wrap] = field(default_factory=list)
    keys: dict[tuple[UUID, str], DataKey] = field(default_factory=dict)
    holders: dict[tuple[UUID, str], set[int]] = field(default_factory=dict)

    def keep(self, key: DataKey, organisations: Iterable[int]) -> None:
        place = (key.case_id, key.data_class)
        self.keys[place] = key
        self.holders.setdefault(place, set()).update(organisations)

    def find(self, case_id: UUID, data_class: str, organisations: Iterable[int]) -> DataKey | None:
        held = self.holders.get((case_id, data_class), set())
        return self.keys[case_id, data_class] if held.intersection(organisations) else None


_pending: ContextVar[_Pending | None] = ContextVar("pending_wraps", default=None)


@contextmanager
def collecting() -> Iterator[None]:
    """Collects new wraps until `flush_pending` and forgets the rest; a scope inside joins the outer."""
    if _pending.get() is not None:
        yield
        return
    token = _pending.set(_Pending())
    try:
        yield
    finally:
        _pending.reset(token)


def flush_pending() -> int:
    """Writes the collected wraps to the key store and returns how many; called right before the commit."""
    pending = _pending.get()
    if pending is None:
        return 0
    # In portions: a store that must grow begins the portion anew, and not the whole of a large import.
    written = sum(
        keystore.put(pending.wraps[start : start + WRITTEN_AT_ONCE])
        for start in range(0, len(pending.wraps), WRITTEN_AT_ONCE)
    )
    pending.wraps.clear()
    let_keys_go()
    return written


def let_keys_go() -> None:
    """Lets the data keys of this transaction go, in a long import after every portion; their wraps still wait for the flush."""
    pending = _opened()
    pending.keys.clear()
    pending.holders.clear()


def forget(cases: Iterable[UUID]) -> None:
    """Lets the new wraps of cases go whose rows were rolled back."""
    pending, gone = _opened(), set(cases)
    pending.wraps[:] = [wrap for wrap in pending.wraps if wrap.case_id not in gone]
    for place in [place for place in pending.keys if place[0] in gone]:
        del pending.keys[place], pending.holders[place]


def new_keys(case_id: UUID, data_classes: Iterable[str], organisations: Iterable[int]) -> CaseKeys:
    """Makes the data keys of a new case for these organisations; the wraps wait for `flush_pending`."""
    pending, holders = _opened(), sorted(set(organisations))
    if not holders:
        raise ValueError("a data key that nobody holds would lose what it seals")
    made = CaseKeys({}, [])
    for data_class in data_classes:
        key = DataKey(case_id, str(data_class), secrets.token_bytes(32))
        made.keys[key.data_class] = key
        made.wraps.extend(_wrap(key, organisation) for organisation in holders)
        pending.keep(key, holders)
    pending.wraps.extend(made.wraps)
    return made


def keys_for(case_id: UUID, data_class: str, organisations: Iterable[int]) -> DataKey:
    """The data key as one of these organisations can unwrap it, or NotOpenable."""
    pending, asking = _pending.get(), sorted(set(organisations))
    if pending is not None and (key := pending.find(case_id, data_class, asking)):
        return key
    for organisation in asking:
        wrapped = keystore.get(case_id, data_class, organisation)
        if wrapped is None:
            continue
        try:
            key = DataKey(case_id, str(data_class), keys.unwrap(organisation, wrapped))
        except CannotUnwrap:
            continue
        if pending is not None:
            pending.keep(key, [organisation])
        return key
    raise NotOpenable


def share(case_id: UUID, data_class: str, from_organisations: Iterable[int], to_organisation: int) -> None:
    """Wraps the data key for one more organisation; nothing happens where it already holds it."""
    pending = _opened()
    if to_organisation in holders(case_id, data_class):
        return
    key = keys_for(case_id, data_class, from_organisations)
    pending.wraps.append(_wrap(key, to_organisation))
    pending.keep(key, [to_organisation])


def lend(case_id: UUID, data_class: str, to_organisation: int) -> bool:
    """Wraps the data key for an organisation that does not hold it, by any holder's; whether there was anything to lend."""
    held = holders(case_id, data_class)
    if not held or to_organisation in held:
        return False
    share(case_id, data_class, held, to_organisation)
    return True


def take_back(case_id: UUID, data_class: str, organisation: int) -> bool:
    """Destroys the wrap that was lent to an organisation, at once, even if the transaction fails; the last one stays."""
    pending = _opened()
    if holders(case_id, data_class) <= {organisation}:
        # A key that nobody else holds would take with it what it sealed.
        return False
    place = (case_id, data_class)
    pending.wraps[:] = [
        wrap
        for wrap in pending.wraps
        if (wrap.case_id, wrap.data_class, wrap.organisation_id) != (case_id, data_class, organisation)
    ]
    pending.keys.pop(place, None)
    pending.holders.pop(place, None)
    return keystore.withdraw(case_id, data_class, organisation)


def holders(case_id: UUID, data_class: str) -> set[int]:
    """The organisations that can open this class of the case, those of this transaction included."""
    pending = _pending.get()
    waiting = () if pending is None else pending.holders.get((case_id, data_class), ())
    return keystore.organisations(case_id, data_class).union(waiting)


def erase(case_id: UUID) -> int:
    """Destroys every wrap of the case at once, even if the transaction fails; nothing of it opens again."""
    if _pending.get() is not None:
        forget([case_id])
    return keystore.destroy(case_id)


def seal(key: DataKey, *, table: str, column: str, row: UUID | str, plain: str) -> bytes:
    """Seals a text for one place: it opens in no other row, column, table, class or case."""
    key_id, nonce = key.key_id, secrets.token_bytes(NONCE)
    sealed = AESGCM(key.key).encrypt(nonce, plain.encode(), _place(key, key_id, table, column, row))
    return VERSION + key_id + nonce + sealed


def open_sealed(key: DataKey, *, table: str, column: str, row: UUID | str, sealed: bytes) -> str:
    """Opens a sealed text, or NotOpenable where it was sealed by another key or for another place."""
    blob, key_id = bytes(sealed), key.key_id
    if blob[:HEADER] != VERSION + key_id:
        raise NotOpenable
    nonce, content = blob[HEADER : HEADER + NONCE], blob[HEADER + NONCE :]
    try:
        return AESGCM(key.key).decrypt(nonce, content, _place(key, key_id, table, column, row)).decode()
    except (InvalidTag, ValueError) as error:
        raise NotOpenable from error


class Sealer:
    """Seals and opens one data class of one case for organisations; the first seal makes the key."""

    def __init__(self, case_id: UUID, data_class: str, organisations: Iterable[int]) -> None:
        self.case_id = case_id
        self.data_class = str(data_class)
        self.organisations = frozenset(organisations)
        self._key: DataKey | None = None

    def seal(self, table: str, column: str, row: UUID | str, text: str) -> bytes:
        """Seals a text for its place."""
        return seal(self._sealing_key(), table=table, column=column, row=row, plain=text)

    def open(self, table: str, column: str, row: UUID | str, sealed: bytes) -> str:
        """Opens a text from its place, or NotOpenable."""
        self._key = self._key or keys_for(self.case_id, self.data_class, self.organisations)
        return open_sealed(self._key, table=table, column=column, row=row, sealed=sealed)

    def _sealing_key(self) -> DataKey:
        # What this transaction has in its hands is not looked for in the store.
        if self._key is None and (pending := _pending.get()):
            self._key = pending.find(self.case_id, self.data_class, self.organisations)
        if self._key is None and not holders(self.case_id, self.data_class):
            self._key = new_keys(self.case_id, [self.data_class], self.organisations).keys[self.data_class]
        self._key = self._key or keys_for(self.case_id, self.data_class, self.organisations)
        return self._key


def _opened() -> _Pending:
    pending = _pending.get()
    if pending is None:
        raise RuntimeError("new keys need an open scope that writes their wraps before the commit")
    return pending


def _wrap(key: DataKey, organisation: int) -> Wrap:
    return Wrap(key.case_id, key.data_class, organisation, keys.wrap(organisation, key.key), key.key_id)


def _place(key: DataKey, key_id: bytes, table: str, column: str, row: UUID | str) -> bytes:
    names = (table, column, str(row), key.data_class)
    parts = (*(name.encode() for name in names), key.case_id.bytes, key_id)
    # Lengths stand before the parts, so that "ab"+"c" and "a"+"bc" are different places.
    return VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
