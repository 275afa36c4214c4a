from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opennrm.lib.postgres_account import Account, unprivileged
from opennrm.lib.postmaster import Postmaster, make_way, reaped
from opennrm.lib.problems import Problem

SUPERUSER = "postgres"
PORT = 5432
LONGEST_SOCKET_PATH = 107
SECONDS_TO_RECOVER = 600.0
STARTS = 60
SECONDS_BETWEEN_STARTS = 0.25
SECONDS_BETWEEN_LOOKS = 0.02

# nothing that could carry a value of a statement may reach the log
SILENCE = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
SIZE = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
}
# a test's data may be lost with the machine; nobody else's may
CARELESS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """The files of one home's embedded PostgreSQL, and starting and stopping it."""

    home: Path
    place: Path
    programs: Path
    account: Account

    @classmethod
    def of(cls, home: Path) -> Cluster:
        """The home's cluster, made if it is not there yet."""
        account = unprivileged()
        place = account.place(home)
        cluster = cls(home, place, account.programs(place), account)
        if not cluster.folder.is_dir():
            cluster._make()
        return cluster

    @property
    def folder(self) -> Path:
        """PostgreSQL's data directory."""
        return self.place / "cluster"

    @property
    def password(self) -> str:
        """The superuser's password, which nobody has to know."""
        return (self.place / "password").read_text()

    @property
    def log(self) -> Path:
        """Where the server says why it does not start."""
        return self.home / "logs" / "postgres.log"

    def bring_up(self) -> Path:
        """Starts the server unless it runs, waits until it answers, and gives the folder of its socket."""
        child, starts, give_up = None, 0, time.monotonic() + SECONDS_TO_RECOVER
        while time.monotonic() < give_up:
            postmaster = Postmaster.of(self.folder)
            if postmaster is not None and postmaster.alive:
                if postmaster.answers:
                    return postmaster.socket_folder
            elif child is None or reaped(child):
                if starts == STARTS:
                    break
                # the processes of a killed server hold its memory for a moment
                time.sleep(SECONDS_BETWEEN_STARTS if starts else 0)
                child, starts = self._start(), starts + 1
            time.sleep(SECONDS_BETWEEN_LOOKS)
        sentence = format_lazy(_("The embedded database did not start; {log} says why."), log=self.log)
        raise Problem("database_not_started", sentence)

    def stop(self) -> None:
        """Stops the server in good order."""
        postmaster = Postmaster.of(self.folder)
        if postmaster is not None and postmaster.alive:
            postmaster.stop()

    def _make(self) -> None:
        unfinished, password = self.place / "cluster.new", self.place / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(32))
        self.account.give(password)
        self._run_initdb(unfinished, password)
        unfinished.rename(self.folder)

    def _run_initdb(self, folder: Path, password: Path) -> None:
        command = [*self.account.before_program, str(self.programs / "initdb"), f"--pgdata={folder}"]
        command += [f"--username={SUPERUSER}", f"--pwfile={password}", "--auth=scram-sha-256"]
        command += ["--data-checksums", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        # sorts by code point as C does, and besides knows upper and lower case of every letter
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if _for_tests():
            command.append("--no-sync")
        made = subprocess.run(
            command, env=_environment(), cwd="/", capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            sentence = _("The embedded database could not be made: {why}")
            raise Problem("database_not_made", format_lazy(sentence, why=made.stderr.strip()))

    def _start(self) -> int:
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        socket = self._socket_folder()
        make_way(self.folder, socket / f".s.PGSQL.{PORT}.lock")
        command = [*self.account.before_program, str(self.programs / "postgres"), "-D", str(self.folder)]
        command += [f"--{name}={value}" for name, value in self._settings(socket).items()]
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        files = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(self.log), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        # a session of its own, so that Ctrl-C at the terminal reaches us and not the server
        return os.posix_spawnp(command[0], command, _environment(), file_actions=files, setsid=True)

    def _settings(self, socket: Path) -> dict[str, str]:
        connect = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{socket}"',
            "unix_socket_permissions": "0700",
        }
        return connect | SILENCE | SIZE | (CARELESS if _for_tests() else {})

    def _socket_folder(self) -> Path:
        folder = self.place / "socket"
        if len(bytes(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            folder = _short(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid not in self.account.uids or found.st_mode & 0o7777 != 0o700:
            sentence = _("{folder} is open to others or belongs to somebody else; remove it.")
            raise Problem("socket_folder_taken", format_lazy(sentence, folder=folder))
        self.account.give(folder)
        return folder


def _short(folder: Path) -> Path:
    if not folder.is_symlink():
        name = hashlib.sha256(bytes(folder)).hexdigest()[:16]
        folder.symlink_to(Path(tempfile.gettempdir()) / f"opennrm-{name}")
    # the link remembers the place, so that another TMPDIR does not move the socket
    return folder.readlink()


def _for_tests() -> bool:
    return os.environ.get("OPENNRM_TEST_DATABASE") == "1"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
