"""A standard operating procedure as data: statuses, office-roles, kinds of duty and rules."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from opennrm.duties.facts import PAUSES
from opennrm.duties.limits import Limit, Unit
from opennrm.lib.working_days import WorkingCalendar

PACKS = Path(__file__).parent / "packs"
PARTS = ("meta", "roles", "kinds", "rules", "translated")
DATA_CLASSES = ("ordinary", "identity", "contact", "narrative")


class Group(StrEnum):
    PROCEDURE = "procedure"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in each language of the pack."""

    en: str
    sq: str

    def in_language(self, language: str) -> str:
        return self.sq if language.startswith("sq") else self.en


@dataclass(frozen=True, slots=True)
class Source:
    instrument: str
    article_or_page: str = ""
    note: str = ""

    @property
    def in_one_line(self) -> str:
        return ", ".join(part for part in (self.instrument, self.article_or_page) if part)


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    name: Name


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the procedure, from first contact to the end, and the kinds of duty that stand in it."""

    code: str
    name: Name
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A paper that a rule asks for."""

    code: str
    name: Name


@dataclass(frozen=True, slots=True)
class ChildAges:
    """From which age a child's yes is asked for, and from which age it is a consent of her own."""

    assent_from: int
    consent_from: int
    verified: bool
    source: Source
    days_to_ask_again: int = 60


@dataclass(frozen=True, slots=True)
class LaterStep:
    """The next rung of an escalation: who is told when so much time has passed after the limit."""

    to: str
    after: Limit


