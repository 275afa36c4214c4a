from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from opennrm.lib import postgres_account
from opennrm.lib.postgres import Server, ensure_running
from opennrm.lib.postmaster import Postmaster

CLONE = Path(__file__).resolve().parents[2]
MARKED = "Zamira-Shembull-7731"
COMMAND = """
import sys, time
from pathlib import Path
from opennrm.lib.postgres import ensure_running
ensure_running(Path(sys.argv[1]))
print("running", flush=True)
if sys.argv[2] == "stay":
    time.sleep(600)
"""

Start = Callable[[Path, str], subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNRM_TEST_DATABASE", "1")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    assert not processes_of(folder)


@pytest.fixture
def command() -> Iterator[Start]:
    """Another command of the same clone, as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path, how_long: str) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", COMMAND, str(home), how_long]
        process = subprocess.Popen(
            arguments, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def processes_of(folder: Path) -> list[str]:
    found = []
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = words.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in line:
            found.append(line)
    return found


def postmaster(server: Server) -> int:
    found = Postmaster.of((server.home / "database" / "cluster").resolve())
    assert found is not None
    return found.pid


def is_gone(pid: int) -> bool:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def write(server: Server, value: str) -> None:
    with psycopg.connect(server.admin_conninfo) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def read(server: Server) -> list[str]:
    with psycopg.connect(server.admin_conninfo) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


def until_it_answers(server: Server) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        try:
            read(server)
            return
        except psycopg.OperationalError:
            time.sleep(0.1)


def setting(server: Server, name: str) -> str:
    with psycopg.connect(server.admin_conninfo) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_a_new_home_answers_and_is_stopped_when_it_is_left(home: Path) -> None:
    with ensure_running(home) as server:
        write(server, "one")
        pid = postmaster(server)
        assert read(server) == ["one"]
    assert is_gone(pid)
    with ensure_running(home) as server:
        assert read(server) == ["one"]


def test_it_listens_on_no_network_and_lets_nobody_in_without_the_password(home: Path) -> None:
    with ensure_running(home) as server:
        assert setting(server, "listen_addresses") == ""
        assert setting(server, "data_checksums") == "on"
        assert setting(server, "server_encoding") == "UTF8"
        assert server.home.stat().st_mode & 0o777 == 0o700
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.conninfo("postgres", "postgres", "guessed"))


def test_every_write_reaches_the_disk_outside_of_tests(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensure_running(home) as server:
        assert setting(server, "fsync") == "off"
    monkeypatch.delenv("OPENNRM_TEST_DATABASE")
    with ensure_running(home) as server:
        assert setting(server, "fsync") == "on"
        assert setting(server, "full_page_writes") == "on"


def test_the_log_never_holds_a_value(home: Path) -> None:
    with ensure_running(home) as server:
        write(server, MARKED)
        with pytest.raises(psycopg.errors.UniqueViolation):
            write(server, MARKED)
        with pytest.raises(psycopg.Error), psycopg.connect(server.admin_conninfo) as connection:
            connection.execute("SELECT %s::text::uuid", [MARKED])
        with psycopg.connect(server.admin_conninfo) as connection:
            kill = threading.Timer(0.5, os.kill, (connection.info.backend_pid, signal.SIGKILL))
            kill.start()
            with pytest.raises(psycopg.OperationalError):
                connection.execute(f"SELECT '{MARKED}', pg_sleep(30)")
        until_it_answers(server)
    assert MARKED not in (home / "logs" / "postgres.log").read_text()


def test_two_homes_run_beside_each_other(home: Path, tmp_path: Path) -> None:
    with ensure_running(home) as one, ensure_running(tmp_path / "second") as two:
        write(one, "one")
        write(two, "two")
        assert (read(one), read(two)) == (["one"], ["two"])


@pytest.mark.parametrize("careless", ["1", "0"])
def test_a_killed_server_comes_back_with_every_committed_row(
    home: Path, careless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENNRM_TEST_DATABASE", careless)
    with ensure_running(home) as server:
        write(server, "committed")
        os.kill(postmaster(server), signal.SIGKILL)
        with ensure_running(home) as again:
            assert read(again) == ["committed"]


def test_a_killed_servers_number_may_belong_to_another_process_now(home: Path) -> None:
    with ensure_running(home) as server:
        write(server, "committed")
        killed = postmaster(server)
        os.kill(killed, signal.SIGKILL)
        pid_file = home / "database" / "cluster" / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(killed), str(os.getppid()), 1))
        with ensure_running(home) as again:
            assert read(again) == ["committed"]


def test_the_last_one_out_stops_the_server(home: Path, command: Start) -> None:
    with ensure_running(home) as server:
        pid = postmaster(server)
        other = command(home, "leave")
        assert other.communicate(timeout=60)[0] == "running\n"
        assert other.returncode == 0
        write(server, "still here")
        assert postmaster(server) == pid
        with ensure_running(home):
            pass
        assert read(server) == ["still here"]
    assert is_gone(pid)


def test_the_server_of_a_killed_command_is_taken_over(home: Path, command: Start) -> None:
    killed = command(home, "stay")
    assert killed.stdout is not None
    assert killed.stdout.readline() == "running\n"
    found = Postmaster.of(home / "database" / "cluster")
    assert found is not None
    killed.kill()
    killed.wait()
    with ensure_running(home) as server:
        assert postmaster(server) == found.pid
    assert is_gone(found.pid)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_told_to_end_stops_its_server(
    home: Path, command: Start, how: signal.Signals
) -> None:
    told = command(home, "stay")
    assert told.stdout is not None
    assert told.stdout.readline() == "running\n"
    assert processes_of(home / "database")
    told.send_signal(how)
    assert told.wait(timeout=60) != 0
    assert not processes_of(home / "database")


def test_commands_that_start_together_share_one_server(home: Path, command: Start) -> None:
    commands = [command(home, "leave") for _ in range(3)]
    with ThreadPoolExecutor() as threads:
        servers = list(threads.map(lambda _: ensure_running(home), range(3)))
    assert len({postmaster(server) for server in servers}) == 1
    assert [process.communicate(timeout=60)[0] for process in commands] == ["running\n"] * 3
    for server in servers:
        server.release()


def test_a_forked_child_does_not_stop_its_parents_server(home: Path) -> None:
    with ensure_running(home) as server:
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)
        write(server, "still here")
        assert read(server) == ["still here"]


def test_a_home_with_a_long_path_has_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("long-" * 20) / "home"
    with ensure_running(deep) as server:
        write(server, "far down")
        assert not server.socket.is_relative_to(deep)
        assert server.socket.stat().st_mode & 0o777 == 0o700
    with ensure_running(deep) as again:
        assert again.socket == server.socket
    server.socket.rmdir()


def test_an_interrupted_set_up_starts_afresh(home: Path) -> None:
    (home / "database" / "cluster.new").mkdir(parents=True)
    (home / "database" / "cluster.new" / "PG_VERSION").touch()
    (home / "database" / "password").write_text("left behind")
    with ensure_running(home) as server:
        write(server, "one")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs an account apart")
def test_root_without_namespaces_uses_an_account_apart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_account, "namespaces_allowed", lambda unshare: False)
    apart = Path("/var/tmp") / f"opennrm-test-{os.getpid()}"
    monkeypatch.setattr(postgres_account, "FOLDER_APART", apart)
    try:
        with ensure_running(home) as server:
            write(server, "one")
            owner = (home / "database" / "cluster").stat().st_uid
            assert owner != 0
            assert Path(f"/proc/{postmaster(server)}").stat().st_uid == owner
        with ensure_running(home) as server:
            assert read(server) == ["one"]
    finally:
        subprocess.run(["rm", "-rf", str(apart)], check=True)
