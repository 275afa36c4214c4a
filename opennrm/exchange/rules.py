"""One case of a case file as a typed value, what may be wrong with it, and its content for comparison."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from opennrm.exchange import codes


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of assistance delivered on one day."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class ShelterStay:
    """A stay in a shelter; `until` is empty while it lasts."""

    office: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Permit:
    """A residence permit granted, renewed or refused."""

    event: str
    on: date


@dataclass(frozen=True, slots=True)
class Repatriation:
    """A return into the country from `country`, or out of it to `country`."""

    direction: str
    on: date
    country: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of a case file; an absent value is empty, never a guess."""

    case_ref: str
    status: str
    identified_on: date
    first_name: str = ""
    second_name: str = ""
    birth_date: date | None = None
    age: int | None = None
    gender: str = ""
    citizenships: tuple[str, ...] = ()
    identity_numbers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    exploitation: tuple[str, ...] = ()
    identified_by: str = ""
    channel: str = ""
    region: str = ""
    decided_on: date | None = None
    decision: str = ""
    services: tuple[Service, ...] = ()
    shelter_stays: tuple[ShelterStay, ...] = ()
    permits: tuple[Permit, ...] = ()
    job_seeker_on: tuple[date, ...] = ()
    repatriations: tuple[Repatriation, ...] = ()
    cooperated: bool | None = None
    closed_on: date | None = None
    row_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a file is refused, at the row and column a spreadsheet shows."""

    row: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True)
class CellWarning:
    """What is improbable in a row that is imported all the same."""

    row: int
    column: str
    problem: str


def age_on(birth_date: date, day: date) -> int:
    """Whole years lived on a day."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def age_at_identification(row: CaseRow) -> int | None:
    """The age on the day of identification: by the birth date where there is one, else as recorded."""
    if row.birth_date is not None:
        return age_on(row.birth_date, row.identified_on)
    return row.age


def effective_decision(row: CaseRow) -> tuple[str, date] | None:
    """The decision in force and its day; one without a day counts from the identification."""
    decision = row.decision or _DECISION_OF_STATUS.get(row.status, "")
    return (decision, row.decided_on or row.identified_on) if decision else None


def contradictions(row: CaseRow) -> Iterator[tuple[str, str]]:
    """Column and sentence for what cannot be true together."""
    if row.decision and row.decision not in _DECISIONS_ALLOWED[row.status]:
        yield "nrm_StatusDecision", f"“{row.decision}” contradicts the status {row.status}."
    if row.birth_date is not None:
        yield from _birth_contradictions(row, row.birth_date)
    if row.closed_on is not None and row.closed_on < row.identified_on:
        yield "nrm_ClosedOn", "The case is closed before the person is identified."


def _birth_contradictions(row: CaseRow, birth_date: date) -> Iterator[tuple[str, str]]:
    if birth_date > row.identified_on:
        yield "prs_Birthdate", "The birth date lies after the day of identification."
    elif row.age is not None and abs(age_on(birth_date, row.identified_on) - row.age) > 1:
        yield "nrm_AgeAtIdentification", "The age does not agree with the birth date, even within one year."


_DECISION_OF_STATUS = {codes.ACTUAL_VICTIM: "official", codes.NOT_A_VICTIM: "not_victim"}
_DECISIONS_ALLOWED = {
    codes.POSSIBLE_VICTIM: ("declined",),
    codes.ACTUAL_VICTIM: ("official",),
    codes.NOT_A_VICTIM: ("not_victim",),
}


def row_content(row: CaseRow) -> bytes:
    """The row's content in one form: equal for rows that say the same, whatever the order in a cell."""
    return json.dumps(list(map(_plain, _content(row))), separators=(",", ":")).encode()


_content = attrgetter(*(name for name in CaseRow.__dataclass_fields__ if name != "row_number"))


def _plain(value: Any) -> Any:
    plain = _PLAIN.get(type(value))
    return plain(value) if plain else value


_PLAIN: dict[type, Callable[[Any], Any]] = {
    tuple: lambda values: sorted(str(_plain(value)) for value in values),
    date: date.isoformat,
    Service: lambda service: f"{service.kind}@{service.on}",
    Permit: lambda permit: f"{permit.event}@{permit.on}",
    ShelterStay: lambda stay: f"{stay.office}@{stay.since}/{stay.until or ''}",
    Repatriation: lambda repatriation: f"{repatriation.direction}@{repatriation.on}@{repatriation.country}",
}
