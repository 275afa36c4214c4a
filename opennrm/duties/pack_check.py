"""Finds what is wrong in a pack before it is used, with file, line and sentence."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from jsonschema import Draft202012Validator

from opennrm.duties import conditions
from opennrm.duties.facts import EVENTS, PAUSES, SEXES
from opennrm.duties.pack import PARTS
from opennrm.duties.pack_lines import Finding, Part, Where, read_part

SCHEMA = Path(__file__).parent / "pack.schema.json"
Parts = dict[str, Part]


def check_pack(path: Path) -> list[Finding]:
    """Everything wrong in the pack in this folder, in the order of its files and lines."""
    parts: Parts = {}
    findings: list[Finding] = []
    for name in PARTS:
        part, unread = read_part(path / f"{name}.yaml")
        findings += unread
        if part is not None:
            parts[name] = part
            findings += _against_schema(part, name)
    if not findings:
        own = [*_meta(parts["meta"], path.name), *_stages(parts), *_duplicates(parts)]
        more = [*_ladders(parts), *_waiting(parts), *_translated(parts)]
        findings = [*own, *_kinds(parts), *_rules(parts), *more]
    order = [f"{name}.yaml" for name in PARTS]
    return sorted(findings, key=lambda found: (order.index(found.file), found.line, found.sentence))


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def _against_schema(part: Part, name: str) -> Iterator[Finding]:
    for error in _validator(name).iter_errors(part.content):
        yield part.finding(tuple(error.absolute_path), error.message)


def _meta(part: Part, folder: str) -> Iterator[Finding]:
    meta = part.content
    if meta["id"] != folder:
        yield part.finding(("id",), f"the pack is named {meta['id']} and lies in a folder named {folder}")
    if meta["calendar"]["zone"] not in available_timezones():
        yield part.finding(("calendar", "zone"), f"there is no time zone named {meta['calendar']['zone']}")
    for key in ("effective_from", "effective_to"):
        if meta.get(key) and not _is_date(meta[key]):
            yield part.finding((key,), f"{meta[key]} is not a date")
    if meta.get("effective_to") and meta["effective_to"] < meta["effective_from"]:
        yield part.finding(("effective_to",), "the pack ends before it begins")
    ages = meta["child_ages"]
    if ages["consent_from"] < ages["assent_from"]:
        yield part.finding(("child_ages", "consent_from"), "a child consents before her yes is asked for")


def _stages(parts: Parts) -> Iterator[Finding]:
    """Every kind of duty stands in exactly one stage, and what stops a clock is known."""
    part, kinds = parts["meta"], _codes(parts, "kinds")
    placed: set[str] = set()
    for index, stage in enumerate(part.content["stages"]):
        for place, kind in enumerate(stage["kinds"]):
            if kind not in kinds:
                yield part.finding(
                    ("stages", index, "kinds", place), f"there is no kind of duty named {kind}"
                )
            elif kind in placed:
                yield part.finding(("stages", index, "kinds", place), f"{kind} stands in two stages")
            placed.add(kind)
    for index, kind in enumerate(parts["kinds"].content["kinds"]):
        if kind["code"] not in placed:
            where = ("kinds", index, "code")
            yield parts["kinds"].finding(where, f"{kind['code']} stands in no stage of meta.yaml")
    for index, code in enumerate(part.content.get("pauses", ())):
        if code not in PAUSES:
            yield part.finding(("pauses", index), f"nothing named {code} stops a clock")


def _waiting(parts: Parts) -> Iterator[Finding]:
    """The reasons for which duties of a kind may wait, and no rule lets one wait for another."""
    kinds, rules, listed = parts["kinds"], parts["rules"], parts["meta"].content.get("pauses", PAUSES)
    may_wait: dict[str, set[str]] = {}
    for index, kind in enumerate(kinds.content["kinds"]):
        may_wait[kind["code"]] = set(kind.get("paused_by", listed))
        for place, code in enumerate(kind.get("paused_by", ())):
            if code not in listed:
                sentence = f"nothing named {code} stops a clock here"
                yield kinds.finding(("kinds", index, "paused_by", place), sentence)
    for index, rule in enumerate(rules.content["rules"]):
        for place, code in enumerate(rule.get("paused_by", ())):
            if code not in may_wait.get(rule["owes"], {code}):
                sentence = f"a duty of the kind {rule['owes']} does not wait for {code}"
                yield rules.finding(("rules", index, "paused_by", place), sentence)


def _ladders(parts: Parts) -> Iterator[Finding]:
    """The rungs of each escalation, what stops each clock, and the forms."""
    part, meta = parts["rules"], parts["meta"].content
    roles, forms = _codes(parts, "roles"), {form["code"] for form in meta.get("forms", ())}
    pauses = set(meta.get("pauses", PAUSES))
    for index, rule in enumerate(part.content["rules"]):
        where = ("rules", index)
        for place, step in enumerate(rule.get("escalates_then", ())):
            if step["to"] not in roles:
                sentence = f"there is no office-role named {step['to']}"
                yield part.finding((*where, "escalates_then", place, "to"), sentence)
        if rule.get("escalates_then") and "escalates_to" not in rule:
            yield part.finding((*where, "escalates_then"), "the first rung is missing: escalates_to")
        for place, code in enumerate(rule.get("paused_by", ())):
            if code not in pauses:
                yield part.finding((*where, "paused_by", place), f"nothing named {code} stops a clock here")
        for place, code in enumerate(rule.get("forms", ())):
            if code not in forms:
                yield part.finding((*where, "forms", place), f"there is no form named {code}")


def _translated(parts: Parts) -> Iterator[Finding]:
    """Every instrument, place in it and note is said in the other language too, and nothing else is."""
    said = [one["en"] for one in parts["translated"].content["said"]]
    asked: set[str] = set()
    for part, where, words in _sources(parts):
        asked.add(words)
        if words not in said:
            yield part.finding(where, "translated.yaml does not say this in the other language")
    for index, words in enumerate(said):
        where = ("said", index, "en")
        if words not in asked:
            yield parts["translated"].finding(where, "nothing in the pack says this")
        elif words in said[:index]:
            yield parts["translated"].finding(where, "this is there twice")


def _sources(parts: Parts) -> Iterator[tuple[Part, Where, str]]:
    """Each text about where a rule comes from, and where it stands."""
    meta, rules = parts["meta"], parts["rules"]
    yield from (
        (meta, (key,), meta.content.get(key, "")) for key in ("instrument", "note") if meta.content.get(key)
    )
    named: list[tuple[Part, Where, dict[str, str]]] = [
        (meta, ("child_ages", "source"), meta.content["child_ages"]["source"]),
        *((meta, ("sources", index), one) for index, one in enumerate(meta.content["sources"])),
        *(
            (rules, ("rules", index, "source"), one["source"])
            for index, one in enumerate(rules.content["rules"])
        ),
    ]
    for part, where, source in named:
        yield from ((part, (*where, key), words) for key, words in source.items() if words)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _duplicates(parts: Parts) -> Iterator[Finding]:
    lists = [
        ("meta", "statuses"),
        ("meta", "stages"),
        ("meta", "forms"),
        ("roles", "roles"),
        ("kinds", "kinds"),
    ]
    for name, key, by in [*((name, key, "code") for name, key in lists), ("rules", "rules", "id")]:
        seen: set[str] = set()
        for index, row in enumerate(parts[name].content.get(key, ())):
            if row[by] in seen:
                yield parts[name].finding((key, index, by), f"{row[by]} is there twice")
            seen.add(row[by])


def _kinds(parts: Parts) -> Iterator[Finding]:
    part = parts["kinds"]
    for index, kind in enumerate(part.content["kinds"]):
        for key in ("on_fulfilled", "opens_after"):
            if kind.get(key) and kind[key] not in EVENTS:
                yield part.finding(("kinds", index, key), f"there is no event named {kind[key]}")
    if "lead" not in _codes(parts, "kinds"):
        yield part.finding(("kinds",), "there is no kind named lead; every open case has one lead office")


def _rules(parts: Parts) -> Iterator[Finding]:
    part = parts["rules"]
    words = _words(parts)
    known = {
        "when": ("event", set(EVENTS)),
        "owes": ("kind of duty", _codes(parts, "kinds")),
        "role": ("office-role", _codes(parts, "roles")),
        "escalates_to": ("office-role", _codes(parts, "roles")),
    }
    for index, rule in enumerate(part.content["rules"]):
        for key, (noun, names) in known.items():
            if key in rule and rule[key] not in names:
                yield part.finding(("rules", index, key), f"there is no {noun} named {rule[key]}")
        for fault in conditions.faults(rule.get("if", ""), words):
            yield part.finding(("rules", index, "if"), fault)
    begins = {"case_opened": "is opened", "case_imported": "comes from a file"}
    for event, words_for in begins.items():
        if not any(_leads(rule, event) for rule in part.content["rules"]):
            yield part.finding(
                ("rules",), f"no rule says without condition who leads a case that {words_for}"
            )


def _leads(rule: dict[str, Any], event: str) -> bool:
    return rule["owes"] == "lead" and rule["when"] == event and not rule.get("if")


def _codes(parts: Parts, name: str) -> set[str]:
    return {row["code"] for row in parts[name].content[name]}


def _words(parts: Parts) -> dict[str, set[str]]:
    support = {row["code"] for row in parts["kinds"].content["kinds"] if row["group"] == "support"}
    statuses = {row["code"] for row in parts["meta"].content["statuses"]}
    subjects = {"", *_codes(parts, "kinds")}
    return {"needs": support, "subject": subjects, "status": {"", *statuses}, "sex": set(SEXES)}
