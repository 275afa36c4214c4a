from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import new_id
from opennrm.duties.models import Period
from opennrm.shelters.leave_rules import LONGEST_RESTRICTION, Plan, RestrictedBecause
from opennrm.shelters.match_rules import NEAR_KM, Care, Group
from opennrm.shelters.rules import ClosedBecause, DeclinedBecause, LeftBecause, RoomKind, SiteKind, UseState


class Shelter(models.Model):
    """An office that gives people a place to stay."""

    office = models.OneToOneField("agencies.Office", on_delete=models.PROTECT, related_name="+")


class Site(models.Model):
    """A house or a rented apartment of a shelter, under a name that does not say where it is."""

    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    code = models.TextField(unique=True)
    name = models.TextField()
    name_sq = models.TextField()
    kind = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(SiteKind)), name="shelters_site_kind_is_known")
        ]


class Address(models.Model):
    """Where a site is: sealed for the organisation that runs it."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField()
    # What the words are sealed to, so that they open at no other site.
    seal = models.UUIDField(default=new_id, editable=False)
    written_at = models.DateTimeField()


class Lease(models.Model):
    """For how long an apartment is rented, and what its landlord is paid each month."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    monthly_cost = models.IntegerField()
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on"), monthly_cost__gte=0),
                name="shelters_lease_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["site", "begins_on"], name="shelters_lease_once"),
        ]


class Room(models.Model):
    """A room of a site: whom it is meant for, and how many can sleep in it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    name_sq = models.TextField()
    kind = models.TextField()
    capacity = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(RoomKind), capacity__gte=1), name="shelters_room_kind_is_known"
            ),
            models.UniqueConstraint(fields=["site", "name"], name="shelters_room_once"),
        ]


class Place(models.Model):
    """One bed. Its number lies within the capacity of the room; the database refuses another."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="shelters_place_once")]


class Use(models.Model):
    """For what a place is used from an instant until another; it names nobody, and two never overlap."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    state = models.TextField()
    began_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    set_by = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(UseState)), name="shelters_use_state_is_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("began_at")),
                name="shelters_use_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state=UseState.HELD) | Q(until__isnull=False), name="shelters_use_hold_expires"
            ),
            models.CheckConstraint(
                condition=Q(state=UseState.OUT_OF_USE, reason__in=list(ClosedBecause))
                | (~Q(state=UseState.OUT_OF_USE) & Q(reason="")),
                name="shelters_use_out_of_use_says_why",
            ),
            ExclusionConstraint(
                name="shelters_use_never_overlaps",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Period("began_at", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["until"], name="shelters_use_until")]


class Stay(models.Model):
    """For whom a place is held or who occupies it; state and time repeat its use, which the database keeps alike."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    use = models.OneToOneField(Use, on_delete=models.PROTECT, related_name="+")
    # The person herself is 0; whoever comes with her counts on.
    member = models.SmallIntegerField(default=0)
    state = models.TextField()
    began_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[UseState.HELD, UseState.OCCUPIED]), name="shelters_stay_state_is_known"
            ),
            ExclusionConstraint(
                name="shelters_stay_never_in_two_places",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    (Period("began_at", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state=UseState.OCCUPIED),
            ),
        ]
        indexes = [models.Index(fields=["case", "-began_at"], name="shelters_stay_case")]


class Departure(models.Model):
    """Why a stay ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=list(LeftBecause)), name="shelters_departure_reason_is_known"
            )
        ]


class Confirmation(models.Model):
    """Somebody of a shelter looked at its rooms and says that its board is right."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["shelter", "-at"], name="shelters_confirmation_newest")]


class District(models.Model):
    """Where the middle of a region lies, so that a distance can be told."""

    region = models.OneToOneField(
        "agencies.Region", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    latitude = models.FloatField()
    longitude = models.FloatField()


class Admission(models.Model):
    """Whom a shelter takes and what it offers, and where that is written."""

    shelter = models.OneToOneField(Shelter, on_delete=models.PROTECT, primary_key=True, related_name="+")
    takes = ArrayField(models.TextField())
    families = models.BooleanField()
    foreigners = models.BooleanField()
    care = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    source = models.TextField(blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(takes__contained_by=list(Group), care__contained_by=list(Care)),
                name="shelters_admission_words_are_known",
            )
        ]


class Danger(models.Model):
    """Where danger lives for a person, or with whom she must not live: it weighs also where it may not be told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    near_km = models.SmallIntegerField(default=NEAR_KM)
    other_case = models.UUIDField(null=True, db_index=True)
    noted_at = models.DateTimeField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True, other_case__isnull=False)
                | Q(region__isnull=False, other_case__isnull=True),
                name="shelters_danger_is_a_region_or_a_person",
            )
        ]


class Declined(models.Model):
    """A shelter could not take a person for whom a place was held, and why; the office that held it reads the reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    asked_by = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=list(DeclinedBecause)), name="shelters_declined_reason_is_known"
            )
        ]


class Notice(models.Model):
    """An adult said that she leaves and when, and what became of the safety plan; it is carried out and never refused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    leaves_on = models.DateField()
    plan = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(plan__in=list(Plan)), name="shelters_notice_plan_is_known")
        ]


class Restriction(models.Model):
    """A shelter keeps somebody from going out for some days: why, on which basis, who reviews it and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField(db_index=True)
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    legal_basis = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duty = models.ForeignKey("duties.Duty", on_delete=models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    stands = models.BooleanField(null=True)
    appealed_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=list(RestrictedBecause)) & ~Q(legal_basis=""),
                name="shelters_restriction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at"))
                & Q(ends_at__lte=F("begins_at") + timedelta(days=LONGEST_RESTRICTION)),
                name="shelters_restriction_ends_in_days",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, stands__isnull=True)
                | Q(reviewed_at__isnull=False, stands__isnull=False),
                name="shelters_restriction_review_is_dated",
            ),
        ]
