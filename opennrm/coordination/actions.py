from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.coordination import rules, silent_years
from opennrm.coordination.agenda import agenda
from opennrm.coordination.models import Agreement, Attended, Body, Meeting, Party, Resolution, Seat
from opennrm.coordination.policies import DOOR
from opennrm.coordination.queries import seats_on
from opennrm.coordination.rules import Attendance, Place
from opennrm.duties import mechanism
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem


@dataclass(frozen=True, slots=True)
class NewSeat:
    """A seat to establish; the office where it is an office's."""

    title: str
    title_sq: str
    since: date
    office: str = ""
    is_chair: bool = False


@dataclass(frozen=True, slots=True)
class NewBody:
    """A body to establish, with its seats."""

    code: str
    name: str
    name_sq: str
    kind: str
    kept_by: str
    quorum: int
    seats: tuple[NewSeat, ...]
    region: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """An agreement to enter; its parties are ids of organisations."""

    subject: str
    signed_on: date
    expires_on: date | None
    parties: tuple[int, ...]
    source: str = ""


def establish(bodies: Sequence[NewBody], *, by: Actor) -> None:
    """Establishes bodies with their seats; what already stands stays, so that it may run again."""
    DOOR.require(by, "coordination.establish")
    offices = {card.code: card.id for card in agencies.offices().values()}
    Body.objects.bulk_create([_body(one, offices) for one in bodies], ignore_conflicts=True)
    stand = dict(Body.objects.values_list("code", "id"))
    Seat.objects.bulk_create(
        [
            Seat(
                body_id=stand[body.code],
                title=one.title,
                title_sq=one.title_sq,
                office_id=offices[one.office] if one.office else None,
                is_chair=one.is_chair,
                since=one.since,
            )
            for body in bodies
            for one in body.seats
        ],
        ignore_conflicts=True,
    )
    audit.record("coordination.establish", detail={"bodies": len(bodies)})


def plan_meeting(*, body: str, on: date, place: Place, by: Actor) -> UUID:
    """Plans a meeting of a body on a day, or enters one that was held and not planned here."""
    row = Body.objects.filter(code=body).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "coordination.plan", row)
    made = Meeting(body=row, on=on, place=place, planned_at=clock.now(), planned_by_id=by.officer)
    try:
        with transaction.atomic():
            Meeting.objects.bulk_create([made])
    except IntegrityError as error:
        raise Problem("meeting_already_planned", _("This body already meets on that day."), 409) from error
    audit.record("coordination.plan", subject=str(made.id), detail={"body": body, "on": on.isoformat()})
    return made.id


def record_attendance(*, meeting: UUID, came: Mapping[int, Attendance], by: Actor) -> bool:
    """Records once which members came, by seat, and says whether there was a quorum; what lay before the body is kept with it."""
    row = _locked(meeting)
    DOOR.require(by, "coordination.attend", row.body)
    if row.recorded_at is not None:
        raise Problem("attendance_recorded", _("Who came to this meeting is already on record."), 409)
    now = clock.now()
    rules.check_day_held(row.on, clock.local_day(now))
    rules.check_answers(came, [seat.id for seat in seats_on(row.body_id, row.on)])
    lines = agenda(row.body, row.on)
    Attended.objects.bulk_create(
        [Attended(meeting=row, seat_id=seat, came=answer) for seat, answer in came.items()]
    )
    row.recorded_at, row.quorum, row.agenda = now, row.body.quorum, lines
    row.save(update_fields=["recorded_at", "quorum", "agenda"])
    silent_years.met_after_all(body=row.body_id, year=row.on.year, by=by)
    quorate = rules.has_quorum(came.values(), row.body.quorum)
    audit.record("coordination.attend", subject=str(row.id), detail={"quorum": quorate})
    return quorate


