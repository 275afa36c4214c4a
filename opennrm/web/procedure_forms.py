from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.identification.rules import DecisionKind
from opennrm.web import names, words
from opennrm.web import procedure_words as said
from opennrm.web.case_journal import LONGEST, instant_on, today
from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.words import choices

CAME = (("yes", _("Came")), ("no", _("Did not come")))
YES_NO = (("yes", _("Yes")), ("no", _("No")))
TEXT = forms.Textarea(attrs={"rows": 5})


def _past_day(label: Any) -> DateField:
    return DateField(label=label, name=_("The day"), not_after=lambda: today().date())


class Confirm(GovukForm):
    """Nothing to fill in: the button is the answer."""


class ProposeForm(GovukForm):
    """A time for the joint interview."""

    day = DateField(label=_("On which day"), name=_("The day"))
    hour = forms.TimeField(
        label=_("At what time"),
        help_text=_("For example 10:30."),
        input_formats=["%H:%M"],
        error_messages={"invalid": _("Write the time as hours and minutes, for example 10:30.")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )

    def at(self) -> datetime:
        """The instant where the offices are."""
        return instant_on(self.cleaned_data["day"], self.cleaned_data["hour"])


class PostponeForm(GovukForm):
    """Why the time does not hold."""

    reason = forms.ChoiceField(
        label=_("Why"), choices=choices(said.POSTPONE_REASONS), widget=Radios(small=True)
    )


class CallOffForm(GovukForm):
    """Why there is no interview."""

    reason = forms.ChoiceField(
        label=_("Why"), choices=choices(said.CALL_OFF_REASONS), widget=Radios(small=True)
    )


class ArrangementsForm(GovukForm):
    """What the person needs in the interview."""

    says_optional = False
    interpreter_language = forms.ChoiceField(
        label=_("Interpreter asked for"),
        choices=lambda: [("", _("None needed")), *names.languages()],
        required=False,
        widget=forms.Select,
    )
    interpreter_found = forms.BooleanField(label=_("An interpreter is found"), required=False)
    psychologist_asked = forms.BooleanField(label=_("A psychologist is asked to be there"), required=False)
    companion = forms.ChoiceField(
        label=_("Who is with a child"),
        choices=choices(said.COMPANIONS),
        required=False,
        widget=Radios(small=True),
    )
    same_sex_wanted = forms.BooleanField(
        label=_("The person wants an interviewer of her own sex"), required=False
    )
    same_sex_found = forms.BooleanField(label=_("Such an interviewer is found"), required=False)


class AttendanceForm(GovukForm):
    """Whether each agency came."""

    social_service = forms.ChoiceField(
        label=_("State Social Service"), choices=CAME, widget=Radios(inline=True)
    )
    police = forms.ChoiceField(label=_("Police"), choices=CAME, widget=Radios(inline=True))


class AssessmentForm(GovukForm):
    """One agency's answers and reasons."""

    act = forms.ChoiceField(
        label=_("Act"), help_text=_("Recruited, moved, handed over, hidden or received."),
        choices=choices(said.ANSWERS), widget=Radios(inline=True),
    )  # fmt: skip
    means = forms.ChoiceField(
        label=_("Means"), help_text=_("Force, threat, deceit, abuse of power or weakness, or payment to one in control."),
        choices=choices(said.ANSWERS), widget=Radios(inline=True),
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label=_("Purpose"), help_text=_("For exploitation."),
        choices=choices(said.ANSWERS), widget=Radios(inline=True),
    )  # fmt: skip
    reasons = forms.CharField(
        label=_("Your office's own reasons"),
        help_text=_("Only offices that may read what is written see this."),
        max_length=LONGEST,
        widget=TEXT,
    )

    def __init__(self, *args: Any, child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child:
            del self.fields["means"]


class ConferenceForm(GovukForm):
    """Who met over a disagreement, and what came of it."""

    held_on = _past_day(_("On which day"))
    offices = forms.TypedMultipleChoiceField(
        label=_("Which offices took part"), coerce=int, widget=Checkboxes(small=True)
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=choices(said.CONFERENCE_OUTCOMES), widget=Radios(small=True)
    )
    minutes = forms.CharField(
        label=_("Minutes"),
        help_text=_("Only offices that may read what is written see this."),
        max_length=LONGEST,
        widget=TEXT,
    )

    def __init__(self, *args: Any, offices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offices"].choices = offices  # type: ignore[attr-defined]


class PoliceCaseForm(GovukForm):
    """Whether a police case is opened."""

    opened = forms.ChoiceField(
        label=_("Is a police case opened?"), choices=YES_NO, widget=Radios(inline=True)
    )
    decided_on = _past_day(_("Since which day"))
    reason = forms.ChoiceField(
        label=_("If not, why not"),
        choices=choices(said.NOT_OPENED_REASONS),
        required=False,
        widget=Radios(small=True),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("opened") == "no" and not cleaned.get("reason"):
            self.add_error("reason", _("Choose why no case is opened."))
        return cleaned


class PoliceReviewForm(GovukForm):
    """Whether another office agrees that no case is opened."""

    agrees = forms.ChoiceField(
        label=_("Does your office agree that no police case is opened?"),
        choices=YES_NO,
        widget=Radios(inline=True, hints={}),
    )


class PanelForm(GovukForm):
    """A decision with the votes of those who sat on the panel."""

    decision = forms.ChoiceField(
        label=_("What was decided"), choices=choices(words.DECISIONS), widget=Radios(small=True)
    )
    decided_on = _past_day(_("On which day"))
    legal_basis = forms.CharField(
        label=_("By which rule"),
        help_text=_("The instrument and article. No names and no story."),
        max_length=300,
        required=False,
    )

    def __init__(
        self, *args: Any, offices: Mapping[int, str], kinds: Sequence[DecisionKind], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = choices(words.DECISIONS, kinds)  # type: ignore[attr-defined]
        for office, name in offices.items():
            self.fields[f"vote_{office}"] = forms.ChoiceField(
                label=_("Vote of %(office)s") % {"office": name},
                choices=[("", _("Not on the panel")), *choices(said.VOTES)],
                required=False,
                widget=Radios(inline=True, small=True),
            )

    def votes(self) -> dict[int, str]:
        """The votes of the offices that sat on the panel."""
        found = self.cleaned_data.items()
        return {int(name[5:]): vote for name, vote in found if name.startswith("vote_") and vote}

    def kind(self) -> DecisionKind:
        """What was decided."""
        return DecisionKind(self.cleaned_data["decision"])


class TellForm(GovukForm):
    """How the person was told."""

    given_on = _past_day(_("On which day the person was told"))
    language = forms.ChoiceField(
        label=_("In which language"), choices=lambda: names.languages(), widget=forms.Select
    )
    way = forms.ChoiceField(label=_("How"), choices=choices(said.NOTICE_WAYS), widget=Radios(small=True))
    review_explained = forms.BooleanField(label=_("The person was told how to ask for a review"))


class DayForm(GovukForm):
    """On which day the person said it."""

    day = _past_day(_("On which day the person said so"))
