"""Case files as a sender might write them, for the small world of the suite."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from opennrm.access.scope import as_system
from opennrm.casefile.models import Case, ImportedRow
from opennrm.exchange.columns import COLUMNS
from opennrm.exchange.importing import Imported, file_source, import_cases
from tests.acting import office

FULL = {
    "case_ref": "A-1",
    "prs_FirstName": "Shkëlqim",
    "prs_SecondName": "Shembulli",
    "prs_Birthdate": "2004-02-29",
    "nrm_AgeAtIdentification": "16",
    "prs_Gender": "Masculine",
    "prs_Citizenship": "AL;XK",
    "prs_IdentityNumber": "SHEMBULL-1;SHEMBULL-2",
    "prs_PrimaryLanguage": "sqi;en",
    "vic_TraffickingStatus": "ActualVictimOfTrafficking",
    "vic_TypeOfExploitation": "ForcedLabour;ForcedCriminality",
    "nrm_IdentifiedOn": "2020-05-17",
    "nrm_IdentifiedBy": "border",
    "nrm_DetectionChannel": "border",
    "nrm_Region": "AL-11",
    "nrm_StatusDecidedOn": "2020-06-20",
    "nrm_StatusDecision": "official",
    "nrm_Services": "food@2020-05-18;legal_assistance@2020-07-01;food@2020-06-01",
    "nrm_Shelter": "shelter@2020-05-17/2020-09-01;shelter@2020-10-01/",
    "nrm_ResidencePermit": "granted@2020-08-01;renewed@2021-08-01",
    "nrm_JobSeekerOn": "2020-09-09",
    "nrm_Repatriated": "in@2020-05-16@IT",
    "nrm_Cooperated": "yes",
    "nrm_ClosedOn": "",
}
SHORT = {
    "case_ref": "A-1",
    "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
    "nrm_IdentifiedOn": "2020-05-17",
}
OPTIONAL = [column.heading for column in COLUMNS if not column.required]

Row = Mapping[str, str]
Send = Callable[..., Imported]


def csv_of(*rows: Row) -> bytes:
    """The rows under the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def sent(folder: Path, *rows: Row, sender: str | None = None) -> Imported:
    """Imports the rows as a file of this sender."""
    path = folder / "cases.csv"
    path.write_bytes(csv_of(*rows))
    with as_system("import", reason="case file") as actor:
        office_id = office(sender) if sender else None
        return import_cases(file_source(path), office=office_id, by=actor)


def counted() -> tuple[int, int]:
    """How many cases stand, and how many rows of files they came from."""
    with as_system("import", reason="count"):
        return Case.objects.count(), ImportedRow.objects.count()


def the_case(case_ref: str = "A-1", sender: str | None = None) -> Case:
    """The case of a reference."""
    with as_system("import", reason="look"):
        row = ImportedRow.objects.get(case_ref=case_ref, office=office(sender) if sender else None)
        return Case.objects.select_related("region").get(id=row.case_id)


def rows_of(text: bytes) -> Iterator[dict[str, str]]:
    """The rows of an exported file."""
    yield from csv.DictReader(io.StringIO(text.decode(), newline=""))
