from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from opennrm.access.rules import new_id
from opennrm.identification.assessment_rules import Conclusion, Element
from opennrm.identification.interview_rules import OVER, InterviewState, Side
from opennrm.identification.referral_rules import AgainReason, ReferralState
from opennrm.identification.rules import Channel, DecisionKind, NoticeWay, Vote


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
    # Which of two decisions of one day came later; a decision from a file has none.
    known_at = models.DateTimeField(null=True)
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


class Interview(models.Model):
    """A joint interview of one case, with what was asked for and found for it; no words of the person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    state = models.TextField()
    at = models.DateTimeField(null=True)
    proposed_by = models.TextField(blank=True)
    interpreter_language = models.TextField(blank=True)
    interpreter_found = models.BooleanField(default=False)
    companion = models.TextField(blank=True)
    psychologist_asked = models.BooleanField(default=False)
    same_sex_wanted = models.BooleanField(default=False)
    same_sex_found = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(InterviewState)), name="identification_interview_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False, state__in=sorted(OVER))
                | (Q(ended_at__isnull=True) & ~Q(state__in=sorted(OVER))),
                name="identification_interview_over_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="identification_interview_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="identification_interview_case"),
            models.Index(fields=["held_at"], name="identification_interview_held"),
        ]


class InterviewTime(models.Model):
    """What an agency did about a time: proposed, accepted, postponed it; never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="+")
    side = models.TextField()
    act = models.TextField()
    at = models.DateTimeField(null=True)
    done_at = models.DateTimeField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=list(Side)), name="identification_interviewtime_side_is_known"
            ),
        ]
        indexes = [models.Index(fields=["interview", "done_at"], name="identification_time_interview")]


class Attendance(models.Model):
    """Whether an agency came to an interview at a time that both had agreed; a correction is a row that replaces another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="+")
    side = models.TextField()
    at = models.DateTimeField()
    came = models.BooleanField()
    known_on = models.DateField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "side", "at"],
                condition=Q(replaces__isnull=True),
                name="identification_attendance_once_a_time",
            ),
            models.UniqueConstraint(fields=["replaces"], name="identification_attendance_replaced_once"),
            models.CheckConstraint(
                condition=Q(side__in=list(Side)), name="identification_attendance_side_is_known"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="identification_attendance_at")]


class Signature(models.Model):
    """An officer signs for her agency that the interview was held."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="+")
    side = models.TextField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "side"], name="identification_signature_once_a_side"
            ),
            models.UniqueConstraint(
                fields=["interview", "officer"], name="identification_signature_two_people"
            ),
        ]


class Assessment(models.Model):
    """One agency's own view of a case against the elements of trafficking; a later one does not erase an earlier one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    act = models.TextField()
    means = models.TextField(blank=True)
    purpose = models.TextField()
    conclusion = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=list(Element))
                & Q(purpose__in=list(Element))
                & (Q(means="") | Q(means__in=list(Element)))
                & Q(conclusion__in=list(Conclusion)),
                name="identification_assessment_answers_are_known",
            ),
        ]
        indexes = [models.Index(fields=["case", "-made_at"], name="identification_assessment_case")]


class AssessmentReasons(models.Model):
    """An agency's own reasons, sealed."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()


class Conference(models.Model):
    """The agencies met over a case on which they disagreed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    known_on = models.DateField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    offices = ArrayField(models.IntegerField(), default=list)
    outcome = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["case"], name="identification_conference_case")]


class ConferenceMinutes(models.Model):
    """The minutes of a case conference, sealed."""

    conference = models.OneToOneField(
        Conference, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()


class PoliceCase(models.Model):
    """Whether the police opened a case on a day, and if not why; a later answer does not erase an earlier one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    opened = models.BooleanField()
    decided_on = models.DateField()
    known_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opened=True, reason="") | (Q(opened=False) & ~Q(reason="")),
                name="identification_policecase_refusal_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["case", "-known_at"], name="identification_policecase_case")]


class PoliceCaseReview(models.Model):
    """Another office looked at why no police case was opened."""

    police_case = models.OneToOneField(
        PoliceCase, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField()
    agrees = models.BooleanField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")


class DecisionVote(models.Model):
    """How an office that sits on the panel voted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    vote = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "office"], name="identification_vote_once_an_office"),
            models.CheckConstraint(condition=Q(vote__in=list(Vote)), name="identification_vote_is_known"),
        ]


class DecisionNotice(models.Model):
    """The person was told of a decision, in her language, and how to ask for a review."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    language = models.TextField()
    way = models.TextField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=list(NoticeWay)), name="identification_notice_way_is_known"
            ),
        ]


class ReviewRequest(models.Model):
    """The person asked for a review of a decision; its outcome is a new decision by another office."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    known_on = models.DateField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(outcome__isnull=True), name="identification_review_one_open"
            ),
        ]


class StatusRequest(models.Model):
    """The person asks for official status after she first declined it, or takes the request back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    asks = models.BooleanField()
    said_on = models.DateField()
    known_at = models.DateTimeField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")


class Referral(models.Model):
    """A person was referred to one of the two addressees; what was shared stays as it was, and the addressee answers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    # The duty to answer says which office is asked; the row repeats it.
    duty = models.ForeignKey("duties.Duty", on_delete=models.PROTECT, null=True, related_name="+")
    side = models.TextField()
    from_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    shown = models.JSONField(default=dict)
    state = models.TextField()
    # Why an office that was told before is told again.
    again = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_office = models.ForeignKey(
        "agencies.Office", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=list(Side)), name="identification_referral_side_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(ReferralState)), name="identification_referral_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ReferralState.OPEN, answered_at__isnull=True)
                | (~Q(state=ReferralState.OPEN) & Q(answered_at__isnull=False)),
                name="identification_referral_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(again="") | Q(again__in=list(AgainReason)),
                name="identification_referral_again_is_known",
            ),
            models.UniqueConstraint(
                fields=["case", "side"],
                condition=Q(state=ReferralState.OPEN),
                name="identification_referral_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-made_at"], name="identification_referral_case"),
            models.Index(
                fields=["office"],
                condition=Q(state=ReferralState.OPEN),
                name="identification_referral_waits",
            ),
        ]
