"""What a pack asks of a case: the duties to create, to keep and to end; pure, and idempotent."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opennrm.duties import conditions
from opennrm.duties.facts import CaseFacts, Event, happenings
from opennrm.duties.limits import acts, due_at
from opennrm.duties.pack import Pack, Rule, Source
from opennrm.duties.rules import OPEN, SETTLED, State

Key = tuple[str, str, str]


class EndReason(StrEnum):
    RULE_NO_LONGER_ASKS = "rule_no_longer_asks"
    CASE_CLOSED = "case_closed"


@dataclass(frozen=True, slots=True)
class ExistingDuty:
    """A duty of the case; one without a rule was made by hand and ends only with the case."""

    id: str
    rule: str
    kind: str
    subject: str
    state: State
    due_at: datetime | None = None
    started_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewDuty:
    rule: str
    kind: str
    role: str
    place: str | None
    subject: str
    started_at: datetime
    due_at: datetime | None
    acts: bool
    verified: bool
    source: Source
    escalates_to: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do; `rekey` names the rule of this pack under which a kept duty of another procedure goes on."""

    create: tuple[NewDuty, ...]
    keep: tuple[str, ...]
    end: tuple[tuple[str, EndReason], ...]
    rekey: tuple[tuple[str, str], ...] = ()


def reconcile(facts: CaseFacts, pack: Pack, existing: Sequence[ExistingDuty]) -> Plan:
    """The duties that the pack asks of these facts, against the duties that exist."""
    asked = {} if facts.closed_at else _asked(facts, pack)
    reason = EndReason.CASE_CLOSED if facts.closed_at else EndReason.RULE_NO_LONGER_ASKS
    stands_for = _stands_for(existing, asked, pack)
    by_key: dict[Key, list[ExistingDuty]] = defaultdict(list)
    for duty in existing:
        for key in stands_for[duty.id]:
            by_key[key].append(duty)
    standing = sorted((duty for duty in existing if duty.state in OPEN), key=lambda duty: duty.id)
    kept = {duty.id for duty in standing if _is_asked(duty, stands_for[duty.id], asked, facts)}
    return Plan(
        create=tuple(_to_create(asked, by_key, facts, pack)),
        keep=tuple(duty.id for duty in standing if duty.id in kept),
        end=tuple((duty.id, reason) for duty in standing if duty.id not in kept),
        rekey=tuple(
            (duty.id, stands_for[duty.id][0][0])
            for duty in standing
            if duty.id in kept and duty.rule and stands_for[duty.id][0][0] != duty.rule
        ),
    )


def _is_asked(
    duty: ExistingDuty, keys: Sequence[Key], asked: dict[Key, list[Event]], facts: CaseFacts
) -> bool:
    if not duty.rule:
        return facts.closed_at is None
    return any(key in asked for key in keys)


def _stands_for(
    existing: Sequence[ExistingDuty], asked: dict[Key, list[Event]], pack: Pack
) -> dict[str, list[Key]]:
    """The keys that each duty answers.

    A duty of a rule that this pack does not have goes on under one that asks for the same; one that is over
    answers all of those, so that what is done is not asked again under another name.
    """
    found = {duty.id: [(duty.rule, duty.kind, duty.subject)] for duty in existing if _is_known(duty, pack)}
    strangers = sorted((duty for duty in existing if duty.id not in found), key=lambda duty: duty.id)
    taken = {found[duty.id][0] for duty in existing if duty.id in found and duty.state in OPEN}
    for duty in strangers:
        same = sorted(key for key in asked if key[1:] == (duty.kind, duty.subject))
        if duty.state in OPEN:
            free = [key for key in same if key not in taken]
            # Of several the one that began with the same event.
            free.sort(key=lambda key: duty.started_at not in [event.at for event in asked[key]])
            same = free[:1]
            taken.update(same)
        found[duty.id] = same
    return found


def _is_known(duty: ExistingDuty, pack: Pack) -> bool:
    rule = pack.rules_by_id.get(duty.rule)
    return not duty.rule or (rule is not None and rule.owes == duty.kind)


def _asked(facts: CaseFacts, pack: Pack) -> dict[Key, list[Event]]:
    """For each duty that is asked, the events that ask for it, oldest first."""
    asked: dict[Key, list[Event]] = defaultdict(list)
    holds: dict[tuple[str, str], bool] = {}
    for event in happenings(facts):
        for rule in pack.rules_by_event.get(event.kind, ()):
            # Only the subject differs from event to event, so a condition is asked once for each.
            known = (rule.id, event.subject)
            if known not in holds:
                seen = {**facts.condition_facts, "subject": event.subject}
                holds[known] = conditions.holds(rule.condition, seen)
            if holds[known]:
                asked[rule.id, rule.owes, event.subject].append(event)
    return asked


def _to_create(
    asked: dict[Key, list[Event]], by_key: dict[Key, list[ExistingDuty]], facts: CaseFacts, pack: Pack
) -> Iterator[NewDuty]:
    gaps = {gap.kind for gap in facts.gaps}
    for key, events in sorted(asked.items()):
        rule = pack.rules_by_id[key[0]]
        recurs = pack.kinds[rule.owes].on_fulfilled == rule.when
        # A kind with a gap has no office to hold it; the coordinator's duty to find one stands instead.
        start = None if rule.owes in gaps else _unanswered(events, by_key.get(key, []), recurs)
        if start is not None:
            yield _new_duty(rule, start, facts, pack)


def _unanswered(events: list[Event], duties: list[ExistingDuty], recurs: bool) -> Event | None:
    """The event a new duty starts from, or None if the duties there are answer every event.

    A settled duty answers what happened up to its start or before it was settled: what was declined is not
    asked again, and what is asked for anew is owed anew. A duty that only ended answers nothing.
    """
    if any(duty.state in OPEN for duty in duties):
        return None
    settled = [duty for duty in duties if duty.state in SETTLED]
    left = [event for event in events if not any(_answers(duty, event, recurs) for duty in settled)]
    ended = max((duty.settled_at for duty in duties if duty.settled_at and duty not in settled), default=None)
    if recurs or not left:
        return left[-1] if left else None
    if ended is None:
        return left[0]
    return next((event for event in left if event.at >= ended), left[-1])


def _answers(duty: ExistingDuty, event: Event, recurs: bool) -> bool:
    if duty.started_at is None or duty.settled_at is None or event.at <= duty.started_at:
        return True
    # A duty that asks for itself again is settled by that very event, and the event may be entered late.
    return not recurs and event.at < duty.settled_at


def _new_duty(rule: Rule, event: Event, facts: CaseFacts, pack: Pack) -> NewDuty:
    return NewDuty(
        rule=rule.id,
        kind=rule.owes,
        role=rule.role,
        place=None if rule.national else facts.region,
        subject=event.subject,
        started_at=event.at,
        due_at=due_at(event.at, rule.limit, pack.calendar),
        acts=acts(rule.limit),
        verified=rule.verified,
        source=rule.source,
        escalates_to=rule.escalates_to,
    )
