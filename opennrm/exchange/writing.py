from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from opennrm.access import sealing
from opennrm.access.models import Basis
from opennrm.access.rules import SEALED_CLASSES, new_id
from opennrm.agencies.queries import OfficeCard
from opennrm.casefile.models import Case, Fact, ImportedRow
from opennrm.casefile.rules import Fork, new_reference
from opennrm.duties.models import Duty, Event, Happening, Holding
from opennrm.duties.sops import DEFAULT_SOP, sop
from opennrm.exchange.fact_rows import fact_rows, identification_rows, remainder
from opennrm.exchange.lead_rows import lead_rows
from opennrm.exchange.person_rows import person_rows
from opennrm.exchange.rules import CaseRow, age_at_identification
from opennrm.identification.models import Decision, Identification
from opennrm.lib import clock
from opennrm.lib.rows import Made, Row, insert
from opennrm.people.models import BirthDate, Document, Name, Person, Token

# In the order in which row security and foreign keys let rows be written.
TABLES: tuple[type[Model], ...] = (
    Basis,
    *(Person, Name, BirthDate, Document, Token),
    Case,
    *(Identification, Decision, Fact),
    *(Duty, Holding, Event, Happening),
    ImportedRow,
)


class Batch:
    """The rows of every table for a portion of a case file, written together."""

    def __init__(self, sender: int | None, offices: Mapping[int, OfficeCard]) -> None:
        self.sender = sender
        self.codes = {card.code: card.id for card in offices.values()}
        self.pack = sop(DEFAULT_SOP)
        self.now = clock.now()
        self.rows: dict[type[Model], list[Row]] = {table: [] for table in TABLES}

    def add(self, row: CaseRow, *, lead: OfficeCard, content: bytes, opened_at: datetime) -> UUID:
        """Adds one case with everything its row says."""
        case_id, person_id = new_id(), new_id()
        sealing.new_keys(case_id, SEALED_CLASSES, [lead.organisation])
        self._keep(
            lead_rows(row, case_id=case_id, office=lead.id, pack=self.pack, opened_at=opened_at, now=self.now)
        )
        self._keep(
            person_rows(
                row,
                case_id=case_id,
                person_id=person_id,
                organisation=lead.organisation,
                known_at=opened_at,
            )
        )
        self._keep([self._case(row, case_id, person_id, lead, opened_at)])
        self._keep(identification_rows(row, case_id=case_id, office=self.codes.get(row.identified_by)))
        self._keep(fact_rows(row, case_id=case_id))
        self._keep([self._imported(row, case_id, content)])
        return case_id

    def write(self) -> None:
        """Writes the portion; nothing stands before the transaction it is part of commits."""
        self._draw_references_again()
        for table in TABLES:
            insert(table, self.rows[table])
            self.rows[table] = []
        # A large file would otherwise hold every key it ever made.
        sealing.let_keys_go()

    def _keep(self, made: Iterable[Made]) -> None:
        for table, row in made:
            self.rows[table].append(row)

    def _case(
        self, row: CaseRow, case_id: UUID, person_id: UUID, lead: OfficeCard, opened_at: datetime
    ) -> Made:
        age = age_at_identification(row)
        return Case, {
            "id": case_id,
            "reference": new_reference(self.pack.country),
            "person_id": person_id,
            "opened_at": opened_at,
            "known_at": opened_at,
            "closed_on": row.closed_on,
            "region_id": row.region or None,
            "lead_office_id": lead.id,
            "fork": Fork.CHILD if age is not None and age < 18 else Fork.CONSENTS,
            "sop": self.pack.id,
        }

    def _imported(self, row: CaseRow, case_id: UUID, content: bytes) -> Made:
        return ImportedRow, {
            "office_id": self.sender,
            "case_ref": row.case_ref,
            "content": content,
            "remainder": remainder(row),
            "case_id": case_id,
        }

    def _draw_references_again(self) -> None:
        # Random letters meet a reference that stands once in some thousand large files.
        cases = self.rows[Case]
        drawn = [case["reference"] for case in cases]
        taken = set(Case.objects.filter(reference__in=drawn).values_list("reference", flat=True))
        for case in cases:
            while case["reference"] in taken:
                case["reference"] = new_reference(self.pack.country)
            taken.add(case["reference"])
