from __future__ import annotations

import stat
from pathlib import Path

import pytest

from opennrm.lib import home


def test_the_home_is_the_folder_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path / "here"))
    assert home.home() == tmp_path / "here"
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path / "there"))
    assert home.home() == tmp_path / "there"


def test_without_a_name_the_home_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENNRM_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home.home() == tmp_path / ".local" / "share" / "opennrm"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home.home() == tmp_path / "data" / "opennrm"


def test_every_folder_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path / "deep" / "home"))
    folders = [
        home.home(),
        home.database_folder(),
        home.keys_folder(),
        home.keystore_folder(),
        home.heads_folder(),
        home.logs_folder(),
    ]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert len(set(folders)) == len(folders)
