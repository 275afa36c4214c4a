"""The kinds of values that operations take; what they say stands in the document of the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.api.problems import NotUnderstood
from opennrm.api.words import NOT_A_LANGUAGE, NOT_ON_THE_LIST, NOT_THE_YEAR
from opennrm.duties import queries as duties
from opennrm.exchange import codes, iso
from opennrm.people.rules import language_code

# PostgreSQL keeps no zero character.
NO_ZERO = r"^[^\x00]*$"
Word = Annotated[str, StringConstraints(max_length=120, pattern=NO_ZERO)]
Line = Annotated[str, StringConstraints(max_length=300, pattern=NO_ZERO)]
Text = Annotated[str, StringConstraints(max_length=5000, pattern=NO_ZERO)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
PersonAtWork = Annotated[int, Field(ge=1, le=2**31 - 1)]
Gender = StrEnum("Gender", {code: code for code in codes.GENDERS})  # type: ignore[misc]
Exploitation = StrEnum("Exploitation", {code: code for code in codes.EXPLOITATIONS})  # type: ignore[misc]


def _within_reason(instant: datetime) -> datetime:
    if not 1900 <= instant.year <= 2200:
        raise ValueError(str(NOT_THE_YEAR))
    return instant


def _day_within_reason(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError(str(NOT_THE_YEAR))
    return day


Instant = Annotated[AwareDatetime, AfterValidator(_within_reason)]
Day = Annotated[date, AfterValidator(_day_within_reason)]


class Given(BaseModel):
    """What an operation takes; a field it does not know is refused and not passed over."""

    model_config = ConfigDict(extra="forbid")


def office(code: str, field: str = "office") -> OfficeCard:
    """The office of a code, or which codes there are."""
    card = agencies.office_by_code(code)
    if card is None:
        chosen(code, (one.code for one in agencies.offices().values()), field)
        raise AssertionError
    return card


def support_kind(code: str, sop: str, field: str = "kind") -> str:
    """A kind of assistance that the procedure of the case knows."""
    return chosen(code, (kind.code for kind in duties.support_kinds(sop)), field)


def language(code: str, field: str = "language") -> str:
    """A language that there is, in two letters where every office works in it."""
    if code not in iso.LANGUAGES:
        raise NotUnderstood(field, NOT_A_LANGUAGE)
    return language_code(code)


def chosen(value: str, known: Iterable[str], field: str) -> str:
    """The value, where it is on the list; else which values are."""
    listed = sorted(known)
    if value not in listed:
        raise NotUnderstood(field, NOT_ON_THE_LIST % {"known": ", ".join(listed)})
    return value


def codes_of(ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """The codes of offices by id; nobody has none."""
    found: dict[int | None, str | None] = {
        card.id: card.code for card in agencies.offices(one for one in ids if one).values()
    }
    return found | {None: None}


def names_of(ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """The names of people at work by id; nobody has none."""
    found: dict[int | None, str | None] = {
        card.id: card.name for card in agencies.officers(one for one in ids if one).values()
    }
    return found | {None: None}
