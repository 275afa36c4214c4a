"""The time that a review may take: one to be confirmed reminds, a confirmed one lapses and tells the next office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from opennrm.access import actions as access
from opennrm.access.rules import BasisKind
from opennrm.access.scope import Actor
from opennrm.casefile import queries as cases
from opennrm.duties.limits import acts, due_at
from opennrm.duties.models import Review
from opennrm.duties.record import RETENTION, note
from opennrm.duties.routing import finder, kept_out
from opennrm.duties.rules import ReviewOutcome
from opennrm.duties.sops import confirmed_sop, sop
from opennrm.duties.telling import tell

# The rule of each procedure that says by when a review is decided; the review itself is what it asks for.
RULE = "duty-review"
KIND = "decide_review"


@dataclass(frozen=True, slots=True)
class Late:
    """A review that was not decided in time: whether that only reminds, and the office that was told besides."""

    review: Review
    due: datetime
    lapses: bool
    told: int | None = None


def decide_by(pack_id: str, asked_at: datetime) -> datetime | None:
    """By when a review that was asked for at an instant is decided; None where the procedure does not say."""
    pack = sop(pack_id)
    rule = pack.rules_by_id.get(RULE)
    return due_at(asked_at, rule.limit, pack.calendar) if rule else None


def late(now: datetime) -> QuerySet[Review]:
    """The open reviews whose time has passed and of which nobody was told yet."""
    waits = Review.objects.filter(
        outcome=ReviewOutcome.OPEN, reminded_at__isnull=True, lapsed_at__isnull=True, due_at__lte=now
    )
    return waits.select_related("duty").order_by("due_at")


def looked_at(row: Review) -> Late | None:
    """What the rule says of a review that is late; nothing where it has no limit."""
    rule = confirmed_sop(row.duty.sop).rules_by_id.get(RULE)
    return Late(row, row.due_at, acts(rule.limit)) if rule and row.due_at else None


def settle_late(row: Review, *, now: datetime, by: Actor) -> Late | None:
    """Writes that a review was not decided in time, dated at that instant, and tells; again, it changes nothing."""
    found = looked_at(row) if row.due_at and row.due_at <= now else None
    if found is None or row.reminded_at or row.lapsed_at:
        return None
    mark = "lapsed_at" if found.lapses else "reminded_at"
    setattr(row, mark, found.due)
    row.save(update_fields=[mark])
    what = "review_lapsed" if found.lapses else "review_reminded"
    note(row.duty, kind=what, at=found.due, now=now, by=by)
    tell(row.duty, row.reviewer_id, at=found.due, what=what)
    told = _escalate(row, found.due, now=now, by=by) if found.lapses else None
    return Late(row, found.due, found.lapses, told)


def _escalate(row: Review, at: datetime, *, now: datetime, by: Actor) -> int | None:
    role = sop(row.duty.sop).rules_by_id[RULE].escalates_to
    office = finder()(role, row.duty.region_id, kept_out(row.case_id)) if role else None
    if office is None or office == row.reviewer_id:
        return None
    # The same reference as the reviewer's: the sight of both ends with the review.
    access.grant_all(
        case=row.case_id,
        grants=[access.Grant(office, BasisKind.NOTICE, str(row.id), (), now + RETENTION)],
        at=now,
        case_opened_at=cases.case_by_id(row.case_id).opened_at,
    )
    tell(row.duty, office, at=at, what="review_escalated")
    note(row.duty, kind="review_escalated", at=at, now=now, by=by, reason=role)
    return office
