from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.web.duty_words import DISPUTE_REASONS, REVIEW_REASONS, SUSPEND_REASONS, WAIVE_REASONS
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.words import DECLINE_REASONS, choices


class Confirm(GovukForm):
    """Nothing to fill in: the button is the answer."""


class NameWorker(GovukForm):
    """Who of the office does it."""

    officer = forms.TypedChoiceField(label=_("Who does it?"), coerce=int, widget=Radios)

    def __init__(
        self,
        *args: Any,
        people: Sequence[agencies.OfficerCard],
        away: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        said = away or {}
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            (one.id, f"{one.name} ({said[one.id]})" if one.id in said else one.name) for one in people
        ]


class Waive(GovukForm):
    """Why the person does without it."""

    reason = forms.ChoiceField(label=_("Why?"), widget=Radios, choices=choices(WAIVE_REASONS))


class Suspend(GovukForm):
    """Why the duty waits, and until when."""

    reason = forms.ChoiceField(label=_("Why does it wait?"), widget=Radios)
    until = DateField(
        label=_("Until when?"),
        help_text=_("Leave it empty if nobody can say."),
        required=False,
        not_before=lambda: _tomorrow(),
    )

    def __init__(self, *args: Any, waits_for: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(code, words) for code, words in choices(SUSPEND_REASONS) if code in waits_for]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]

    def end(self) -> datetime | None:
        """The midnight that ends the last day of waiting."""
        day: date | None = self.cleaned_data["until"]
        if day is None:
            return None
        return clock.midnight(day + timedelta(days=1))


class HandOver(GovukForm):
    """Which office is asked."""

    office = forms.TypedChoiceField(label=_("Which office do you ask?"), coerce=int, widget=forms.Select)

    def __init__(self, *args: Any, offices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", __("Choose an office")), *offices]  # type: ignore[attr-defined]


class Decline(GovukForm):
    """Why the office declines an offer."""

    reason = forms.ChoiceField(
        label=_("Why does your office decline?"), widget=Radios, choices=choices(DECLINE_REASONS)
    )


class Dispute(GovukForm):
    """Why the law does not mean this office, and which it means."""

    reason = forms.ChoiceField(
        label=_("Why does your office dispute it?"), widget=Radios, choices=choices(DISPUTE_REASONS)
    )
    office = forms.TypedChoiceField(label=_("Which office owes it?"), coerce=int, widget=forms.Select)

    def __init__(self, *args: Any, offices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", __("Choose an office")), *offices]  # type: ignore[attr-defined]


class Decide(GovukForm):
    """What the review comes to, and why."""

    outcome = forms.ChoiceField(label=_("Who owes it from now on?"), widget=Radios)
    reason = forms.ChoiceField(label=_("Why?"), widget=Radios, choices=choices(REVIEW_REASONS))

    def __init__(self, *args: Any, stays: str, moves: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [
            ("stays", __("%(office)s keeps it") % {"office": stays}),
            ("moves", __("It goes to %(office)s") % {"office": moves}),
        ]
        self.fields["outcome"].choices = answers  # type: ignore[attr-defined]


def office_choices(
    *, role: str, region: str | None, without: Iterable[int], today: date
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The offices that can be asked: those competent for the role first, then the rest by region."""
    never = set(without)
    known = {
        o.id: o
        for o in agencies.offices().values()
        if o.id not in never and (o.closed_on is None or o.closed_on > today)
    }
    regions = agencies.regions()
    fit = dict.fromkeys(
        c.office
        for c in agencies.competences(today)
        if c.role == role and c.region in (None, region) and c.office in known
    )
    groups = [(__("Competent for this"), [(office, known[office].shown) for office in fit])]
    for code, name in [(None, __("Whole country")), *((code, one.shown) for code, one in regions.items())]:
        rest = sorted((o.shown, o.id) for o in known.values() if o.region == code and o.id not in fit)
        groups.append((name, [(office, shown) for shown, office in rest]))
    return [(title, offices) for title, offices in groups if offices]


def _tomorrow() -> date:
    return timezone.localdate(clock.now()) + timedelta(days=1)
