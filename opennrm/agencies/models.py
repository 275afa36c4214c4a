from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import new_id
from opennrm.agencies.hook_rules import HookState, LookState, Outcome, Why


class Region(models.Model):
    """A region of the country, by its ISO 3166-2 code."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_sq = models.TextField()


class Organisation(models.Model):
    """A body that takes part in the mechanism: a ministry, a directorate, an association."""

    id = models.AutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_sq = models.TextField()
    kind = models.TextField()


class Office(models.Model):
    """A place of work of an organisation; a duty goes to an office, never to a person alone."""

    id = models.AutoField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    name_sq = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offices")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    is_state = models.BooleanField()
    phone = models.TextField(blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    substitute = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="agencies_office_closes_after_it_opens",
            )
        ]


class ChildRole(models.Model):
    """A competence to trace a child's family or to protect her: only an office that holds one learns by sharing who she is."""

    role = models.TextField(primary_key=True)
    source = models.TextField()


class Competence(models.Model):
    """An office may be asked for a role, in one region or in the whole country, between two dates."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="competences")
    role = models.TextField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    rank = models.SmallIntegerField(default=1)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "role", "region", "since"],
                nulls_distinct=False,
                name="agencies_competence_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="agencies_competence_ends_after_it_begins",
            ),
        ]


class Officer(models.Model):
    """A person at work; what she may do comes from the posts she holds."""

    id = models.AutoField(primary_key=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.TextField()
    phone = models.TextField(blank=True)


class Post(models.Model):
    """A post of an office, permanent or temporary, and who holds it from when until when."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    title = models.TextField()
    title_sq = models.TextField()
    role = models.TextField()
    permanent = models.BooleanField()
    is_head = models.BooleanField(default=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="posts")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="agencies_post_ends_after_it_begins",
            ),
        ]


class Absence(models.Model):
    """A person at work is away, and a colleague of the same office stands in; what she is named for stays hers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="agencies_absence_ends_after_it_begins"
            )
        ]
        indexes = [
            models.Index(
                fields=["officer"], condition=Q(ended_at__isnull=True), name="agencies_absence_officer"
            )
        ]


class Hook(models.Model):
    """An address of an office's own system, which is told to look; address and secret are sealed for this installation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    address = models.TextField()
    secret = models.TextField(blank=True)
    state = models.TextField(default=HookState.ON)
    why = models.TextField(blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(HookState)), name="agencies_hook_state_is_known"
            ),
            models.CheckConstraint(condition=Q(why__in=list(Why)), name="agencies_hook_why_is_known"),
            models.CheckConstraint(
                condition=~Q(state=HookState.ENDED) | Q(secret="", address=""),
                name="agencies_hook_ended_keeps_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["office"], condition=Q(state=HookState.ON), name="agencies_hook_is_on"),
        ]


class HookNews(models.Model):
    """Something new came to the office of a hook in this transaction of the database; not what, and not when."""

    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="+")
    transaction = models.BigIntegerField()

    pk = models.CompositePrimaryKey("hook_id", "transaction")


class HookLook(models.Model):
    """One look that is sent to a hook until it is answered; what is new meanwhile goes into the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    state = models.TextField(default=LookState.PENDING)
    outcome = models.TextField(blank=True)
    status = models.SmallIntegerField(null=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(LookState)), name="agencies_hooklook_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(Outcome)), name="agencies_hooklook_outcome_is_known"
            ),
            models.UniqueConstraint(
                fields=["hook"], condition=Q(state=LookState.PENDING), name="agencies_hooklook_one_waits"
            ),
        ]
        indexes = [models.Index(fields=["hook", "-made_at"], name="agencies_hooklook_latest")]
