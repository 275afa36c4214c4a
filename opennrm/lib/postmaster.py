from __future__ import annotations

import os
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

ASK_FOR_TLS = 80877103
NO_PROCESS = 2_147_483_646
SECONDS_TO_ANSWER = 10.0
# PostgreSQL 18 never ends when it is told to just after one of its processes crashed; SIGQUIT loses nothing
SECONDS_TO_STOP = 30.0
SECONDS_BETWEEN_LOOKS = 0.02


@dataclass(frozen=True)
class Postmaster:
    """The first process of a PostgreSQL server, as its postmaster.pid tells of it."""

    folder: Path
    pid: int
    port: int
    socket_folder: Path
    ready: bool

    @classmethod
    def of(cls, folder: Path) -> Postmaster | None:
        """The process that runs or ran this data directory; none if it was stopped in good order."""
        try:
            lines = (folder / "postmaster.pid").read_text().splitlines() + [""] * 8
        except FileNotFoundError:
            return None
        if not lines[0].isdigit():
            return None
        port = int(lines[3]) if lines[3].isdigit() else 0
        return cls(folder, int(lines[0]), port, Path(lines[4]), lines[7].strip() == "ready")

    @property
    def alive(self) -> bool:
        """Whether that process runs, and is not another one that was given its number since."""
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return words[1:3] == [b"-D", bytes(self.folder)]

    @property
    def answers(self) -> bool:
        """Whether a client would be heard: the server is up, and says that it speaks no TLS on its socket."""
        if not self.ready:
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(SECONDS_TO_ANSWER)
            try:
                client.connect(str(self.socket_folder / f".s.PGSQL.{self.port}"))
                client.sendall(struct.pack("!ii", 8, ASK_FOR_TLS))
                return client.recv(1) == b"N"
            except OSError:
                return False

    def stop(self) -> None:
        """Rolls back what runs, writes everything to disk, and ends; at once if that takes too long."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
            give_up = time.monotonic() + SECONDS_TO_STOP
            while time.monotonic() < give_up:
                if not self.alive:
                    reaped(self.pid)
                    return
                time.sleep(SECONDS_BETWEEN_LOOKS)
        raise Problem("database_not_stopped", _("The embedded database did not stop."))


def reaped(pid: int) -> bool:
    """Whether a child has ended, which also clears it from the list of processes."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return True


def make_way(folder: Path, socket_lock: Path) -> None:
    """Lets a server start after one that was killed, even where its number was given to another process."""
    socket_lock.unlink(missing_ok=True)
    pid_path = folder / "postmaster.pid"
    killed = Postmaster.of(folder)
    if killed is None:
        pid_path.unlink(missing_ok=True)
        return
    reaped(killed.pid)
    if not Path(f"/proc/{killed.pid}").exists():
        return
    # the other lines stay: by them PostgreSQL sees whether anybody still holds the old server's memory
    with open(os.open(pid_path, os.O_RDWR | os.O_NOFOLLOW), "r+") as pid_file:
        rest = pid_file.read().splitlines()[1:]
        pid_file.seek(0)
        pid_file.truncate()
        pid_file.write("\n".join([str(NO_PROCESS), *rest, ""]))
