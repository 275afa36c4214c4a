"""A stolen disk shows nothing: canaries in every sealed field, then a sweep of all that was written anywhere."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import handover
from opennrm.identification import actions as identification
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people import actions as people
from opennrm.people import queries as people_queries
from opennrm.people.rules import NameKind
from tests import promises
from tests.acting import accept, by, duty, new_case, office
from tests.committed import committed
from tests.conftest import RUN
from tests.procedure import confer, disagree

# A column that lies open on purpose: were it not found, the sweep would be blind.
PLAIN = "relation"
# An invented day long before anybody in the world was born, so that it stands nowhere by chance.
BORN = date(1913, 7, 29)


def canary(field: str) -> str:
    """A word that stands nowhere but where this field was written."""
    return f"Zog{field}{secrets.token_hex(6)}"


@dataclass
class Nest:
    """Where the canaries were put, and the folders to sweep."""

    case: CaseCard
    canaries: dict[str, str]
    admin: str
    home: Path
    before: set[Path]


FIELDS = (
    "first",
    "second",
    "alias",
    "document",
    "contact",
    "guardian",
    "dependant",
    "note",
    "laternote",
    "reasons",
    "minutes",
    "latername",
    "refused",
    PLAIN,
)


@pytest.fixture(scope="module")
def nest(admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Nest]:
    """Cases with a canary in every field that the threat model calls sealed, committed for real."""
    before = set(Path(tempfile.gettempdir()).iterdir())
    with committed(admin_url, application_url, django_db_blocker, "canaries") as (_, admin):
        words = {field: canary(field) for field in FIELDS}
        case = _case(words)
        _refused(words["refused"])
        yield Nest(case, words, admin, Path(os.environ["OPENNRM_HOME"]), before)


def _case(words: dict[str, str]) -> CaseCard:
    who = people.NewPerson(
        sex="Feminine",
        citizenship=("AL",),
        languages=("sq",),
        age_basis="declared",
        first_name=words["first"],
        second_name=words["second"],
        alias=words["alias"],
        birth_date=BORN,
        document=words["document"],
        contact=words["contact"],
        guardian=words["guardian"],
        guardian_relation=words[PLAIN],
    )
    with by("border-ana") as ana:
        case = identification.open_case(new=new_case(who=who, needs=("food",), note=words["note"]), by=ana)
        people.add_name(
            case_id=case.id,
            person=case.person,
            first=words["latername"],
            second="",
            kind=NameKind.ALIAS,
            by=ana,
        )
        people.add_dependant(
            case_id=case.id,
            person=case.person,
            name=words["dependant"],
            relation="daughter",
            birth_year=2019,
            by=ana,
        )
        casefile.add_note(case=case, text=words["laternote"], happened_at=clock.now(), by=ana)
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    for side in Side:
        accept(case, side)
    disagree(case, words["reasons"])
    confer(case, words["minutes"])
    with by("shelter-sam") as sam:
        handover.accept(offer=made, by=sam)
        assert people_queries.identity(case.id, by=sam).shown == f"{words['first']} {words['second']}"
        assert people_queries.cases_with_name(words["first"], words["second"], tolerant=False) == [case.id]
    return cases_card(case)


def cases_card(case: CaseCard) -> CaseCard:
    """The case as its new lead reads it."""
    with by("shelter-sam"):
        return cases.case_by_id(case.id)


def _refused(word: str) -> None:
    # What was typed and refused must not lie in a log either.
    named = new_case(fork=Fork.DOES_NOT_CONSENT, who=people.NewPerson(first_name=word))
    for new in (named, replace(named, fork=Fork.CONSENTS, region="no such region")):
        with pytest.raises(Exception, match=r".") as refused, by("border-ana") as ana:
            identification.open_case(new=new, by=ana)
        assert word not in str(refused.value)
        assert isinstance(refused.value, Problem)


def forms(word: str) -> dict[str, bytes]:
    """The word as it might lie on a disk: plain, wide, in base64 at each of its three offsets, in hexadecimal."""
    plain = word.encode()
    offsets = {f"base64+{n}": base64.b64encode(b"x" * n + plain)[4 if n else 0 : -4] for n in range(3)}
    return {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "lower": word.lower().encode(),
        "upper": word.upper().encode(),
        **offsets,
    }


def birth_forms() -> dict[str, bytes]:
    """The birth date as it is written here; short forms would be met by chance."""
    return {"iso": BORN.isoformat().encode(), "hex": BORN.isoformat().encode().hex().encode()}


def hits(name: str, content: bytes, canaries: dict[str, str]) -> list[str]:
    """Which canaries lie open in a content, and in which form."""
    wanted = {(field, form): found for field, word in canaries.items() for form, found in forms(word).items()}
    wanted |= {("born", form): found for form, found in birth_forms().items()}
    return [f"{field} as {form} in {name}" for (field, form), found in wanted.items() if found in content]


def only_the_plain_one(found: list[str]) -> bool:
    """The sweep saw the column that lies open, and nothing else."""
    return bool(found) and all(hit.startswith(f"{PLAIN} as ") for hit in found)


def swept(folder: Path, canaries: dict[str, str]) -> tuple[int, list[str]]:
    """How many bytes of a folder were read, and the hits in them."""
    size, found = 0, []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        size += len(content)
        found += hits(str(path), content, canaries)
    return size, found


def test_the_sweep_sees_what_it_looks_for(nest: Nest, tmp_path: Path) -> None:
    for form, found in forms(nest.canaries["first"]).items():
        (tmp_path / "leak").write_bytes(b"\x00ab" + found + b"yz")
        assert swept(tmp_path, nest.canaries)[1], form
    # At any offset of a longer text in base64.
    for n in range(3):
        longer = base64.b64encode(b"abcdefghi"[: 6 + n] + nest.canaries["note"].encode() + b" and more")
        assert hits("x", longer, nest.canaries)


def test_a_dump_shows_no_canary(nest: Nest) -> None:
    size, found = 0, []
    with psycopg.connect(nest.admin) as superuser:
        tables = superuser.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in tables.fetchall():
            with superuser.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
                content = b"".join(bytes(part) for part in rows)
            size += len(content)
            found += hits(table, content, nest.canaries)
    assert size > 10_000
    assert only_the_plain_one(found), found


def test_statistics_and_statements_of_the_server_show_no_canary(nest: Nest) -> None:
    with psycopg.connect(nest.admin, autocommit=True) as superuser:
        superuser.execute("ANALYZE")
        kept = superuser.execute("SELECT string_agg(s::text, E'\\n') FROM pg_stats s").fetchone()
        seen = superuser.execute("SELECT string_agg(query, E'\\n') FROM pg_stat_activity").fetchone()
    assert kept
    assert seen
    found = hits("pg_stats", str(kept[0]).encode() + str(seen[0]).encode(), nest.canaries)
    assert not found or only_the_plain_one(found), found


def test_the_server_s_files_log_and_write_ahead_log_show_no_canary(nest: Nest) -> None:
    with psycopg.connect(nest.admin, autocommit=True) as superuser:
        superuser.execute("CHECKPOINT")
        superuser.execute("SELECT pg_switch_wal()")
    if os.environ.get("OPENNRM_TEST_ADMIN_URL"):
        pytest.skip("another server's files are not here to be read")
    size, found = swept(RUN / "server", nest.canaries)
    assert (RUN / "server").is_dir()
    assert size > 10_000_000
    promises.figure(
        "P5",
        f"{size / 1e6:.0f} MB of dump, write-ahead log, logs and files swept for {len(nest.canaries)} canaries",
    )
    assert only_the_plain_one(found), found


def test_keys_heads_and_logs_of_the_installation_show_no_canary(nest: Nest) -> None:
    size, found = swept(nest.home, nest.canaries)
    assert size > 1000
    assert found == []
    assert {"keystore", "keys", "heads"} <= {path.name for path in nest.home.iterdir()}


def test_no_temporary_file_is_left_with_a_canary(nest: Nest) -> None:
    new = set(Path(tempfile.gettempdir()).iterdir()) - nest.before - {RUN}
    assert [
        hit
        for path in new
        for hit in (hits(str(path), path.read_bytes(), nest.canaries) if path.is_file() else [])
    ] == []
