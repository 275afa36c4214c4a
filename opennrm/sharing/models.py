from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import new_id
from opennrm.sharing.rules import Answer, EndReason, GivenBy, Purpose, Understanding, Way, WithdrawnHow


class ConsentText(models.Model):
    """The exact text a person is shown before she agrees, by version and language; it never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.SmallIntegerField()
    language = models.TextField()
    body = models.TextField()
    # SHA-256 of the body in UTF-8; the database itself refuses a digest that does not fit.
    digest = models.TextField(unique=True)
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="sharing_consenttext_once"),
        ]


class Consent(models.Model):
    """What a person agreed to share with one office, for what, until when, and how she was asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    classes = ArrayField(models.TextField())
    purpose = models.TextField()
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    given_by = models.TextField()
    way = models.TextField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    # Kept beside the key, so that a text changed by hand in the database no longer fits what was agreed.
    digest = models.TextField()
    explained_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    understood_interview = models.TextField()
    understood_purpose = models.TextField()
    understood_data_use = models.TextField()
    understood_research_use = models.TextField()
    understood_own_data = models.TextField()
    understood_storage = models.TextField()
    understood_withdrawal = models.TextField()
    ends_with_change = models.BooleanField()
    head = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    withdrawn_how = models.TextField(blank=True)
    ended_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("given_at")), name="sharing_consent_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=[*map(str, EndReason)]),
                name="sharing_consent_says_why_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_how="")
                | Q(ended_why="withdrawn", withdrawn_how__in=[*map(str, WithdrawnHow)]),
                name="sharing_consent_says_how_it_was_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[*map(str, Purpose)]), name="sharing_consent_purpose"
            ),
            models.CheckConstraint(condition=Q(way__in=[*map(str, Way)]), name="sharing_consent_way"),
            models.CheckConstraint(
                condition=Q(given_by__in=[*map(str, GivenBy)]), name="sharing_consent_given_by"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"understood_{one}__in": [*map(str, Answer)]}),
                    name=f"sharing_consent_understood_{one}",
                )
                for one in Understanding
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="sharing_consent_case"),
            models.Index(
                fields=["until"], condition=Q(ended_at__isnull=True), name="sharing_consent_standing"
            ),
        ]


class Snapshot(models.Model):
    """What a consent shared at the instant it was given: how much of each data class, and a digest of the rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    data_class = models.TextField()
    at = models.DateTimeField()
    rows = models.IntegerField()
    digest = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "data_class"], name="sharing_snapshot_once"),
        ]
