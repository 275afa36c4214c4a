from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.access.rules import EVERY_CLASS, DataClass
from opennrm.lib.problems import Problem

# A consent always ends; longer than this she is asked again.
LONGEST = timedelta(days=366)
MORE_THAN_NEEDED = _("Choose only data that your own office sees, and only what the other office needs.")


class Purpose(StrEnum):
    """What the shared data may be used for."""

    SHELTER = "shelter"
    SOCIAL_SUPPORT = "social_support"
    HEALTH = "health"
    LEGAL_AID = "legal_aid"
    SAFETY = "safety"
    RESIDENCE = "residence"
    RETURN_HOME = "return_home"
    WORK = "work"
    SCHOOL = "school"


# The competences that make an office the one for a purpose; losing it ends the share where the consent says so.
ROLES_FOR: Mapping[Purpose, frozenset[str]] = {
    Purpose.SHELTER: frozenset(
        {"shelter", "reception_centre", "shelter_women", "shelter_children", "shelter_men"}
    ),
    Purpose.SOCIAL_SUPPORT: frozenset({"state_social_service", "municipality", "reintegration_service"}),
    Purpose.HEALTH: frozenset({"health_service"}),
    Purpose.LEGAL_AID: frozenset({"legal_aid"}),
    Purpose.SAFETY: frozenset({"police_anti_trafficking", "border_police"}),
    Purpose.RESIDENCE: frozenset({"migration_office", "migration_authority", "asylum_authority"}),
    Purpose.RETURN_HOME: frozenset({"return_partner"}),
    Purpose.WORK: frozenset({"employment_office", "vocational_training_centre"}),
    Purpose.SCHOOL: frozenset({"education_service", "child_protection_unit"}),
}


class Way(StrEnum):
    """How a consent was given."""

    SIGNED = "signed"
    SPOKEN_WITH_WITNESS = "spoken_with_witness"
    WITH_INTERPRETER = "with_interpreter"


class GivenBy(StrEnum):
    """Whose decision a consent is."""

    PERSON = "person"
    CHILD_AND_GUARDIAN = "child_and_guardian"
    CHILD_AND_DECISION = "child_and_decision"


class Answer(StrEnum):
    """What was answered when she was asked whether she understood; not asked is not no."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


class Understanding(StrEnum):
    """The seven things to understand before one agrees, as HTCDS lists them."""

    INTERVIEW = "interview"
    PURPOSE = "purpose"
    DATA_USE = "data_use"
    RESEARCH_USE = "research_use"
    OWN_DATA = "own_data"
    STORAGE = "storage"
    WITHDRAWAL = "withdrawal"


# Without a yes to these she did not agree to share; the others may be left unasked.
NEEDED = (Understanding.PURPOSE, Understanding.DATA_USE, Understanding.WITHDRAWAL)


class WithdrawnHow(StrEnum):
    """How the person said that she no longer agrees."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"
    IN_WRITING = "in_writing"
    THROUGH_ANOTHER = "through_another"


class EndReason(StrEnum):
    """Why a consent no longer shares anything."""

    WITHDRAWN = "withdrawn"
    CHILD_WITHDREW = "child_withdrew"
    GUARDIAN_WITHDREW = "guardian_withdrew"
    NOT_IN_HER_INTEREST = "not_in_her_interest"
    GUARDIAN_GONE = "guardian_gone"
    CAME_OF_AGE = "came_of_age"
    LAPSED = "lapsed"
    HEAD_CHANGED = "head_changed"
    COMPETENCE_ENDED = "competence_ended"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What a person agreed to: who may see what, for what, until when, and how she was asked."""

    recipient: int
    classes: tuple[str, ...]
    purpose: Purpose
    until: date
    digest: str
    language: str
    way: Way
    understood: Mapping[Understanding, Answer] = field(default_factory=dict)
    ends_with_change: bool = True
    given_by: GivenBy = GivenBy.PERSON

    def answer(self, asked: Understanding) -> Answer:
        """What she answered to one of the seven; not asked where nothing was."""
        return self.understood.get(asked, Answer.NOT_ASKED)


def opened_classes(classes: Collection[str]) -> tuple[str, ...]:
    """What a consent to these opens: the case itself always, because nothing of it can be read without."""
    wanted = {*classes, str(DataClass.ORDINARY)}
    return tuple(one for one in EVERY_CLASS if one in wanted)


def check_consent(
    new: NewConsent, *, today: date, seen: Collection[str], cannot_receive: Collection[int]
) -> None:
    """Raises the problem that keeps a consent from being given, if there is one."""
    if new.recipient in cannot_receive:
        # The same sentence whether it is the own office, one that is closed or one that must learn nothing.
        raise Problem("no_recipient", _("This office cannot receive it. Choose another office."), 409)
    if not set(new.classes) <= set(EVERY_CLASS) or not set(new.classes) <= set(seen):
        raise Problem("classes_not_seen", MORE_THAN_NEEDED, 409)
    if new.until <= today:
        raise Problem("ends_in_past", _("Until when: choose a day after today."))
    if new.until > today + LONGEST:
        raise Problem(
            "ends_too_late", _("Until when: at most a year from today. After that the person is asked again.")
        )
    # What a child and her guardian understood stands with the word of each.
    if new.given_by is GivenBy.PERSON and any(new.answer(one) is not Answer.YES for one in NEEDED):
        raise Problem(
            "not_understood",
            _(
                "The person must have understood what it is used for, who sees it and how to withdraw. Explain it again."
            ),
        )


def change(
    head_then: int | None, head_now: int | None, role: str, roles_now: Collection[str]
) -> EndReason | None:
    """Why a recipient is no longer the one she agreed to: another head, or no longer competent; None where nothing changed."""
    if head_then != head_now:
        return EndReason.HEAD_CHANGED
    return EndReason.COMPETENCE_ENDED if role and role not in roles_now else None


def role_for(purpose: Purpose, held: Collection[str]) -> str:
    """The competence on which an office receives data for this purpose; empty where it holds none of them."""
    return min(ROLES_FOR[purpose] & set(held), default="")
