from __future__ import annotations

import atexit
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from psycopg.conninfo import make_conninfo

from opennrm.lib.postgres_cluster import PORT, SUPERUSER, Cluster


class Server:
    """One home's embedded PostgreSQL, in use by this process until it is released."""

    def __init__(self, cluster: Cluster, socket: Path, users: int) -> None:
        self.home = cluster.home
        self.socket = socket
        self.port = PORT
        self._cluster = cluster
        self._users: int | None = users
        self._process = os.getpid()
        atexit.register(self.release)

    @property
    def admin_conninfo(self) -> str:
        """How the superuser connects: to make roles and databases, never for the application."""
        return self.conninfo("postgres", SUPERUSER, self._cluster.password)

    def conninfo(self, dbname: str, user: str, password: str) -> str:
        """How a role connects to one of this server's databases."""
        host = str(self.socket)
        return make_conninfo(host=host, port=self.port, dbname=dbname, user=user, password=password)

    def release(self) -> None:
        """Ends this process's use; the last one that ends stops the server."""
        # a forked child shares its parent's lock and must not give it up in the parent's name
        if self._users is None or self._process != os.getpid():
            return
        users, self._users = self._users, None
        with _locked(self.home / "start.lock"):
            os.close(users)
            if _unused(self.home):
                self._cluster.stop()
        atexit.unregister(self.release)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def ensure_running(home: Path) -> Server:
    """The home's server, made and started where needed, held until `release` or the end of the process."""
    _end_in_good_order()
    home = home.resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(home / "start.lock"):
        cluster = Cluster.of(home)
        users = _opened(home / "users.lock")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            return Server(cluster, cluster.bring_up(), users)
        except BaseException:
            os.close(users)
            raise


def _end_in_good_order() -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    # by default these two end a process without its last steps, and the server would stay behind
    for end in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(end) is signal.SIG_DFL:
            signal.signal(end, lambda number, frame: sys.exit(128 + number))


def _opened(lock: Path) -> int:
    return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = _opened(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _unused(home: Path) -> bool:
    lock = _opened(home / "users.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
