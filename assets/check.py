"""Checks that the committed style, script and fonts are what their sources make.

Without arguments: every source and output matches `assets/manifest.json` (no node needed).
With `--rebuild`: installs the locked packages in a temporary folder, builds, compares byte for byte.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ASSETS = Path(__file__).resolve().parent
OUTPUT = ASSETS.parent / "opennrm" / "web" / "static" / "opennrm"
SOURCE_FOLDERS = ("icons", "js", "licences", "sass")
SOURCE_FILES = ("build.mjs", "package.json", "package-lock.json")


def sums(base: Path, paths: Iterator[Path]) -> dict[str, str]:
    return {
        path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def source_paths(assets: Path) -> Iterator[Path]:
    yield from (assets / name for name in SOURCE_FILES)
    for folder in SOURCE_FOLDERS:
        yield from (path for path in (assets / folder).rglob("*") if path.is_file())


def output_paths(output: Path) -> Iterator[Path]:
    return (path for path in output.rglob("*") if path.is_file())


def differences(kind: str, expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """One sentence for every file that is missing, unknown or changed."""
    missing = [f"{kind} {name} is missing." for name in sorted(expected.keys() - found.keys())]
    unknown = [f"{kind} {name} is not in the manifest." for name in sorted(found.keys() - expected.keys())]
    shared = sorted(expected.keys() & found.keys())
    changed = [f"{kind} {name} has changed." for name in shared if expected[name] != found[name]]
    return missing + unknown + changed


def against_manifest(assets: Path = ASSETS, output: Path = OUTPUT) -> list[str]:
    """What does not agree with the manifest, source or output."""
    manifest = json.loads((assets / "manifest.json").read_text(encoding="utf-8"))
    sources = differences("Source", manifest["sources"], sums(assets, source_paths(assets)))
    return sources + differences("Output", manifest["outputs"], sums(output, output_paths(output)))


def against_rebuild() -> list[str]:
    """What a fresh build from the locked packages makes differently."""
    with tempfile.TemporaryDirectory() as folder:
        assets, output = Path(folder) / "assets", Path(folder) / "output"
        shutil.copytree(ASSETS, assets, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=assets, check=True)
        subprocess.run(["node", "build.mjs", str(output)], cwd=assets, check=True)
        built = differences("Output", sums(OUTPUT, output_paths(OUTPUT)), sums(output, output_paths(output)))
        if (assets / "manifest.json").read_bytes() != (ASSETS / "manifest.json").read_bytes():
            built.append("The manifest of a fresh build is different.")
        return built


def main(arguments: list[str]) -> int:
    problems = against_manifest()
    if "--rebuild" in arguments:
        problems += against_rebuild()
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print("Run `make assets` and commit what it changes.", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
