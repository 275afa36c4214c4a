from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.sharing.rules import Answer, Purpose, Way
from opennrm.sharing.voice_rules import WHY_NOT, NewShare, NewVoice, Weight, Whose, WhyNot, Word
from opennrm.web import sharing_words as said
from opennrm.web.case_journal import today
from opennrm.web.consent_forms import WhatForm
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.words import choices

ONLY_IF_ASKED = _("Leave this and what follows empty if nobody was asked.")
ASKED = (str(Word.AGREES), str(Word.DISSENTS))
PARTS = ("word", "guardian", "on", "way", "understood")


class ChildWhatForm(WhatForm):
    """The same of a child, whose guardian may need another language."""

    guardian_language = forms.ChoiceField(
        label=_("In which language it is read out to the guardian"), widget=Radios(inline=True)
    )

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, languages=languages, **kwargs)
        self.fields["language"].label = _("In which language it is read out to the child")
        self.fields["guardian_language"].choices = languages  # type: ignore[attr-defined]
        self.initial.setdefault("guardian_language", "sq")

    def new(self) -> NewShare:
        """With which office what would be shared."""
        asked = self.cleaned_data
        return NewShare(
            recipient=asked["recipient"],
            classes=tuple(asked.get("classes", ())),
            purpose=Purpose(asked["purpose"]),
            until=asked["until"],
            ends_with_change=asked["ends_with_change"],
        )


class VoicesForm(GovukForm):
    """What the child said and what the guardian said, each asked alone."""

    says_optional = False

    def __init__(self, *args: Any, weight: Weight, guardians: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add(Whose.CHILD, [*ASKED, *_why_not_the_child(weight)])
        self._add(Whose.GUARDIAN, [*ASKED] if guardians else [*map(str, WHY_NOT[Whose.GUARDIAN])])
        if guardians:
            self.fields["guardian_guardian"] = forms.ChoiceField(
                label=_("Which guardian"), choices=guardians, widget=Radios(small=True)
            )
        else:
            for part in ("on", "way", "understood"):
                del self.fields[f"guardian_{part}"]

    def parts(self, whose: Whose) -> list[Any]:
        """The fields about one of the two, in the order in which they are asked."""
        return [self[f"{whose}_{part}"] for part in PARTS if f"{whose}_{part}" in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for whose in Whose:
            if cleaned.get(f"{whose}_word") in ASKED:
                for part in ("on", "way", "understood"):
                    name = f"{whose}_{part}"
                    if not cleaned.get(name) and name not in self.errors:
                        self.add_error(
                            name, _("Say when and how somebody was asked, and what was understood.")
                        )
        return cleaned

    def voice(self, whose: Whose, language: str) -> NewVoice:
        """What one of the two said."""
        cleaned = self.cleaned_data
        word = cleaned[f"{whose}_word"]
        if word not in ASKED:
            return NewVoice(Word.NOT_ASKED, why_not=WhyNot(word))
        guardian = cleaned.get("guardian_guardian") if whose is Whose.GUARDIAN else None
        return NewVoice(
            Word(word),
            on=cleaned[f"{whose}_on"],
            way=Way(cleaned[f"{whose}_way"]),
            language=language,
            digest=cleaned[f"{whose}_digest"],
            understood=Answer(cleaned[f"{whose}_understood"]),
            guardian=UUID(guardian) if guardian else None,
        )

    def _add(self, whose: Whose, possible: list[str]) -> None:
        self.fields[f"{whose}_digest"] = forms.CharField(widget=forms.HiddenInput)
        self.fields[f"{whose}_word"] = forms.ChoiceField(
            label=said.WHAT_SAID[whose],  # type: ignore[arg-type]
            choices=choices(said.VOICES, possible),
            widget=Radios(small=True),
        )
        self.fields[f"{whose}_on"] = DateField(
            label=_("On which day"),
            name=_("The day"),
            help_text=ONLY_IF_ASKED,
            not_after=lambda: today().date(),
            required=False,
        )
        self.fields[f"{whose}_way"] = forms.ChoiceField(
            label=_("How it was said"), choices=choices(said.WAYS), widget=Radios(small=True), required=False
        )
        self.fields[f"{whose}_understood"] = forms.ChoiceField(
            label=_("Understood what it is used for, who sees it and how to take it back"),
            choices=choices(said.ANSWERS, ["yes", "no"]),
            widget=Radios(inline=True),
            required=False,
        )


def _why_not_the_child(weight: Weight) -> list[str]:
    """Why she may be left unasked: never where she decides herself, and too young only where she is."""
    too_young, harm = map(str, WHY_NOT[Whose.CHILD])
    return {Weight.CONSENT: [], Weight.ASSENT: [harm], Weight.VIEW: [too_young, harm]}[weight]
