"""A sealed value opens in its own place, for the organisations that hold its key, and never after erasure."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.access import keystore, organisation_keys, sealing
from opennrm.access.keystore import DifferentKey
from opennrm.access.organisation_keys import CannotUnwrap
from opennrm.access.sealing import DataKey, NotOpenable, Sealer, open_sealed, seal

POLICE, SHELTER, STRANGER = 1, 2, 3
KEY = DataKey(UUID(int=7), "identity", b"k" * 32)


@pytest.fixture(autouse=True)
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path))
    with sealing.collecting():
        yield


def sealed_name(case: UUID, row: UUID, *organisations: int) -> bytes:
    blob = Sealer(case, "identity", organisations).seal("people_name", "sealed", row, "Invented Person")
    sealing.flush_pending()
    return blob


@given(st.text(), st.text(), st.text(), st.text())
def test_what_is_sealed_opens_in_its_place(table: str, column: str, row: str, text: str) -> None:
    blob = seal(KEY, table=table, column=column, row=row, plain=text)
    assert open_sealed(KEY, table=table, column=column, row=row, sealed=blob) == text
    with pytest.raises(NotOpenable):
        open_sealed(KEY, table=table + column, column="", row=row, sealed=blob + b"x")


@pytest.mark.parametrize(
    ("table", "column", "row", "key"),
    [
        ("b", "column", "row", KEY),
        ("table", "b", "row", KEY),
        ("table", "column", "b", KEY),
        ("tablec", "olumn", "row", KEY),
        ("table", "column", "row", DataKey(UUID(int=8), "identity", KEY.key)),
        ("table", "column", "row", DataKey(KEY.case_id, "contact", KEY.key)),
        ("table", "column", "row", DataKey(KEY.case_id, "identity", b"x" * 32)),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(
    table: str, column: str, row: str, key: DataKey
) -> None:
    blob = seal(KEY, table="table", column="column", row="row", plain="text")
    with pytest.raises(NotOpenable):
        open_sealed(key, table=table, column=column, row=row, sealed=blob)


@given(st.integers(0, 40), st.integers(1, 255))
def test_a_changed_or_cut_value_does_not_open(position: int, change: int) -> None:
    blob = bytearray(seal(KEY, table="t", column="c", row="r", plain="text"))
    cut = bytes(blob[:position])
    blob[position] ^= change
    for damaged in (bytes(blob), cut):
        with pytest.raises(NotOpenable):
            open_sealed(KEY, table="t", column="c", row="r", sealed=damaged)


def test_the_same_text_sealed_twice_looks_different() -> None:
    assert len({seal(KEY, table="t", column="c", row="r", plain="text") for _ in range(50)}) == 50


def test_an_organisation_with_a_wrap_opens_and_a_stranger_does_not() -> None:
    case, row = uuid4(), uuid4()
    blob = sealed_name(case, row, POLICE, SHELTER)
    for organisation in (POLICE, SHELTER):
        assert (
            Sealer(case, "identity", [organisation]).open("people_name", "sealed", row, blob)
            == "Invented Person"
        )
    with pytest.raises(NotOpenable):
        Sealer(case, "identity", [STRANGER]).open("people_name", "sealed", row, blob)
    with pytest.raises(NotOpenable):
        Sealer(case, "identity", [STRANGER]).seal("people_name", "sealed", row, "other")
    with pytest.raises(NotOpenable):
        Sealer(case, "identity", []).open("people_name", "sealed", row, blob)


def test_the_sentence_of_the_refusal_names_nobody() -> None:
    assert str(NotOpenable()) == "Your organisation has no key to this part of the case."


def test_a_new_case_opens_before_its_wraps_are_written() -> None:
    case, row = uuid4(), uuid4()
    made = sealing.new_keys(case, ["identity", "contact"], [POLICE])
    assert set(made.keys) == {"identity", "contact"}
    blob = Sealer(case, "identity", [POLICE]).seal("people_name", "sealed", row, "Invented")
    assert Sealer(case, "identity", [POLICE]).open("people_name", "sealed", row, blob) == "Invented"
    assert keystore.organisations(case, "identity") == set()
    assert sealing.flush_pending() == 2
    assert keystore.organisations(case, "identity") == {POLICE}
    assert Sealer(case, "identity", [POLICE]).open("people_name", "sealed", row, blob) == "Invented"


def test_wraps_of_a_transaction_that_failed_are_forgotten() -> None:
    case = uuid4()
    token = sealing._pending.set(None)
    with sealing.collecting():
        sealing.new_keys(case, ["identity"], [POLICE])
    with sealing.collecting():
        assert sealing.flush_pending() == 0
    with pytest.raises(RuntimeError, match="open scope"):
        sealing.new_keys(case, ["identity"], [POLICE])
    sealing._pending.reset(token)
    assert keystore.organisations(case, "identity") == set()


def test_a_scope_inside_another_finds_the_keys_of_the_outer() -> None:
    case, row = uuid4(), uuid4()
    blob = Sealer(case, "identity", [POLICE]).seal("people_name", "sealed", row, "Invented")
    with sealing.collecting():
        assert Sealer(case, "identity", [POLICE]).open("people_name", "sealed", row, blob) == "Invented"
    assert sealing.flush_pending() == 1


def test_sharing_opens_one_class_to_one_more_organisation() -> None:
    case, row = uuid4(), uuid4()
    blob = sealed_name(case, row, POLICE)
    sealing.share(case, "identity", [POLICE], SHELTER)
    sealing.share(case, "identity", [POLICE], SHELTER)
    assert sealing.holders(case, "identity") == {POLICE, SHELTER}
    assert sealing.flush_pending() == 1
    assert Sealer(case, "identity", [SHELTER]).open("people_name", "sealed", row, blob) == "Invented Person"
    with pytest.raises(NotOpenable):
        sealing.share(case, "contact", [POLICE], SHELTER)


def test_two_transactions_that_make_the_same_key_cannot_split_a_case() -> None:
    case = uuid4()
    sealing.new_keys(case, ["identity"], [POLICE])
    token = sealing._pending.set(None)
    with sealing.collecting():
        sealing.new_keys(case, ["identity"], [SHELTER])
        sealing.flush_pending()
    sealing._pending.reset(token)
    with pytest.raises(DifferentKey):
        sealing.flush_pending()


def test_a_key_that_nobody_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody holds"):
        sealing.new_keys(uuid4(), ["identity"], [])


def test_an_erased_case_never_opens_again() -> None:
    case, row = uuid4(), uuid4()
    blob = sealed_name(case, row, POLICE, SHELTER)
    assert sealing.erase(case) == 2
    for organisation in (POLICE, SHELTER):
        with pytest.raises(NotOpenable):
            Sealer(case, "identity", [organisation]).open("people_name", "sealed", row, blob)


def test_older_wraps_open_after_rotation_and_nothing_after_destruction() -> None:
    keys = organisation_keys.KeyFile()
    older = keys.wrap(POLICE, b"older")
    keys.rotate(POLICE)
    newer = keys.wrap(POLICE, b"newer")
    assert (keys.unwrap(POLICE, older), keys.unwrap(POLICE, newer)) == (b"older", b"newer")
    assert organisation_keys.KeyFile().unwrap(POLICE, newer) == b"newer"
    keys.wrap(SHELTER, b"other")
    with pytest.raises(CannotUnwrap):
        keys.unwrap(SHELTER, older)
    keys.destroy(POLICE)
    with pytest.raises(CannotUnwrap):
        keys.unwrap(POLICE, older)


def test_key_files_are_closed_to_others_and_keep_their_key(tmp_path: Path) -> None:
    organisation_keys.keys.wrap(POLICE, b"key")
    made = (
        organisation_keys.token_key(),
        organisation_keys.second_factor_key(),
        organisation_keys.secret_key(),
        organisation_keys.log_signing_key().private_bytes_raw(),
    )
    assert len(set(made)) == 4
    organisation_keys._installation_keys.clear()
    assert organisation_keys.token_key() == made[0]
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(files) == 5
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").rglob("*") if path.is_dir()} == {
        0o700
    }
