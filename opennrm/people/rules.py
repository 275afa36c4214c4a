from __future__ import annotations

from datetime import date
from enum import StrEnum


class AgeBasis(StrEnum):
    """What an age rests on."""

    DOCUMENTED = "documented"
    DECLARED = "declared"
    ASSESSED = "assessed"
    DISPUTED = "disputed"


class NameKind(StrEnum):
    """A name she is registered under, or one she is called by."""

    NAME = "name"
    ALIAS = "alias"


class GuardianStanding(StrEnum):
    """By what a guardian answers for a child."""

    PARENT = "parent"
    APPOINTED = "appointed"
    CARER = "carer"


class TokenKind(StrEnum):
    """What a blind token finds."""

    EXACT = "exact"
    TOLERANT = "tolerant"
    DOCUMENT = "document"


def age_on(birth_date: date, day: date) -> int:
    """Whole years lived on a day; someone born on 29 February turns a year older on 1 March of other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_by(age: int | None, counted_on: date | None, day: date) -> int | None:
    """The age on a later day, from an age that was counted on an earlier one; it never runs ahead of the person."""
    if age is None or counted_on is None:
        return age
    return age + max(0, age_on(counted_on, day))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of a leap day the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def is_child(age: int | None, basis: str) -> bool:
    """Under 18; where the age is disputed or not known she is presumed a child (Council of Europe Convention, article 10)."""
    if basis == AgeBasis.DISPUTED or age is None:
        return True
    return age < 18


TWO_LETTERS = {"sqi": "sq", "alb": "sq", "eng": "en"}


def language_code(language: str) -> str:
    """The two-letter code of the languages every office works in; others as they were given."""
    return TWO_LETTERS.get(language, language)
