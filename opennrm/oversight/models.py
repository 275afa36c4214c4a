from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import new_id
from opennrm.oversight.rules import CameTo, Danger, Outcome
from opennrm.oversight.signals import Answer, SignalKind


class Emergency(models.Model):
    """Somebody asked to see a case because a life is in danger: what it came to, who was told, and what a review found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # What was typed is kept nowhere: without a case of that reference there is nothing here.
    case_id = models.UUIDField(null=True)
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    tried_at = models.DateTimeField()
    came_to = models.TextField()
    danger = models.TextField()
    words = models.BinaryField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lent = ArrayField(models.TextField(), default=list)
    reviewer = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    told = ArrayField(models.IntegerField(), default=list)
    duty = models.ForeignKey("duties.Duty", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(blank=True)
    findings = models.BinaryField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(came_to__in=list(CameTo)), name="oversight_emergency_came_to_is_known"
            ),
            models.CheckConstraint(
                condition=Q(danger__in=list(Danger)), name="oversight_emergency_danger_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", reviewed_at__isnull=True, findings__isnull=True)
                | Q(outcome__in=list(Outcome), reviewed_at__isnull=False, findings__isnull=False),
                name="oversight_emergency_outcome_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(
                    came_to=CameTo.OPENED,
                    case_id__isnull=False,
                    until__isnull=False,
                    duty__isnull=False,
                )
                | ~Q(came_to=CameTo.OPENED) & Q(until__isnull=True, duty__isnull=True, outcome=""),
                name="oversight_emergency_opened_is_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(office=F("reviewer")), name="oversight_emergency_reviewed_elsewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "tried_at"], name="oversight_emergency_officer"),
            models.Index(fields=["reviewer", "tried_at"], name="oversight_emergency_reviewer"),
            models.Index(fields=["case_id"], name="oversight_emergency_case"),
            models.Index(
                fields=["until"],
                condition=Q(came_to=CameTo.OPENED, ended_at__isnull=True),
                name="oversight_emergency_runs",
            ),
        ]


class Scan(models.Model):
    """A day of the log that was looked at, and the entry with which it began; each day once."""

    day = models.DateField(primary_key=True)
    first_seq = models.BigIntegerField()
    at = models.DateTimeField()


class Signal(models.Model):
    """A question about what a person at work opened, for another organisation to look at; never a finding by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.IntegerField()
    cases = ArrayField(models.UUIDField(), default=list)
    raised_at = models.DateTimeField()
    reviewer = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    findings = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(SignalKind)), name="oversight_signal_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, findings__isnull=True)
                | Q(answer__in=list(Answer), answered_at__isnull=False, findings__isnull=False),
                name="oversight_signal_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(officer=F("answered_by")), name="oversight_signal_answered_by_another"
            ),
            models.UniqueConstraint(fields=["kind", "officer", "day"], name="oversight_signal_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["reviewer", "raised_at"], name="oversight_signal_reviewer"),
        ]
