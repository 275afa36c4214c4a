from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from opennrm.access.rules import new_id
from opennrm.duties.rules import OfferState, PlanState, ReviewKind, ReviewOutcome, State

OPEN = [State.HELD, State.SUSPENDED, State.LAPSED]


class Period(Func):
    """The half-open range between two instants, as PostgreSQL compares it."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Duty(models.Model):
    """What one office owes to one person, or to the mechanism, under which rule and by when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.TextField()
    subject = models.TextField(blank=True)
    rule = models.TextField()
    source = models.TextField()
    verified = models.BooleanField()
    sop = models.TextField()
    role = models.TextField(blank=True)
    classes_opened = models.JSONField(default=list)
    by_law = models.BooleanField(default=False)
    region = models.ForeignKey("agencies.Region", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    known_at = models.DateTimeField()
    limit_amount = models.SmallIntegerField(null=True)
    limit_unit = models.TextField(blank=True)
    limit_acts = models.BooleanField(default=False)
    escalates_to = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    state = models.TextField(default=State.HELD)
    holder = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    tells_next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="duties_duty_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="duties_duty_ends_when_its_state_says",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.LAPSED) | Q(lapsed_at__isnull=False),
                name="duties_duty_lapse_is_dated",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="lead", state__in=OPEN), name="duties_duty_one_lead"
            ),
            models.UniqueConstraint(
                fields=["case", "rule", "subject"], condition=Q(state__in=OPEN), name="duties_duty_owed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "started_at"], name="duties_duty_case"),
            models.Index(
                fields=["holder", "due_at", "started_at", "id"],
                condition=Q(state__in=OPEN),
                name="duties_duty_holder_due",
            ),
            models.Index(
                fields=["holder", "person"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="duties_duty_named",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state=State.HELD, due_at__isnull=False, reminded_at__isnull=True),
                name="duties_duty_sweep",
            ),
            models.Index(
                fields=["tells_next_at"],
                condition=Q(state=State.LAPSED, tells_next_at__isnull=False),
                name="duties_duty_tells_next",
            ),
            models.Index(
                fields=["kind", "region"],
                condition=Q(state__in=OPEN, kind="find_provider"),
                name="duties_duty_gaps",
            ),
        ]


class Holding(models.Model):
    """One office holds one duty from an instant until another; two may never overlap and there may be no gap."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="holdings")
    case_id = models.UUIDField(null=True)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    # The office that held it before; few duties ever move, and those that do are found without reading the ledger.
    came_from = models.ForeignKey(
        "agencies.Office", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="duties_holding_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(until__isnull=True), name="duties_holding_one_now"
            ),
            ExclusionConstraint(
                name="duties_holding_never_overlaps",
                expressions=[
                    ("duty", RangeOperators.EQUAL),
                    (Period("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="duties_holding_case"),
            models.Index(fields=["since"], condition=Q(came_from__isnull=False), name="duties_holding_moved"),
        ]


class Assignment(models.Model):
    """The person at work whom the holding office named, from when until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(null=True, db_index=True)
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=Q(until__isnull=True), name="duties_assignment_one_now"
            )
        ]


class Event(models.Model):
    """A change of a duty: what, when, by whom and why; never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="events")
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    kind = models.TextField()
    state_after = models.TextField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["duty", "at"], name="duties_event_duty"),
            models.Index(fields=["case_id"], name="duties_event_case"),
            models.Index(fields=["at"], condition=Q(kind="lapsed"), name="duties_event_lapsed"),
        ]


class Offer(models.Model):
    """A hand-over offered by the holder to another office, with what that office was shown until it answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    from_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    answer_by = models.DateTimeField(null=True)
    state = models.TextField(default=OfferState.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    shown = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(OfferState)), name="duties_offer_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(from_office=F("to_office")), name="duties_offer_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False)),
                name="duties_offer_answer_is_dated",
            ),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(state=OfferState.OPEN), name="duties_offer_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["to_office"], condition=Q(state=OfferState.OPEN), name="duties_offer_to"),
            models.Index(fields=["case_id"], name="duties_offer_case"),
        ]


class Review(models.Model):
    """Another office looks at a decline, or at a dispute of a duty by law, and says who owes the duty from then on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    kind = models.TextField()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    from_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    asked_reason = models.TextField(blank=True)
    reviewer = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(default=ReviewOutcome.OPEN)
    reason = models.TextField(blank=True)
    shown = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(ReviewKind)), name="duties_review_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(ReviewOutcome)), name="duties_review_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(reviewer=F("from_office")) & ~Q(reviewer=F("to_office")),
                name="duties_review_is_by_another_office",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ReviewOutcome.OPEN, decided_at__isnull=True)
                | (~Q(outcome=ReviewOutcome.OPEN) & Q(decided_at__isnull=False)),
                name="duties_review_outcome_is_dated",
            ),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(outcome=ReviewOutcome.OPEN), name="duties_review_one_open"
            ),
            models.UniqueConstraint(fields=["offer"], name="duties_review_once_an_offer"),
        ]
        indexes = [
            models.Index(
                fields=["reviewer"], condition=Q(outcome=ReviewOutcome.OPEN), name="duties_review_waits"
            ),
            models.Index(fields=["case_id"], name="duties_review_case"),
            models.Index(
                fields=["due_at"], condition=Q(outcome=ReviewOutcome.OPEN), name="duties_review_late"
            ),
        ]


class Pause(models.Model):
    """A time during which a duty's limit does not run."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(null=True, db_index=True)
    since = models.DateTimeField()
    planned_until = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=Q(until__isnull=True), name="duties_pause_one_now"
            )
        ]


class Notice(models.Model):
    """A named office was told something about a duty, or that a share or a referral is over for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="+")
    case_id = models.UUIDField(null=True)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.TextField()
    # What the office is told in words: it may see no more of the case than this.
    shown = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "office", "what", "at"], name="duties_notice_once"),
            models.CheckConstraint(
                condition=Q(duty__isnull=False) | Q(what__in=["share_ended", "referral_withdrawn"], shown={}),
                name="duties_notice_without_a_duty_tells_no_more",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "-at"], condition=Q(read_at__isnull=True), name="duties_notice_unread"
            )
        ]


class Happening(models.Model):
    """Something that happened on a case and that rules ask about: a need recorded, an interview held, a gap found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    subject = models.TextField(blank=True)
    at = models.DateTimeField()
    known_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="duties_happening_case")]


class Adoption(models.Model):
    """A procedure adopted for all open cases from a day; unfinished until every one of them has it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pack = models.TextField()
    effective_on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cases_done = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack"],
                condition=Q(finished_at__isnull=True),
                name="duties_adoption_one_at_a_time",
            )
        ]


class PlannedAdoption(models.Model):
    """An adoption decided for a day to come: carried out from that day on, or called off before it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pack = models.TextField()
    effective_on = models.DateField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=PlanState.PLANNED)
    began_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(
        "agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", began_at=None, done_at=None, called_off_at=None)
                | Q(state="running", began_at__isnull=False, done_at=None, called_off_at=None)
                | Q(state="done", began_at__isnull=False, done_at__isnull=False, called_off_at=None)
                | Q(state="called_off", began_at=None, done_at=None, called_off_at__isnull=False),
                name="duties_plannedadoption_stands_with_its_times",
            )
        ]


class Confirmation(models.Model):
    """The country confirmed the limit of a rule; from then on it acts, and before it only reminded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pack = models.TextField()
    rule = models.TextField()
    reference = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "rule"], name="duties_confirmation_once")]
