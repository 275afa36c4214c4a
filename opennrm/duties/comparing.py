"""Two procedures compared, rule by rule, as a change to a law is written; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opennrm.duties.pack import Pack, Rule


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: the rule, what about it (added, repealed, or the part that changed), and from what to what."""

    rule: str
    kind: str
    what: str
    before: str
    after: str


def differences(old: Pack, new: Pack) -> list[Difference]:
    """What the new procedure changes in the old one, in the order of the new one, what is repealed last."""
    found = [one for rule in new.rules for one in _of_rule(old, new, rule)]
    gone = [rule for rule in old.rules if rule.id not in new.rules_by_id]
    return [*found, *(Difference(rule.id, rule.owes, "repealed", rule_in_short(rule), "") for rule in gone)]


def rule_in_short(rule: Rule) -> str:
    """A rule in one line, in the words of the pack."""
    condition = f" and {rule.condition}" if rule.condition else ""
    return f"when {rule.when}{condition}, {rule.role} owes {rule.owes}, {limit_of(rule)}"


def limit_of(rule: Rule) -> str:
    """The limit of a rule as it stands in the pack."""
    return f"{rule.limit.amount} {rule.limit.unit}" if rule.limit else "no limit"


def _of_rule(old: Pack, new: Pack, rule: Rule) -> Iterator[Difference]:
    before = old.rules_by_id.get(rule.id)
    if before is None:
        yield Difference(rule.id, rule.owes, "added", "", rule_in_short(rule))
        return
    for what, said in PARTS:
        if said(before) != said(rule):
            yield Difference(rule.id, rule.owes, what, said(before), said(rule))


def _ladder(rule: Rule) -> str:
    later = (f"{step.to} after {step.after.amount} {step.after.unit}" for step in rule.escalates_then)
    return ", then ".join([rule.escalates_to or "nobody", *later])


def _place(rule: Rule) -> str:
    return "national" if rule.national else "region"


PARTS: tuple[tuple[str, Callable[[Rule], str]], ...] = (
    ("duty", lambda rule: rule.owes),
    ("event", lambda rule: rule.when),
    ("condition", lambda rule: rule.condition or "always"),
    ("office", lambda rule: rule.role),
    ("place", _place),
    ("limit", limit_of),
    ("escalation", _ladder),
    ("pauses", lambda rule: ", ".join(rule.paused_by) or "nothing"),
    ("forms", lambda rule: ", ".join(rule.forms) or "none"),
    ("verified", lambda rule: "verified" if rule.verified else "to be confirmed"),
    ("source", lambda rule: rule.source.in_one_line),
)
