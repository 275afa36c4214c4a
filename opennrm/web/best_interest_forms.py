from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.lib import clock
from opennrm.sharing.best_interest_rules import (
    FEWEST_PRESENT,
    LONGEST,
    AlsoHeard,
    ChildHeard,
    ChildNotHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
    NewDecision,
)
from opennrm.web import best_interest_words as said
from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.words import choices


class BestInterestForm(GovukForm):
    """What was decided over a child, who was heard, who decided, and when it is looked at again."""

    says_optional = False
    about = forms.ChoiceField(
        label=_("What was decided about"), choices=choices(said.ABOUT), widget=Radios(small=True)
    )
    recipient = forms.TypedChoiceField(
        label=_("With which office"),
        help_text=_("Only for a decision about sharing."),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select,
    )
    outcome = forms.ChoiceField(
        label=_("What was decided"), choices=choices(said.OUTCOMES), widget=Radios(inline=True)
    )
    child = forms.ChoiceField(label=_("The child"), choices=choices(said.CHILD), widget=Radios(small=True))
    child_not_why = forms.ChoiceField(
        label=_("Why she was not heard"),
        help_text=_("Only where she was not."),
        choices=choices(said.CHILD_NOT_WHY),
        required=False,
        widget=Radios(small=True),
    )
    guardian = forms.ChoiceField(
        label=_("The guardian"), choices=choices(said.GUARDIAN), widget=Radios(small=True)
    )
    child_protection_heard = forms.BooleanField(
        label=_("The child protection unit was heard"), required=False
    )
    also = forms.MultipleChoiceField(
        label=_("Who else was heard"),
        choices=choices(said.ALSO),
        required=False,
        widget=Checkboxes(small=True),
    )
    present = forms.IntegerField(
        label=_("How many people decided"),
        help_text=_("At least two. Names are not written here."),
        min_value=FEWEST_PRESENT,
        max_value=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )
    decided_on = DateField(label=_("On which day"), name=_("The day"), not_after=lambda: clock.today())
    review_by = DateField(
        label=_("Looked at again by"),
        help_text=_("At most a year. A share that rests on this ends by then."),
        name=_("The day"),
        not_before=lambda: clock.today() + timedelta(days=1),
        not_after=lambda: clock.today() + LONGEST,
    )
    reasons = forms.CharField(
        label=_("The reasons"),
        help_text=_("With what the child said, in her own words. They are sealed."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].choices = [("", _("Choose one")), *offices]  # type: ignore[attr-defined]

    def new(self) -> NewDecision:
        """What was filled in."""
        one = self.cleaned_data
        why = one.get("child_not_why")
        return NewDecision(
            about=DecidedOn(one["about"]),
            outcome=InHerInterest(one["outcome"]),
            decided_on=one["decided_on"],
            review_by=one["review_by"],
            reasons=one["reasons"],
            child=ChildHeard(one["child"]),
            guardian=GuardianHeard(one["guardian"]),
            child_protection_heard=one["child_protection_heard"],
            present=one["present"],
            child_not_why=ChildNotHeard(why) if why else None,
            also=frozenset(map(AlsoHeard, one["also"])),
            recipient=one.get("recipient"),
        )
