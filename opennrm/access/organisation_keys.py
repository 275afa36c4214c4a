"""Keys that belong to an organisation or to this installation; the key file is the form that is built."""

import base64
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import DecryptError, IdentityError, decrypt, encrypt, x25519

from opennrm.lib.home import keys_folder


class CannotUnwrap(Exception):
    """The organisation holds no key that opens this wrap."""


class OrganisationKeys(Protocol):
    """What a holder of organisations' keys must do: a key file, OpenBao or a PKCS#11 device."""

    def wrap(self, organisation_id: int, key: bytes) -> bytes:
        """Wraps a data key so that this organisation alone can open it."""

    def unwrap(self, organisation_id: int, wrapped: bytes) -> bytes:
        """Opens a wrap or raises CannotUnwrap."""

    def rotate(self, organisation_id: int) -> None:
        """Wraps made from now on use a new key; older wraps still open."""

    def destroy(self, organisation_id: int) -> None:
        """Takes every key of the organisation away; nothing wrapped for it opens again."""


@dataclass(frozen=True, slots=True)
class _Opened:
    stamp: tuple[int, int]
    identities: list[x25519.Identity] = field(repr=False)
    recipient: x25519.Recipient


class KeyFile:
    """One file for each organisation with its age identities, the newest first."""

    def __init__(self) -> None:
        self._opened: dict[Path, _Opened] = {}
        self._lock = threading.Lock()

    def wrap(self, organisation_id: int, key: bytes) -> bytes:
        """Wraps a data key for the newest identity, which is made on first need."""
        path = _organisation_file(organisation_id)
        if not path.exists():
            with self._lock:
                _create(path, lambda: _line(x25519.Identity.generate()))
        wrapped: bytes = encrypt(key, [self._open(path).recipient])
        return wrapped

    def unwrap(self, organisation_id: int, wrapped: bytes) -> bytes:
        """Opens a wrap with whichever identity of the organisation fits."""
        try:
            key: bytes = decrypt(wrapped, self._open(_organisation_file(organisation_id)).identities)
        except (DecryptError, FileNotFoundError) as error:
            raise CannotUnwrap from error
        return key

    def rotate(self, organisation_id: int) -> None:
        """Puts a new identity before the older ones, which stay so that older wraps still open."""
        path = _organisation_file(organisation_id)
        with self._lock:
            older = path.read_bytes() if path.exists() else b""
            _replace(path, _line(x25519.Identity.generate()) + older)

    def destroy(self, organisation_id: int) -> None:
        """Overwrites and removes the file; a disk that writes elsewhere may keep the old block."""
        path = _organisation_file(organisation_id)
        with self._lock:
            self._opened.pop(path, None)
            if path.exists():
                with path.open("r+b") as file:
                    file.write(os.urandom(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()

    def _open(self, path: Path) -> _Opened:
        status = path.stat()
        stamp = (status.st_ino, status.st_mtime_ns)
        opened = self._opened.get(path)
        if opened is None or opened.stamp != stamp:
            try:
                identities = [x25519.Identity.from_str(line) for line in path.read_text("ascii").split()]
                opened = _Opened(stamp, identities, identities[0].to_public())
            except (IdentityError, UnicodeDecodeError, IndexError) as error:
                raise CannotUnwrap from error
            self._opened[path] = opened
        return opened


keys: OrganisationKeys = KeyFile()


def token_key() -> bytes:
    """The key of the blind tokens by which names are found."""
    return _installation_key("token.key")


def second_factor_key() -> bytes:
    """The key that seals the secrets of second factors."""
    return _installation_key("second-factor.key")


def secret_key() -> str:
    """Django's SECRET_KEY."""
    return base64.urlsafe_b64encode(_installation_key("secret.key")).decode()


def log_signing_key() -> Ed25519PrivateKey:
    """The key that signs the heads of the audit log."""
    return Ed25519PrivateKey.from_private_bytes(_installation_key("log-signing.key"))


def log_public_keys() -> list[bytes]:
    """The public keys whose heads this installation trusts; none where nothing was ever signed."""
    if not (_folder() / "log-signing.key").exists():
        return []
    return [log_signing_key().public_key().public_bytes_raw()]


_installation_keys: dict[tuple[str, str], bytes] = {}


def _installation_key(name: str) -> bytes:
    # An import asks for keys hundreds of thousands of times; only the chosen home can move the folder.
    place = (os.environ.get("OPENNRM_HOME", ""), name)
    if place not in _installation_keys:
        path = _folder() / name
        _create(path, lambda: secrets.token_bytes(32))
        key = path.read_bytes()
        if len(key) != 32:
            raise ValueError(f"{name} is damaged: it must hold 32 bytes")
        _installation_keys[place] = key
    return _installation_keys[place]


def _folder() -> Path:
    return _folder_in(os.environ.get("OPENNRM_HOME", ""))


@cache
def _folder_in(chosen_home: str) -> Path:
    return keys_folder()


def _organisation_file(organisation_id: int) -> Path:
    return _organisation_file_in(os.environ.get("OPENNRM_HOME", ""), int(organisation_id))


@cache
def _organisation_file_in(chosen_home: str, organisation_id: int) -> Path:
    return _folder_in(chosen_home) / "organisations" / f"{organisation_id}.age-key"


def _line(identity: x25519.Identity) -> bytes:
    return f"{identity}\n".encode("ascii")


def _create(path: Path, content: Callable[[], bytes]) -> None:
    if path.exists():
        return
    draft = _draft(path, content())
    try:
        # A link fails where the name is taken: of two processes that make the key, both use the first one's.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _replace(path: Path, content: bytes) -> None:
    _draft(path, content).replace(path)
    _sync_folder(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
