from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.lib import clock
from opennrm.shelters.rules import LARGEST_FAMILY, LONGEST_ADDRESS
from opennrm.web import place_words as said
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.words import choices

Choices = list[tuple[str, str]]


def instant_after(day: date | None) -> datetime | None:
    """The instant at which a last day is over; none for none."""
    return clock.midnight(day + timedelta(days=1)) if day else None


def _today() -> date:
    return clock.today()


class _Choosing(GovukForm):
    """A form with one field whose choices the page gives."""

    chosen = ""

    def __init__(self, *args: Any, given: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.chosen].choices = given  # type: ignore[attr-defined]


class LeftForm(_Choosing):
    """Which place is free now, and why."""

    chosen = "use"
    use = forms.TypedChoiceField(label=_("Which place"), coerce=UUID, widget=forms.Select)
    reason = forms.ChoiceField(label=_("Why"), choices=choices(said.LEFT), widget=Radios(small=True))

    def __init__(self, *args: Any, uses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=uses, **kwargs)


class DeclineForm(_Choosing):
    """Whom the shelter cannot take, and why."""

    chosen = "use"
    use = forms.TypedChoiceField(label=_("Which place"), coerce=UUID, widget=forms.Select)
    reason = forms.ChoiceField(label=_("Why"), choices=choices(said.DECLINED), widget=Radios(small=True))

    def __init__(self, *args: Any, uses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=uses, **kwargs)


class CloseRoomForm(_Choosing):
    """Which room is out of use, why and until when."""

    chosen = "room"
    room = forms.TypedChoiceField(label=_("Which room"), coerce=int, widget=forms.Select)
    reason = forms.ChoiceField(label=_("Why"), choices=choices(said.CLOSED), widget=Radios(small=True))
    until = DateField(
        label=_("Until which day"),
        help_text=_("Leave it empty if nobody knows yet."),
        name=_("The last day"),
        required=False,
        not_before=_today,
    )

    def __init__(self, *args: Any, rooms: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=rooms, **kwargs)


class AddressForm(_Choosing):
    """Where a house or apartment is."""

    chosen = "site"
    site = forms.TypedChoiceField(label=_("Which house or apartment"), coerce=int, widget=forms.Select)
    text = forms.CharField(
        label=_("Address"),
        help_text=_("It is sealed: only your organisation can open it, and each time is on record."),
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=sites, **kwargs)


class LeaseForm(_Choosing):
    """For how long an apartment is rented, and for how much."""

    chosen = "site"
    site = forms.TypedChoiceField(label=_("Which apartment"), coerce=int, widget=forms.Select)
    begins_on = DateField(label=_("Rented from"), name=_("The first day"))
    ends_on = DateField(label=_("Rented until"), name=_("The last day"))
    monthly_cost = forms.IntegerField(
        label=_("What the landlord is paid each month, in lek"),
        min_value=0,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=sites, **kwargs)


class HoldForm(_Choosing):
    """In which room places are held, and for how many."""

    chosen = "room"
    room = forms.TypedChoiceField(label=_("In which room"), coerce=int, widget=Radios(small=True))
    people = forms.IntegerField(
        label=_("For how many people"),
        help_text=_("The person and everybody who comes with her. They stay in one room."),
        min_value=1,
        max_value=LARGEST_FAMILY,
        initial=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, rooms: Choices, **kwargs: Any) -> None:
        super().__init__(*args, given=rooms, **kwargs)


def free_in_words(free: int) -> str:
    """How many places of a room are free, as a hint."""
    return __("free: %(n)d") % {"n": free}
