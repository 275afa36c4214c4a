"""The committed style and script are what their sources make, and the strict policy can hold for them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = Path("opennrm/web/static/opennrm")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "assets" / "check.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / OUTPUT, tmp_path / OUTPUT)
    return tmp_path


def test_outputs_and_sources_match_the_manifest() -> None:
    result = check(ROOT)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_changed_output_is_named(copy: Path) -> None:
    (copy / OUTPUT / "app.css").write_text("body{}", encoding="utf-8")
    result = check(copy)
    assert result.returncode == 1
    assert "Output app.css has changed." in result.stderr


def test_a_changed_source_is_named(copy: Path) -> None:
    (copy / "assets" / "js" / "app.js").write_text("", encoding="utf-8")
    assert "Source js/app.js has changed." in check(copy).stderr


def test_a_missing_and_an_unknown_output_are_named(copy: Path) -> None:
    (copy / OUTPUT / "icon.svg").rename(copy / OUTPUT / "other.svg")
    errors = check(copy).stderr
    assert "Output icon.svg is missing." in errors
    assert "Output other.svg is not in the manifest." in errors


@pytest.mark.parametrize("name", ["app.css", "app.rtl.css"])
def test_the_style_loads_only_its_own_fonts(name: str) -> None:
    style = (ROOT / OUTPUT / name).read_text(encoding="utf-8")
    addresses = re.findall(r"url\(([^)]*)\)", style)
    assert addresses
    assert all((ROOT / OUTPUT / address).is_file() for address in addresses)
    assert "@import" not in style


def test_nothing_of_the_british_government_brand_is_shipped() -> None:
    names = [path.name for path in (ROOT / OUTPUT).rglob("*")]
    style = (ROOT / OUTPUT / "app.css").read_text(encoding="utf-8")
    assert not [name for name in names if "crown" in name or "crest" in name]
    assert "GDS Transport" not in style
    assert "crest" not in style


def test_the_tick_of_a_checkbox_is_not_mirrored() -> None:
    style = (ROOT / OUTPUT / "app.rtl.css").read_text(encoding="utf-8")
    rules = re.findall(r"\.govuk-checkboxes__label:{1,2}after\{([^}]*)\}", style)
    tick = next(rule for rule in rules if "transform" in rule)
    assert "rotate(-45deg)" in tick
    assert "border-width:0 0 5px 5px" in tick


def test_the_timeline_runs_left_to_right_everywhere() -> None:
    style = (ROOT / OUTPUT / "app.rtl.css").read_text(encoding="utf-8")
    assert re.search(r"\.app-timeline\{[^}]*direction:ltr", style)


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
