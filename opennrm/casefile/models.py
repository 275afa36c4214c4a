from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from opennrm.access.rules import new_id
from opennrm.casefile.rules import FactKind, Fork


class Case(models.Model):
    """A case: one person in the mechanism, open or closed. Which office leads it is written by the ledger of duties alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.TextField(unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    known_at = models.DateTimeField()
    closed_on = models.DateField(null=True)
    closing_reason = models.TextField(blank=True)
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    lead_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    fork = models.TextField()
    sop = models.TextField(blank=True)
    access_offices = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fork__in=list(Fork)), name="casefile_case_fork_is_known")
        ]
        indexes = [
            GinIndex(fields=["access_offices"], name="casefile_case_access_offices"),
            models.Index(fields=["lead_office"], name="casefile_case_lead_office"),
        ]


class Fact(models.Model):
    """Something that happened, dated twice: when it happened and when it became known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    subject = models.TextField(blank=True)
    happened_on = models.DateField(null=True)
    until = models.DateField(null=True)
    known_on = models.DateField()
    position = models.SmallIntegerField(default=0)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(FactKind)), name="casefile_fact_kind_is_known")
        ]
        indexes = [
            models.Index(fields=["case", "kind"], name="casefile_fact_case_kind"),
            models.Index(fields=["kind", "happened_on"], name="casefile_fact_kind_day"),
        ]


class JournalEntry(models.Model):
    """A line of the case's journal: what was done, by whom; the words a person wrote are sealed as narrative."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    known_at = models.DateTimeField()
    kind = models.TextField()
    subject = models.TextField(blank=True)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    to_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "-happened_at"], name="casefile_journal_case")]


class JournalText(models.Model):
    """The narrative of a journal line, sealed."""

    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()


class ImportedRow(models.Model):
    """The row of a case file a case came from, so that the same row changes nothing and another is refused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    case_ref = models.TextField()
    content = models.BinaryField()
    # What the row said and no other table holds, so that an export gives the same row back.
    remainder = models.JSONField(default=dict)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "case_ref"], nulls_distinct=False, name="casefile_imported_row_once"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="casefile_imported_row_case")]
