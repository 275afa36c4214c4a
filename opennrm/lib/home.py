from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder that holds everything this installation keeps; made on first use, closed to others."""
    given = os.environ.get("OPENNRM_HOME")
    return _closed(Path(given) if given else _user_folder() / "opennrm")


def database_folder() -> Path:
    """The embedded PostgreSQL: its cluster, socket and superuser password."""
    return _closed(home() / "database")


def keys_folder() -> Path:
    """The keys of the installation itself: organisations' identities, blind tokens, signing."""
    return _closed(home() / "keys")


def keystore_folder() -> Path:
    """The wrapped keys of the cases, apart from the database so that erasing a key erases the text."""
    return _closed(home() / "keystore")


def heads_folder() -> Path:
    """The signed heads of the audit log, out of reach of whoever can write the database."""
    return _closed(home() / "heads")


def logs_folder() -> Path:
    """The logs, which never hold personal data."""
    return _closed(home() / "logs")


def database_url_file() -> Path:
    """Where `init` remembers the application's own login; readable by its user alone."""
    return home() / "database-url"


def _user_folder() -> Path:
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"


def _closed(folder: Path) -> Path:
    folder = folder.resolve()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder
