from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from opennrm.access.rules import SEALED_CLASSES, new_id
from opennrm.sharing.best_interest_rules import (
    FEWEST_PRESENT,
    AlsoHeard,
    ChildNotHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
)
from opennrm.sharing.request_rules import (
    AskBasis,
    RefusalReason,
    RequestPurpose,
    RequestState,
    Said,
    Subject,
    TextPart,
)
from opennrm.sharing.rules import Answer, EndReason, GivenBy, Purpose, Understanding, Way, WithdrawnHow
from opennrm.sharing.voice_rules import WHY_NOT, Weight, Whose, Word


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


class ComingOfAge(models.Model):
    """The day on which a child came of age, as her age was counted, and until when what was agreed for her still stands."""

    case = models.OneToOneField("casefile.Case", on_delete=models.PROTECT, primary_key=True, related_name="+")
    on = models.DateField()
    noted_at = models.DateTimeField()
    asked_again_by = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_again_by__gt=F("on")), name="sharing_comingofage_leaves_time"
            )
        ]


class BestInterest(models.Model):
    """What was decided in the best interest of a child, who was heard, how many decided, and until when it stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    about = models.TextField()
    outcome = models.TextField()
    recipient = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()
    review_by = models.DateField()
    child = models.TextField()
    child_not_why = models.TextField(blank=True)
    guardian = models.TextField()
    child_protection_heard = models.BooleanField()
    also = ArrayField(models.TextField(), default=list)
    present = models.SmallIntegerField()
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about__in=[*map(str, DecidedOn)], outcome__in=[*map(str, InHerInterest)]),
                name="sharing_bestinterest_says_what",
            ),
            models.CheckConstraint(
                condition=Q(about="share", recipient__isnull=False)
                | (~Q(about="share") & Q(recipient__isnull=True)),
                name="sharing_bestinterest_names_an_office_for_a_share",
            ),
            models.CheckConstraint(
                condition=Q(child="not_heard", child_not_why__in=[*map(str, ChildNotHeard)])
                | Q(child__in=["directly", "through_trusted"], child_not_why=""),
                name="sharing_bestinterest_says_how_she_was_heard",
            ),
            models.CheckConstraint(
                condition=Q(guardian__in=[*map(str, GuardianHeard)])
                & Q(also__contained_by=[*map(str, AlsoHeard)]),
                name="sharing_bestinterest_says_who_was_heard",
            ),
            models.CheckConstraint(
                condition=Q(present__gte=FEWEST_PRESENT), name="sharing_bestinterest_is_not_decided_alone"
            ),
            models.CheckConstraint(
                condition=Q(review_by__gt=F("decided_on")), name="sharing_bestinterest_is_looked_at_again"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="sharing_bestinterest_case")]


class BestInterestReasons(models.Model):
    """Why, with what the child said: sealed."""

    decision = models.OneToOneField(
        BestInterest, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    case_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()


class ChildAsking(models.Model):
    """One asking on a child's case: with which office what would be shared, and the consent that came of it, if any."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    classes = ArrayField(models.TextField())
    purpose = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    age = models.SmallIntegerField(null=True)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    # Where a decision stands in the place of a word that could not be had.
    decision = models.ForeignKey(BestInterest, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=[*map(str, Purpose)]), name="sharing_childasking_purpose"
            ),
        ]
        indexes = [models.Index(fields=["case"], name="sharing_childasking_case")]


