from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.access.rules import DataClass
from opennrm.lib import clock
from opennrm.orders.rules import LONGEST_WORDS, Authority, NewOrder, Purpose, Scope
from opennrm.web import order_words as said
from opennrm.web import words
from opennrm.web.forms import Checkboxes, DateField, GovukForm, Radios
from opennrm.web.words import choices

NOTHING = ("", _("Choose one"))
MORE = {one: text for one, text in words.DATA_CLASSES.items() if one in ("identity", "contact", "narrative")}


class OrderForm(GovukForm):
    """An order as it stands on its paper."""

    authority = forms.ChoiceField(
        label=_("Who issued it"), choices=choices(said.AUTHORITIES), widget=Radios(small=True)
    )
    issued_by = forms.CharField(
        label=_("Its name"), help_text=_("The ministry, court or prosecution office."), max_length=200
    )
    number = forms.CharField(label=_("Number of the order"), max_length=100)
    dated = DateField(label=_("Date of the order"), name=_("The date of the order"), not_after=clock.today)
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        help_text=_("Law and article, as the order names them. No name of a person."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    classes = forms.MultipleChoiceField(
        label=_("What it opens besides the case without names"),
        help_text=_("Only what the order names. Nothing more is opened."),
        choices=choices(MORE),
        widget=Checkboxes(small=True),
        required=False,
    )
    scope = forms.ChoiceField(
        label=_("Which cases it names"), choices=choices(said.SCOPES), widget=Radios(small=True)
    )
    case = forms.CharField(label=_("If one case: its reference"), max_length=40, required=False)
    region = forms.ChoiceField(label=_("If one region: which"), required=False, widget=forms.Select)
    fact = forms.ChoiceField(
        label=_("If something in common: what"),
        choices=[NOTHING, *said.FACTS.items()],
        required=False,
        widget=forms.Select,
    )
    office = forms.TypedChoiceField(label=_("Which office receives it"), coerce=int, widget=forms.Select)
    office_2 = forms.TypedChoiceField(
        label=_("A second office"), coerce=int, empty_value=None, required=False, widget=forms.Select
    )
    office_3 = forms.TypedChoiceField(
        label=_("A third office"), coerce=int, empty_value=None, required=False, widget=forms.Select
    )
    purpose = forms.ChoiceField(
        label=_("For what"), choices=choices(said.PURPOSES), widget=Radios(small=True)
    )
    since = DateField(label=_("First day"), name=_("The first day"))
    until = DateField(
        label=_("Last day"),
        help_text=_("At most a year after the first day. The longest time is to be confirmed."),
        name=_("The last day"),
    )
    scan_reference = forms.CharField(
        label=_("Where the paper is kept"),
        help_text=_("File or register number."),
        max_length=200,
        required=False,
    )
    scan_digest = forms.CharField(
        label=_("SHA-256 of the scanned paper"),
        help_text=_("64 letters and digits. The file itself is not kept here."),
        max_length=64,
        required=False,
    )
    supersedes = forms.TypedChoiceField(
        label=_("It takes the place of"), coerce=UUID, empty_value=None, required=False, widget=forms.Select
    )

    def __init__(
        self,
        *args: Any,
        offices: list[tuple[str, str]],
        regions: list[tuple[str, str]],
        earlier: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in ("office", "office_2", "office_3"):
            self.fields[one].choices = [NOTHING, *offices]  # type: ignore[attr-defined]
        self.fields["region"].choices = [NOTHING, *regions]  # type: ignore[attr-defined]
        self.fields["supersedes"].choices = [("", _("No other order")), *earlier]  # type: ignore[attr-defined]
        if not earlier:
            del self.fields["supersedes"]

    def new(self) -> NewOrder:
        """What was filled in."""
        given = self.cleaned_data
        return NewOrder(
            authority=Authority(given["authority"]),
            issued_by=given["issued_by"],
            number=given["number"],
            dated=given["dated"],
            legal_basis=given["legal_basis"],
            classes=(str(DataClass.ORDINARY), *given["classes"]),
            scope=Scope(given["scope"]),
            offices=tuple(given[one] for one in ("office", "office_2", "office_3") if given[one]),
            purpose=Purpose(given["purpose"]),
            since=given["since"],
            until=given["until"],
            region=given["region"],
            fact=given["fact"],
            case=given["case"],
            scan_digest=given["scan_digest"].lower(),
            scan_reference=given["scan_reference"],
            supersedes=given.get("supersedes"),
        )


class WhyForm(GovukForm):
    """Why somebody refuses, takes back or ends an order."""

    words = forms.CharField(
        label=_("Why"),
        help_text=_("A sentence. Everybody who keeps orders reads it, so write no name."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
