"""The rows of what an imported case tells: identification, decision, and the dated facts of its follow-through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from opennrm.casefile.models import Fact
from opennrm.casefile.rules import FactKind
from opennrm.exchange.rules import CaseRow, age_at_identification, effective_decision
from opennrm.identification.models import Decision, Identification
from opennrm.lib.rows import Made


def identification_rows(row: CaseRow, *, case_id: UUID, office: int | None) -> Iterator[Made]:
    """How the person was identified, and the decision on her status; known from the day it happened."""
    yield (
        Identification,
        {
            "case_id": case_id,
            "identified_on": row.identified_on,
            "known_on": row.identified_on,
            "office_id": office,
            "channel": row.channel,
            "region_id": row.region or None,
            "age": age_at_identification(row),
            "sex": row.gender,
            "citizenship": list(row.citizenships),
            "exploitation": list(row.exploitation),
        },
    )
    if found := effective_decision(row):
        decision, day = found
        yield (
            Decision,
            {
                "case_id": case_id,
                "decision": decision,
                "decided_on": day,
                "known_on": day,
                "day_given": row.decided_on is not None,
                "words_given": bool(row.decision),
            },
        )


def fact_rows(row: CaseRow, *, case_id: UUID) -> Iterator[Made]:
    """Every dated fact of the row, known from the day it happened."""
    for kind, told in _told(row).items():
        for position, (subject, on, until) in enumerate(told):
            yield (
                Fact,
                {
                    "case_id": case_id,
                    "kind": kind,
                    "subject": subject,
                    "happened_on": on,
                    "until": until,
                    "known_on": on,
                    "position": position,
                },
            )


def _told(row: CaseRow) -> dict[FactKind, list[tuple[str, date, date | None]]]:
    return {
        FactKind.SERVICE: [(service.kind, service.on, None) for service in row.services],
        FactKind.SHELTER_STAY: [(stay.office, stay.since, stay.until) for stay in row.shelter_stays],
        FactKind.RESIDENCE_PERMIT: [(permit.event, permit.on, None) for permit in row.permits],
        FactKind.JOB_SEEKER: [("", on, None) for on in row.job_seeker_on],
        FactKind.REPATRIATION: [
            (f"{move.direction}:{move.country}", move.on, None) for move in row.repatriations
        ],
        FactKind.COOPERATION: []
        if row.cooperated is None
        else [("yes" if row.cooperated else "no", row.identified_on, None)],
    }


def remainder(row: CaseRow) -> dict[str, str | int]:
    """What the row said and no other table holds, so that an export can give it back."""
    found: dict[str, str | int] = {}
    if row.age is not None and row.birth_date is not None:
        found["age"] = row.age
    if row.decided_on is not None and effective_decision(row) is None:
        found["decided_on"] = row.decided_on.isoformat()
    return found
