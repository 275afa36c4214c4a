"""Nothing in the audit log can be changed, taken away or reordered unseen, not even by a superuser."""

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opennrm.access import audit, heads, organisation_keys
from opennrm.access.tree import Frontier, leaf_hash
from tests import promises

Connection = psycopg.Connection[Any]
CASE = UUID(int=5)


@dataclass(frozen=True)
class Clerk:
    user: str = "invented-clerk"
    officer: int | None = 4
    offices: frozenset[int] = frozenset({2, 1})
    purpose: str = "work"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENNRM_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def log(owner_connection: Connection) -> Connection:
    """A superuser's connection that sees an empty log and leaves no trace of what it does."""
    owner_connection.rollback()
    owner_connection.autocommit = False
    owner_connection.execute("SET LOCAL session_replication_role = replica")
    owner_connection.execute("DELETE FROM access_audit")
    owner_connection.execute("UPDATE access_tree SET size = 0, frontier = ''")
    return owner_connection


def append(connection: Connection, count: int = 1, *, signed: bool = True) -> audit.Head:
    with audit.collecting(Clerk(), request="r1"):
        for number in range(count):
            audit.record("casefile.read", case=CASE, subject=uuid4(), detail={"number": number})
        head = audit.append_pending(connection)
    assert head
    if signed:
        audit.write_head(head.size, head.root)
    return head


def bodies(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT body FROM access_audit ORDER BY seq")]


def rewrite(connection: Connection, texts: list[str]) -> None:
    """What a superuser would do who knows the tree: the whole chain anew, with its row."""
    connection.execute("DELETE FROM access_audit")
    frontier = Frontier()
    for seq, text in enumerate(texts, start=1):
        leaf = leaf_hash(text.encode())
        frontier = frontier.append(leaf)
        connection.execute(
            "INSERT INTO access_audit (seq, body, leaf, root) VALUES (%s, %s, %s, %s)",
            [seq, text, leaf, frontier.root()],
        )
    connection.execute("UPDATE access_tree SET size = %s, frontier = %s", [len(texts), frontier.packed()])


def test_the_database_computes_the_same_tree(log: Connection) -> None:
    frontier = Frontier()
    for count in (1, 1, 2, 3, 7, 13):
        head = append(log, count)
        for body in bodies(log)[frontier.size :]:
            frontier = frontier.append(leaf_hash(body.encode()))
        assert (head.size, head.root) == (frontier.size, frontier.root())
    verification = audit.verify(log)
    assert (verification.ok, verification.size, verification.heads) == (True, 27, 6), verification.problems


def test_an_empty_log_is_whole(log: Connection) -> None:
    assert audit.verify(log).ok
    assert log.execute("SELECT size FROM access_audit_append('{}')").fetchone() == (0,)


def test_an_entry_says_who_did_what_by_ids(log: Connection) -> None:
    with audit.collecting(Clerk(), request="r1"):
        audit.record("casefile.read", case=CASE, subject="row", detail={"n": [1, "\x00\ud800"]}, basis=CASE)
        audit.append_pending(log)
    body = bodies(log)[0]
    entry = json.loads(body)
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "actor": "invented-clerk",
        "officer": 4,
        "offices": [1, 2],
        "purpose": "work",
        "verb": "casefile.read",
        "case": str(CASE),
        "basis": str(CASE),
        "subject": "row",
        "detail": {"n": [1, "\ufffd?"]},
        "request": "r1",
    }
    assert list(json.loads(body)) == sorted(json.loads(body))
    columns = log.execute("SELECT actor, verb, case_id FROM access_audit").fetchone()
    assert columns == ("invented-clerk", "casefile.read", CASE)
    assert audit.verify(log).ok


