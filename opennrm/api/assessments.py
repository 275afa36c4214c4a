from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.api import kinds
from opennrm.api.kinds import Day, Given, Text, chosen, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.service import acts, reads
from opennrm.identification import assessment_queries as queries
from opennrm.identification import assessments
from opennrm.identification.assessment_queries import AssessmentCard, ConferenceCard
from opennrm.identification.assessment_rules import ConferenceOutcome, Element, View, disagreements
from opennrm.identification.taking_part import offices_taking_part


class Assessment(Schema):
    """How one agency sees the case; `means` is null for a child, `reasons` where your offices may not read them."""

    office: str
    person: str | None
    made_at: datetime
    act: str
    means: str | None
    purpose: str
    conclusion: str
    reasons: str | None


class Conference(Schema):
    """A conference of agencies that disagreed; `minutes` is null where your offices may not read them."""

    held_on: date
    offices: list[str]
    outcome: str
    minutes: str | None


class Assessments(Schema):
    """The latest assessment of each office side by side, and the elements on which they part."""

    assessments: list[Assessment]
    disagreements: list[str]
    conferences: list[Conference]
    can: list[str]


class NewAssessment(Given):
    """Act, means and purpose, and your office's own reasons; of a child the means are left out."""

    act: Element
    means: Element | None = None
    purpose: Element
    reasons: Text


class NewConference(Given):
    """Which of the offices that assessed the case met, and what came of it."""

    held_on: Day
    offices: Annotated[list[kinds.Word], Field(max_length=20)]
    outcome: ConferenceOutcome
    minutes: Text


@reads("/cases/{uuid:case}/assessments", Assessments)
def list_assessments(request: HttpRequest, case: UUID) -> Any:
    """How each agency sees the case against act, means and purpose, where they part, and what their conference came to."""
    one = opened(request, case)
    one.read("list_assessments", *sorted(one.sees() & {"ordinary", "narrative"}))
    found = queries.assessments(case, by=one.actor)
    return {
        "assessments": _assessments(found),
        "disagreements": disagreements([card.view for card in found]),
        "conferences": _conferences(queries.conferences(case, by=one.actor)),
        "can": one.can("assess", "confer"),
    }


@acts("/cases/{uuid:case}/assessments", status=201)
def record_assessment(request: HttpRequest, case: UUID, given: NewAssessment) -> Any:
    """Records how your office sees the case, with its own reasons; they are sealed."""
    one = opened(request, case)
    view = View(given.act, given.means, given.purpose)
    assessments.assess(case=one.case, view=view, reasons=given.reasons, by=one.actor)
    return one.done("assessments")


@acts("/cases/{uuid:case}/conferences", status=201)
def record_conference(request: HttpRequest, case: UUID, given: NewConference) -> Any:
    """Records that the agencies which disagree met, and the minutes; they are sealed."""
    one = opened(request, case)
    one.require_step("confer")
    able = set(offices_taking_part(case))
    assessed = {card.office for card in queries.assessments(case, by=one.actor)} & able
    known = {code: office for office, code in codes_of(assessed).items() if code and office}
    offices = [known[chosen(code, known, "offices")] for code in given.offices]
    assessments.confer(
        case=one.case,
        held_on=given.held_on,
        offices=offices,
        outcome=given.outcome,
        minutes=given.minutes,
        by=one.actor,
    )
    return one.done("assessments")


def _assessments(found: list[AssessmentCard]) -> list[dict[str, Any]]:
    codes, names = codes_of(card.office for card in found), names_of(card.officer for card in found)
    return [
        {
            "office": codes[card.office],
            "person": names[card.officer],
            "made_at": card.made_at,
            "act": card.view.act,
            "means": card.view.means,
            "purpose": card.view.purpose,
            "conclusion": card.conclusion,
            "reasons": card.reasons,
        }
        for card in found
    ]


def _conferences(found: list[ConferenceCard]) -> list[dict[str, Any]]:
    codes = codes_of(office for card in found for office in card.offices)
    return [
        {
            "held_on": card.held_on,
            "offices": [codes[office] for office in card.offices],
            "outcome": card.outcome,
            "minutes": card.minutes,
        }
        for card in found
    ]
