from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import new_id
from opennrm.coordination.rules import Attendance, BodyKind, Place


class Body(models.Model):
    """A body of the mechanism that meets and decides, and the office that keeps its records."""

    code = models.TextField(unique=True)
    name = models.TextField()
    name_sq = models.TextField()
    kind = models.TextField()
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    kept_by = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    quorum = models.SmallIntegerField()
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(BodyKind)), name="coordination_body_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="coordination_body_needs_somebody"),
        ]


class Seat(models.Model):
    """A seat in a body: of an office, or of somebody named by what she is and never by her name."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    title = models.TextField()
    title_sq = models.TextField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    is_chair = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "title", "since"], name="coordination_seat_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="coordination_seat_ends_after_it_begins",
            ),
        ]


class Meeting(models.Model):
    """A meeting of a body: planned, and held once it is recorded who came, with the quorum of that day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    place = models.TextField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    quorum = models.SmallIntegerField(null=True)
    # What the body had before it, in numbers, as they were when it met.
    agenda = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__in=list(Place)), name="coordination_meeting_place_is_known"
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, quorum__isnull=True)
                | Q(recorded_at__isnull=False, quorum__isnull=False),
                name="coordination_meeting_held_with_its_quorum",
            ),
            models.UniqueConstraint(fields=["body", "on"], name="coordination_meeting_once_a_day"),
        ]


class Attended(models.Model):
    """Whether the member of a seat came to a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    came = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(came__in=list(Attendance)), name="coordination_attended_is_known"
            ),
            models.UniqueConstraint(fields=["meeting", "seat"], name="coordination_attended_once"),
        ]


class Resolution(models.Model):
    """What a meeting decided, and the duty that came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    duty = models.OneToOneField("duties.Duty", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    recorded_at = models.DateTimeField()


class SilentYear(models.Model):
    """A year of which no meeting of a body is on record: asked about once, and confirmed once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    duty = models.OneToOneField("duties.Duty", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_for = models.ForeignKey(
        "agencies.Office", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "year"], name="coordination_silentyear_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_for=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_for__isnull=False),
                name="coordination_silentyear_confirmed_by_somebody",
            ),
        ]


class Agreement(models.Model):
    """An agreement between organisations, and the office that is warned before it ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.TextField()
    signed_on = models.DateField()
    expires_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    kept_by = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    source = models.TextField(blank=True)
    known_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("signed_on")),
                name="coordination_agreement_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["subject", "signed_on"], name="coordination_agreement_once"),
        ]


class Party(models.Model):
    """An organisation that an agreement binds."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("agencies.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="coordination_party_once")
        ]
