"""The demonstration as a newcomer meets it, timed; the numbers are printed with -s."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import processes
from tests.command.processes import Process, answers, ended, free_port, seconds_until_it_answers, started

Start = Callable[[Path, int], Process]
MOST_COLD, MOST_WARM, MOST_TO_END = 180.0, 10.0, 15.0


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two homes, and nothing that still runs in them afterwards."""
    yield tmp_path / "one", tmp_path / "two"
    shutil.rmtree((tmp_path / "one" / "database").resolve(), ignore_errors=True)
    shutil.rmtree((tmp_path / "two" / "database").resolve(), ignore_errors=True)


@pytest.fixture
def demo() -> Iterator[Start]:
    running: list[Process] = []

    def start(home: Path, port: int) -> Process:
        running.append(started(home, "demo", "--port", port))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            ended(process, signal.SIGTERM)


def nothing_runs(tmp_path: Path) -> bool:
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        if not processes.processes_of(str(tmp_path)):
            return True
        time.sleep(0.1)
    print(processes.processes_of(str(tmp_path)))
    return False


@pytest.mark.timeout(600)
def test_a_demonstration_starts_stops_and_stands_beside_another(
    homes: tuple[Path, Path], tmp_path: Path, demo: Start
) -> None:
    one, two = homes
    port = free_port()
    first = demo(one, port)
    cold = seconds_until_it_answers(first, port, MOST_COLD)
    assert answers(port, "/accounts/login/") == 200
    _nonsense(port)
    to_end, out, err = ended(first)
    assert f"http://127.0.0.1:{port}" in out
    # Neither a request, nor the sweep, nor the end writes a line.
    assert (err, first.returncode) == ("", 0)
    assert len(out.splitlines()) < 12
    assert nothing_runs(tmp_path)

    _copied(one, two)
    ports = free_port(), free_port()
    began = [demo(home, number) for home, number in zip(homes, ports, strict=True)]
    warm = max(seconds_until_it_answers(one, number) for one, number in zip(began, ports, strict=True))
    assert all(answers(number, "/accounts/login/") == 200 for number in ports)
    last = max(ended(one)[0] for one in began)
    assert nothing_runs(tmp_path)
    print(f"\ncold start {cold:.1f} s, two warm starts at once {warm:.1f} s, end {max(to_end, last):.1f} s")
    assert max(to_end, last) < MOST_TO_END


def _nonsense(port: int) -> None:
    for line in (b"Besa Shembulli\r\n\r\n", b"GET /?q=Shembulli HTTP/9.9\r\n\r\n", b"\x16\x03\x01\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(line)
            client.recv(1000)


def _copied(one: Path, two: Path) -> None:
    if (one / "database").is_symlink():
        # The cluster lies apart from the home where no namespace is allowed; then the second is made anew.
        return
    shutil.copytree(one, two, symlinks=True, ignore=lambda folder, names: [n for n in names if n == "socket"])


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = processes.run(tmp_path / "home", "demo", "--port", port)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"Port {port} is taken by another program. Choose another with --port.\n"
    assert not (tmp_path / "home" / "database").exists()


def test_a_demonstration_leaves_a_real_server_alone(tmp_path: Path) -> None:
    ran = processes.run(tmp_path / "home", "demo", OPENNRM_DATABASE_URL="postgresql://app@127.0.0.1:1/nrm")
    assert ran.returncode == 1
    assert "OPENNRM_DATABASE_URL" in ran.stderr
