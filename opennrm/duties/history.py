from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opennrm.duties.models import Event, Offer, Pause
from opennrm.duties.rules import OfferState


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