def test_an_entry_that_is_never_appended_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="open scope"):
        audit.record("casefile.read")
    with pytest.raises(RuntimeError, match="never appended"), audit.collecting(Clerk()):
        audit.record("casefile.read")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_audit SET body = body",
        "DELETE FROM access_audit",
        "TRUNCATE access_audit",
        "DELETE FROM access_tree",
        "TRUNCATE access_tree",
        "INSERT INTO access_tree (single, size, frontier) VALUES (true, 0, '')",
        "UPDATE access_tree SET size = size",
    ],
)
def test_the_log_refuses_changes_even_of_its_owner(log: Connection, statement: str) -> None:
    append(log, signed=False)
    log.execute("SET LOCAL session_replication_role = origin")
    for role in ("opennrm_owner", "opennrm_app"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), log.transaction():
            log.execute("SELECT set_config('role', %s, true)", [role])
            log.execute(statement)


def test_the_application_appends_and_reads_for_the_audit_only(app_connection: Connection) -> None:
    app_connection.rollback()
    head = append(app_connection, signed=False)
    insert = "INSERT INTO access_audit (seq, body, leaf, root) VALUES (0, '{}', '', '')"
    for statement in (insert, "DELETE FROM access_audit", "UPDATE access_tree SET size = size + 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app_connection.transaction():
            app_connection.execute(statement)
    assert bodies(app_connection) == []
    assert not audit.verify(app_connection).ok
    app_connection.execute("SELECT set_config('app.purpose', 'audit', true)")
    verification = audit.verify(app_connection)
    assert (verification.ok, verification.size) == (True, head.size), verification.problems
    app_connection.rollback()


def test_the_lock_keeps_transactions_in_line(
    app_connection: Connection, owner_connection: Connection
) -> None:
    app_connection.rollback()
    first = append(app_connection, signed=False)
    second: list[audit.Head] = []
    waiting = threading.Thread(target=lambda: second.append(append(owner_connection, signed=False)))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    app_connection.rollback()
    waiting.join(10)
    # The first was undone, so the second takes its place: the chain has no hole.
    assert second[0].size == first.size
    owner_connection.rollback()


def test_heads_may_be_lost_doubled_or_out_of_order(log: Connection, home: Path) -> None:
    for count in (1, 4, 2):
        append(log, count)
    file = next((home / "heads").iterdir())
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[2], lines[0], lines[0], lines[1][:40]]))
    assert audit.verify(log).ok
    audit.write_head(7, bytes.fromhex(json.loads(lines[2])["root"]))
    verification = audit.verify(log, file)
    assert (verification.ok, verification.heads) == (True, 4), verification.problems


def test_an_entry_without_its_head_is_no_alarm(log: Connection) -> None:
    append(log, 3)
    append(log, 2, signed=False)
    assert audit.verify(log).ok


def test_another_installations_heads_are_refused(log: Connection) -> None:
    append(log, 3)
    verification = audit.verify(log, public_keys=[b"k" * 32])
    assert (verification.ok, verification.heads) == (False, 0)


Tamper = Callable[[Connection, random.Random, Path], None]


