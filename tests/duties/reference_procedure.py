"""Two short procedures for walks through the ledger: limits that act within hours, ladders, gaps, and an adoption."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from opennrm.duties import sops
from opennrm.duties.pack import packs

ALL = frozenset({"ordinary", "identity", "contact", "narrative"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty: what it opens, whether the law gives it, whether she may decline it, what follows when it is done."""

    opens: frozenset[str]
    by_law: bool = True
    waivable: bool = False
    followed_by: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """When something happens a role owes a kind of duty within so many hours; `acts` lapses and tells, else it reminds."""

    id: str
    when: str
    owes: str
    role: str
    hours: int | None = None
    acts: bool = False
    tells: str = ""
    then: tuple[tuple[str, int], ...] = ()
    paused_by: tuple[str, ...] = ("ill", "other")
    subject: str = ""


KINDS = {
    "lead": Kind(ALL),
    "name_case_worker": Kind(frozenset({"ordinary"})),
    "immediate_safety_and_needs": Kind(ALL),
    "risk_assessment": Kind(ALL, followed_by="risk_assessed"),
    "joint_interview": Kind(ALL, waivable=True, followed_by="interview_held"),
    "take_part_in_joint_interview": Kind(ALL, waivable=True),
    "notify_police": Kind(frozenset({"ordinary", "identity"})),
    "find_provider": Kind(frozenset({"ordinary"})),
    "food": Kind(frozenset({"ordinary", "contact"}), by_law=False, waivable=True),
    "health_care": Kind(frozenset({"ordinary", "identity", "contact"}), by_law=False, waivable=True),
    "legal_assistance": Kind(ALL, by_law=False, waivable=True),
    "employment": Kind(frozenset({"ordinary"}), by_law=False, waivable=True),
    "answer_information_request": Kind(frozenset(), by_law=False),
}
AUTHORITY, COORDINATOR = "responsible_authority", "national_coordinator"
THEN = ((COORDINATOR, 24),)


def need(kind: str, role: str, hours: int | None, *, acts: bool = True) -> Rule:
    """The rule by which a kind of assistance is owed."""
    return Rule(
        f"need-{kind.replace('_', '-')}",
        "need_recorded",
        kind,
        role,
        hours,
        acts,
        AUTHORITY,
        THEN,
        subject=kind,
    )


FIRST = (
    Rule("lead", "case_opened", "lead", "first_responder"),
    Rule("case-worker", "case_opened", "name_case_worker", "lead_office", 24),
    Rule("safety", "case_opened", "immediate_safety_and_needs", "first_responder", 24, True, AUTHORITY, THEN),
    Rule("risk", "consent_given", "risk_assessment", "lead_office", 48, True, AUTHORITY, THEN),
    Rule("risk-again", "risk_assessed", "risk_assessment", "lead_office", 72, True, AUTHORITY, THEN),
    Rule(
        "interview", "consent_given", "joint_interview", "state_social_service", 72, True, AUTHORITY,
        ((COORDINATOR, 12), ("reception_centre", 36)), paused_by=("ill",),
    ),
    Rule("interview-police", "consent_given", "take_part_in_joint_interview", "police_anti_trafficking", 72),
    Rule("gap", "gap_found", "find_provider", COORDINATOR, 24, True, AUTHORITY, (("reception_centre", 48),)),
    need("food", "municipality", 24),
    need("health_care", "health_service", 24),
    need("legal_assistance", "legal_aid", 48),
    need("employment", "employment_office", None, acts=False),
    # Only an office that is asked by name owes this; nothing that happens asks for it.
    Rule("information-request", "information_asked", "answer_information_request", "asked_office"),
)  # fmt: skip
# Another office holds the interview, and later; the police take no part; the risk has another name; the police are told;
# food comes from another role; and somebody is competent for legal assistance.
SECOND = (
    *(rule for rule in FIRST if rule.id not in ("risk", "interview", "interview-police", "need-food", "need-legal-assistance")),
    Rule("risk-first", "consent_given", "risk_assessment", "lead_office", 60, True, AUTHORITY, THEN),
    Rule("interview", "consent_given", "joint_interview", AUTHORITY, 96, True, COORDINATOR, (("reception_centre", 12),)),
    Rule("tell-police", "consent_given", "notify_police", "first_responder", 24),
    need("food", "reception_centre", 24),
    need("legal_assistance", "employment_office", 48),
)  # fmt: skip
PROCEDURES = {"walk-first": FIRST, "walk-second": SECOND}


def written(folder: Path) -> dict[str, Path]:
    """The two procedures as folders of files, which the application reads like any other."""
    shipped = packs()["al-2018-499"]
    found = {}
    for name, rules in PROCEDURES.items():
        found[name] = folder / name
        found[name].mkdir(parents=True)
        for part in ("roles.yaml", "translated.yaml"):
            shutil.copy(shipped / part, found[name])
        meta = yaml.safe_load((shipped / "meta.yaml").read_text("utf-8"))
        stage = {"code": "whole", "name": {"en": "The whole", "sq": "E gjitha"}, "kinds": list(KINDS)}
        _write(found[name] / "meta.yaml", {**meta, "id": name, "forms": [], "stages": [stage]})
        _write(found[name] / "kinds.yaml", {"kinds": [_kind(code, kind) for code, kind in KINDS.items()]})
        _write(found[name] / "rules.yaml", {"rules": [_rule(rule) for rule in rules]})
    return found


@contextmanager
def standing(folder: Path) -> Iterator[None]:
    """The two procedures stand beside those that ship."""
    found = written(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sops, "packs", lambda: {**packs(), **found})
        yield


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def _kind(code: str, kind: Kind) -> dict[str, Any]:
    row = {
        "code": code,
        "name": {"en": code, "sq": code},
        "group": "procedure" if kind.by_law else "support",
        "opens": sorted(kind.opens),
        "by_law": kind.by_law,
        "waivable": kind.waivable,
    }
    return {**row, "on_fulfilled": kind.followed_by} if kind.followed_by else row


def _rule(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule.id,
        "when": rule.when,
        "owes": rule.owes,
        "role": rule.role,
        "place": "region",
        "limit": {"amount": rule.hours, "unit": "hours"} if rule.hours else None,
        "verified": rule.acts,
        "source": {"instrument": "A procedure of the test"},
        "paused_by": list(rule.paused_by),
    }
    if rule.subject:
        row["if"] = f"subject == '{rule.subject}'"
    if rule.tells:
        row["escalates_to"] = rule.tells
        row["escalates_then"] = [
            {"to": to, "after": {"amount": hours, "unit": "hours"}} for to, hours in rule.then
        ]
    return row
