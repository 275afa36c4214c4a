"""A child's word and her guardian's are two facts. What each may say, and when a share stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.duties.pack import ChildAges
from opennrm.lib.problems import Problem
from opennrm.sharing.rules import Answer, GivenBy, NewConsent, Purpose, Way


class Whose(StrEnum):
    """Whose word it is."""

    CHILD = "child"
    GUARDIAN = "guardian"


class Word(StrEnum):
    """What was said, or that nobody was asked."""

    AGREES = "agrees"
    DISSENTS = "dissents"
    NOT_ASKED = "not_asked"


class WhyNot(StrEnum):
    """Why nobody was asked."""

    TOO_YOUNG = "too_young"
    HARM = "harm"
    NO_GUARDIAN = "no_guardian"
    MAY_BE_INVOLVED = "may_be_involved"


WHY_NOT: dict[Whose, tuple[WhyNot, WhyNot]] = {
    Whose.CHILD: (WhyNot.TOO_YOUNG, WhyNot.HARM),
    Whose.GUARDIAN: (WhyNot.NO_GUARDIAN, WhyNot.MAY_BE_INVOLVED),
}


class Weight(StrEnum):
    """What a child's word weighs: a consent of her own, an assent without which nothing is shared, or a view."""

    CONSENT = "consent"
    ASSENT = "assent"
    VIEW = "view"


class Outcome(StrEnum):
    """What comes of two words."""

    STANDS = "stands"
    CHILD_DISSENTS = "child_dissents"
    GUARDIAN_DISSENTS = "guardian_dissents"
    NO_GUARDIAN_COUNTS = "no_guardian_counts"
    CHILD_NOT_ASKED = "child_not_asked"


@dataclass(frozen=True, slots=True)
class NewVoice:
    """What the child or the guardian said, when, how, after which text; or why nobody was asked."""

    word: Word
    why_not: WhyNot | None = None
    on: date | None = None
    way: Way | None = None
    language: str = ""
    digest: str = ""
    understood: Answer = Answer.NOT_ASKED
    guardian: UUID | None = None

    @property
    def was_asked(self) -> bool:
        """Whether anybody was asked."""
        return self.word is not Word.NOT_ASKED


@dataclass(frozen=True, slots=True)
class NewShare:
    """With which office what would be shared, for what, until when."""

    recipient: int
    classes: tuple[str, ...]
    purpose: Purpose
    until: date
    ends_with_change: bool = True

    def resting_on(self, child: NewVoice, guardian: NewVoice) -> NewConsent:
        """The consent that it becomes; what was understood stands with each word and not here."""
        heard = guardian if guardian.was_asked else child
        both = GivenBy.CHILD_AND_GUARDIAN if guardian.was_asked else GivenBy.CHILD_AND_DECISION
        return NewConsent(
            recipient=self.recipient,
            classes=self.classes,
            purpose=self.purpose,
            until=self.until,
            digest=heard.digest,
            language=heard.language,
            way=heard.way or Way.SIGNED,
            ends_with_change=self.ends_with_change,
            given_by=both,
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a child when the two are asked: her age, whose word counts, and whether a guardian may be involved."""

    age: int | None
    ages: ChildAges
    guardians: frozenset[UUID] = frozenset()
    guardian_suspected: bool = False


def weight(age: int | None, ages: ChildAges) -> Weight:
    """What her word weighs; where the age is not known her no counts, and her yes is no consent of her own."""
    if age is not None and age >= ages.consent_from:
        return Weight.CONSENT
    return Weight.ASSENT if age is None or age >= ages.assent_from else Weight.VIEW


def outcome(child: NewVoice, guardian: NewVoice, situation: Situation, *, decided: bool = False) -> Outcome:
    """Whether a share stands: a guardian who counts agrees, and no child who is old enough says no.

    A decision in her interest stands in the place of a word that could not be had, and never against a no.
    """
    heavy = weight(situation.age, situation.ages)
    if child.word is Word.DISSENTS and heavy is not Weight.VIEW:
        return Outcome.CHILD_DISSENTS
    if heavy is Weight.CONSENT and not (child.was_asked or decided):
        return Outcome.CHILD_NOT_ASKED
    if guardian.word is Word.DISSENTS:
        return Outcome.GUARDIAN_DISSENTS
    return Outcome.STANDS if guardian.was_asked or decided else Outcome.NO_GUARDIAN_COUNTS


def check(child: NewVoice, guardian: NewVoice, situation: Situation, *, today: date) -> None:
    """Raises the problem that keeps two words from being recorded as they were heard, if there is one."""
    for whose, voice in ((Whose.CHILD, child), (Whose.GUARDIAN, guardian)):
        _check_one(whose, voice, today=today)
    old_enough = weight(situation.age, situation.ages) is not Weight.VIEW
    if child.why_not is WhyNot.TOO_YOUNG and old_enough:
        raise Problem(
            "old_enough", _("The child is old enough to be asked, or the age is not known. Ask her.")
        )
    if guardian.was_asked and guardian.guardian not in situation.guardians:
        # One who may be involved counts like one who is not there.
        raise Problem(
            "guardian_has_no_word",
            _(
                "Only a guardian who is recorded, in office and not thought to be involved answers for the child."
            ),
            409,
        )
    if not guardian.was_asked and situation.guardians:
        raise Problem(
            "guardian_is_there", _("A guardian who can answer for the child is recorded. Ask her or him.")
        )
    if guardian.why_not is WhyNot.MAY_BE_INVOLVED and not situation.guardian_suspected:
        raise Problem("guardian_not_suspected", _("Record first that a guardian may be involved."))


def _check_one(whose: Whose, voice: NewVoice, *, today: date) -> None:
    whole = voice.on is not None and voice.way is not None and bool(voice.digest)
    if voice.was_asked != (voice.why_not is None) or voice.was_asked != whole:
        raise Problem("voice_not_whole", _("Say when and how somebody was asked, or why nobody was."))
    if voice.why_not is not None and voice.why_not not in WHY_NOT[whose]:
        raise Problem("voice_not_whole", _("Say when and how somebody was asked, or why nobody was."))
    if voice.on is not None and voice.on > today:
        raise Problem("day_in_future", _("The day must not be in the future."))
    if voice.word is Word.AGREES and voice.understood is not Answer.YES:
        raise Problem(
            "not_understood",
            _("Who agrees must have understood what it is used for, who sees it and how to take it back."),
        )
