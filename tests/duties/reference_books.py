"""What is written in the books of the reference: a country, its cases, and each duty with the whole of its past."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.duties.reference_procedure import Rule

HOUR = timedelta(hours=1)
OPEN = ("held", "suspended", "lapsed")


class Refused(Exception):
    """The act is not allowed now."""


def require(*conditions: object) -> None:
    """Refuses the act unless all of these hold."""
    if not all(conditions):
        raise Refused


@dataclass
class Country:
    """Who works where, who is asked for what in which order, who takes over from whom, and what is closed."""

    staff: dict[str, str]
    competent: tuple[tuple[str, str, str | None], ...]
    substitutes: dict[str, str]
    procedure: str = "walk-first"
    closed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def asked(self, role: str, region: str, barred: set[str]) -> str | None:
        """The office of a role: the region's own before a national one, none that is closed or barred."""
        able = [
            (where is None, place, office)
            for place, (office, what, where) in enumerate(self.competent)
            if what == role and where in (None, region) and office not in self.closed | barred
        ]
        return min(able)[2] if able else None

    def left_with_nobody(self, out: set[str]) -> set[str]:
        """The offices whose every person is among these."""
        return {
            office
            for office in set(self.staff.values())
            if self.at_work(office) and self.at_work(office) <= out
        }

    def at_work(self, office: str) -> set[str]:
        """The people who hold a post in an office."""
        return {person for person, where in self.staff.items() if where == office} - self.gone


@dataclass(eq=False)
class Offer:
    to: str
    made_by: str
    answer_by: datetime
    state: str = "open"


@dataclass(eq=False)
class Review:
    to: str
    reviewer: str
    of: Offer | None = None


@dataclass(eq=False)
class Duty:
    """One thing that one office owes, with the whole of its past."""

    number: int
    case: Case
    rule: Rule
    subject: str
    started: datetime
    holder: str
    hours: int | None
    acts: bool
    state: str = "held"
    person: str | None = None
    resumed: datetime | None = None
    next_step: datetime | None = None
    lapsed: datetime | None = None
    ended: datetime | None = None
    offers: list[Offer] = field(default_factory=list)
    review: Review | None = None
    reviewed: list[Offer | None] = field(default_factory=list)
    # since, until when it was planned, until
    pauses: list[list[datetime | None]] = field(default_factory=list)
    holders: list[tuple[datetime, str]] = field(default_factory=list)
    # when it happened, when it was written, the state from then on
    states: list[tuple[datetime, datetime, str]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.rule.owes

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def due(self) -> datetime | None:
        """Nothing but the start, the limit and the pauses."""
        if self.hours is None or self.state == "suspended":
            return None
        due = self.started + self.hours * HOUR
        for since, _planned, until in self.pauses:
            assert since is not None
            assert until is not None
            due += until - since if since < due else timedelta()
        return due

    def write(self, state: str, at: datetime, now: datetime) -> None:
        self.state = state
        self.states.append((at, now, state))

    def open_offer(self, now: datetime) -> Offer | None:
        return next((o for o in self.offers if o.state == "open" and o.answer_by > now), None)

    def at(self, instant: datetime) -> tuple[str, str] | None:
        """Who held it at an instant and how it stood, as far as is known now."""
        past = sorted((at, written, n) for n, (at, written, _) in enumerate(self.states) if at <= instant)
        if instant < self.started or not past:
            return None
        holder = [office for since, office in self.holders if since <= instant][-1]
        return holder, self.states[past[-1][2]][2]


@dataclass(eq=False)
class Case:
    opener: str
    region: str
    opened: datetime
    procedure: str
    closed: bool = False
    duties: list[Duty] = field(default_factory=list)
    happened: list[tuple[str, str, datetime]] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    barred_people: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @property
    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.is_open]

    @property
    def lead(self) -> str:
        return [self.opener, *(duty.holder for duty in self.duties if duty.kind == "lead")][-1]
