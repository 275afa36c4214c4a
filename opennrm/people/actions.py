from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from opennrm.access import audit, sealing, tokens
from opennrm.access.rules import new_id
from opennrm.access.scope import Actor
from opennrm.lib import clock
from opennrm.people.models import BirthDate, Contact, Dependant, Document, Guardian, Name, Person, Token
from opennrm.people.rules import AgeBasis, GuardianStanding, NameKind, TokenKind


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person when a case is opened; everything may be unknown."""

    sex: str = ""
    citizenship: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    interpreter_needed: bool | None = None
    age: int | None = None
    age_on: date | None = None
    age_basis: str = ""
    first_name: str = ""
    second_name: str = ""
    alias: str = ""
    birth_date: date | None = None
    document: str = ""
    document_kind: str = ""
    contact: str = ""
    guardian: str = ""
    guardian_relation: str = ""
    guardian_may_be_involved: bool = False


def register(*, case_id: UUID, new: NewPerson, by: Actor) -> UUID:
    """Registers a person under the keys of one case: what identifies her is sealed, what routes her stays plain."""
    row = Person(
        id=new_id(),
        case_id=case_id,
        sex=new.sex,
        citizenship=list(new.citizenship),
        languages=list(new.languages),
        interpreter_needed=new.interpreter_needed,
        age=new.age,
        age_on=new.age_on,
        age_basis=new.age_basis,
    )
    Person.objects.bulk_create([row])
    add_name(
        case_id=case_id,
        person=row.id,
        first=new.first_name,
        second=new.second_name,
        kind=NameKind.NAME,
        by=by,
    )
    add_name(case_id=case_id, person=row.id, first=new.alias, second="", kind=NameKind.ALIAS, by=by)
    if new.birth_date:
        _seal_birth_date(case_id, row.id, new.birth_date, new.age_basis or AgeBasis.DECLARED, by=by)
    if new.document:
        _seal_document(case_id, row.id, new.document, new.document_kind, by=by)
    if new.contact:
        set_contact(case_id=case_id, person=row.id, text=new.contact, by=by)
    if new.guardian:
        add_guardian(
            case_id=case_id,
            person=row.id,
            name=new.guardian,
            relation=new.guardian_relation,
            may_be_involved=new.guardian_may_be_involved,
            by=by,
        )
    audit.record("people.register", case=case_id, subject=str(row.id))
    return row.id


def add_name(*, case_id: UUID, person: UUID, first: str, second: str, kind: NameKind, by: Actor) -> None:
    """Seals a name or an alias and leaves the blind tokens it can be found by."""
    first, second = first.strip(), second.strip()
    if not (first or second):
        return
    row, sealer = new_id(), sealing.Sealer(case_id, "identity", by.organisations)
    Name.objects.bulk_create(
        [
            Name(
                id=row,
                person_id=person,
                case_id=case_id,
                kind=kind,
                first=sealer.seal("people_name", "first", row, first) if first else None,
                second=sealer.seal("people_name", "second", row, second) if second else None,
                known_at=clock.now(),
            )
        ]
    )
    exact, tolerant = tokens.exact_tokens(first, second), tokens.tolerant_tokens(first, second)
    _leave_tokens(case_id, {TokenKind.EXACT: exact.all, TokenKind.TOLERANT: tolerant.all})


def set_contact(*, case_id: UUID, person: UUID, text: str, by: Actor) -> None:
    """Seals how to reach the person safely; the earlier word stays in the history."""
    row, sealer = new_id(), sealing.Sealer(case_id, "contact", by.organisations)
    sealed = sealer.seal("people_contact", "sealed", row, text.strip())
    Contact.objects.bulk_create(
        [Contact(id=row, person_id=person, case_id=case_id, sealed=sealed, known_at=clock.now())]
    )


def add_guardian(
    *,
    case_id: UUID,
    person: UUID,
    name: str,
    relation: str,
    may_be_involved: bool,
    standing: GuardianStanding = GuardianStanding.CARER,
    since: date | None = None,
    by: Actor,
) -> None:
    """Records a guardian, and whether she may herself be involved; one who may be is never contacted."""
    row, sealer = new_id(), sealing.Sealer(case_id, "contact", by.organisations)
    Guardian.objects.bulk_create(
        [
            Guardian(
                id=row,
                person_id=person,
                case_id=case_id,
                name=sealer.seal("people_guardian", "name", row, name.strip()),
                relation=relation,
                may_be_involved=may_be_involved,
                standing=standing,
                since=since,
                known_at=clock.now(),
            )
        ]
    )
    audit.record("people.add_guardian", case=case_id, subject=str(row))


def end_guardian(*, case_id: UUID, guardian: UUID, until: date) -> bool:
    """Ends a guardian's answering for a child; whether there was one to end."""
    rows = Guardian.objects.filter(id=guardian, case_id=case_id, until__isnull=True)
    return bool(rows.update(until=until))


def mark_involved(*, case_id: UUID, guardian: UUID) -> bool:
    """Marks a guardian who may be involved; whether there was one to mark. Nothing takes the mark away."""
    rows = Guardian.objects.filter(id=guardian, case_id=case_id, may_be_involved=False)
    return bool(rows.update(may_be_involved=True))


def add_dependant(
    *, case_id: UUID, person: UUID, name: str, relation: str, birth_year: int | None, by: Actor
) -> None:
    """Records a child or another person who depends on her."""
    row, sealer = new_id(), sealing.Sealer(case_id, "contact", by.organisations)
    Dependant.objects.bulk_create(
        [
            Dependant(
                id=row,
                person_id=person,
                case_id=case_id,
                name=sealer.seal("people_dependant", "name", row, name.strip()),
                relation=relation,
                birth_year=birth_year,
                known_at=clock.now(),
            )
        ]
    )
    audit.record("people.add_dependant", case=case_id, subject=str(row))


def _seal_birth_date(case_id: UUID, person: UUID, born: date, basis: str, *, by: Actor) -> None:
    row, sealer = new_id(), sealing.Sealer(case_id, "identity", by.organisations)
    sealed = sealer.seal("people_birthdate", "sealed", row, born.isoformat())
    BirthDate.objects.bulk_create(
        [
            BirthDate(
                id=row, person_id=person, case_id=case_id, sealed=sealed, basis=basis, known_at=clock.now()
            )
        ]
    )


def _seal_document(case_id: UUID, person: UUID, number: str, kind: str, *, by: Actor) -> None:
    row, sealer = new_id(), sealing.Sealer(case_id, "identity", by.organisations)
    sealed = sealer.seal("people_document", "number", row, number.strip())
    Document.objects.bulk_create(
        [
            Document(
                id=row,
                person_id=person,
                case_id=case_id,
                kind=kind or "other",
                number=sealed,
                known_at=clock.now(),
            )
        ]
    )
    token = tokens.document_token(number)
    _leave_tokens(case_id, {TokenKind.DOCUMENT: [token] if token else []})


def _leave_tokens(case_id: UUID, found: Mapping[TokenKind, Iterable[bytes]]) -> None:
    Token.objects.bulk_create(
        [
            Token(case_id=case_id, kind=kind, token=token)
            for kind, made in found.items()
            for token in sorted(made)
        ]
    )
