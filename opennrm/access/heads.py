"""Signed heads of the audit log, kept outside the database: a cut tail is invisible inside it."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from opennrm.access.organisation_keys import log_signing_key
from opennrm.lib.home import heads_folder

MOST_PROBLEMS = 20


@dataclass(slots=True)
class Heads:
    """What the signed heads say: the roots at each size, and the lines that no trusted key signed."""

    roots: dict[int, set[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    count: int = 0


def write_head(size: int, root: bytes) -> None:
    """Signs the head of the log and appends it as one line to this month's file; called after the commit."""
    now, key = datetime.now(UTC), log_signing_key()
    public = key.public_key().public_bytes_raw().hex()
    statement = _statement(size, root.hex(), now.isoformat(timespec="microseconds"), public)
    line = _line(statement, key.sign(_bytes(statement)).hex())
    path = heads_folder() / f"heads-{now:%Y-%m}.jsonl"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _drop_unfinished_line(descriptor)
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def read_heads(path: Path, public_keys: Iterable[bytes]) -> Heads:
    """Reads a file of heads or a folder of them and checks every line; order and gaps mean nothing."""
    heads, trusted = Heads(), set(public_keys)
    for name, number, line in _lines(path):
        stated = _read(line, trusted)
        if stated:
            size, root = stated
            heads.roots.setdefault(size, set()).add(root)
            heads.count += 1
        elif len(heads.problems) < MOST_PROBLEMS:
            sentence = _("Line %(number)d of %(file)s is not a head that this installation signed.")
            heads.problems.append(sentence % {"number": number, "file": name})
    return heads


def _lines(path: Path) -> Iterator[tuple[str, int, bytes]]:
    for file in sorted(path.glob("heads-*.jsonl")) if path.is_dir() else [path]:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                # A line without its end was cut by a crash or is being written now; it was never a head.
                if line.endswith(b"\n"):
                    yield file.name, number, line


def _read(line: bytes, trusted: set[bytes]) -> tuple[int, str] | None:
    try:
        stated = json.loads(line)
        size, root, key = stated["size"], stated["root"], stated["key"]
        statement = _statement(size, root, stated["at"], key)
        # Written again it must be the same bytes: no second way to say the same, nothing beside it.
        if type(size) is not int or size < 1 or line != _line(statement, stated["signature"]):
            return None
        public = bytes.fromhex(key)
        if public not in trusted:
            return None
        signature = bytes.fromhex(stated["signature"])
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _bytes(statement))
    except (ValueError, TypeError, KeyError, RecursionError, InvalidSignature):
        return None
    return size, root


def _statement(size: int, root: str, at: str, key: str) -> dict[str, int | str]:
    return {"at": at, "key": key, "root": root, "size": size}


def _bytes(statement: dict[str, int | str]) -> bytes:
    return b"opennrm log head " + json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def _line(statement: dict[str, int | str], signature: str) -> bytes:
    signed = {**statement, "signature": signature}
    return json.dumps(signed, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _drop_unfinished_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        start = max(0, size - 4096)
        os.ftruncate(descriptor, start + os.pread(descriptor, size - start, start).rfind(b"\n") + 1)
