"""What is improbable in a case, though not impossible: imported with a warning."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from opennrm.exchange.rules import CaseRow, age_at_identification, age_on

YOUNGEST_AT_WORK = 14
OLDEST_USUAL = 90
Improbable = Iterator[tuple[str, str]]


def improbable(row: CaseRow) -> Improbable:
    """Column and sentence for everything improbable in a row."""
    yield from _decision(row)
    yield from _person(row)
    if row.services:
        yield from _services(row)
    if row.shelter_stays:
        yield from _stays(row)
    for repatriation in row.repatriations:
        if repatriation.on < row.identified_on:
            yield "nrm_Repatriated", "A return lies before the person is identified."
    for permit in row.permits:
        if permit.on < row.identified_on:
            yield "nrm_ResidencePermit", "A residence permit is dated before the person is identified."
    for registered_on in row.job_seeker_on:
        if _younger_than(row, YOUNGEST_AT_WORK, registered_on):
            yield "nrm_JobSeekerOn", f"A child under {YOUNGEST_AT_WORK} is registered as a job seeker."


def _decision(row: CaseRow) -> Improbable:
    if row.decided_on is not None and row.decided_on < row.identified_on:
        yield "nrm_StatusDecidedOn", "The decision is dated before the person is identified."
    if row.decision in ("not_victim", "declined") and row.decided_on is None:
        yield "nrm_StatusDecidedOn", "A decision without a date counts from the day of identification."
    if row.decided_on is not None and not row.decision:
        yield "nrm_StatusDecision", "There is a date of decision, but no decision."


def _person(row: CaseRow) -> Improbable:
    age = age_at_identification(row)
    if age is None:
        return
    if age > OLDEST_USUAL:
        column = "nrm_AgeAtIdentification" if row.birth_date is None else "prs_Birthdate"
        yield column, f"The person is older than {OLDEST_USUAL} at identification."
    if age >= 18 and "ChildLabour" in row.exploitation:
        yield "vic_TypeOfExploitation", "Child labour is recorded for an adult."


def _services(row: CaseRow) -> Improbable:
    first = min(service.on for service in row.services)
    last = max(service.on for service in row.services)
    if first < row.identified_on:
        yield "nrm_Services", "A service is dated before the person is identified."
    if row.closed_on is not None and last > row.closed_on:
        yield "nrm_Services", "A service is dated after the case was closed."
    left_on = [repatriation.on for repatriation in row.repatriations if repatriation.direction == "out"]
    if left_on and last > min(left_on):
        yield "nrm_Services", "A service is dated after the person returned to another country."
    for service in row.services:
        for_work = service.kind in ("vocational_training", "employment")
        if for_work and _younger_than(row, YOUNGEST_AT_WORK, service.on):
            yield "nrm_Services", f"A child under {YOUNGEST_AT_WORK} receives {service.kind}."


def _stays(row: CaseRow) -> Improbable:
    stays = sorted(row.shelter_stays, key=lambda stay: (stay.since, stay.until or date.max))
    if stays[0].since < row.identified_on:
        yield "nrm_Shelter", "A stay begins before the person is identified."
    for earlier, later in pairwise(stays):
        if earlier.until is None or later.since < earlier.until:
            yield "nrm_Shelter", "Two stays overlap."
    if row.closed_on is not None and any(_lasts_past(stay.until, row.closed_on) for stay in stays):
        yield "nrm_Shelter", "A stay lasts beyond the day the case was closed."


def _lasts_past(until: date | None, closed_on: date) -> bool:
    return until is None or until > closed_on


def _younger_than(row: CaseRow, years: int, on: date) -> bool:
    if row.birth_date is not None:
        return age_on(row.birth_date, on) < years
    if row.age is None:
        return False
    # Only the age at identification is known: a year more is given for each one begun since.
    return row.age + max(0, on.year - row.identified_on.year) < years
