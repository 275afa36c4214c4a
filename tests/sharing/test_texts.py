"""What is read out before a person agrees, as the reference country has it."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from opennrm.access.scope import as_system
from opennrm.country import consent
from opennrm.country.files import ALBANIA
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.sharing import queries
from opennrm.sharing.rules import Understanding
from tests.acting import by

FOLDER = ALBANIA / "consent"
VERSIONS = yaml.safe_load((FOLDER / "versions.yaml").read_text())["versions"]
FILES = [FOLDER / f"{one['version']}.{language}.txt" for one in VERSIONS for language in one["languages"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_says_all_seven_things_in_a_minute_or_two(path: Path) -> None:
    body = path.read_text()
    numbers = [line.partition(".")[0] for line in body.splitlines() if line[:1].isdigit()]
    assert numbers == [str(number) for number in range(1, len(Understanding) + 1)]
    assert len(body.split()) < 300


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_a_changed_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "consent"
    shutil.copytree(FOLDER, folder)
    with as_system("setup", reason="texts") as actor:
        consent.load(by=actor, path=folder)
        consent.load(by=actor, path=folder)
    with by("border-ana"):
        text = queries.texts(clock.today())["sq"]
    assert text.version == 1
    assert text.digest == sha256((folder / "1.sq.txt").read_text().strip().encode()).hexdigest()
    (folder / "1.sq.txt").write_text("Tjetër tekst.")
    with as_system("setup", reason="texts") as actor, pytest.raises(Problem, match="next version number"):
        consent.load(by=actor, path=folder)
