from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access.rules import EVERY_CLASS, DataClass
from opennrm.lib.problems import Problem

# To be confirmed: no text that was found says how long an order may open data. Longer than this it is entered anew.
LONGEST = timedelta(days=366)
LONGEST_WORDS = 500
DIGEST = 64


class Authority(StrEnum):
    """Who issued an order."""

    MINISTRY = "ministry"
    COURT = "court"
    PROSECUTOR = "prosecutor"


class Scope(StrEnum):
    """Which cases an order names."""

    CASE = "case"
    REGION = "region"
    FACT = "fact"
    EVERY = "every"


class Fact(StrEnum):
    """What an order may say of the persons whose cases it names."""

    CHILD = "child"
    FOREIGN = "foreign"


class Purpose(StrEnum):
    """What the opened data may be used for."""

    INVESTIGATION = "investigation"
    TRIAL = "trial"
    PROTECTION = "protection"
    SUPERVISION = "supervision"
    REGISTER = "register"


class Ended(StrEnum):
    """Why an order opens nothing any more, or never did."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Standing(StrEnum):
    """Where an order stands at an instant."""

    WAITS = "waits"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as it stands on its paper: whose, what it opens of which cases, to whom, for what, from when until when."""

    authority: Authority
    issued_by: str
    number: str
    dated: date
    legal_basis: str
    classes: tuple[str, ...]
    scope: Scope
    offices: tuple[int, ...]
    purpose: Purpose
    since: date
    until: date
    region: str = ""
    fact: str = ""
    case: str = ""
    scan_digest: str = ""
    scan_reference: str = ""
    supersedes: UUID | None = None


def check_order(new: NewOrder, *, today: date, can_receive: Collection[int]) -> None:
    """Raises the problem that keeps an order from being entered, if there is one."""
    if not set(new.classes) <= set(EVERY_CLASS) or str(DataClass.ORDINARY) not in new.classes:
        raise Problem("classes", _("An order opens the case itself, and of the rest only what it names."))
    if not new.offices or not set(new.offices) <= set(can_receive):
        raise Problem("no_recipient", _("Choose the offices that the order names, all of them open."))
    if not _names_its_cases(new):
        raise Problem(
            "scope", _("Say which cases the order names: one, a region, or what they have in common.")
        )
    if new.scan_digest and not _is_digest(new.scan_digest):
        raise Problem("digest", _("The digest of the paper is 64 letters and digits, as SHA-256 gives it."))
    check_days(new, today=today)


def check_days(new: NewOrder, *, today: date) -> None:
    """Raises the problem with the days of an order, if there is one."""
    if new.dated > today:
        raise Problem("dated_later", _("The order is dated today or earlier."))
    if new.until <= max(today, new.since):
        raise Problem("ends_in_past", _("Until when: choose a day after today, and after the first day."))
    if new.until > new.since + LONGEST:
        raise Problem(
            "ends_too_late",
            _("Until when: at most a year from the first day. An order that goes on is entered anew."),
        )


def standing(*, confirmed: bool, since: datetime, until: datetime, ended: str, now: datetime) -> Standing:
    """Where an order stands: what ended it, what it waits for, or that it opens what it names."""
    if ended:
        return Standing(ended)
    if until <= now:
        return Standing.EXPIRED
    if not confirmed:
        return Standing.WAITS
    return Standing.IN_FORCE if since <= now else Standing.TO_COME


def check_second(
    *, entered_by: int, entered_office: int, officer: int | None, offices: Collection[int]
) -> None:
    """Raises a problem unless this is another person of another office than the one that entered the order."""
    if officer == entered_by or entered_office in offices:
        raise Problem(
            "same_office",
            _("Your office entered this order. Somebody of another office has to compare it with the paper."),
            403,
        )


def check_words(words: str) -> str:
    """The reason without blanks around it, or the problem with it."""
    words = words.strip()
    if not words:
        raise Problem("no_words", _("Say why, in a sentence."))
    if len(words) > LONGEST_WORDS:
        raise Problem("too_many_words", _("Say why, in a sentence or two."))
    return words


def _names_its_cases(new: NewOrder) -> bool:
    named = {Scope.CASE: bool(new.case), Scope.REGION: bool(new.region), Scope.FACT: bool(new.fact)}
    others = [one for scope, one in named.items() if scope is not new.scope]
    return named.get(new.scope, True) and not any(others)


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST and set(text) <= set("0123456789abcdef")
