"""YAML read with the line of every value, so that a finding can name the place."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a pack: where, and a sentence."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a pack: its content as plain JSON values, and the line of every path in it."""

    file: str
    content: Any
    lines: dict[Where, int]

    def finding(self, where: Where, sentence: str) -> Finding:
        while where and where not in self.lines:
            where = where[:-1]
        return Finding(self.file, self.lines.get(where, 1), sentence)


def read_part(path: Path) -> tuple[Part | None, list[Finding]]:
    """One file with its lines, or what keeps it from being read."""
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        return None, [Finding(path.name, 1, f"the file cannot be read: {type(error).__name__}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, [Finding(path.name, mark.line + 1 if mark else 1, "this is not well-formed YAML")]
    lines: dict[Where, int] = {}
    findings: list[Finding] = []
    if node is not None:
        _walk(node, (), path.name, lines, findings)
    return Part(path.name, _plain(content), lines), findings


def _walk(node: yaml.Node, where: Where, file: str, lines: dict[Where, int], findings: list[Finding]) -> None:
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*where, index), file, lines, findings)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                # PyYAML keeps the last of two equal keys without a word.
                findings.append(Finding(file, line, f"{key.value} is given twice"))
            seen.add(key.value)
            lines[*where, key.value] = line
            _walk(value, (*where, key.value), file, lines, findings)


def _plain(value: Any) -> Any:
    """Dates as text, because the schema speaks of JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
