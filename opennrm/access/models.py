from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import (
    EMERGENCY_CLASSES,
    EMERGENCY_LASTS,
    EVERY_OFFICER,
    TOKEN_LIVES_AT_MOST,
    BasisKind,
    new_id,
)


class Basis(models.Model):
    """Why an office sees a case: which data classes, since when, until when. Sight is derived from these rows alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField()
    office_id = models.IntegerField()
    # Named where the basis opens the case to one person of the office alone.
    officer_id = models.IntegerField(null=True)
    kind = models.TextField()
    reference = models.TextField(blank=True)
    classes = ArrayField(models.TextField())
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    case_opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(BasisKind)), name="access_basis_kind_is_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="access_basis_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(officer_id__isnull=True) & ~Q(kind=BasisKind.EMERGENCY)
                | Q(
                    kind=BasisKind.EMERGENCY,
                    officer_id__isnull=False,
                    until__isnull=False,
                    until__lte=F("since") + EMERGENCY_LASTS,
                    classes__contained_by=list(EMERGENCY_CLASSES),
                ),
                name="access_basis_emergency_is_one_persons_for_an_hour",
            ),
        ]
        indexes = [
            models.Index(fields=["case_id", "office_id"], name="access_basis_case_office"),
            models.Index(fields=["kind", "reference"], name="access_basis_reference"),
            models.Index(
                fields=["until"],
                condition=Q(ended_at__isnull=True, until__isnull=False),
                name="access_basis_expiring",
            ),
        ]


class Sight(models.Model):
    """What an office, or in an emergency one person of it, sees now: a row for each data class. Kept by the database alone."""

    case_id = models.UUIDField()
    office_id = models.IntegerField()
    data_class = models.TextField()
    until = models.DateTimeField(null=True)
    writes = models.BooleanField()
    opened_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    excluded_offices = ArrayField(models.IntegerField(), default=list)
    excluded_officers = ArrayField(models.IntegerField(), default=list)
    officer_id = models.IntegerField(default=EVERY_OFFICER)

    pk = models.CompositePrimaryKey("case_id", "data_class", "office_id", "officer_id")

    class Meta:
        indexes = [
            models.Index(
                F("office_id"),
                F("opened_at").desc(),
                F("case_id").desc(),
                condition=Q(is_open=True, data_class="ordinary"),
                name="access_sight_worklist",
            ),
            models.Index(
                F("office_id"),
                F("opened_at").desc(),
                F("case_id").desc(),
                condition=Q(data_class="ordinary"),
                name="access_sight_all",
            ),
            models.Index(
                fields=["office_id", "case_id"],
                condition=Q(data_class="identity"),
                name="access_sight_identity",
            ),
        ]


class Exclusion(models.Model):
    """An office or an officer who must learn nothing of a case; it beats every basis."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_id = models.UUIDField()
    office_id = models.IntegerField(null=True)
    officer_id = models.IntegerField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(office_id__isnull=False, officer_id__isnull=True)
                | Q(office_id__isnull=True, officer_id__isnull=False),
                name="access_exclusion_names_one",
            )
        ]
        indexes = [
            models.Index(fields=["case_id"], condition=Q(ended_at__isnull=True), name="access_exclusion_case")
        ]


class ExclusionReason(models.Model):
    """Why an exclusion stands and who asked for it: for the one who asked and the offices named here alone."""

    exclusion = models.OneToOneField(Exclusion, on_delete=models.PROTECT, primary_key=True, related_name="+")
    case_id = models.UUIDField()
    reason = models.TextField()
    asked_by = models.IntegerField()
    asked_by_office = models.IntegerField()
    readers = ArrayField(models.IntegerField(), default=list)


class Order(models.Model):
    """A standing legal order that opens data classes of every case to an office, entered as data with its reference."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office_id = models.IntegerField()
    classes = ArrayField(models.TextField())
    reference = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Deployment(models.Model):
    """The one row that says which country this database serves and whether it is a demonstration, for good."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    country = models.TextField()
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="access_deployment_one_row")]


class ApiToken(models.Model):
    """A bearer token that a person made for herself for another system; only its digest is kept, and it ends by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer_id = models.IntegerField()
    username = models.TextField()
    label = models.TextField()
    digest = models.BinaryField(unique=True)
    # No act at all: it only reads. No office: every office in which its person holds a post.
    acts = ArrayField(models.TextField(), default=list)
    offices = ArrayField(models.IntegerField(), default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("made_at") + TOKEN_LIVES_AT_MOST), name="access_apitoken_ends"
            )
        ]
        indexes = [models.Index(fields=["officer_id"], name="access_apitoken_officer")]


class Answered(models.Model):
    """What an act under an idempotency key was answered: which thing, and no content of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="+")
    key_digest = models.BinaryField()
    request_digest = models.BinaryField()
    status = models.SmallIntegerField()
    thing = models.UUIDField()
    look = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key_digest"], name="access_answered_once"),
        ]
