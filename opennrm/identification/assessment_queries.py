from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from opennrm.access import sealing
from opennrm.access.scope import Actor
from opennrm.identification.assessment_rules import Element, View, disagreements
from opennrm.identification.models import Assessment, AssessmentReasons, Conference, ConferenceMinutes


@dataclass(frozen=True, slots=True)
class AssessmentCard:
    """One agency's assessment; reasons are None where this office may not read what was written."""

    office: int
    officer: int
    made_at: datetime
    view: View
    conclusion: str
    reasons: str | None


@dataclass(frozen=True, slots=True)
class ConferenceCard:
    """One case conference; minutes are None where this office may not read what was written."""

    held_on: date
    offices: tuple[int, ...]
    outcome: str
    minutes: str | None


def assessments(case_id: UUID, *, by: Actor) -> list[AssessmentCard]:
    """The latest assessment of each office, the newest first, with the reasons this actor may read."""
    rows = _latest(case_id)
    sealed = {
        r.assessment_id: bytes(r.sealed)
        for r in AssessmentReasons.objects.filter(assessment__in=[row.id for row in rows])
    }
    sealer = sealing.Sealer(case_id, "narrative", by.organisations)
    return [
        AssessmentCard(
            row.office_id,
            row.officer_id,
            row.made_at,
            _view(row),
            row.conclusion,
            sealer.open("identification_assessmentreasons", "sealed", row.id, sealed[row.id])
            if row.id in sealed
            else None,
        )
        for row in rows
    ]


def disagreement(case_id: UUID) -> list[str]:
    """The elements on which the latest assessments part."""
    return disagreements([_view(row) for row in _latest(case_id)])


def offices_that_assessed(case_id: UUID) -> tuple[int, list[str]]:
    """How many offices assessed the case, and the elements on which they part."""
    rows = _latest(case_id)
    return len(rows), disagreements([_view(row) for row in rows])


def conferences(case_id: UUID, *, by: Actor) -> list[ConferenceCard]:
    """The case conferences, the newest first, with the minutes this actor may read."""
    rows = list(Conference.objects.filter(case=case_id).order_by("-held_on"))
    sealed = {m.conference_id: bytes(m.sealed) for m in ConferenceMinutes.objects.filter(case_id=case_id)}
    sealer = sealing.Sealer(case_id, "narrative", by.organisations)
    return [
        ConferenceCard(
            row.held_on,
            tuple(row.offices),
            row.outcome,
            sealer.open("identification_conferenceminutes", "sealed", row.id, sealed[row.id])
            if row.id in sealed
            else None,
        )
        for row in rows
    ]


def _latest(case_id: UUID) -> list[Assessment]:
    found: dict[int, Assessment] = {}
    for row in Assessment.objects.filter(case=case_id).order_by("-made_at"):
        found.setdefault(row.office_id, row)
    return list(found.values())


def _view(row: Assessment) -> View:
    return View(Element(row.act), Element(row.means) if row.means else None, Element(row.purpose))
