"""Wrapped keys lie apart from the database, and a destroyed case leaves nothing that opens."""

import os
import stat
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from opennrm.access import keystore
from opennrm.access.keystore import DifferentKey, Wrap, destroy, get, organisations, put


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path))
    return tmp_path / "keystore"


def wrap(
    case_id: UUID, organisation_id: int = 1, wrapped: bytes = b"wrapped", key_id: bytes = b"k" * 8
) -> Wrap:
    return Wrap(case_id, "identity", organisation_id, wrapped, key_id)


def test_a_wrap_comes_back_for_its_own_case_class_and_organisation_only() -> None:
    case = uuid4()
    assert put([wrap(case, 1, b"one"), wrap(case, 2, b"two")]) == 2
    assert get(case, "identity", 1) == b"one"
    assert get(case, "identity", 2) == b"two"
    assert get(case, "identity", 3) is None
    assert get(case, "contact", 1) is None
    assert get(uuid4(), "identity", 1) is None
    assert organisations(case, "identity") == {1, 2}
    assert organisations(case, "contact") == set()


def test_an_existing_wrap_is_never_overwritten() -> None:
    case = uuid4()
    put([wrap(case, 1, b"first")])
    assert put([wrap(case, 1, b"second")]) == 0
    assert get(case, "identity", 1) == b"first"


def test_a_second_data_key_for_the_same_case_and_class_is_refused_whole() -> None:
    case, other = uuid4(), uuid4()
    put([wrap(case, 1)])
    with pytest.raises(DifferentKey):
        put([wrap(other, 1), wrap(case, 2, b"other", b"x" * 8)])
    assert organisations(case, "identity") == {1}
    assert organisations(other, "identity") == set()


def test_a_destroyed_case_is_gone_and_its_neighbour_stays() -> None:
    case, neighbour = uuid4(), uuid4()
    put([wrap(case, number) for number in range(5)] + [wrap(neighbour)])
    assert destroy(case) == 5
    assert destroy(case) == 0
    assert organisations(case, "identity") == set()
    assert get(neighbour, "identity", 1) == b"wrapped"


def test_an_older_copy_of_the_pages_does_not_open_a_destroyed_case(folder: Path) -> None:
    case, secret = uuid4(), b"SECRET-WRAP" * 8
    put([wrap(case, 1, secret)])
    older = (folder / "data.mdb").read_bytes()
    destroy(case)
    keystore._close_after_fork()
    (folder / "data.mdb").write_bytes(older)
    assert organisations(case, "identity") == {1}
    assert get(case, "identity", 1) is None
    assert secret not in older


def test_the_files_are_closed_to_others(folder: Path) -> None:
    put([wrap(uuid4())])
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_the_store_grows_past_its_first_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keystore, "FIRST_MAP_SIZE", 1 << 18)
    cases = [uuid4() for _ in range(3000)]
    assert put(wrap(case, 1, b"w" * 300) for case in cases) == 3000
    assert all(get(case, "identity", 1) == b"w" * 300 for case in cases)


def test_a_child_process_and_its_parent_see_each_others_wraps() -> None:
    first, second = uuid4(), uuid4()
    put([wrap(first)])
    child = os.fork()
    if child == 0:
        seen = get(first, "identity", 1) == b"wrapped"
        put([wrap(second, number, b"w" * 300) for number in range(3000)])
        os._exit(0 if seen else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(organisations(second, "identity")) == 3000
    assert get(first, "identity", 1) == b"wrapped"


def test_threads_write_and_read_at_the_same_time() -> None:
    case, faults = uuid4(), []

    def write_and_read(number: int) -> None:
        put([wrap(case, number, str(number).encode())])
        if get(case, "identity", number) != str(number).encode():
            faults.append(number)

    threads = [threading.Thread(target=write_and_read, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert organisations(case, "identity") == set(range(16))