def decide(*, meeting: UUID, text: str, office: int, due_on: date, by: Actor) -> UUID:
    """Records what a meeting with a quorum decided; the office named owes it from now on, by the day named."""
    row = _locked(meeting)
    DOOR.require(by, "coordination.decide", row.body)
    answers = [Attendance(came) for came in row.attendance.values_list("came", flat=True)]
    quorate = None if row.quorum is None else rules.has_quorum(answers, row.quorum)
    now = clock.now()
    rules.check_decision(text=text, due_on=due_on, today=clock.local_day(now), quorate=quorate)
    holder = agencies.offices([office]).get(office)
    if holder is None or holder.closed_on is not None:
        raise Problem("office_cannot_be_asked", _("Choose another office that is open."))
    duty = mechanism.owe(
        kind="meeting_decision",
        subject=text.strip(),
        source=f"{row.body.name}, {row.on.isoformat()}",
        holder=office,
        due_on=due_on,
        region=row.body.region_id,
        by=by,
    )
    made = Resolution(meeting=row, duty_id=duty, text=text.strip(), recorded_at=now)
    Resolution.objects.bulk_create([made])
    audit.record("coordination.decide", subject=str(made.id), detail={"duty": str(duty)})
    return made.id


def enter_agreement(*, new: NewAgreement, kept_by: int, by: Actor) -> UUID:
    """Enters an agreement between organisations; the office that keeps it is warned sixty days before it ends."""
    DOOR.require(by, "coordination.agree")
    if not by.is_system and kept_by not in by.offices:
        raise Problem("agreement_kept_elsewhere", _("Your office keeps the agreements that it enters."))
    if not new.subject.strip():
        raise Problem("agreement_subject", _("Say in a few words what is agreed."))
    now = clock.now()
    rules.check_agreement(
        signed_on=new.signed_on,
        expires_on=new.expires_on,
        today=clock.local_day(now),
        parties=len(set(new.parties)),
    )
    made = Agreement(
        subject=new.subject.strip(),
        signed_on=new.signed_on,
        expires_on=new.expires_on,
        kept_by_id=kept_by,
        source=new.source,
        # What a country's files say was known on the day it was signed.
        known_at=clock.midnight(new.signed_on) if by.is_system else now,
    )
    try:
        with transaction.atomic():
            Agreement.objects.bulk_create([made])
    except IntegrityError as error:
        raise Problem("agreement_stands", _("This agreement of that day is already entered."), 409) from error
    Party.objects.bulk_create([Party(agreement=made, organisation_id=one) for one in set(new.parties)])
    audit.record("coordination.agree", subject=str(made.id))
    return made.id


def end_agreement(*, agreement: UUID, by: Actor) -> None:
    """Says that an agreement is in force no longer from today on."""
    row = Agreement.objects.select_for_update().filter(id=agreement).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "coordination.end_agreement", row)
    today = clock.today()
    if rules.standing(row.expires_on, row.ended_on, today) is rules.Standing.OVER:
        raise Problem("agreement_is_over", _("This agreement is already over."), 409)
    row.ended_on = today
    row.save(update_fields=["ended_on"])
    audit.record("coordination.end_agreement", subject=str(row.id))


def warn_of_expiry() -> int:
    """Makes one duty for the keeper of every agreement that ends within sixty days, and asks about years without a meeting.

    Running it again changes nothing.
    """
    with as_system("sweep", reason="agreements that end, years without a meeting") as actor:
        silent_years.ask(by=actor)
        return warn(by=actor)


def warn(*, by: Actor) -> int:
    """The same in an open scope of the sweep; returns how many keepers it warned."""
    DOOR.require(by, "coordination.warn")
    now = clock.now()
    today = clock.local_day(now)
    ending = Agreement.objects.filter(
        warned_at__isnull=True, ended_on__isnull=True, expires_on__lte=today + rules.WARNING_BEFORE
    )
    warned = 0
    for row in list(ending):
        # Whoever comes second finds nothing to do.
        if (
            Agreement.objects.filter(id=row.id, warned_at__isnull=True).update(warned_at=now)
            and row.expires_on
        ):
            mechanism.owe(
                kind="agreement_expires",
                subject=row.subject,
                source=row.expires_on.isoformat(),
                holder=row.kept_by_id,
                due_on=max(row.expires_on, today + timedelta(days=1)),
                by=by,
            )
            warned += 1
    return warned


def _body(new: NewBody, offices: Mapping[str, int]) -> Body:
    return Body(
        code=new.code,
        name=new.name,
        name_sq=new.name_sq,
        kind=new.kind,
        region_id=new.region,
        kept_by_id=offices[new.kept_by],
        quorum=new.quorum,
        source=new.source,
    )


def _locked(meeting: UUID) -> Meeting:
    row = Meeting.objects.select_for_update(of=("self",)).select_related("body").filter(id=meeting).first()
    if row is None:
        raise NotFound()
    return row
