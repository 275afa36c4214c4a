from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.api.kinds import Day, Given, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.service import acts, reads
from opennrm.identification import police_cases
from opennrm.identification.police_cases import NotOpenedReason


class PoliceAnswer(Schema):
    """What the police answered, and how another office saw it; null where no office has looked yet."""

    opened: bool
    decided_on: date
    known_at: datetime
    reason: str
    office: str
    person: str | None
    reviewed_on: date | None
    reviewed_by: str | None
    review_agrees: bool | None


class PoliceCase(Schema):
    answers: list[PoliceAnswer]
    can: list[str]


class NewPoliceAnswer(Given):
    """Whether a police case is opened; if not, why not, in a word."""

    opened: bool
    decided_on: Day
    reason: NotOpenedReason | None = None


class PoliceCaseReviewed(Given):
    agrees: bool


@reads("/cases/{uuid:case}/police-case", PoliceCase)
def read_police_case(request: HttpRequest, case: UUID) -> Any:
    """Whether the police opened a case, why not, and which other office looked at it; the latest answer first."""
    one = opened(request, case)
    one.read("read_police_case")
    found = police_cases.answers(case)
    codes = codes_of(office for card in found for office in (card.office, card.reviewed_by))
    names = names_of(card.officer for card in found)
    plain = set(PoliceAnswer.model_fields) - {"office", "person", "reviewed_by"}
    return {
        "answers": [
            {name: getattr(card, name) for name in plain}
            | {
                "office": codes[card.office],
                "person": names[card.officer],
                "reviewed_by": codes[card.reviewed_by],
            }
            for card in found
        ],
        "can": one.can("police_case", "review_police_case"),
    }


@acts("/cases/{uuid:case}/police-case", status=201)
def record_police_case(request: HttpRequest, case: UUID, given: NewPoliceAnswer) -> Any:
    """Records whether the police opened a case; a refusal goes to another office for review."""
    one = opened(request, case)
    police_cases.record(
        case=one.case,
        opened=given.opened,
        decided_on=given.decided_on,
        reason=str(given.reason or ""),
        by=one.actor,
    )
    return one.done("police-case")


@acts("/cases/{uuid:case}/police-case/review")
def review_police_case(request: HttpRequest, case: UUID, given: PoliceCaseReviewed) -> Any:
    """Records whether your office agrees that no case was opened; if not, the police answer again."""
    one = opened(request, case)
    police_cases.review(case=one.case, agrees=given.agrees, by=one.actor)
    return one.done("police-case")