class Voice(models.Model):
    """What the child or her guardian said to one asking, each for itself; taken back by whoever said it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asking = models.ForeignKey(ChildAsking, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    whose = models.TextField()
    word = models.TextField()
    why_not = models.TextField(blank=True)
    weight = models.TextField(blank=True)
    on = models.DateField(null=True)
    way = models.TextField(blank=True)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.TextField(blank=True)
    explained_by = models.ForeignKey(
        "agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    understood = models.TextField()
    guardian = models.ForeignKey("people.Guardian", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    withdrawn_how = models.TextField(blank=True)
    ended_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asking", "whose"], name="sharing_voice_once"),
            models.CheckConstraint(
                condition=Q(whose=str(Whose.CHILD), weight__in=[*map(str, Weight)], guardian__isnull=True)
                | Q(whose=str(Whose.GUARDIAN), weight=""),
                name="sharing_voice_is_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(
                    word__in=["agrees", "dissents"],
                    why_not="",
                    on__isnull=False,
                    way__in=[*map(str, Way)],
                    text__isnull=False,
                    explained_by__isnull=False,
                )
                | Q(
                    word=str(Word.NOT_ASKED),
                    on__isnull=True,
                    way="",
                    text__isnull=True,
                    digest="",
                    guardian__isnull=True,
                    explained_by__isnull=True,
                )
                & (
                    Q(whose=str(Whose.CHILD), why_not__in=[*map(str, WHY_NOT[Whose.CHILD])])
                    | Q(whose=str(Whose.GUARDIAN), why_not__in=[*map(str, WHY_NOT[Whose.GUARDIAN])])
                ),
                name="sharing_voice_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(understood__in=[*map(str, Answer)])
                & (~Q(word=str(Word.AGREES)) | Q(understood=str(Answer.YES))),
                name="sharing_voice_agrees_to_what_was_understood",
            ),
            models.CheckConstraint(
                condition=~Q(whose=str(Whose.GUARDIAN))
                | Q(word=str(Word.NOT_ASKED))
                | Q(guardian__isnull=False),
                name="sharing_voice_names_the_guardian",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, withdrawn_how="")
                | Q(ended_at__isnull=False, withdrawn_how__in=[*map(str, WithdrawnHow)])
                & (Q(word=str(Word.AGREES)) | Q(whose=str(Whose.CHILD), word=str(Word.NOT_ASKED))),
                name="sharing_voice_is_taken_back_once_said",
            ),
        ]


class Request(models.Model):
    """One office asked another by name about a case; what it was shown stays as it was, and it answers or refuses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="+")
    # The duty to answer says which office is asked; the row repeats it.
    duty = models.ForeignKey("duties.Duty", on_delete=models.PROTECT, related_name="+")
    from_office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(null=True)
    subject = models.TextField()
    purpose = models.TextField()
    basis = models.TextField()
    shown = models.JSONField(default=dict)
    state = models.TextField(default=RequestState.OPEN)
    said = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("agencies.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    review_duty = models.ForeignKey("duties.Duty", on_delete=models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    stands = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=[*map(str, Subject)]), name="sharing_request_subject_is_known"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[*map(str, RequestPurpose)]), name="sharing_request_purpose_is_known"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=[*map(str, AskBasis)]), name="sharing_request_basis_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, ended_at__isnull=True)
                | Q(state__in=[*map(str, RequestState)][1:], ended_at__isnull=False),
                name="sharing_request_end_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.REFUSED, said__in=[*map(str, Said)])
                | (~Q(state=RequestState.REFUSED) & Q(said="")),
                name="sharing_request_refusal_says",
            ),
            models.CheckConstraint(
                condition=Q(consent__isnull=True) | Q(state=RequestState.ANSWERED),
                name="sharing_request_shares_in_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-asked_at"], name="sharing_request_case"),
            models.Index(
                fields=["office"], condition=Q(state=RequestState.OPEN), name="sharing_request_waits"
            ),
            models.Index(
                fields=["reviewer"],
                condition=Q(reviewer__isnull=False, reviewed_at__isnull=True),
                name="sharing_request_reviewed",
            ),
        ]


class RequestText(models.Model):
    """The words of a question or of an answer, sealed under the class they concern."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    part = models.TextField()
    data_class = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(part__in=[*map(str, TextPart)]), name="sharing_requesttext_part_is_known"
            ),
            models.CheckConstraint(
                condition=Q(data_class__in=[*SEALED_CLASSES]), name="sharing_requesttext_is_sealed"
            ),
            models.UniqueConstraint(fields=["request", "part"], name="sharing_requesttext_once"),
        ]


class Refusal(models.Model):
    """Why an office refused: for itself and for the office that reviews it, and never for who asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(db_index=True)
    office = models.ForeignKey("agencies.Office", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=[*map(str, RefusalReason)]), name="sharing_refusal_reason_is_known"
            ),
        ]
