from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import giving, queries
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.verbs import verbs
from opennrm.lib import clock
from opennrm.web import duty_words, guards
from opennrm.web.forms import Checkboxes, GovukForm, Radios

MOST = 100


class Give(GovukForm):
    """Which duties, and who does them."""

    duties = forms.TypedMultipleChoiceField(label=_("Which duties?"), coerce=UUID, widget=Checkboxes)
    officer = forms.TypedChoiceField(label=_("Who does them?"), coerce=int, widget=Radios)

    def __init__(
        self,
        *args: Any,
        duties: Sequence[tuple[str, str]],
        people: Sequence[agencies.OfficerCard],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duties"].choices = duties  # type: ignore[attr-defined]
        self.fields["officer"].choices = [(one.id, one.name) for one in people]  # type: ignore[attr-defined]


def give_duties(request: HttpRequest) -> HttpResponse:
    """Gives several duties of the office to one of its people in one act."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "duties.worklist")
    cards = _cards(actor)
    people = agencies.case_workers_of(actor.offices, clock.today())
    sent = request.POST if request.method == "POST" else None
    form = Give(sent, duties=_choices(cards), people=people)
    if sent is not None and form.is_valid():
        chosen = form.cleaned_data["duties"]
        given = giving.give(duties=chosen, officer=form.cleaned_data["officer"], by=actor)
        messages.success(
            request, ngettext("%(n)d duty is given.", "%(n)d duties are given.", given) % {"n": given}
        )
        return HttpResponseRedirect(reverse("worklist"))
    return render(request, "duties/give.html", {"form": form, "is_empty": not cards})


def _cards(actor: Actor) -> list[DutyCard]:
    now = clock.now()
    cards = queries.worklist(
        sorted(actor.offices), now=now, end_of_today=duty_words.end_of_today(now), limit=MOST
    )
    shown = sorted({str(card.case_id) for card in cards if card.case_id})
    if shown:
        audit.record("duties.worklist", detail={"cases": shown})
    return [card for card in cards if "name_worker" in verbs(actor, card)]


def _choices(cards: Sequence[DutyCard]) -> list[tuple[str, str]]:
    people = agencies.officers(card.person_id for card in cards if card.person_id)
    found = cases.cases_by_id([card.case_id for card in cards if card.case_id])
    known = {case: one.reference for case, one in found.items()}
    return [(str(card.id), _said(card, known, people)) for card in cards]


def _said(card: DutyCard, known: dict[UUID, str], people: dict[int, agencies.OfficerCard]) -> str:
    named = people[card.person_id].name if card.person_id in people else __("nobody named")
    due = duty_words.moment(card.due_at) if card.due_at else __("no date")
    parts = [card.label, known.get(card.case_id, "") if card.case_id else "", due, named]
    return ", ".join(part for part in parts if part)
