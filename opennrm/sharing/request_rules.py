"""A request for information: one office asks another by name about a case, and the other answers or refuses with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opennrm.access.rules import DataClass
from opennrm.lib.problems import Problem

LONGEST_TEXT = 4000
REVIEW_IS_OVER = _("This review is already decided.")
CANNOT_BE_ASKED = _("Choose another office that is open.")


class Subject(StrEnum):
    """What is asked, from a short list; the sentence says the rest."""

    NAME_AND_DOCUMENTS = "name_and_documents"
    DATE_OF_BIRTH = "date_of_birth"
    HOW_TO_REACH = "how_to_reach"
    GUARDIAN = "guardian"
    EARLIER_HELP = "earlier_help"
    THREATS = "threats"
    HEALTH = "health"
    PROCEEDINGS = "proceedings"
    RESIDENCE = "residence"
    OTHER = "other"


# In which class the answer stands, and who reads it therefore; words are never of the ordinary class.
CLASS_OF: Mapping[Subject, DataClass] = {
    **dict.fromkeys(Subject, DataClass.NARRATIVE),
    Subject.NAME_AND_DOCUMENTS: DataClass.IDENTITY,
    Subject.DATE_OF_BIRTH: DataClass.IDENTITY,
    Subject.HOW_TO_REACH: DataClass.CONTACT,
    Subject.GUARDIAN: DataClass.CONTACT,
}


class RequestPurpose(StrEnum):
    """What the answer may be used for."""

    IDENTIFICATION = "identification"
    SAFETY = "safety"
    SHELTER = "shelter"
    SOCIAL_SUPPORT = "social_support"
    HEALTH = "health"
    LEGAL_AID = "legal_aid"
    RESIDENCE = "residence"
    RETURN_HOME = "return_home"
    WORK = "work"
    SCHOOL = "school"


class AskBasis(StrEnum):
    """On what the office that asks may receive the answer; each is a kind of basis that stands on the case."""

    DUTY = "duty"
    CONSENT = "consent"
    ORDER = "order"


class RequestState(StrEnum):
    """What came of a request: ended where the case closed, or the office that was asked may not answer it."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class RefusalReason(StrEnum):
    """Why an office refuses; who asked learns which of these it was only where the person herself said no."""

    NO_BASIS = "no_basis"
    PERSON_DID_NOT_AGREE = "person_did_not_agree"
    OTHER_LAW = "other_law"
    DOES_NOT_HOLD = "does_not_hold"


class Said(StrEnum):
    """What who asked learns of a refusal: from "cannot" nobody learns whether that office knows the person."""

    CANNOT = "cannot"
    PERSON_DID_NOT_AGREE = "person_did_not_agree"


class TextPart(StrEnum):
    """Whose words a text holds."""

    QUESTION = "question"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What an office asks of another: about what, in which words, for what, and on which basis."""

    office: int
    subject: Subject
    purpose: RequestPurpose
    basis: AskBasis
    question: str


def check_request(
    new: NewRequest, *, cannot_be_asked: Collection[int], open_with: Collection[tuple[int, str]]
) -> None:
    """Raises the problem that keeps a request from being made, if there is one."""
    if new.office in cannot_be_asked:
        # One sentence for the own office, one that is closed and one that must learn nothing.
        raise Problem("office_cannot_be_asked", CANNOT_BE_ASKED)
    if (new.office, str(new.subject)) in open_with:
        raise Problem("already_asked", _("This office is already asked for this. Wait, or withdraw it."), 409)
    check_text(new.question, _("Write the question in a sentence."))


def opens(basis: AskBasis, subject: Subject, kind: str, classes: Collection[str]) -> bool:
    """Whether a basis that stands is of the kind that was named and opens what is asked."""
    return kind == basis and CLASS_OF[subject] in classes


def check_basis(basis: AskBasis, subject: Subject, opened: Iterable[tuple[str, Collection[str]]]) -> None:
    """Raises the problem that no basis of this kind opens to the office that asks what it asks for."""
    if not any(opens(basis, subject, kind, classes) for kind, classes in opened):
        raise Problem(
            "no_basis",
            _(
                "Your office has no such basis for this: it must itself see this kind of data on the case by that duty, "
                "consent or order. Choose another basis, or ask the person first."
            ),
            409,
        )


def check_open(state: RequestState) -> None:
    """A request is answered, refused or withdrawn once."""
    if state is not RequestState.OPEN:
        raise Problem("request_is_over", _("This request has already ended."), 409)


def check_answer(text: str, consent: UUID | None) -> None:
    """An answer is a text, or a share that the person agreed to, or both."""
    if consent is None or text.strip():
        check_text(text, _("Write the answer, or name the consent by which it was shared."))


def said(reason: RefusalReason) -> Said:
    """What who asked learns of a reason."""
    return Said.PERSON_DID_NOT_AGREE if reason is RefusalReason.PERSON_DID_NOT_AGREE else Said.CANNOT


def check_contest(state: RequestState, refusal: Said | None, *, reviewed: bool) -> None:
    """Raises the problem that keeps a refusal from being reviewed: it is reviewed once, and the person's own no never."""
    if state is not RequestState.REFUSED or reviewed:
        raise Problem("nothing_to_review", _("There is no refusal to review."), 409)
    if refusal is Said.PERSON_DID_NOT_AGREE:
        raise Problem("person_said_no", _("The person did not agree. No office reviews that."), 409)


def check_text(text: str, missing: str | Promise) -> None:
    """Raises the problem with a text that is empty or too long."""
    if not text.strip():
        raise Problem("text_missing", missing)
    if len(text) > LONGEST_TEXT:
        raise Problem("text_too_long", _("Write at most 4,000 characters."))
