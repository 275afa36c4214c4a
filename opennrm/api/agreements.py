from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.api import kinds
from opennrm.api.kinds import Day, Given, Line, chosen, codes_of
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement
from opennrm.coordination.policies import DOOR
from opennrm.coordination.rules import Standing
from opennrm.lib import clock


class Agreement(Schema):
    """What organisations agreed; `expires_on` is null where no end was agreed."""

    id: UUID
    subject: str
    parties: list[str]
    signed_on: date
    expires_on: date | None
    ended_on: date | None
    kept_by: str
    source: str
    standing: str
    can: list[str]


class Agreements(Schema):
    agreements: list[Agreement]
    can: list[str]


class AgreementToEnter(Given):
    """What is agreed, between which organisations by code, and until when; no name of a person."""

    subject: Line
    parties: Annotated[list[kinds.Word], Field(max_length=50)]
    signed_on: Day
    expires_on: Day | None = None


@reads("/agreements", Agreements)
def list_agreements(request: HttpRequest) -> Any:
    """Every agreement between organisations, those that end first at the top and those that are over last."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.read")
    cards = queries.agreements(clock.today())
    codes = codes_of(card.kept_by_id for card in cards)
    plain = set(Agreement.model_fields) - {"kept_by", "can"}
    return {
        "agreements": [
            {name: getattr(card, name) for name in plain}
            | {
                "kept_by": codes[card.kept_by_id],
                "can": ["end"]
                if card.standing is not Standing.OVER and DOOR.may(actor, "coordination.end_agreement", card)
                else [],
            }
            for card in cards
        ],
        "can": ["agree"] if DOOR.may(actor, "coordination.agree") else [],
    }


@acts("/agreements", status=201)
def enter_agreement(request: HttpRequest, given: AgreementToEnter) -> Any:
    """Enters an agreement; your office keeps it and is warned sixty days before it ends."""
    actor = actor_of(request)
    DOOR.require(actor, "coordination.agree")
    known = queries.organisation_ids()
    parties = tuple(known[chosen(code, known, "parties")] for code in given.parties)
    new = NewAgreement(given.subject, given.signed_on, given.expires_on, parties)
    made = actions.enter_agreement(new=new, kept_by=actor.office or 0, by=actor)
    return done(made, "agreements")


@acts("/agreements/{uuid:agreement}/end")
def end_agreement(request: HttpRequest, agreement: UUID) -> Any:
    """Says that an agreement is in force no longer from today on."""
    actions.end_agreement(agreement=agreement, by=actor_of(request))
    return done(agreement, "agreements")
