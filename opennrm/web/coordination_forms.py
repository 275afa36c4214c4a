from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.coordination.queries import SeatCard
from opennrm.coordination.rules import LONGEST_DECISION, Attendance
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.web.coordination_words import CAME, PLACES
from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.words import choices


def done_or_kept(form: GovukForm, field: str, act: Callable[[], object], *, said: str) -> bool:
    """Does it; where it stands already the form keeps what it held and says so beside the field."""
    try:
        act()
    except Problem as problem:
        if problem.code != said:
            raise
        form.add_error(field, str(problem))
        return False
    return True


def today() -> date:
    """The day where the offices are."""
    return clock.today()


class PlanForm(GovukForm):
    """When and how a body meets."""

    on = DateField(
        label=_("On which day"),
        help_text=_("A past day for a meeting that was held and is not here yet."),
        name=_("The day"),
    )
    place = forms.ChoiceField(label=_("How"), choices=choices(PLACES), widget=Radios(small=True))


class AttendanceForm(GovukForm):
    """Of every member whether she came."""

    def __init__(self, *args: Any, seats: list[SeatCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for seat in seats:
            self.fields[f"seat_{seat.id}"] = forms.ChoiceField(
                label=seat.shown,
                choices=choices(CAME),
                widget=Radios(inline=True, small=True),
                error_messages={"required": _("Say of every member whether she came.")},
            )

    def came(self) -> dict[int, Attendance]:
        """The answers by seat."""
        return {
            int(name.removeprefix("seat_")): Attendance(answer) for name, answer in self.cleaned_data.items()
        }


class DecisionForm(GovukForm):
    """What was decided, which office does it, by when."""

    text = forms.CharField(
        label=_("What the meeting decided"),
        help_text=_("One or two sentences. No name and no reference of a case: many people read this."),
        max_length=LONGEST_DECISION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    office = forms.TypedChoiceField(label=_("Which office does it"), coerce=int, widget=forms.Select)
    due_on = DateField(
        label=_("By which day"), name=_("The day"), not_before=lambda: today() + timedelta(days=1)
    )

    def __init__(self, *args: Any, offices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", __("Choose an office")), *offices]  # type: ignore[attr-defined]


class AgreementForm(GovukForm):
    """What organisations agreed, when, and until when."""

    subject = forms.CharField(
        label=_("What is agreed"), help_text=_("No name of a person."), max_length=LONGEST_DECISION
    )
    parties = forms.TypedMultipleChoiceField(
        label=_("Between which organisations"), coerce=int, widget=Checkboxes(small=True)
    )
    signed_on = DateField(label=_("Signed on"), name=_("The day of signing"), not_after=today)
    expires_on = DateField(
        label=_("Ends on"),
        help_text=_("Leave it empty if no end is agreed. Your office is warned sixty days before."),
        name=_("The last day"),
        required=False,
    )

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parties"].choices = organisations  # type: ignore[attr-defined]
