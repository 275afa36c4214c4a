"""Conditions of rules in CEL: evaluated over the facts of a case, and checked before a pack is used."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product

import cel

from opennrm.duties.facts import FACTS

_LITERAL = r"""(?:"[^"]*"|'[^']*'|\btrue\b|\bfalse\b|\b\d+(?:\.\d+)?\b)"""
_NAME = r"\b([a-z_]+)\b"
_BOUND = re.compile(r"\.(?:exists|exists_one|all|map|filter)\(\s*(\w+)\s*,")
_COMPARED = re.compile(rf"{_NAME}\s*(?:==|!=)\s*({_LITERAL})|({_LITERAL})\s*(?:==|!=)\s*{_NAME}")
_CONTAINED = re.compile(rf"({_LITERAL})\s+in\s+{_NAME}")
_LISTED = re.compile(rf"{_NAME}\s+in\s+\[([^\]]*)\]")


@lru_cache(maxsize=4096)
def _compiled(source: str) -> cel.Program:
    return cel.compile(source)


def holds(source: str, facts: Mapping[str, object]) -> bool:
    """Whether a condition is true of these facts; an empty condition always is."""
    if not source:
        return True
    used = tuple((name, facts[name]) for name in _used(source))
    return _answer(source, tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in used))


@lru_cache(maxsize=4096)
def _used(source: str) -> tuple[str, ...]:
    return tuple(sorted(set(_compiled(source).variables()) & set(FACTS)))


# Over a whole caseload the same few facts come again and again.
@lru_cache(maxsize=65536)
def _answer(source: str, used: tuple[tuple[str, object], ...]) -> bool:
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in used}
    return _compiled(source).execute(facts) is True


def faults(source: str, values: Mapping[str, Collection[str]]) -> list[str]:
    """What is wrong with a condition, in sentences; `values` names the words each fact may have."""
    if not source:
        return []
    try:
        program = _compiled(source)
    except ValueError as error:
        return [f"the condition cannot be read: {str(error).splitlines()[0]}"]
    unknown = set(program.variables()) - set(FACTS) - set(_BOUND.findall(source))
    if unknown:
        return [f"there is no fact named {name}" for name in sorted(unknown)]
    return list(dict.fromkeys(_wrong_comparisons(source, values))) or _wrong_types(program, source)


def _wrong_types(program: cel.Program, source: str) -> list[str]:
    for sample in _samples(source):
        try:
            answer = program.execute(sample)
        except (TypeError, ValueError, RuntimeError) as error:
            return [f"the condition does not fit the types of the facts: {str(error).split('.')[0]}"]
        if not isinstance(answer, bool):
            return [f"the condition gives {answer!r}, not true or false"]
    return []


def _samples(source: str) -> Iterator[dict[str, object]]:
    """Facts that reach both sides of every && and ||: each used truth value, each word named and another."""
    words = ["", *sorted({word[1:-1] for word in re.findall(_LITERAL, source) if word[0] in "\"'"})][:6]
    choices: dict[str, list[object]] = {"bool": [False, True], "string": [*words], "list": [[], words]}
    used = [name for name in FACTS if re.search(rf"\b{name}\b", source)]
    rest = {name: choices[kind][0] for name, (kind, _) in FACTS.items()}
    for picked in product(*(choices[FACTS[name][0]] for name in used)):
        yield {**rest, **dict(zip(used, picked, strict=True))}


def _wrong_comparisons(source: str, values: Mapping[str, Collection[str]]) -> Iterator[str]:
    """CEL says that 1 == "one" is merely false, so literals beside a fact are looked at here."""
    for before, literal, other, after in _COMPARED.findall(source):
        yield from _wrong_literal(before or after, literal or other, "", values)
    for literal, name in _CONTAINED.findall(source):
        yield from _wrong_literal(name, literal, "list", values)
    for name, listed in _LISTED.findall(source):
        for literal in re.findall(_LITERAL, listed):
            yield from _wrong_literal(name, literal, "", values)


def _wrong_literal(
    name: str, literal: str, expected: str, values: Mapping[str, Collection[str]]
) -> Iterator[str]:
    if name not in FACTS:
        return
    kind = FACTS[name][0]
    is_word = literal[0] in "\"'"
    literal_kind = "string" if is_word else "bool" if literal in ("true", "false") else "number"
    if expected == "list" and kind != "list":
        yield f"{name} is a {kind}, so nothing is in it"
    elif literal_kind != ("string" if expected == "list" else kind):
        yield f"{name} is a {kind} and is compared with {literal}"
    elif is_word and name in values and literal[1:-1] not in values[name]:
        yield f"{name} is never {literal}"
