from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.lib import clock
from opennrm.sharing.rules import LONGEST, NEEDED, Answer, NewConsent, Purpose, Understanding, Way
from opennrm.web import sharing_words as said
from opennrm.web import words
from opennrm.web.forms import Checkboxes, DateField, DateWidget, GovukForm, Radios
from opennrm.web.words import choices


class WhatForm(GovukForm):
    """What the person is asked to share, with whom, for what and until when."""

    says_optional = False
    recipient = forms.TypedChoiceField(label=_("With which office"), coerce=int, widget=forms.Select)
    purpose = forms.ChoiceField(
        label=_("For what"), choices=choices(said.PURPOSES), widget=Radios(small=True)
    )
    classes = forms.MultipleChoiceField(
        label=_("Which data"),
        help_text=_("The case without names is always part of it. Choose only what the office needs."),
        required=False,
        widget=Checkboxes(small=True),
    )
    until = DateField(
        label=_("Until when"),
        help_text=_("The last day. At most a year; shorter is better."),
        name=_("The last day"),
        not_before=lambda: clock.today() + timedelta(days=1),
        not_after=lambda: clock.today() + LONGEST,
    )
    language = forms.ChoiceField(label=_("In which language it is read out"), widget=Radios(inline=True))
    ends_with_change = forms.BooleanField(
        label=_(
            "It ends when another person heads that office, or the office is no longer competent for this"
        ),
        initial=True,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        offices: list[tuple[str, str]],
        classes: Iterable[str],
        languages: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choosable = [one for one in words.DATA_CLASSES if one in classes and one != "ordinary"]
        self.fields["recipient"].choices = [("", _("Choose one")), *offices]  # type: ignore[attr-defined]
        self.fields["classes"].choices = choices(words.DATA_CLASSES, choosable) if choosable else []  # type: ignore[attr-defined]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        if not choosable:
            del self.fields["classes"]

    def sent(self) -> list[tuple[str, str]]:
        """What was filled in, to be carried to the page where the text is read out."""
        parts = ("", *(f"_{part}" for part in DateWidget.PARTS))
        names = [f"{name}{part}" for name in self.fields for part in parts]
        return [(name, value) for name in names for value in self.data.getlist(name)]  # type: ignore[attr-defined]


class AskedForm(GovukForm):
    """What the person answered after the text was read out."""

    digest = forms.CharField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("How the person agreed"), choices=choices(said.WAYS), widget=Radios(small=True)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in Understanding:
            self.fields[one] = forms.ChoiceField(
                label=said.UNDERSTANDINGS[one],  # type: ignore[arg-type]
                help_text=_("Without a yes here nothing is shared.") if one in NEEDED else "",
                choices=choices(said.ANSWERS),
                widget=Radios(inline=True),
            )
        self.order_fields([*Understanding, "way", "digest"])


class WithdrawForm(GovukForm):
    """How the person said that she no longer agrees."""

    how = forms.ChoiceField(
        label=_("How the person said so"), choices=choices(said.WITHDRAWN_HOW), widget=Radios(small=True)
    )


def new_consent(what: dict[str, Any], asked: dict[str, Any]) -> NewConsent:
    """Both pages together."""
    return NewConsent(
        recipient=what["recipient"],
        classes=tuple(what.get("classes", ())),
        purpose=Purpose(what["purpose"]),
        until=what["until"],
        digest=asked["digest"],
        language=what["language"],
        way=Way(asked["way"]),
        understood={one: Answer(asked[one]) for one in Understanding},
        ends_with_change=what["ends_with_change"],
    )
