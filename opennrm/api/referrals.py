from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.api import kinds
from opennrm.api.kinds import Given, codes_of
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.duties.policies import DOOR as DUTIES
from opennrm.identification import referral_queries as queries
from opennrm.identification import referrals, rerouting, withdrawing
from opennrm.identification.interview_rules import Side
from opennrm.identification.policies import DOOR
from opennrm.identification.referral_queries import ReferralCard
from opennrm.identification.referral_rules import AgainReason, DeclineReason, WithdrawReason


class Shared(Schema):
    """What the addressee was told, as it was: no name."""

    reference: str
    child: bool
    language: str
    region: str
    in_danger: bool


class Referral(Schema):
    """A person referred to the police or the State Social Service, with what was shared and what came of it."""

    id: UUID
    to: Side
    from_office: str
    office: str
    made_at: datetime
    answer_by: datetime | None
    shared: Shared
    state: str
    again: str
    reason: str
    answered_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    can: list[str]


class CanBeTold(Schema):
    """An office that can be told now; once one was told, `office` names which is, and the same again needs a reason."""

    to: Side
    office: str
    told_before: bool


class Referrals(Schema):
    """Referrals, and to whom the person may be referred where they are those of one case."""

    referrals: list[Referral]
    may_refer_to: list[Side] = []
    can_be_told: list[CanBeTold] = []


class ToRefer(Given):
    """The first time the procedure says which office it is; later `office` does, and `again` why the same is told again."""

    to: Side
    office: kinds.Word | None = None
    again: AgainReason | None = None


class ReferralDeclined(Given):
    reason: DeclineReason


class ReferralWithdrawn(Given):
    reason: WithdrawReason


class ReferralReviewed(Given):
    """Whether the office that declined has to take the referral after all."""

    takes: bool


@reads("/referrals", Referrals)
def list_referrals(request: HttpRequest) -> Any:
    """The persons referred to your offices that wait for an answer, the most urgent first."""
    actor = actor_of(request)
    DUTIES.require(actor, "duties.worklist")
    cards = queries.waiting_for(sorted(actor.offices))
    if cards:
        audit.record("duties.worklist", detail={"cases": sorted({str(one.case_id) for one in cards})})
    return {"referrals": _shown(request, cards)}


@reads("/referrals/{uuid:referral}", Referral)
def read_referral(request: HttpRequest, referral: UUID) -> Any:
    """One referral as it was shared; until your office accepts, the case itself answers 404."""
    card = queries.referral(referral)
    audit.record("identification.read_referral", case=card.case_id, subject=str(card.id))
    return _shown(request, [card])[0]


@acts("/referrals/{uuid:referral}/accept")
def accept_referral(request: HttpRequest, referral: UUID) -> Any:
    """Accepts: your office sees of the case what its duties open."""
    case = referrals.answer(referral=referral, accepts=True, by=actor_of(request))
    seen = cases.cases_by_id([case])
    return done(case, *(("cases", case) if seen else ("worklist",)))


@acts("/referrals/{uuid:referral}/decline")
def decline_referral(request: HttpRequest, referral: UUID, given: ReferralDeclined) -> Any:
    """Declines with a reason, which another office then looks at."""
    referrals.answer(referral=referral, accepts=False, reason=str(given.reason), by=actor_of(request))
    return done(referral, "referrals", referral)


@acts("/referrals/{uuid:referral}/withdraw")
def withdraw_referral(request: HttpRequest, referral: UUID, given: ReferralWithdrawn) -> Any:
    """Takes a referral of your office back while it is not answered; the other office is asked no longer."""
    withdrawing.withdraw(referral=referral, reason=given.reason, by=actor_of(request))
    return done(referral, "referrals", referral)


@reads("/cases/{uuid:case}/referrals", Referrals)
def list_case_referrals(request: HttpRequest, case: UUID) -> Any:
    """The referrals of a case, the latest first, and to whom the person may be referred now."""
    one = opened(request, case)
    one.read("list_case_referrals")
    sides = [side for side in Side if referrals.may_refer(one.case, side, one.actor)]
    return {
        "referrals": _shown(request, queries.referrals(case)),
        "may_refer_to": sides,
        "can_be_told": [told for side in sides for told in _can_be_told(one.case, side)],
    }


@acts("/cases/{uuid:case}/refer", status=201)
def refer(request: HttpRequest, case: UUID, given: ToRefer) -> Any:
    """Refers the person to one of the two addressees, which then owes an answer."""
    one = opened(request, case)
    office = kinds.office(given.office).id if given.office else None
    referrals.refer(case=one.case, side=given.to, office=office, again=given.again, by=one.actor)
    return one.done("referrals")


@acts("/cases/{uuid:case}/referrals/review")
def review_referral(request: HttpRequest, case: UUID, given: ReferralReviewed) -> Any:
    """Decides on the oldest declined referral: that office takes it, or the lead office tells another."""
    one = opened(request, case)
    referrals.review(case=one.case, takes=given.takes, by=one.actor)
    return one.done("referrals")


def _shown(request: HttpRequest, cards: Sequence[ReferralCard]) -> list[dict[str, Any]]:
    codes = codes_of(
        office for card in cards for office in (card.from_office, card.office, card.review_office)
    )
    plain = ("id", "made_at", "answer_by", "state", "again", "reason", "answered_at", "reviewed_at")
    actor = actor_of(request)
    return [
        {name: getattr(card, name) for name in plain}
        | {
            "to": card.side,
            "shared": card.shown,
            "from_office": codes[card.from_office],
            "office": codes[card.office],
            "reviewed_by": codes[card.review_office],
            "can": _can(actor, card),
        }
        for card in cards
    ]


def _can(actor: Actor, card: ReferralCard) -> list[str]:
    if not card.is_open:
        return []
    answers = DOOR.may(actor, "identification.answer_referral", card)
    withdraws = DOOR.may(actor, "identification.withdraw_referral", card)
    return [*(["accept", "decline"] if answers else []), *(["withdraw"] if withdraws else [])]


def _can_be_told(case: CaseCard, side: Side) -> list[dict[str, Any]]:
    told = rerouting.told_before(case.id, side)
    before = {one.office for one in told}
    able = rerouting.offices_to_tell_now(case, side, told) if told else []
    codes = codes_of(able)
    return [{"to": side, "office": codes[office], "told_before": office in before} for office in able]
