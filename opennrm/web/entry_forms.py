from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.agencies import queries as agencies
from opennrm.duties import queries as duties
from opennrm.web import names, words
from opennrm.web.case_journal import today
from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios

UNKNOWN = ("", _("Not known"))
YES_NO = (("yes", _("Yes")), ("no", _("No")))
SHORT = {"class": "govuk-input--width-20"}
LATEST = 10 * 365


def _names(countries: bool) -> list[tuple[str, Any]]:
    return [UNKNOWN, *(names.countries() if countries else names.languages())]


class WhoForm(GovukForm):
    """Which of the three roads of referral is open to the person."""

    single_question = True
    fork = forms.ChoiceField(
        label=_("Who is the person?"),
        choices=words.choices(words.FORKS),
        widget=Radios(
            hints={
                "child": _("Under 18, or you are not sure: then the person is presumed to be a child."),
                "consents": _("18 or older, knows what referral means, and says yes."),
                "does_not_consent": _(
                    "18 or older. Nothing is kept by which anyone could recognise the person. The person may agree later."
                ),
            }
        ),
    )


class NamelessForm(GovukForm):
    """What may be asked of an adult who does not agree to be referred."""

    sex = forms.ChoiceField(
        label=_("Sex"), choices=words.choices(words.SEXES), required=False, widget=Radios(small=True)
    )
    age = forms.IntegerField(
        label=_("About how old"), min_value=18, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"min_value": _("Someone under 18 is a child: go back and choose that.")},
    )  # fmt: skip
    citizenship = forms.ChoiceField(
        label=_("Citizenship"), choices=lambda: _names(True), required=False, widget=forms.Select
    )
    language = forms.ChoiceField(
        label=_("Language the person understands best"),
        choices=lambda: _names(False),
        required=False,
        widget=forms.Select,
    )
    interpreter = forms.ChoiceField(
        label=_("Is an interpreter needed?"),
        choices=YES_NO,
        required=False,
        widget=Radios(inline=True, small=True),
    )


class PersonForm(GovukForm):
    """What is known of the person; every question may stay open."""

    first_name = forms.CharField(
        label=_("First name"), max_length=120, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    second_name = forms.CharField(
        label=_("Family name"), max_length=120, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    alias = forms.CharField(
        label=_("What the person wants to be called"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
    )
    birth_date = DateField(
        label=_("Date of birth"),
        name=_("The date of birth"),
        not_after=lambda: today().date(),
        required=False,
    )
    age = forms.IntegerField(
        label=_("or the age"), min_value=0, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )  # fmt: skip
    age_basis = forms.ChoiceField(
        label=_("How the age is known"),
        choices=words.choices(words.AGE_BASES),
        required=False,
        widget=Radios(small=True),
    )
    sex = forms.ChoiceField(
        label=_("Sex"), choices=words.choices(words.SEXES), required=False, widget=Radios(small=True)
    )
    citizenship = forms.ChoiceField(
        label=_("Citizenship"), choices=lambda: _names(True), required=False, widget=forms.Select
    )
    second_citizenship = forms.ChoiceField(
        label=_("Second citizenship"), choices=lambda: _names(True), required=False, widget=forms.Select
    )
    language = forms.ChoiceField(
        label=_("Language the person understands best"),
        choices=lambda: _names(False),
        required=False,
        widget=forms.Select,
    )
    second_language = forms.ChoiceField(
        label=_("Also speaks"), choices=lambda: _names(False), required=False, widget=forms.Select
    )
    interpreter = forms.ChoiceField(
        label=_("Is an interpreter needed?"),
        choices=YES_NO,
        required=False,
        widget=Radios(inline=True, small=True),
    )
    document = forms.CharField(
        label=_("Number of an identity document"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=SHORT),
    )
    contact = forms.CharField(
        label=_("How to reach the person safely"),
        help_text=_("And how not to: who must not answer, at which hours."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("birth_date") and cleaned.get("age") is not None:
            self.add_error("age", _("Enter either the date of birth or the age."))
        return cleaned


class ChildForm(PersonForm):
    """The same for a child, and who cares for the child."""

    guardian = forms.CharField(
        label=_("Parent or guardian"), max_length=200, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    guardian_relation = forms.CharField(
        label=_("What they are to the child"), help_text=_("For example mother, uncle."), max_length=100, required=False,
        widget=forms.TextInput(attrs=SHORT),
    )  # fmt: skip
    guardian_may_be_involved = forms.BooleanField(
        label=_("This parent or guardian may be involved in what happened: never contact them"),
        required=False,
    )


class IdentifiedForm(GovukForm):
    """When, where and how the person was identified; an earlier day is ordinary."""

    identified_on = DateField(
        label=_("On which day was the person identified?"),
        name=_("The day"),
        help_text=_("An earlier day is fine, for example from a paper form."),
        not_after=lambda: today().date(),
        not_before=lambda: today().date() - timedelta(days=LATEST),
    )
    hour = forms.TimeField(
        label=_("At what time"), help_text=_("For example 14:30."), required=False, input_formats=["%H:%M", "%H.%M"],
        error_messages={"invalid": _("Enter the time as hours and minutes, like 14:30.")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("How was the person identified?"),
        choices=words.choices(words.CHANNELS),
        widget=Radios(small=True),
    )
    region = forms.ChoiceField(
        label=_("Where is the person now?"),
        help_text=_("From this follows which offices are asked."),
        choices=lambda: [UNKNOWN, *((region.code, region.shown) for region in agencies.regions().values())],
        required=False,
        widget=forms.Select,
    )
    in_danger = forms.ChoiceField(
        label=_("Is the person in danger where they are?"),
        choices=YES_NO,
        required=False,
        widget=Radios(inline=True, small=True),
    )
    asylum = forms.ChoiceField(
        label=_("Has the person asked for international protection?"),
        help_text=_("Then nobody may remove the person, and the asylum authority is told what it must know."),
        choices=YES_NO,
        required=False,
        widget=Radios(inline=True, small=True),
    )
    exploitation = forms.MultipleChoiceField(
        label=_("What do you suspect?"),
        help_text=_("Choose all that fit. It can stay open."),
        choices=words.choices(words.EXPLOITATIONS),
        required=False,
        widget=Checkboxes(small=True),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, hour = cleaned.get("identified_on"), cleaned.get("hour")
        if day == today().date() and hour and hour > today().time():
            self.add_error("hour", _("This time has not come yet."))
        return cleaned


class NeedsForm(GovukForm):
    """What the person needs first, and a note."""

    needs = forms.MultipleChoiceField(
        label=_("What does the person need?"),
        help_text=_("For each need the rules say which office owes it. More can be added later."),
        choices=lambda: [(kind.code, duties.kind_label(kind.code)) for kind in duties.support_kinds()],
        required=False,
        widget=Checkboxes(small=True),
    )
    note = forms.CharField(
        label=_("A note"),
        help_text=_(
            "Only offices that may read what is written see it. For someone who does not agree: write no name."
        ),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


PAGES = ("who", "person", "identified", "needs")
PERSON_FORMS: Mapping[str, type[GovukForm]] = {
    "child": ChildForm,
    "consents": PersonForm,
    "does_not_consent": NamelessForm,
}


def form_class(page: str, fork: str) -> type[GovukForm]:
    """The form of a page; what may be asked of the person follows from who she is."""
    if page == "person":
        return PERSON_FORMS.get(fork, NamelessForm)
    return {"who": WhoForm, "identified": IdentifiedForm, "needs": NeedsForm}[page]
