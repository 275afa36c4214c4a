from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.api.kinds import Given, codes_of
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties.policies import DOOR as DUTIES
from opennrm.identification import referral_queries as queries
from opennrm.identification import referrals
from opennrm.identification.interview_rules import Side
from opennrm.identification.policies import DOOR
from opennrm.identification.referral_queries import ReferralCard
from opennrm.identification.referral_rules import DeclineReason

ReferralDecline = StrEnum("ReferralDecline", {one.name: one.value for one in DeclineReason})  # type: ignore[misc]


class Shared(Schema):
    """Exactly what the addressee was told, kept as it was: no name."""

    reference: str
    child: bool
    language: str
    region: str
    in_danger: bool


class Referral(Schema):
    """To whom the person was referred, what was shared, what the addressee answered, and who looked at a decline."""

    id: UUID
    side: str
    from_office: str
    office: str
    made_at: datetime
    answer_by: datetime | None
    shown: Shared
    state: str
    reason: str
    answered_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    can: list[str]


class Referrals(Schema):
    """`can` says to which addressees your office may refer the person now, and whether it reviews a decline."""

    referrals: list[Referral]
    can: list[str]


class ReferralsToAnswer(Schema):
    referrals: list[Referral]


class NewReferral(Given):
    side: Side


class ReferralDeclined(Given):
    reason: ReferralDecline


class ReferralReviewed(Given):
    """Whether the addressee takes the referral after all; if not, another office is told."""

    takes: bool


@reads("/cases/{uuid:case}/referrals", Referrals)
def list_referrals(request: HttpRequest, case: UUID) -> Any:
    """The referrals of a case to the police and the State Social Service, the latest first, with what was shared."""
    one = opened(request, case)
    one.read("list_referrals")
    may = [f"refer_{side}" for side in Side if referrals.may_refer(one.case, side, one.actor)]
    return {
        "referrals": _shown(request, queries.referrals(case)),
        "can": [*may, *one.can("review_referral")],
    }


@acts("/cases/{uuid:case}/referrals", status=201)
def refer(request: HttpRequest, case: UUID, given: NewReferral) -> Any:
    """Refers the person to the police or the State Social Service; that office owes an answer from now on."""
    one = opened(request, case)
    referrals.refer(case=one.case, side=given.side, by=one.actor)
    return one.done("referrals")


@acts("/cases/{uuid:case}/referrals/review")
def review_referral(request: HttpRequest, case: UUID, given: ReferralReviewed) -> Any:
    """Decides on a declined referral: the addressee takes it after all, or another office is told."""
    one = opened(request, case)
    referrals.review(case=one.case, takes=given.takes, by=one.actor)
    return one.done("referrals")


@reads("/referrals", ReferralsToAnswer)
def list_referrals_to_answer(request: HttpRequest) -> Any:
    """The referrals that your offices have not answered yet, the most urgent first."""
    actor = actor_of(request)
    DUTIES.require(actor, "duties.worklist")
    found = queries.waiting_for(sorted(actor.offices))
    if found:
        audit.record("duties.worklist", detail={"cases": sorted({str(card.case_id) for card in found})})
    return {"referrals": _shown(request, found)}


@reads("/referrals/{uuid:referral}", Referral)
def read_referral(request: HttpRequest, referral: UUID) -> Any:
    """One referral as it was shared; until your office accepts, the case itself answers 404."""
    card = queries.referral(referral)
    audit.record("identification.read_referral", case=card.case_id, subject=str(card.id))
    return _shown(request, [card])[0]


@acts("/referrals/{uuid:referral}/accept")
def accept_referral(request: HttpRequest, referral: UUID) -> Any:
    """Accepts the referral: your office sees the case and owes its part from now on."""
    case = referrals.answer(referral=referral, accepts=True, by=actor_of(request))
    return done(case, "cases", case)


@acts("/referrals/{uuid:referral}/decline")
def decline_referral(request: HttpRequest, referral: UUID, given: ReferralDeclined) -> Any:
    """Declines it with a reason; another office looks at it."""
    referrals.answer(referral=referral, accepts=False, reason=str(given.reason), by=actor_of(request))
    return done(referral, "worklist")


def _shown(request: HttpRequest, cards: Sequence[ReferralCard]) -> list[dict[str, Any]]:
    actor = actor_of(request)
    codes = codes_of(o for card in cards for o in (card.from_office, card.office, card.review_office))
    plain = set(Referral.model_fields) - {"from_office", "office", "reviewed_by", "can"}
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "from_office": codes[card.from_office],
            "office": codes[card.office],
            "reviewed_by": codes[card.review_office],
            "can": ["answer"]
            if card.is_open and DOOR.may(actor, "identification.answer_referral", card)
            else [],
        }
        for card in cards
    ]
