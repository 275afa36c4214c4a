from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.duties.models import Event, Offer, Pause
from opennrm.duties.queries import responsible
from opennrm.duties.rules import OPEN, OfferState


@dataclass(frozen=True, slots=True)
class EventCard:
    """A line of a duty's history."""

    at: datetime
    known_at: datetime
    kind: str
    state_after: str
    office: int | None
    officer: int | None
    reason: str


def events(duty: UUID) -> list[EventCard]:
    """What happened to a duty, the newest first."""
    rows = Event.objects.filter(duty=duty).order_by("-at", "-known_at", "-id")
    return [
        EventCard(e.at, e.known_at, e.kind, e.state_after, e.office_id, e.officer_id, e.reason) for e in rows
    ]


def open_offers(duties: list[UUID]) -> dict[UUID, tuple[UUID, int]]:
    """The offers that wait for an answer, by duty: the offer and the office that was asked."""
    rows = Offer.objects.filter(duty__in=duties, state=OfferState.OPEN).values_list(
        "duty_id", "id", "to_office_id"
    )
    return {duty: (offer, office) for duty, offer, office in rows}


def waits_until(duty: UUID) -> datetime | None:
    """Until when a suspended duty was put off; None where nobody could say."""
    return Pause.objects.filter(duty=duty, until__isnull=True).values_list("planned_until", flat=True).first()


def who_was_responsible(case: CaseCard, at: datetime) -> dict[str, Any]:
    """The duties of a case at an instant in plain values, as the command line and the HTTP API promise them."""
    cards = responsible(case, at)
    lead = next((one.holder_id for one in cards if one.kind == "lead" and one.state in OPEN), None)
    codes = {card.id: card.code for card in agencies.offices(one.holder_id for one in cards).values()}
    people = agencies.officers(one.person_id for one in cards if one.person_id)
    return {
        "case": str(case.id),
        "reference": case.reference,
        "at": at.isoformat(),
        "lead_office": codes[lead] if lead else None,
        "duties": [
            {
                "id": str(card.id),
                "kind": card.kind,
                "subject": card.subject,
                "rule": card.rule,
                "source": card.source,
                "verified": card.verified,
                "holder": codes[card.holder_id],
                "person": people[card.person_id].name if card.person_id else None,
                "since": card.since.isoformat(),
                "due": card.due_at.isoformat() if card.due_at else None,
                "state": card.state,
            }
            for card in cards
        ],
    }
