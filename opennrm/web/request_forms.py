from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.sharing.request_rules import LONGEST_TEXT, AskBasis, NewRequest, RequestPurpose, Subject
from opennrm.web import request_words as said
from opennrm.web.forms import GovukForm, Radios
from opennrm.web.words import choices


class AskForm(GovukForm):
    """What another office is asked, for what, and on which basis."""

    says_optional = False
    office = forms.TypedChoiceField(label=_("Which office do you ask?"), coerce=int, widget=forms.Select)
    subject = forms.ChoiceField(
        label=_("About what"), choices=choices(said.SUBJECTS), widget=Radios(small=True)
    )
    question = forms.CharField(
        label=_("Your question"),
        help_text=_(
            "In a sentence or two. That office reads these words, so write nothing it need not know, and no name "
            "unless it cannot answer without one."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    purpose = forms.ChoiceField(
        label=_("For what"), choices=choices(said.PURPOSES), widget=Radios(small=True)
    )
    basis = forms.ChoiceField(
        label=_("On which basis may your office receive the answer?"),
        help_text=_("Your office must itself see this kind of data on the case by it."),
        choices=choices(said.BASES),
        widget=Radios(small=True),
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", _("Choose one")), *offices]  # type: ignore[attr-defined]

    def new(self) -> NewRequest:
        """What was filled in."""
        asked = self.cleaned_data
        return NewRequest(
            office=asked["office"],
            subject=Subject(asked["subject"]),
            purpose=RequestPurpose(asked["purpose"]),
            basis=AskBasis(asked["basis"]),
            question=asked["question"],
        )


class AnswerForm(GovukForm):
    """The answer: in words, or by a share that the person agreed to, or both."""

    says_optional = False
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_(
            "Only what was asked. It is kept sealed with the case, and read by offices that see this kind of data."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    consent = forms.TypedChoiceField(
        label=_("Did the person agree to share this with the office that asks?"),
        help_text=_("If it is shared already, your answer may leave out what they read there."),
        coerce=lambda value: UUID(value) if value else None,
        empty_value=None,
        required=False,
        widget=Radios(small=True),
    )

    def __init__(self, *args: Any, shares: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not shares
        self.fields["consent"].choices = [("", _("No, we answer in words only")), *shares]  # type: ignore[attr-defined]
        if not shares:
            del self.fields["consent"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "text" in cleaned and not cleaned["text"] and cleaned.get("consent") is None:
            self.add_error("text", _("Write the answer, or name the consent by which it was shared."))
        return cleaned


class RefuseForm(GovukForm):
    """Why the office refuses."""

    reason = forms.ChoiceField(
        label=_("Why does your office refuse?"),
        help_text=_(
            "The office that asked reads only that it cannot be given, or that the person did not agree. The reason "
            "itself is kept for a review."
        ),
        choices=choices(said.REFUSALS),
        widget=Radios(small=True),
    )


class ReviewForm(GovukForm):
    """Whether the refusal stands."""

    stands = forms.TypedChoiceField(
        label=_("Does the refusal stand?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes, it stands")), ("no", _("No, the office has to answer"))],
        widget=Radios(small=True),
    )
