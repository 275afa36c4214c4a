"""The plan of the house, where an import contract is blind: foreign keys, signals, raw SQL, lazy imports, docstrings."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "opennrm"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts)
# Where statements in SQL may stand: reads, policies, the database's own rules, figures, and what sets up or measures.
SQL_FILES = re.compile(
    r"^(access|lib|reporting|command)/|^web/health\.py$|/(queries|policies)\.py$|_sql\.py$|/migrations/"
)
SQL = re.compile(
    r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|GRANT|REVOKE|SET|COPY|TRUNCATE)\s+\S+",
    re.S,
)
SIGNALS = re.compile(
    r"django\.dispatch|django\.db\.models\.signals|django\.core\.signals|auth\.signals|@receiver|(pre|post)_\w+\.connect\("
)


def floors() -> list[set[str]]:
    """The rooms, the highest floor first, as the import contract names them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [{room.strip(" ()") for room in layer.split("|")} for layer in layers]


FLOOR = {room: level for level, rooms in enumerate(reversed(floors())) for room in rooms}


def room_of(model: type[Model]) -> str:
    return model._meta.app_label


def keys() -> Iterator[tuple[type[Model], Any]]:
    """Every foreign key of our rooms."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("opennrm."):
            for field in model._meta.get_fields():
                if isinstance(field, ForeignKey | ManyToManyField):
                    yield model, field


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(FLOOR)


def test_a_foreign_key_points_down_or_stays_in_its_room() -> None:
    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model._meta.label}"
        for model, field in keys()
        if (target := room_of(field.related_model)) in FLOOR
        and FLOOR[target] >= FLOOR[room_of(model)]
        and target != room_of(model)
    ]
    assert upward == []


def test_access_holds_no_foreign_key_to_another_room() -> None:
    assert [
        f.name for m, f in keys() if room_of(m) == "access" and room_of(f.related_model) != "access"
    ] == []


def test_a_key_that_leaves_its_room_leaves_no_name_there() -> None:
    named = [
        f"{model.__name__}.{field.name}"
        for model, field in keys()
        if room_of(field.related_model) != room_of(model) and not field.remote_field.hidden
    ]
    assert named == []


def test_a_key_never_deletes_what_points_to_it() -> None:
    soft = [
        f"{model.__name__}.{field.name}"
        for model, field in keys()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete.__name__ != "PROTECT"
    ]
    assert soft == []


def test_saving_is_never_overridden() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("opennrm.")]
    assert [m.__name__ for m in ours if {"save", "delete", "save_base"} & set(vars(m))] == []


def test_no_signal_is_sent_or_heard() -> None:
    assert [relative(path) for path in SOURCES if SIGNALS.search(path.read_text())] == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_sql_stands_only_where_it_is_looked_for(path: Path) -> None:
    if SQL_FILES.search(relative(path)):
        return
    statements = [
        f"{path.name}:{node.lineno}: {node.value[:60]}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert statements == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_imports_stand_at_the_top(path: Path) -> None:
    if path.parent.name == "command":
        # The command line chooses its settings before the framework may be loaded; no room can import it.
        return
    lazy = [
        f"{path.name}:{inner.lineno}"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert lazy == []


def test_each_room_says_what_it_knows_and_nothing_else() -> None:
    for path in PACKAGE.glob("*/__init__.py"):
        body = parsed(path).body
        assert len(body) == 1, relative(path)
        assert isinstance(body[0], ast.Expr), relative(path)
        assert isinstance(body[0].value, ast.Constant), relative(path)
        assert str(body[0].value.value).strip().endswith("."), relative(path)


def test_no_view_is_created() -> None:
    created = re.compile(r"CREATE\s+(OR\s+REPLACE\s+)?(MATERIALIZED\s+)?VIEW", re.I)
    assert [relative(path) for path in SOURCES if created.search(path.read_text())] == []


def test_rules_know_no_framework_and_no_clock() -> None:
    for path in PACKAGE.glob("*/rules.py"):
        modules = [
            name
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
        ]
        known = {"django.utils.translation", "django.utils.functional"}
        assert [m for m in modules if m.startswith("django") and m not in known] == [], relative(path)
        assert not re.search(r"\b(clock\.now|datetime\.now|date\.today|timezone\.now)\(", path.read_text()), (
            relative(path)
        )


def test_only_the_lowest_rooms_speak_to_the_database_by_hand() -> None:
    by_hand = re.compile(r"\.raw\(|\.extra\(|RawSQL|mark_safe\(f|csrf_exempt")
    assert [relative(path) for path in SOURCES if by_hand.search(path.read_text())] == []
