"""Who is away from when until when, and who stands in; seen by her own office and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries
from opennrm.agencies.models import Absence
from opennrm.agencies.policies import DOOR
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem


@dataclass(frozen=True, slots=True)
class AbsenceCard:
    """A person who is away, and the colleague who stands in."""

    id: UUID
    officer: int
    deputy: int
    since: date
    until: date


def mark_away(*, since: date, until: date, deputy: int, by: Actor) -> UUID:
    """Says that she is away and who stands in; nothing is taken from her, and a new duty is offered to her deputy first."""
    DOOR.require(by, "agencies.away")
    assert by.officer is not None
    if since < clock.today() or until < since:
        raise Problem("away_in_past", _("Choose days from today on, the first before the last."))
    office = _office_of(deputy, by)
    if deputy == by.officer or office is None:
        raise Problem("not_of_this_office", _("Choose a colleague of your own office."))
    if _within([by.officer], since, until):
        raise Problem("already_away", _("You are already marked as away on some of these days."), 409)
    if _within([deputy], since, until):
        raise Problem(
            "deputy_is_away", _("Your colleague is away on some of these days. Choose another."), 409
        )
    made = Absence.objects.create(
        officer_id=by.officer,
        office_id=office,
        deputy_id=deputy,
        since=since,
        until=until,
        told_at=clock.now(),
    )
    audit.record(
        "agencies.away", subject=str(made.id), detail={"since": since.isoformat(), "until": until.isoformat()}
    )
    return made.id


def come_back(*, absence: UUID, by: Actor) -> None:
    """Ends her absence before its day, or takes it back."""
    DOOR.require(by, "agencies.away")
    mine = Absence.objects.filter(id=absence, officer=by.officer, ended_at__isnull=True)
    if not mine.update(ended_at=clock.now()):
        raise NotFound()
    audit.record("agencies.back", subject=str(absence))


def away(officers: Iterable[int], today: date) -> dict[int, AbsenceCard]:
    """Who of these is away on a day, as far as the actor's office may know."""
    return {one.officer: one for one in _within(officers, today, today)}


def standing_in_for(today: date) -> dict[int, frozenset[int]]:
    """For whom each person stands in on a day, as far as the actor may know."""
    rows = Absence.objects.filter(ended_at__isnull=True, since__lte=today, until__gte=today)
    found: dict[int, frozenset[int]] = {}
    for deputy, officer in rows.values_list("deputy", "officer"):
        found[deputy] = found.get(deputy, frozenset()) | {officer}
    return found


def own_absences(*, by: Actor) -> list[AbsenceCard]:
    """Her own absences that are not over, the next first."""
    today = clock.today()
    rows = Absence.objects.filter(officer=by.officer, ended_at__isnull=True, until__gte=today)
    return [_card(row) for row in rows.order_by("since")]


def _within(officers: Iterable[int], since: date, until: date) -> list[AbsenceCard]:
    rows = Absence.objects.filter(
        officer__in=set(officers), ended_at__isnull=True, since__lte=until, until__gte=since
    )
    return [_card(row) for row in rows.order_by("since")]


def _office_of(deputy: int, by: Actor) -> int | None:
    today = clock.today()
    held = queries.posts_held(today)
    return next((office for office in sorted(by.offices) if (office, deputy) in held), None)


def _card(row: Absence) -> AbsenceCard:
    return AbsenceCard(row.id, row.officer_id, row.deputy_id, row.since, row.until)
