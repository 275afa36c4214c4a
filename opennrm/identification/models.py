from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from opennrm.access.rules import new_id
from opennrm.identification.rules import Channel, DecisionKind


class Identification(models.Model):
    """When, where, how and by which office a person was identified; plain, because the yearly account counts it."""

    case = models.OneToOneField("casefile.Case", on_delete=models.PROTECT, primary_key=True, related_name="+")
    identified_on = models.DateField()
    known_on = models.DateField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.TextField(blank=True)
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    age = models.SmallIntegerField(null=True)
    sex = models.TextField(blank=True)
    citizenship = ArrayField(models.TextField(), default=list)
    exploitation = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="") | Q(channel__in=list(Channel)), name="identification_channel_is_known"
            ),
        ]
        indexes = [models.Index(fields=["identified_on"], name="identification_day")]


class Decision(models.Model):
    """What was decided on a person's status; a later decision does not erase an earlier one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    decision = models.TextField()
    decided_on = models.DateField()
    day_given = models.BooleanField(default=True)
    words_given = models.BooleanField(default=True)
    known_on = models.DateField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    legal_basis = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=list(DecisionKind)), name="identification_decision_is_known"
            ),
        ]
        indexes = [models.Index(fields=["case", "-decided_on"], name="identification_decision_case")]
