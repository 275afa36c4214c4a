from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from opennrm.access import audit, sealing, tokens
from opennrm.access.models import Basis
from opennrm.access.rules import EVERY_CLASS, SEALED_CLASSES, BasisKind, new_id
from opennrm.access.scope import Actor
from opennrm.agencies.queries import OfficeCard
from opennrm.casefile.models import Case, Fact, ImportedRow
from opennrm.casefile.rules import FactKind, Fork, new_reference
from opennrm.duties.ledger import RETENTION
from opennrm.duties.models import Duty, Event, Happening, Holding
from opennrm.duties.rules import State
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.exchange.rules import CaseRow, age_at_identification
from opennrm.identification.models import Decision, Identification
from opennrm.lib import clock
from opennrm.lib.rows import Row, insert
from opennrm.people.models import BirthDate, Document, Name, Person, Token
from opennrm.people.rules import AgeBasis, NameKind, TokenKind

# In the order in which row security and foreign keys let rows be written.
TABLES = (
    Basis,
    Person,
    Name,
    BirthDate,
    Document,
    Token,
    Case,
    Identification,
    Decision,
    Fact,
    Duty,
    Holding,
    Event,
    Happening,
    ImportedRow,
)
DECISION_OF_STATUS = {"ActualVictimOfTrafficking": "official", "NotAVictimOfTrafficking": "not_victim"}


