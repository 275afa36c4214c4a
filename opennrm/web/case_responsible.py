from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.casefile.queries import CaseCard
from opennrm.duties import queries as duties
from opennrm.duties.queries import DutyCard, DutyHistory
from opennrm.lib import clock
from opennrm.web import case_frame, duty_words, responsibility, words
from opennrm.web.forms import DateField, GovukForm

OPEN = ("held", "suspended", "lapsed")


class AsItWasForm(GovukForm):
    """The day, and if wanted the hour, of which the page tells."""

    says_optional = False
    at = DateField(
        label=_("Show it as it was on"),
        name=_("The day"),
        not_after=lambda: timezone.localdate(clock.now()),
        required=False,
    )
    hour = forms.TimeField(
        label=_("Time"),
        help_text=_("For example 14:30. Without a time: the end of the day."),
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"invalid": _("Enter the time as hours and minutes, like 14:30.")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )

    def instant(self) -> datetime | None:
        """The instant asked for; None for now."""
        if not self.is_bound or not self.is_valid() or not self.cleaned_data["at"]:
            return None
        moment = self.cleaned_data["hour"] or time(23, 59, 59)
        return min(timezone.make_aware(datetime.combine(self.cleaned_data["at"], moment)), clock.now())


@dataclass(frozen=True, slots=True)
class People:
    """The offices and people at work a page names."""

    offices: dict[int, OfficeCard]
    officers: dict[int, OfficerCard]


@require_safe
def responsible(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who owes what on a case, now or as it was at an instant: one answer, a table, and the timeline."""
    one = case_frame.opened(request, case_id, "case_responsible")
    one.read("ordinary")
    form = AsItWasForm(request.GET) if "at_day" in request.GET else AsItWasForm()
    asked = form.instant()
    at = asked or clock.now()
    owed = duties.responsible(one.case, at)
    histories = duties.histories(case_id)
    named = _people(owed, histories)
    context = {
        "form": form,
        "asked": timezone.localtime(asked) if asked else None,
        "now": at,
        "answer": _answer(one.case, owed, named, at, asked),
        "columns": _columns(),
        "owed": [_row(duty, named) for duty in owed if duty.state in OPEN],
        "over": [_row(duty, named) for duty in owed if duty.state not in OPEN],
        "svg": responsibility.picture(histories, at=at, offices=named.offices, officers=named.officers),
    }
    return case_frame.draw(request, one, "casefile/responsible.html", context)


def _people(owed: list[DutyCard], histories: list[DutyHistory]) -> People:
    bars = [bar for history in histories for bar in history.bars]
    offices = {duty.holder_id for duty in owed} | {bar.office for bar in bars}
    officers = {duty.person_id for duty in owed} | {bar.person for bar in bars}
    return People(agencies.offices(offices), agencies.officers(one for one in officers if one is not None))


def _answer(case: CaseCard, owed: list[DutyCard], named: People, at: datetime, asked: datetime | None) -> str:
    lead = next((duty for duty in owed if duty.kind == "lead"), None)
    when = (
        __("On %(day)s") % {"day": date_format(timezone.localtime(at), "j F Y, H:i")} if asked else __("Now")
    )
    if lead is None:
        opened = date_format(timezone.localtime(case.opened_at), "j F Y, H:i")
        return __("%(when)s: nobody yet. The case was opened on %(opened)s.") % {
            "when": when,
            "opened": opened,
        }
    office = named.offices[lead.holder_id].shown
    if lead.state not in OPEN:
        return __("%(when)s: nobody any more. The case is closed; %(office)s led it last.") % {
            "when": when,
            "office": office,
        }
    worker = named.officers.get(lead.person_id) if lead.person_id else None
    if worker:
        return __("%(when)s: %(office)s, lead office. Case worker: %(name)s.") % {
            "when": when,
            "office": office,
            "name": worker.name,
        }
    head = agencies.head_of(lead.holder_id, clock.local_day(at))
    if head is None:
        return __("%(when)s: %(office)s, lead office. No case worker was named.") % {
            "when": when,
            "office": office,
        }
    sentence = __(
        "%(when)s: %(office)s, lead office. No case worker is named, so %(name)s, its head, answers."
    )
    return sentence % {"when": when, "office": office, "name": head.name}


def _columns() -> list[dict[str, Any]]:
    labels = (__("What"), __("Which office"), __("Who"), __("Since"), __("Due"), __("State"), __("Rule"))
    return [{"label": label} for label in labels]


def _row(duty: DutyCard, named: People) -> list[Any]:
    person = named.officers.get(duty.person_id) if duty.person_id else None
    rule: dict[str, Any] = {"text": duty_words.source(duty.source), "hint": duty.rule}
    if not duty.verified:
        rule["tag"] = {"text": __("To be confirmed"), "colour": "yellow"}
    return [
        {"text": duty.label, "url": reverse("duty", args=[duty.id])},
        named.offices[duty.holder_id].shown,
        person.name if person else __("Nobody named"),
        _day(duty.since),
        _due(duty),
        {"tag": {"text": words.said(words.STATES, duty.state), "colour": words.STATE_COLOURS[duty.state]}},
        rule,
    ]


def _due(duty: DutyCard) -> dict[str, Any]:
    if duty.due_at is None:
        return {"text": __("No limit") if duty.state != "suspended" else __("Not running")}
    if duty.state not in OPEN:
        return _day(duty.due_at)
    return {"due": duty.due_at, "hint": date_format(timezone.localtime(duty.due_at), "j M Y, H:i")}


def _day(moment: datetime) -> dict[str, Any]:
    local = timezone.localtime(moment)
    return {"text": date_format(local, "j M Y"), "hint": date_format(local, "H:i")}