@dataclass(frozen=True, slots=True)
class OfficeRole:
    """A part an office plays; found by competence for a place, or as an office of the case itself."""

    code: str
    name: Name
    found_by: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty: `by_law` an office can only dispute it, `waivable` the person may decline it.

    What it opens waits for an event where it names one; until then its office sees the snapshot alone.
    """

    code: str
    name: Name
    group: Group
    opens: tuple[str, ...]
    by_law: bool
    waivable: bool
    on_fulfilled: str
    opens_after: str = ""
    paused_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """When an event happens and a condition holds, an office-role owes a kind of duty within a limit."""

    id: str
    when: str
    condition: str
    owes: str
    role: str
    national: bool
    limit: Limit | None
    verified: bool
    source: Source
    escalates_to: str
    escalates_then: tuple[LaterStep, ...] = ()
    paused_by: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    id: str
    country: str
    name: Name
    instrument: str
    version: str
    effective_from: date
    effective_to: date | None
    note: str
    zone: str
    extra_holidays: tuple[date, ...]
    sources: tuple[Source, ...]
    statuses: tuple[Status, ...]
    roles: Mapping[str, OfficeRole]
    kinds: Mapping[str, Kind]
    rules: tuple[Rule, ...] = field(repr=False)
    child_ages: ChildAges
    draft: bool = False
    stages: tuple[Stage, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
    translated: Mapping[str, Name] = field(default_factory=dict, repr=False)

    def said(self, words: str, language: str) -> str:
        """An instrument, a place in it or a note in that language; what is not translated stands as it is."""
        return self.translated[words].in_language(language) if words in self.translated else words

    def source_said(self, source: Source, language: str) -> str:
        """The source of a rule in one line in that language."""
        parts = (self.said(part, language) for part in (source.instrument, source.article_or_page))
        return ", ".join(part for part in parts if part)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(self.country, self.zone, self.extra_holidays)

    @cached_property
    def rules_by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def rules_by_event(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            found[rule.when].append(rule)
        return found

    @cached_property
    def asks(self) -> frozenset[str]:
        """The kinds of duty that open no class: their office answers on a few facts."""
        return frozenset(kind.code for kind in self.kinds.values() if not kind.opens)

    @cached_property
    def stage_of(self) -> dict[str, Stage]:
        """The stage in which each kind of duty stands."""
        return {kind: stage for stage in self.stages for kind in stage.kinds}

    def confirmed(self, rule_ids: frozenset[str]) -> "Pack":
        """The same pack, with the limits of these rules confirmed by the country that runs it."""
        rules = (_confirm(rule) if rule.id in rule_ids else rule for rule in self.rules)
        return replace(self, rules=tuple(rules))


def packs() -> dict[str, Path]:
    """The packs that ship with the system, by id."""
    return {path.name: path for path in sorted(PACKS.iterdir()) if (path / "meta.yaml").is_file()}


def load_pack(path: Path) -> Pack:
    """Read a pack from its folder; check it with check_pack before it is used the first time."""
    parts = {part: yaml.safe_load((path / f"{part}.yaml").read_text("utf-8")) for part in PARTS}
    meta = parts["meta"]
    pauses = tuple(meta.get("pauses", PAUSES))
    kinds = {kind["code"]: _kind(kind, pauses) for kind in parts["kinds"]["kinds"]}
    return Pack(
        id=meta["id"],
        country=meta["country"],
        name=Name(**meta["name"]),
        instrument=meta["instrument"],
        version=meta["version"],
        effective_from=meta["effective_from"],
        effective_to=meta.get("effective_to"),
        note=meta.get("note", ""),
        zone=meta["calendar"]["zone"],
        extra_holidays=tuple(meta["calendar"].get("extra_holidays", ())),
        sources=tuple(Source(**source) for source in meta["sources"]),
        statuses=tuple(Status(status["code"], Name(**status["name"])) for status in meta["statuses"]),
        roles={role["code"]: _role(role) for role in parts["roles"]["roles"]},
        kinds=kinds,
        rules=tuple(_rule(rule, kinds[rule["owes"]].paused_by) for rule in parts["rules"]["rules"]),
        child_ages=_child_ages(meta["child_ages"]),
        draft=meta.get("draft", False),
        stages=tuple(
            Stage(stage["code"], Name(**stage["name"]), tuple(stage["kinds"])) for stage in meta["stages"]
        ),
        forms={form["code"]: Form(form["code"], Name(**form["name"])) for form in meta.get("forms", ())},
        translated={said["en"]: Name(**said) for said in parts["translated"]["said"]},
    )


def _child_ages(row: dict[str, Any]) -> ChildAges:
    source = Source(**row["source"])
    return ChildAges(
        row["assent_from"], row["consent_from"], row["verified"], source, row["days_to_ask_again"]
    )


def _role(row: dict[str, Any]) -> OfficeRole:
    return OfficeRole(row["code"], Name(**row["name"]), row["found_by"])


def _kind(row: dict[str, Any], pauses: tuple[str, ...]) -> Kind:
    return Kind(
        code=row["code"],
        name=Name(**row["name"]),
        group=Group(row["group"]),
        opens=tuple(row["opens"]),
        by_law=row["by_law"],
        waivable=row["waivable"],
        on_fulfilled=row.get("on_fulfilled", ""),
        opens_after=row.get("opens_after", ""),
        paused_by=tuple(row.get("paused_by", pauses)),
    )


def _rule(row: dict[str, Any], pauses: tuple[str, ...]) -> Rule:
    limit = row["limit"]
    later = row.get("escalates_then", ())
    return Rule(
        id=row["id"],
        when=row["when"],
        condition=row.get("if", ""),
        owes=row["owes"],
        role=row["role"],
        national=row["place"] == "national",
        limit=limit and Limit(limit["amount"], Unit(limit["unit"]), row["verified"]),
        verified=row["verified"],
        source=Source(**row["source"]),
        escalates_to=row.get("escalates_to", ""),
        escalates_then=tuple(LaterStep(step["to"], _after(step["after"])) for step in later),
        paused_by=tuple(row.get("paused_by", pauses)),
        forms=tuple(row.get("forms", ())),
    )


def _after(row: dict[str, Any]) -> Limit:
    return Limit(row["amount"], Unit(row["unit"]), verified=False)


def _confirm(rule: Rule) -> Rule:
    return rule if rule.limit is None else replace(rule, limit=replace(rule.limit, confirmed_locally=True))
