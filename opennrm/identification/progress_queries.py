from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from opennrm.identification.assessment_queries import offices_that_assessed
from opennrm.identification.models import Interview, PoliceCase, Referral, ReviewRequest


@dataclass(frozen=True, slots=True)
class Progress:
    """How far each step of the procedure has come on a case."""

    referred: tuple[str, ...]
    interview: str
    assessed: int
    disagree: bool
    police_case: bool | None
    review_open: bool


def progress(case_id: UUID) -> Progress:
    """The steps of one case in five questions to the database."""
    interview = Interview.objects.filter(case=case_id).order_by("-made_at").values_list("state", flat=True)
    police = PoliceCase.objects.filter(case=case_id).order_by("-known_at").values_list("opened", flat=True)
    assessed, parted = offices_that_assessed(case_id)
    referrals = Referral.objects.filter(case=case_id).order_by("made_at").values_list("side", "state")
    return Progress(
        referred=tuple(dict(referrals).values()),
        interview=interview.first() or "",
        assessed=assessed,
        disagree=bool(parted),
        police_case=police.first(),
        review_open=ReviewRequest.objects.filter(case=case_id, outcome__isnull=True).exists(),
    )