class Batch:
    """The rows of every table for a portion of a case file, written together."""

    def __init__(self, sender: int | None, offices: Mapping[int, OfficeCard], *, by: Actor) -> None:
        self.sender = sender
        self.codes = {card.code: card.id for card in offices.values()}
        self.by = by
        self.pack = sop(DEFAULT_SOP)
        self.rule = self.pack.rules_by_id["lead-imported"]
        self.now = clock.now()
        self.rows: dict[type[Model], list[Row]] = {table: [] for table in TABLES}

    def add(self, row: CaseRow, *, lead: OfficeCard, content: bytes, opened_at: datetime) -> UUID:
        """Adds one case with everything its row says."""
        case_id, person_id, duty = new_id(), new_id(), new_id()
        sealing.new_keys(case_id, SEALED_CLASSES, [lead.organisation])
        self._basis(row, case_id, duty, lead, opened_at)
        self._person(row, case_id, person_id)
        self._identity(row, case_id, person_id, lead.organisation, opened_at)
        self._case(row, case_id, person_id, lead, opened_at)
        self._identification(row, case_id)
        self._facts(row, case_id)
        if row.closed_on is None:
            self._lead(duty, case_id, lead, row.region or None, opened_at)
        self._add(ImportedRow, office_id=self.sender, case_ref=row.case_ref, content=content, case_id=case_id)
        audit.record("casefile.import", case=case_id)
        return case_id

    def write(self) -> None:
        """Writes the portion; nothing stands before the transaction it is part of commits."""
        for table in TABLES:
            insert(table, self.rows[table])
            self.rows[table] = []

    def _add(self, table: type[Model], **columns: Any) -> None:
        self.rows[table].append(columns)

    def _basis(self, row: CaseRow, case_id: UUID, duty: UUID, lead: OfficeCard, opened_at: datetime) -> None:
        open_case = row.closed_on is None
        until = (
            None if row.closed_on is None else max(opened_at, _end_of(row.closed_on, opened_at)) + RETENTION
        )
        self._add(
            Basis,
            case_id=case_id,
            office_id=lead.id,
            kind=BasisKind.DUTY if open_case else BasisKind.HELD,
            reference=str(duty) if open_case else "lead",
            classes=list(EVERY_CLASS),
            since=opened_at,
            until=until,
            case_opened_at=opened_at,
        )

    def _person(self, row: CaseRow, case_id: UUID, person_id: UUID) -> None:
        age = age_at_identification(row)
        self._add(
            Person,
            id=person_id,
            case_id=case_id,
            sex=row.gender,
            citizenship=list(row.citizenships),
            languages=list(row.languages),
            age=age,
            age_on=row.identified_on if age is not None else None,
            age_basis="" if age is None else AgeBasis.DOCUMENTED if row.birth_date else AgeBasis.DECLARED,
        )

    def _identity(
        self, row: CaseRow, case_id: UUID, person_id: UUID, organisation: int, known_at: datetime
    ) -> None:
        sealer = sealing.Sealer(case_id, "identity", [organisation])
        if row.first_name or row.second_name:
            name = new_id()
            self._add(
                Name,
                id=name,
                person_id=person_id,
                case_id=case_id,
                kind=NameKind.NAME,
                first=sealer.seal("people_name", "first", name, row.first_name) if row.first_name else None,
                second=sealer.seal("people_name", "second", name, row.second_name)
                if row.second_name
                else None,
                known_at=known_at,
            )
            exact = tokens.exact_tokens(row.first_name, row.second_name)
            tolerant = tokens.tolerant_tokens(row.first_name, row.second_name)
            self._tokens(case_id, TokenKind.EXACT, exact.full | exact.single)
            self._tokens(case_id, TokenKind.TOLERANT, tolerant.full | tolerant.single)
        if row.birth_date:
            born = new_id()
            sealed = sealer.seal("people_birthdate", "sealed", born, row.birth_date.isoformat())
            self._add(
                BirthDate,
                id=born,
                person_id=person_id,
                case_id=case_id,
                sealed=sealed,
                basis=AgeBasis.DOCUMENTED,
                known_at=known_at,
            )
        for number in row.identity_numbers:
            document = new_id()
            sealed = sealer.seal("people_document", "number", document, number)
            self._add(
                Document,
                id=document,
                person_id=person_id,
                case_id=case_id,
                kind="other",
                number=sealed,
                known_at=known_at,
            )
            token = tokens.document_token(number)
            self._tokens(case_id, TokenKind.DOCUMENT, frozenset([token]) if token else frozenset())

    def _tokens(self, case_id: UUID, kind: TokenKind, found: frozenset[bytes]) -> None:
        for token in sorted(found):
            self._add(Token, case_id=case_id, kind=kind, token=token)

    def _case(
        self, row: CaseRow, case_id: UUID, person_id: UUID, lead: OfficeCard, opened_at: datetime
    ) -> None:
        age = age_at_identification(row)
        self._add(
            Case,
            id=case_id,
            reference=new_reference(self.pack.country),
            person_id=person_id,
            opened_at=opened_at,
            known_at=opened_at,
            closed_on=row.closed_on,
            region_id=row.region or None,
            lead_office_id=lead.id,
            fork=Fork.CHILD if age is not None and age < 18 else Fork.CONSENTS,
            sop=self.pack.id,
        )

    def _identification(self, row: CaseRow, case_id: UUID) -> None:
        self._add(
            Identification,
            case_id=case_id,
            identified_on=row.identified_on,
            known_on=row.identified_on,
            office_id=self.codes.get(row.identified_by),
            channel=row.channel,
            region_id=row.region or None,
            age=age_at_identification(row),
            sex=row.gender,
            citizenship=list(row.citizenships),
            exploitation=list(row.exploitation),
        )
        decision = row.decision or DECISION_OF_STATUS.get(row.status, "")
        if decision:
            day = row.decided_on or row.identified_on
            self._add(
                Decision,
                case_id=case_id,
                decision=decision,
                decided_on=day,
                known_on=day,
                day_given=row.decided_on is not None,
                words_given=bool(row.decision),
            )

    def _facts(self, row: CaseRow, case_id: UUID) -> None:
        def fact(kind: FactKind, subject: str, on: date, position: int, until: date | None = None) -> None:
            self._add(
                Fact,
                case_id=case_id,
                kind=kind,
                subject=subject,
                happened_on=on,
                until=until,
                known_on=on,
                position=position,
            )

        for n, service in enumerate(row.services):
            fact(FactKind.SERVICE, service.kind, service.on, n)
        for n, stay in enumerate(row.shelter_stays):
            fact(FactKind.SHELTER_STAY, stay.office, stay.since, n, stay.until)
        for n, permit in enumerate(row.permits):
            fact(FactKind.RESIDENCE_PERMIT, permit.event, permit.on, n)
        for n, on in enumerate(row.job_seeker_on):
            fact(FactKind.JOB_SEEKER, "", on, n)
        for n, move in enumerate(row.repatriations):
            fact(FactKind.REPATRIATION, f"{move.direction}:{move.country}", move.on, n)
        if row.cooperated is not None:
            fact(FactKind.COOPERATION, "yes" if row.cooperated else "no", row.identified_on, 0)

    def _lead(self, duty: UUID, case_id: UUID, lead: OfficeCard, region: str | None, at: datetime) -> None:
        kind, source = self.pack.kinds["lead"], self.rule.source
        self._add(
            Duty,
            id=duty,
            case_id=case_id,
            kind="lead",
            rule=self.rule.id,
            source=source.instrument,
            verified=self.rule.verified,
            sop=self.pack.id,
            role=self.rule.role,
            classes_opened=list(kind.opens),
            by_law=kind.by_law,
            region_id=region,
            started_at=at,
            known_at=self.now,
            state=State.HELD,
            escalates_to=self.rule.escalates_to,
            holder_id=lead.id,
        )
        self._add(Holding, duty_id=duty, case_id=case_id, office_id=lead.id, since=at)
        self._add(
            Event,
            duty_id=duty,
            case_id=case_id,
            at=at,
            known_at=self.now,
            kind="created",
            state_after=State.HELD,
        )
        self._add(Happening, case_id=case_id, kind="case_imported", at=at, known_at=self.now)


def _end_of(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=like.tzinfo) + timedelta(minutes=1)
