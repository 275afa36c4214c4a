"""The columns of the case file, each with the value it carries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opennrm.exchange import cells, codes
from opennrm.exchange.rules import Permit, Repatriation, Service, ShelterStay

Write = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field of CaseRow, how it is read and written."""

    heading: str
    name: str
    parse: cells.Parse
    write: Write = str
    required: bool = False
    is_free_text: bool = False


def _cell_of_service(service: Service) -> str:
    return f"{service.kind}@{service.on}"


def _cell_of_stay(stay: ShelterStay) -> str:
    return f"{stay.office}@{stay.since}/{stay.until or ''}"


def _cell_of_permit(permit: Permit) -> str:
    return f"{permit.event}@{permit.on}"


def _cell_of_repatriation(repatriation: Repatriation) -> str:
    return f"{repatriation.direction}@{repatriation.on}@{repatriation.country}"


def _list_of(write: Write) -> Write:
    return lambda values: ";".join(map(write, values))


def _text(heading: str, name: str, *, required: bool = False) -> Column:
    return Column(heading, name, cells.free_text, required=required, is_free_text=True)


def _one(heading: str, name: str, parse: cells.Parse, *, required: bool = False) -> Column:
    return Column(heading, name, parse, required=required)


def _many(heading: str, name: str, parse: cells.Parse, write: Write = str) -> Column:
    return Column(heading, name, cells.several(parse), _list_of(write))


COLUMNS: tuple[Column, ...] = (
    _text("case_ref", "case_ref", required=True),
    _text("prs_FirstName", "first_name"),
    _text("prs_SecondName", "second_name"),
    _one("prs_Birthdate", "birth_date", cells.day),
    _one("nrm_AgeAtIdentification", "age", cells.age),
    _one("prs_Gender", "gender", cells.one_of(codes.GENDERS, "a gender code of HTCDS")),
    _many("prs_Citizenship", "citizenships", cells.country),
    Column(
        "prs_IdentityNumber",
        "identity_numbers",
        cells.several(cells.free_text),
        _list_of(str),
        is_free_text=True,
    ),
    _many("prs_PrimaryLanguage", "languages", cells.language),
    _one("vic_TraffickingStatus", "status", cells.one_of(codes.STATUSES, "a status of HTCDS"), required=True),
    _many(
        "vic_TypeOfExploitation",
        "exploitation",
        cells.one_of(codes.EXPLOITATIONS, "a form of exploitation of HTCDS"),
    ),
    _one("nrm_IdentifiedOn", "identified_on", cells.day, required=True),
    _one("nrm_IdentifiedBy", "identified_by", cells.office),
    _one("nrm_DetectionChannel", "channel", cells.one_of(codes.CHANNELS, "a detection channel")),
    _one("nrm_Region", "region", cells.region),
    _one("nrm_StatusDecidedOn", "decided_on", cells.day),
    _one("nrm_StatusDecision", "decision", cells.one_of(codes.DECISIONS, "a decision")),
    _many("nrm_Services", "services", cells.service, _cell_of_service),
    _many("nrm_Shelter", "shelter_stays", cells.shelter_stay, _cell_of_stay),
    _many("nrm_ResidencePermit", "permits", cells.permit, _cell_of_permit),
    _many("nrm_JobSeekerOn", "job_seeker_on", cells.day),
    _many("nrm_Repatriated", "repatriations", cells.repatriation, _cell_of_repatriation),
    Column("nrm_Cooperated", "cooperated", cells.yes_or_no, lambda told: "yes" if told else "no"),
    _one("nrm_ClosedOn", "closed_on", cells.day),
)
COLUMN_OF_HEADING = {column.heading: column for column in COLUMNS}
REQUIRED = tuple(column.heading for column in COLUMNS if column.required)
