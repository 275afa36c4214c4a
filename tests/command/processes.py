"""Commands as processes of their own, as a person at a terminal starts them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

CLONE = Path(__file__).resolve().parents[2]
OPENNRM = (sys.executable, "-m", "opennrm.command.main")
Process = subprocess.Popen[str]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command in a home; nothing of the suite's own database reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENNRM_")}
    # What a test writes may be lost with the machine.
    return {**kept, "OPENNRM_HOME": str(home), "OPENNRM_TEST_DATABASE": "1", **more}


def run(home: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    command = [*OPENNRM, *map(str, arguments)]
    return subprocess.run(
        command, env=surroundings(home, **more), cwd=CLONE, capture_output=True, text=True, check=False
    )


def done(home: Path, *arguments: object, **more: str) -> str:
    """What a command that must succeed printed."""
    ran = run(home, *arguments, **more)
    assert (ran.returncode, ran.stderr) == (0, ""), f"{arguments}: {ran.stderr}"
    return ran.stdout


def asked(home: Path, *arguments: object, **more: str) -> Any:
    """The object that a command that must succeed printed."""
    return json.loads(done(home, *arguments, "--format", "json", **more))


def started(home: Path, *arguments: object, **more: str) -> Process:
    """A command that runs on, in a process group of its own like a job of a shell."""
    return subprocess.Popen(
        [*OPENNRM, *map(str, arguments)],
        env=surroundings(home, **more),
        cwd=CLONE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process: Process, how: signal.Signals = signal.SIGINT) -> tuple[float, str, str]:
    """Sends a signal to the whole group, as Ctrl-C does: how many seconds it took, and what was printed."""
    began = time.monotonic()
    os.killpg(process.pid, how)
    out, err = process.communicate(timeout=60)
    return time.monotonic() - began, out, err


def processes_of(*words: str) -> dict[int, str]:
    """The running processes whose command line or environment holds one of the words."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        text = line.replace(b"\0", b" ").decode(errors="replace")
        if any(word in text for word in words):
            found[int(folder.name)] = text[:200]
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def answers(port: int, path: str = "/healthz") -> int:
    """The status of a page, or 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except URLError as error:
        return int(getattr(error, "code", 0) or 0)
    except OSError:
        return 0


def seconds_until_it_answers(process: Process, port: int, most: float = 180) -> float:
    """How long a server took to its first healthy answer."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        if answers(port) == 200:
            return time.monotonic() - began
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError(f"no answer within {most} seconds")
