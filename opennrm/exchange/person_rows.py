"""The rows of the person of an imported case: what is ordinary, and her identity under seal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from opennrm.access import sealing, tokens
from opennrm.access.rules import new_id
from opennrm.exchange.rules import CaseRow, age_at_identification
from opennrm.lib.rows import Made
from opennrm.people.models import BirthDate, Document, Name, Person, Token
from opennrm.people.rules import AgeBasis, NameKind, TokenKind


def person_rows(
    row: CaseRow, *, case_id: UUID, person_id: UUID, organisation: int, known_at: datetime
) -> Iterator[Made]:
    """The person and what identifies her, sealed for the organisation that leads her case."""
    yield _person(row, case_id, person_id)
    sealer = sealing.Sealer(case_id, "identity", [organisation])
    if row.first_name or row.second_name:
        yield _name(row, case_id, person_id, sealer, known_at)
        exact = tokens.exact_tokens(row.first_name, row.second_name)
        tolerant = tokens.tolerant_tokens(row.first_name, row.second_name)
        yield from _tokens(case_id, TokenKind.EXACT, exact.all)
        yield from _tokens(case_id, TokenKind.TOLERANT, tolerant.all)
    if row.birth_date:
        yield _birth_date(row.birth_date.isoformat(), case_id, person_id, sealer, known_at)
    for number in row.identity_numbers:
        yield _document(number, case_id, person_id, sealer, known_at)
        token = tokens.document_token(number)
        yield from _tokens(case_id, TokenKind.DOCUMENT, [token] if token else [])


def _person(row: CaseRow, case_id: UUID, person_id: UUID) -> Made:
    age = age_at_identification(row)
    basis = AgeBasis.DOCUMENTED if row.birth_date else AgeBasis.DECLARED
    return Person, {
        "id": person_id,
        "case_id": case_id,
        "sex": row.gender,
        "citizenship": list(row.citizenships),
        "languages": list(row.languages),
        "age": age,
        "age_on": row.identified_on if age is not None else None,
        "age_basis": basis if age is not None else "",
    }


def _name(row: CaseRow, case_id: UUID, person_id: UUID, sealer: sealing.Sealer, known_at: datetime) -> Made:
    name = new_id()
    first, second = (
        sealer.seal("people_name", column, name, text) if text else None
        for column, text in (("first", row.first_name), ("second", row.second_name))
    )
    return Name, {
        "id": name,
        "person_id": person_id,
        "case_id": case_id,
        "kind": NameKind.NAME,
        "first": first,
        "second": second,
        "known_at": known_at,
    }


def _birth_date(
    text: str, case_id: UUID, person_id: UUID, sealer: sealing.Sealer, known_at: datetime
) -> Made:
    born = new_id()
    return BirthDate, {
        "id": born,
        "person_id": person_id,
        "case_id": case_id,
        "sealed": sealer.seal("people_birthdate", "sealed", born, text),
        "basis": AgeBasis.DOCUMENTED,
        "known_at": known_at,
    }


def _document(
    number: str, case_id: UUID, person_id: UUID, sealer: sealing.Sealer, known_at: datetime
) -> Made:
    document = new_id()
    return Document, {
        "id": document,
        "person_id": person_id,
        "case_id": case_id,
        "kind": "other",
        "number": sealer.seal("people_document", "number", document, number),
        "known_at": known_at,
    }


def _tokens(case_id: UUID, kind: TokenKind, found: Iterable[bytes]) -> Iterator[Made]:
    # In order of their bytes: the order in which a name was read says nothing.
    return ((Token, {"case_id": case_id, "kind": kind, "token": token}) for token in sorted(found))
