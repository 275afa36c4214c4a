from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema

from opennrm.access import audit
from opennrm.api.duties import Owed, owed
from opennrm.api.offers import Offer, shown
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.duties import actions, queries
from opennrm.duties.policies import DOOR
from opennrm.lib import clock

PAGE = 50


class Show(StrEnum):
    ALL = "all"
    OVERDUE = "overdue"
    TODAY = "today"
    UNNAMED = "unnamed"


class Counted(Schema):
    overdue: int
    due_today: int
    offered: int
    unnamed: int
    all: int


class Notice(Schema):
    id: UUID
    duty: UUID | None
    case: UUID | None
    at: datetime
    what: str
    label: str
    reference: str


class Worklist(Schema):
    """What your offices owe, the most urgent first; what is offered to them, and what they were told."""

    counters: Counted
    duties: list[Owed]
    offers: list[Offer]
    notices: list[Notice]
    next: int | None


@reads("/worklist", Worklist)
def read_worklist(
    request: HttpRequest, show: Show = Show.ALL, page: Annotated[int, Query(ge=1, le=1000)] = 1
) -> Any:
    """What your offices owe, late first and then by day; offers and notices stand on the first page."""
    actor = actor_of(request)
    DOOR.require(actor, "duties.worklist")
    now, offices = clock.now(), sorted(actor.offices)
    tonight = _end_of_today(now)
    cards = queries.worklist(
        offices, show=str(show), now=now, end_of_today=tonight, limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    cards, more = cards[:PAGE], len(cards) > PAGE
    offers = queries.open_offers_to(offices) if page == 1 else []
    notices = queries.unread_notices(offices) if page == 1 else []
    cases = (
        {one.case_id for one in cards} | {one.case_id for one in offers} | {one.case_id for one in notices}
    )
    cases.discard(None)
    if cases:
        audit.record("duties.worklist", detail={"cases": sorted(map(str, cases))})
    counted = queries.counters(offices, now=now, end_of_today=tonight)
    return {
        "counters": {name: getattr(counted, name) for name in Counted.model_fields},
        "duties": owed(cards),
        "offers": shown(offers),
        "notices": [
            {
                "id": one.id,
                "duty": one.duty_id,
                "case": one.case_id,
                "at": one.at,
                "what": one.what,
                "label": one.label,
                "reference": one.reference,
            }
            for one in notices
        ],
        "next": page + 1 if more else None,
    }


@acts("/notices/{uuid:notice}/put-aside")
def put_notice_aside(request: HttpRequest, notice: UUID) -> Any:
    """Puts aside something your office was told; a second time changes nothing."""
    actions.read_notice(notice=notice, by=actor_of(request))
    return done(notice, "worklist")


def _end_of_today(now: datetime) -> datetime:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return clock.midnight(tomorrow)
