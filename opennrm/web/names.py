from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

NAMES = Path(__file__).parent / "names.yaml"
AFTER = str.maketrans({"ç": "c\uffff", "ë": "e\uffff", "å": "a"})


def country(code: str) -> str:
    """The name of a country in the reader's language; an unknown code stands for itself."""
    return _named("countries", code)


def language(code: str) -> str:
    """The name of a language in the reader's language, by two letters or three; an unknown code stands for itself."""
    return _named("languages", _three_letters().get(code, code))


def spoken(code: str) -> str:
    """The name of a language in the middle of a sentence, which Albanian writes small."""
    name = language(code)
    return name[:1].lower() + name[1:] if _column() else name


def countries() -> list[tuple[str, str]]:
    """Every country by name, to choose from."""
    return _in_order("countries", _column())


def languages() -> list[tuple[str, str]]:
    """The languages of today by name, to choose from."""
    return _in_order("languages", _column())


def _named(kind: str, code: str) -> str:
    names = _names()[kind].get(code)
    return names[_column()] if names else code


def _column() -> int:
    return 1 if (get_language() or "en").startswith("sq") else 0


@cache
def _in_order(kind: str, column: int) -> list[tuple[str, str]]:
    pairs = ((code, names[column]) for code, names in _names()[kind].items())
    return sorted(pairs, key=lambda pair: _in_alphabet(pair[1]))


def _in_alphabet(name: str) -> str:
    # Ç and ë have their places after c and e; code points would put them behind z.
    return name.lower().translate(AFTER)


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    return {kind: names for kind, names in _file().items() if kind != "three_letters"}


@cache
def _three_letters() -> dict[str, str]:
    return dict(_file()["three_letters"])


@cache
def _file() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(NAMES.read_text("utf-8"))
    return loaded
