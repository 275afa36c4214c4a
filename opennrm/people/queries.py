from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from opennrm.access import queries as access
from opennrm.access import sealing, tokens
from opennrm.access.scope import Actor, current
from opennrm.people.models import BirthDate, Contact, Dependant, Document, Guardian, Name, Person, Token
from opennrm.people.rules import AgeBasis, GuardianStanding, TokenKind, years_before

Row = TypeVar("Row", Name, BirthDate, Document)
WORDS_FOR_SEX = {"Feminine": "female", "Masculine": "male", "": "unknown", "NonSpecifiedUnknown": "unknown"}


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What may be known of a person without opening a sealed class."""

    id: UUID
    case_id: UUID
    sex: str
    citizenship: tuple[str, ...]
    languages: tuple[str, ...]
    age: int | None
    age_on: date | None
    age_basis: str
    interpreter_needed: bool | None

    @property
    def sex_in_words(self) -> str:
        """Female, male, other or unknown."""
        return WORDS_FOR_SEX.get(self.sex, "other")


@dataclass(frozen=True, slots=True)
class Identity:
    """The names, birth date and documents of a person, opened for an office that may see them."""

    names: tuple[tuple[str, str, str], ...]
    birth_date: date | None
    birth_basis: str
    documents: tuple[tuple[str, str, str], ...]

    @property
    def shown(self) -> str:
        """The name she is registered under."""
        return next((f"{first} {second}".strip() for kind, first, second in self.names if kind == "name"), "")


@dataclass(frozen=True, slots=True)
class CarerCard:
    """A guardian or a dependant, opened."""

    name: str
    relation: str
    may_be_involved: bool = False
    birth_year: int | None = None
    id: UUID | None = None
    until: date | None = None
    since: date | None = None
    standing: str = GuardianStanding.CARER


def person(person_id: UUID) -> PersonCard:
    """One person as one case knows her."""
    return _card(Person.objects.get(id=person_id))


def of_age(cases: QuerySet[Any], today: date) -> list[PersonCard]:
    """The persons of these cases whose counted age has come to 18 by today; one in dispute never does."""
    reached = Q()
    for age in range(18):
        reached |= Q(age=age, age_on__lte=years_before(today, 18 - age))
    rows = Person.objects.filter(reached | Q(age__gte=18), case_id__in=cases, age_on__isnull=False)
    return [_card(row) for row in rows.exclude(age_basis=AgeBasis.DISPUTED)]


def persons(ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """Persons by id, those this actor sees."""
    return {p.id: _card(p) for p in Person.objects.filter(id__in=list(ids))}


def identity(case_id: UUID, *, by: Actor) -> Identity:
    """Opens the identity class of a case; empty where row security shows no row to this actor."""
    return identities([case_id], by=by)[case_id]


def identities(case_ids: Sequence[UUID], *, by: Actor) -> dict[UUID, Identity]:
    """Opens the identity class of several cases at once."""
    names = _by_case(Name.objects.filter(case_id__in=case_ids).order_by("kind", "known_at"))
    births = _by_case(BirthDate.objects.filter(case_id__in=case_ids).order_by("-known_at"))
    documents = _by_case(Document.objects.filter(case_id__in=case_ids).order_by("known_at"))
    return {
        case_id: _identity(case_id, names[case_id], births[case_id], documents[case_id], by=by)
        for case_id in case_ids
    }


def _identity(
    case_id: UUID, names: list[Name], births: list[BirthDate], documents: list[Document], *, by: Actor
) -> Identity:
    sealer = sealing.Sealer(case_id, "identity", by.organisations)
    birth = births[0] if births else None
    return Identity(
        names=tuple(
            (
                n.kind,
                _opened(sealer, "people_name", "first", n.id, n.first),
                _opened(sealer, "people_name", "second", n.id, n.second),
            )
            for n in names
        ),
        birth_date=date.fromisoformat(_opened(sealer, "people_birthdate", "sealed", birth.id, birth.sealed))
        if birth
        else None,
        birth_basis=birth.basis if birth else "",
        documents=tuple(
            (d.kind, d.country, _opened(sealer, "people_document", "number", d.id, d.number))
            for d in documents
        ),
    )


def _by_case(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def contact(case_id: UUID, *, by: Actor) -> str:
    """How to reach the person safely, the latest word on it."""
    row = Contact.objects.filter(case_id=case_id).order_by("-known_at").first()
    sealer = sealing.Sealer(case_id, "contact", by.organisations)
    return _opened(sealer, "people_contact", "sealed", row.id, row.sealed) if row else ""


def count_dependants(case_id: UUID) -> int:
    """How many people depend on her, as far as this actor may know; nothing of them is opened."""
    return Dependant.objects.filter(case_id=case_id).count()


def carers(case_id: UUID, *, by: Actor) -> tuple[list[CarerCard], list[CarerCard]]:
    """The guardians and the dependants of a person, opened."""
    sealer = sealing.Sealer(case_id, "contact", by.organisations)
    guardians = [
        CarerCard(
            _opened(sealer, "people_guardian", "name", g.id, g.name),
            g.relation,
            may_be_involved=g.may_be_involved,
            id=g.id,
            until=g.until,
            since=g.since,
            standing=g.standing,
        )
        for g in Guardian.objects.filter(case_id=case_id).order_by("known_at")
    ]
    dependants = [
        CarerCard(
            _opened(sealer, "people_dependant", "name", d.id, d.name), d.relation, birth_year=d.birth_year
        )
        for d in Dependant.objects.filter(case_id=case_id).order_by("known_at")
    ]
    return guardians, dependants


def guardians_counted(case_id: UUID) -> tuple[int, int]:
    """How many guardians are recorded, and how many of them may be involved; no name is opened."""
    marks = list(Guardian.objects.filter(case_id=case_id).values_list("may_be_involved", flat=True))
    return len(marks), sum(marks)


def guardians_who_count(
    case_id: UUID, day: date, *, suspected_since: datetime | None = None
) -> frozenset[UUID]:
    """The guardians in office on a day who are not thought to be involved; no name is opened.

    While a suspicion stands, only one who was appointed after it was learned.
    """
    rows = Guardian.objects.filter(Q(until__isnull=True) | Q(until__gt=day), case_id=case_id)
    if suspected_since is not None:
        rows = rows.filter(standing=GuardianStanding.APPOINTED, known_at__gt=suspected_since)
    return frozenset(rows.filter(may_be_involved=False).values_list("id", flat=True))


def cases_with_name(first: str, second: str, *, tolerant: bool, limit: int = 25) -> list[UUID]:
    """The cases, among those whose identity this actor sees, in which someone bears this name; found by blind tokens alone."""
    found = tokens.tolerant_tokens(first, second) if tolerant else tokens.exact_tokens(first, second)
    wanted = found.full if first.strip() and second.strip() else found.single
    kind = TokenKind.TOLERANT if tolerant else TokenKind.EXACT
    # Row security tests each row anyhow; said here, a name that is common in the country costs an office no more
    # than the cases it sees.
    seen = access.cases_seen(current().offices, "identity")
    rows = (
        Token.objects.filter(token__in=list(wanted), kind=kind, case_id__in=seen)
        .values_list("case_id", flat=True)
        .distinct()[:limit]
    )
    return list(rows)


def _opened(
    sealer: sealing.Sealer, table: str, column: str, row: UUID, blob: bytes | memoryview | None
) -> str:
    return sealer.open(table, column, row, bytes(blob)) if blob is not None else ""


def _card(row: Person) -> PersonCard:
    return PersonCard(
        id=row.id,
        case_id=row.case_id,
        sex=row.sex,
        citizenship=tuple(row.citizenship),
        languages=tuple(row.languages),
        age=row.age,
        age_on=row.age_on,
        age_basis=row.age_basis,
        interpreter_needed=row.interpreter_needed,
    )
