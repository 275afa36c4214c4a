from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Schema

from opennrm.access import audit
from opennrm.api.kinds import Given, Word, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.problems import NotUnderstood
from opennrm.api.service import actor_of, reads, searches
from opennrm.api.words import A_NAME, NO_SUCH_PLACE
from opennrm.casefile import queries as casefile
from opennrm.casefile.policies import DOOR as CASES
from opennrm.duties import queries as duties
from opennrm.identification import queries as identification
from opennrm.identification.queries import CaseLine
from opennrm.people import queries as people

PAGE = 25


class Listed(Schema):
    id: UUID
    reference: str
    status: str
    open: bool
    lead_office: str
    opened_at: datetime
    fork: str
    region: str | None


class Cases(Schema):
    """A page of cases, the newest first, and where the next begins."""

    cases: list[Listed]
    next: str | None


class Found(Listed):
    same_spelling: bool


class Findings(Schema):
    cases: list[Found]


class Person(Schema):
    sex: str
    citizenship: list[str]
    languages: list[str]
    age: int | None
    age_on: date | None
    age_basis: str
    interpreter_needed: bool | None


class Case(Listed):
    """A case without a name."""

    closed_on: date | None
    worker: str | None
    sop: str
    in_danger: bool
    person: Person
    sees: list[str]


class Name(Schema):
    kind: str
    first: str
    second: str


class Document(Schema):
    kind: str
    country: str
    number: str


class Identity(Schema):
    names: list[Name]
    birth_date: date | None
    birth_basis: str
    documents: list[Document]


class Carer(Schema):
    name: str
    relation: str
    may_be_involved: bool
    birth_year: int | None


class Contact(Schema):
    contact: str
    guardians: list[Carer]
    dependants: list[Carer]


class Fact(Schema):
    kind: str
    subject: str
    happened_on: date | None
    until: date | None
    known_on: date
    office: str | None


class Facts(Schema):
    facts: list[Fact]


class Wanted(Given):
    """A name as one heard it; it stands in no address and in no log."""

    first_name: Word = ""
    second_name: Word = ""


@reads("/cases", Cases)
def list_cases(
    request: HttpRequest, open: bool = True, after: Annotated[str, Query(max_length=200)] = ""
) -> Any:
    """The cases that your offices see, the newest first; `after` is what the last page gave as `next`."""
    actor = actor_of(request)
    CASES.require(actor, "casefile.list")
    before = _place(after) if after else None
    lines = identification.case_list(
        offices=sorted(actor.offices), open_only=open, limit=PAGE + 1, before=before
    )
    lines, more = lines[:PAGE], len(lines) > PAGE
    if lines:
        audit.record("casefile.list", detail={"cases": [str(line.id) for line in lines]})
    return {"cases": _lines(lines), "next": _mark(lines[-1]) if more else None}


@searches("/cases/search", Findings)
def search_cases(request: HttpRequest, given: Wanted) -> Any:
    """Finds a case of your own offices by a name, before a new one is entered; no name comes back."""
    CASES.require(actor_of(request), "casefile.list")
    if not (given.first_name.strip() or given.second_name.strip()):
        raise NotUnderstood("first_name", A_NAME)
    exact = people.cases_with_name(given.first_name, given.second_name, tolerant=False)
    alike = people.cases_with_name(given.first_name, given.second_name, tolerant=True)
    lines = identification.case_lines(list(dict.fromkeys([*exact, *alike])))
    audit.record("cases.search", detail={"exact": len(exact), "alike": len(alike)})
    for line in lines:
        detail = {"operation": "search_cases", "classes": ["ordinary"]}
        audit.record("case.read", case=line.id, detail=detail)
    return {"cases": [one | {"same_spelling": one["id"] in exact} for one in _lines(lines)]}


@reads("/cases/{uuid:case}", Case)
def read_case(request: HttpRequest, case: UUID) -> Any:
    """One case without a name: who leads it, where it stands, the person in plain facts, and what your offices see."""
    one = opened(request, case)
    one.read("read_case")
    person = people.person(one.case.person)
    return _lines(identification.case_lines([case]))[0] | {
        "closed_on": one.case.closed_on,
        "worker": names_of([one.case.worker])[one.case.worker],
        "sop": one.case.sop,
        "in_danger": one.case.is_open and duties.in_danger(case),
        "person": {name: getattr(person, name) for name in Person.model_fields},
        "sees": sorted(one.sees()),
    }


@reads("/cases/{uuid:case}/identity", Identity)
def read_identity(request: HttpRequest, case: UUID) -> Any:
    """Names, date of birth and documents, where your office sees them; each look is on the record."""
    one = opened(request, case)
    one.require("identity")
    one.read("read_identity", "identity", verb="identity.read")
    found = people.identity(case, by=one.actor)
    return {
        "names": [{"kind": kind, "first": first, "second": second} for kind, first, second in found.names],
        "birth_date": found.birth_date,
        "birth_basis": found.birth_basis,
        "documents": [{"kind": k, "country": c, "number": n} for k, c, n in found.documents],
    }


@reads("/cases/{uuid:case}/contact", Contact)
def read_contact(request: HttpRequest, case: UUID) -> Any:
    """How to reach the person safely, who cares for her and who depends on her, where your office sees it."""
    one = opened(request, case)
    one.require("contact")
    one.read("read_contact", "contact", verb="contact.read")
    guardians, dependants = people.carers(case, by=one.actor)
    return {
        "contact": people.contact(case, by=one.actor),
        "guardians": [_carer(card) for card in guardians],
        "dependants": [_carer(card) for card in dependants],
    }


@reads("/cases/{uuid:case}/facts", Facts)
def list_facts(request: HttpRequest, case: UUID) -> Any:
    """The dated facts of a case: services, stays, permits, returns; the newest first."""
    one = opened(request, case)
    one.read("list_facts")
    facts = casefile.facts(case)
    codes = codes_of(fact.office for fact in facts)
    return {
        "facts": [
            {
                "kind": fact.kind,
                "subject": fact.subject,
                "happened_on": fact.happened_on,
                "until": fact.until,
                "known_on": fact.known_on,
                "office": codes[fact.office],
            }
            for fact in facts
        ]
    }


def _lines(lines: list[CaseLine]) -> list[dict[str, Any]]:
    codes = codes_of(line.lead_office for line in lines)
    return [
        {
            "id": line.id,
            "reference": line.reference,
            "status": line.status,
            "open": line.is_open,
            "lead_office": codes[line.lead_office],
            "opened_at": line.opened_at,
            "fork": line.fork,
            "region": line.region,
        }
        for line in lines
    ]


def _carer(card: people.CarerCard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in Carer.model_fields}


def _mark(last: CaseLine) -> str:
    return base64.urlsafe_b64encode(f"{last.opened_at.isoformat()}~{last.id}".encode()).decode()


def _place(mark: str) -> tuple[datetime, UUID]:
    try:
        instant, _, case = base64.urlsafe_b64decode(mark.encode()).decode().partition("~")
        at = datetime.fromisoformat(instant)
        if at.tzinfo is None:
            raise ValueError(instant)
        return at, UUID(case)
    except ValueError as error:
        raise NotUnderstood("after", NO_SUCH_PLACE) from error