def _edited(body: str, chance: random.Random) -> str:
    entry = json.loads(body)
    key = chance.choice(["actor", "verb", "subject", "at", "basis", "request"])
    entry[key] = f"another-{chance.random()}"
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def edit_body(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    seq = chance.randint(1, len(texts))
    log.execute("UPDATE access_audit SET body = %s WHERE seq = %s", [_edited(texts[seq - 1], chance), seq])


def edit_one_byte_of_whitespace(log: Connection, chance: random.Random, home: Path) -> None:
    seq = chance.randint(1, len(bodies(log)))
    log.execute("UPDATE access_audit SET body = body || ' ' WHERE seq = %s", [seq])


def edit_body_and_its_leaf(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    seq = chance.randint(1, len(texts))
    text = _edited(texts[seq - 1], chance)
    log.execute(
        "UPDATE access_audit SET body = %s, leaf = %s WHERE seq = %s", [text, leaf_hash(text.encode()), seq]
    )


def edit_and_recompute_everything(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    place = chance.randrange(len(texts))
    texts[place] = _edited(texts[place], chance)
    rewrite(log, texts)


def delete_one(log: Connection, chance: random.Random, home: Path) -> None:
    log.execute("DELETE FROM access_audit WHERE seq = %s", [chance.randint(1, len(bodies(log)))])


def delete_all(log: Connection, chance: random.Random, home: Path) -> None:
    rewrite(log, [])


def delete_and_renumber(log: Connection, chance: random.Random, home: Path) -> None:
    seq, last = chance.randint(1, len(bodies(log))), len(bodies(log))
    log.execute("DELETE FROM access_audit WHERE seq = %s", [seq])
    for later in range(seq + 1, last + 1):
        log.execute("UPDATE access_audit SET seq = seq - 1 WHERE seq = %s", [later])
    if chance.random() < 0.5:
        log.execute("UPDATE access_tree SET size = size - 1")


def delete_and_recompute_everything(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    del texts[chance.randrange(len(texts))]
    rewrite(log, texts)


def swap(log: Connection, chance: random.Random, home: Path) -> None:
    one, two = chance.sample(range(1, len(bodies(log)) + 1), 2)
    for before, after in ((one, -1), (two, one), (-1, two)):
        log.execute("UPDATE access_audit SET seq = %s WHERE seq = %s", [after, before])


def swap_and_recompute_everything(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    one, two = chance.sample(range(len(texts)), 2)
    texts[one], texts[two] = texts[two], texts[one]
    rewrite(log, texts)


def cut_the_tail(log: Connection, chance: random.Random, home: Path) -> None:
    log.execute("DELETE FROM access_audit WHERE seq >= %s", [chance.randint(1, len(bodies(log)))])


def restore_an_older_backup(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    rewrite(log, texts[: chance.randrange(len(texts))])


def restore_an_older_backup_and_go_on(log: Connection, chance: random.Random, home: Path) -> None:
    restore_an_older_backup(log, chance, home)
    append(log, chance.randint(1, 60), signed=chance.random() < 0.5)


def insert_and_renumber(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    texts.insert(chance.randrange(len(texts)), _edited(chance.choice(texts), chance))
    rewrite(log, texts)


def insert_at_the_end(log: Connection, chance: random.Random, home: Path) -> None:
    texts = bodies(log)
    text = _edited(texts[-1], chance)
    root = log.execute("SELECT root FROM access_audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert root
    log.execute(
        "INSERT INTO access_audit (seq, body, leaf, root) VALUES (%s, %s, %s, %s)",
        [len(texts) + 1, text, leaf_hash(text.encode()), root[0]],
    )


def edit_leaf_or_root(log: Connection, chance: random.Random, home: Path) -> None:
    column = chance.choice(["leaf", "root"])
    seq = chance.randint(1, len(bodies(log)))
    value = chance.choice([chance.randbytes(32), b""])
    log.execute(f"UPDATE access_audit SET {column} = %s WHERE seq = %s", [value, seq])


def edit_the_row_of_the_tree(log: Connection, chance: random.Random, home: Path) -> None:
    changes = ["size = size + 1", "size = size - 1", "frontier = ''", "frontier = frontier || '\\x00'"]
    log.execute(f"UPDATE access_tree SET {chance.choice(changes)}")


def delete_or_double_the_row_of_the_tree(log: Connection, chance: random.Random, home: Path) -> None:
    if chance.random() < 0.5:
        log.execute("DELETE FROM access_tree")
        return
    log.execute("ALTER TABLE access_tree DROP CONSTRAINT access_tree_pkey")
    log.execute("INSERT INTO access_tree SELECT * FROM access_tree")


def edit_a_column_made_from_the_body(log: Connection, chance: random.Random, home: Path) -> None:
    column, value = chance.choice(
        [("actor", "'another'"), ("verb", "NULL"), ("at", "'2001'"), ("case_id", "gen_random_uuid()")]
    )
    seq = chance.randint(1, len(bodies(log)))
    log.execute(f"ALTER TABLE access_audit ALTER COLUMN {column} DROP EXPRESSION")
    log.execute(f"UPDATE access_audit SET {column} = {value} WHERE seq = {seq}")


def forge_a_head(log: Connection, chance: random.Random, home: Path) -> None:
    file = next((home / "heads").iterdir())
    lines = file.read_text().splitlines(keepends=True)
    place = chance.randrange(len(lines))
    head = json.loads(lines[place])
    key = chance.choice(["root", "size", "at", "signature", "key"])
    head[key] = head[key] + 1 if key == "size" else chance.randbytes(32).hex()
    lines[place] = json.dumps(head, sort_keys=True, separators=(",", ":")) + "\n"
    file.write_text("".join(lines))


def edit_and_sign_with_another_key(log: Connection, chance: random.Random, home: Path) -> None:
    edit_and_recompute_everything(log, chance, home)
    root = log.execute("SELECT root, seq FROM access_audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert root
    next((home / "heads").iterdir()).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "log_signing_key", Ed25519PrivateKey.generate)
        heads.write_head(root[1], bytes(root[0]))


TAMPERS: list[Tamper] = [
    edit_body,
    edit_one_byte_of_whitespace,
    edit_body_and_its_leaf,
    edit_and_recompute_everything,
    delete_one,
    delete_all,
    delete_and_renumber,
    delete_and_recompute_everything,
    swap,
    swap_and_recompute_everything,
    cut_the_tail,
    restore_an_older_backup,
    restore_an_older_backup_and_go_on,
    insert_and_renumber,
    insert_at_the_end,
    edit_leaf_or_root,
    edit_the_row_of_the_tree,
    delete_or_double_the_row_of_the_tree,
    edit_a_column_made_from_the_body,
    forge_a_head,
    edit_and_sign_with_another_key,
]


@contextmanager
def undone(log: Connection, home: Path) -> Iterator[None]:
    """What happens inside is taken back, in the database and in the heads."""
    file = next((home / "heads").iterdir())
    before = file.read_bytes()
    with log.transaction(force_rollback=True):
        yield
    file.write_bytes(before)


def lose_some_heads(home: Path, chance: random.Random) -> None:
    file = next((home / "heads").iterdir())
    lines = file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if chance.random() < 0.7]
    chance.shuffle(kept)
    file.write_bytes(b"".join(kept) + chance.choice(lines)[: chance.randrange(60)])


def tamper_and_count(log: Connection, home: Path, rounds: int) -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    for _ in range(15):
        append(log, chance.randint(1, 5))
    unseen, alarms = [], []
    for number in range(rounds):
        tamper = TAMPERS[number % len(TAMPERS)]
        with undone(log, home):
            tamper(log, chance, home)
            if audit.verify(log).ok:
                unseen.append(tamper.__name__)
        with undone(log, home):
            append(log, chance.randint(1, 5), signed=chance.random() < 0.5)
            lose_some_heads(home, chance)
            alarms.extend(audit.verify(log).problems)
    promises.figure(
        "P4", f"{rounds} tampers by a superuser: {len(unseen)} undetected, {len(alarms)} false alarms"
    )
    assert (unseen, alarms) == ([], [])


def test_a_superuser_cannot_tamper_unseen(log: Connection, home: Path) -> None:
    tamper_and_count(log, home, 50)


@pytest.mark.drill
def test_a_superuser_cannot_tamper_unseen_in_a_thousand_attempts(log: Connection, home: Path) -> None:
    tamper_and_count(log, home, 1000)


def test_the_public_key_is_not_made_by_asking_for_it(home: Path) -> None:
    assert organisation_keys.log_public_keys() == []
    assert not (home / "keys" / "log-signing.key").exists()
