"""Years of which no meeting of a body is on record: the office that keeps its records confirms it, or enters one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.coordination.models import Body, Meeting, Seat, SilentYear
from opennrm.coordination.policies import DOOR
from opennrm.duties import mechanism
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem

KIND = "figure_to_confirm"
# No law gives a limit for it: the account of a year is due on 31 March of the next.
DAYS_TO_CONFIRM = 30


@dataclass(frozen=True, slots=True)
class SilentYearCard:
    """A year of a body without a meeting on record, and who confirmed when that there was none."""

    body: str
    shown: str
    shown_sq: str
    year: int
    asked_at: datetime
    confirmed_at: datetime | None
    confirmed_for_id: int | None

    @property
    def name(self) -> str:
        """The body's name in the reader's language."""
        return self.shown_sq if (get_language() or "en").startswith("sq") else self.shown


def ask(*, by: Actor) -> int:
    """Asks the keeper of every body that did not meet last year, as far as is on record; again it changes nothing."""
    DOOR.require(by, "coordination.warn")
    now = clock.now()
    year = clock.local_day(now).year - 1
    bodies = _without_a_meeting(year)
    if not bodies:
        return 0
    sight.one_at_a_time("silent years")
    asked = set(SilentYear.objects.filter(year=year).values_list("body_id", flat=True))
    rows = [_asked(body, year, now, by=by) for body in bodies if body.id not in asked]
    SilentYear.objects.bulk_create(rows)
    return len(rows)


def confirm(*, body: str, year: int, by: Actor) -> UUID:
    """Confirms that a body held no meeting in a year that is over: from then on the account says so."""
    asked = SilentYear.objects.filter(body__code=body, year=year).select_related("body").first()
    if asked is None:
        raise NotFound()
    DOOR.require(by, "coordination.confirm", asked.body)
    # Only now: row security lets nobody lock it who may not change it.
    found = SilentYear.objects.select_for_update().get(id=asked.id)
    if found.confirmed_at is not None:
        raise Problem("year_confirmed", _("It is confirmed already that no meeting was held."), 409)
    if _met(found.body_id, year):
        raise Problem("year_with_a_meeting", _("A meeting of that year is on record."), 409)
    found.confirmed_at, found.confirmed_by_id, found.confirmed_for_id = clock.now(), by.officer, by.office
    found.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_for"])
    mechanism.settle_own(duty=found.duty_id, by=by)
    audit.record("coordination.confirm", subject=body, detail={"year": year})
    return found.id


def met_after_all(*, body: int, year: int, by: Actor) -> None:
    """A meeting of that year is on record now, so there is nothing to confirm."""
    if waiting := SilentYear.objects.filter(body=body, year=year, confirmed_at__isnull=True).first():
        mechanism.settle_own(duty=waiting.duty_id, by=by)


def silent_years(bodies: Iterable[int] | None = None) -> list[SilentYearCard]:
    """The years asked about in which still no meeting is on record, the newest first; of these bodies, or of all."""
    rows = SilentYear.objects.select_related("body").order_by("-year", "body_id")
    if bodies is not None:
        rows = rows.filter(body__in=list(bodies))
    met = set(Meeting.objects.filter(recorded_at__isnull=False).values_list("body_id", "on__year"))
    return [
        SilentYearCard(
            row.body.code,
            row.body.name,
            row.body.name_sq,
            row.year,
            row.asked_at,
            row.confirmed_at,
            row.confirmed_for_id,
        )
        for row in rows
        if (row.body_id, row.year) not in met
    ]


def body_of(duty: UUID) -> str | None:
    """The body whose year an office is asked to confirm by this duty."""
    return SilentYear.objects.filter(duty=duty).values_list("body__code", flat=True).first()


def _without_a_meeting(year: int) -> list[Body]:
    last = date(year, 12, 31)
    met = Meeting.objects.filter(on__year=year, recorded_at__isnull=False).values("body")
    asked = SilentYear.objects.filter(year=year).values("body")
    seated = Seat.objects.values("body").annotate(first=Min("since")).filter(first__lte=last).values("body")
    return list(Body.objects.filter(id__in=seated).exclude(id__in=met).exclude(id__in=asked).order_by("id"))


def _asked(body: Body, year: int, now: datetime, *, by: Actor) -> SilentYear:
    duty = mechanism.owe(
        kind=KIND,
        subject=f"{body.name}, {year}",
        source=body.source or body.name,
        holder=body.kept_by_id,
        due_on=clock.local_day(now) + timedelta(days=DAYS_TO_CONFIRM),
        region=body.region_id,
        by=by,
    )
    return SilentYear(body=body, year=year, duty_id=duty, asked_at=now)


def _met(body: int, year: int) -> bool:
    return Meeting.objects.filter(body=body, on__year=year, recorded_at__isnull=False).exists()
