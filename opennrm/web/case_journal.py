from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed
from opennrm.web import case_frame, journal_words
from opennrm.web.forms import DateField, GovukForm

LONGEST = 5000


def today() -> datetime:
    """Today where the offices are; the latest day that a page takes."""
    return timezone.localtime(clock.now())


class NoteForm(GovukForm):
    """A note and the day it is about."""

    text = forms.CharField(
        label=_("What happened"),
        help_text=_(
            "Only offices that may read what is written see this. Write what the person would agree to have written."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    happened_on = DateField(
        label=_("When it happened"),
        name=_("The day"),
        help_text=_("An earlier day is fine, for example from a paper form. Without a day: today."),
        not_after=lambda: today().date(),
        required=False,
    )

    def happened_at(self) -> datetime:
        """The instant of the note: this one for today, noon for an earlier day."""
        return instant_on(self.cleaned_data["happened_on"])


def instant_on(day: date | None, hour: time | None = None) -> datetime:
    """An instant on a day where only the day is known: now for today, noon for another."""
    if day is None or (day == today().date() and hour is None):
        return clock.now()
    return timezone.make_aware(datetime.combine(day, hour or time(12)))


@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What happened on a case in words, newest first, and a note to add."""
    one = case_frame.opened(request, case_id, "case_journal")
    may_note = one.sees("narrative") and CASES.may(one.actor, "casefile.note", one.case)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm()
    if request.method == "POST":
        if not may_note:
            raise NotAllowed()
        if form.is_valid():
            casefile.add_note(
                case=one.case, text=form.cleaned_data["text"], happened_at=form.happened_at(), by=one.actor
            )
            messages.success(request, __("The note is in the journal."))
            return case_frame.back_to(one)
    one.read("ordinary", *(["narrative"] if one.sees("narrative") else []))
    lines = cases.journal(case_id, by=one.actor)
    offers = [offer for offer in duties.offers_of(case_id) if offer.state == "declined"]
    offices = agencies.offices(journal_words.offices(lines) | {offer.to_office for offer in offers})
    officers = agencies.officers(journal_words.officers(lines))
    events = journal_words.events(lines, offices, officers, one.case.sop) + journal_words.declined(
        offers, offices
    )
    context = {
        "form": form,
        "may_note": may_note,
        "events": sorted(events, key=lambda event: event["at"], reverse=True),
    }
    return case_frame.draw(request, one, "casefile/journal.html", context)
