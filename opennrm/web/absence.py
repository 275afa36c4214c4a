from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from opennrm.agencies import absences
from opennrm.agencies import queries as agencies
from opennrm.agencies.absences import AbsenceCard
from opennrm.agencies.policies import DOOR
from opennrm.lib import clock
from opennrm.web import guards
from opennrm.web.forms import DateField, GovukForm, Radios


class Away(GovukForm):
    """From when until when she is away, and who stands in."""

    since = DateField(label=_("From which day?"), not_before=lambda: clock.today())
    until = DateField(label=_("Until which day?"), not_before=lambda: clock.today())
    deputy = forms.TypedChoiceField(label=_("Who stands in for you?"), coerce=int, widget=Radios)

    def __init__(self, *args: Any, people: Sequence[agencies.OfficerCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].choices = [(one.id, one.name) for one in people]  # type: ignore[attr-defined]


def away(request: HttpRequest) -> HttpResponse:
    """She says when she is away and who stands in; what she is named for stays hers."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "agencies.away")
    people = agencies.officers_of(actor.offices, clock.today())
    form = Away(
        request.POST if request.method == "POST" else None,
        people=[one for one in people if one.id != actor.officer],
    )
    if request.method == "POST" and form.is_valid():
        absences.mark_away(**form.cleaned_data, by=actor)
        messages.success(request, _("Recorded. Your office sees who stands in for you."))
        return HttpResponseRedirect(reverse("away"))
    mine = absences.own_absences(by=actor)
    names = agencies.officers(one.deputy for one in mine)
    listed = [{"absence": one, "deputy": names[one.deputy].name} for one in mine]
    return render(request, "agencies/away.html", {"form": form, "mine": listed, "alone": len(people) < 2})


@require_POST
def back(request: HttpRequest, absence: UUID) -> HttpResponse:
    """She is back."""
    absences.come_back(absence=absence, by=guards.actor_of(request))
    messages.success(request, _("Recorded. You are no longer marked as away."))
    return HttpResponseRedirect(reverse("away"))


def who_stands_in(officers: Iterable[int]) -> dict[int, str]:
    """For each of these who is away today, until when and who stands in, as a line shows it."""
    found = absences.away(officers, clock.today())
    names = agencies.officers(one.deputy for one in found.values()) if found else {}
    return {officer: _said(one, names) for officer, one in found.items()}


def _said(one: AbsenceCard, names: dict[int, agencies.OfficerCard]) -> str:
    return __("away until %(day)s, %(deputy)s stands in") % {
        "day": date_format(one.until, "j F"),
        "deputy": names[one.deputy].name,
    }
