"""Debian's own PostgreSQL as a scratch server, run by an account that it lets."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PORT = 5433


def reason_not_to() -> str:
    """Why this machine cannot run it; empty where it can."""
    if not (PROGRAMS / "initdb").exists():
        return "Debian's postgresql 15 is not installed here (apt-get install postgresql-15)"
    if os.geteuid() == 0 and not _account():
        return "there is no account postgres that a server could run under"
    return ""


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


@contextmanager
def debian_server() -> Iterator[str]:
    """A server on a socket of its own under the temporary folder: its superuser's address."""
    folder = Path(tempfile.mkdtemp(prefix="debian-", dir="/tmp"))
    owner = _account() if os.geteuid() == 0 else None
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def program(name: str, *arguments: str) -> None:
        subprocess.run(
            [PROGRAMS / name, *arguments],
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    try:
        program(
            "initdb", "-D", f"{folder}/data", "-U", "super", "--auth=trust", "--no-sync", "--encoding=UTF8"
        )
        settings = f"-k {folder} -p {PORT} -c listen_addresses= -c fsync=off"
        program("pg_ctl", "-D", f"{folder}/data", "-w", "-o", settings, "-l", f"{folder}/log", "start")
        try:
            yield f"host={folder} port={PORT} user=super dbname=postgres"
        finally:
            program("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
