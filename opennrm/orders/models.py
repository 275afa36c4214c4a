from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import EVERY_CLASS, new_id
from opennrm.orders.rules import DIGEST, LONGEST, Authority, Ended, Fact, Purpose, Scope


class Order(models.Model):
    """An order as it stands on its paper, who entered and who confirmed it, and what ended it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    authority = models.TextField()
    issued_by = models.TextField()
    number = models.TextField()
    dated = models.DateField()
    legal_basis = models.TextField()
    # The paper itself is kept elsewhere: where, and what it must hash to.
    scan_reference = models.TextField(blank=True)
    scan_digest = models.TextField(blank=True)
    classes = ArrayField(models.TextField())
    scope = models.TextField()
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, null=True, related_name="+")
    # As the paper names it: who confirms compares it, and sees no case by that.
    case_reference = models.TextField(blank=True)
    fact = models.TextField(blank=True)
    # Whose citizens are not foreign.
    country = models.TextField(blank=True)
    offices = ArrayField(models.IntegerField())
    purpose = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    entered_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_office = models.ForeignKey(
        "agencies.Office", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # From here on the database opens what the order names, in cases there are and in cases to come.
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    ended_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    ended_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    ended_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(authority__in=[*map(str, Authority)]), name="orders_order_authority"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[*map(str, Purpose)]), name="orders_order_purpose"
            ),
            models.CheckConstraint(
                condition=Q(classes__contains=["ordinary"], classes__contained_by=[*EVERY_CLASS]),
                name="orders_order_names_classes_of_a_case",
            ),
            models.CheckConstraint(condition=Q(offices__len__gt=0), name="orders_order_names_an_office"),
            models.CheckConstraint(
                condition=Q(scope=Scope.CASE, case__isnull=False, region__isnull=True, fact="")
                | Q(scope=Scope.REGION, case__isnull=True, region__isnull=False, fact="")
                | Q(scope=Scope.FACT, case__isnull=True, region__isnull=True, fact__in=[*map(str, Fact)])
                | Q(scope=Scope.EVERY, case__isnull=True, region__isnull=True, fact=""),
                name="orders_order_names_its_cases",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since"), until__lte=F("since") + LONGEST + timedelta(days=2)),
                name="orders_order_ends",
            ),
            models.CheckConstraint(
                condition=Q(scan_digest="") | Q(scan_digest__regex=f"^[0-9a-f]{{{DIGEST}}}$"),
                name="orders_order_digest",
            ),
            models.CheckConstraint(
                condition=Q(
                    confirmed_at__isnull=True, confirmed_by__isnull=True, confirmed_office__isnull=True
                )
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_office__isnull=False)
                & ~Q(confirmed_by=F("entered_by"))
                & ~Q(confirmed_office=F("entered_office")),
                name="orders_order_confirmed_by_another_of_another_office",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(confirmed_at__isnull=False, opened_at__gte=F("since")),
                name="orders_order_opens_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=[*map(str, Ended)]),
                name="orders_order_says_why_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["-entered_at"], name="orders_order_entered"),
        ]


class PendingKey(models.Model):
    """Keys of a case that have still to follow an order: lent to the office's organisation, or taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    lends = models.BooleanField()
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tried_at"], name="orders_pendingkey_tried")]
