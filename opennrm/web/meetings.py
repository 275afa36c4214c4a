from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.coordination import actions, queries
from opennrm.coordination.policies import DOOR
from opennrm.coordination.queries import MeetingCard
from opennrm.web import coordination_words as said
from opennrm.web import guards, words
from opennrm.web.coordination_forms import AttendanceForm, DecisionForm, today


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: what lies before it, who came, what it decided and what earlier ones decided and is still owed."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "coordination.read")
    card = queries.meeting(meeting_id)
    form = _form(request, actor, card)
    if request.method == "POST":
        DOOR.require(actor, "coordination.attend", card.body)
        if form is not None and form.is_valid():
            _act(request, actor, card, form)
            return redirect("meeting", meeting_id=card.id)
    return render(request, "coordination/meeting.html", _context(card, form))


def _form(request: HttpRequest, actor: Actor, card: MeetingCard) -> AttendanceForm | DecisionForm | None:
    data = request.POST if request.method == "POST" else None
    if not DOOR.may(actor, "coordination.attend", card.body):
        return None
    if card.recorded_at is None:
        seats = queries.seats_on(card.body.id, card.on)
        return AttendanceForm(data, seats=seats)
    offices = [(one.id, one.shown) for one in agencies.offices().values() if one.closed_on is None]
    return DecisionForm(data, offices=sorted(offices, key=lambda one: one[1]))


def _act(request: HttpRequest, actor: Actor, card: MeetingCard, form: AttendanceForm | DecisionForm) -> None:
    if isinstance(form, AttendanceForm):
        quorate = actions.record_attendance(meeting=card.id, came=form.came(), by=actor)
        messages.success(
            request,
            _("Recorded. There was a quorum.") if quorate else _("Recorded. There was no quorum."),
        )
        return
    given = form.cleaned_data
    actions.decide(
        meeting=card.id, text=given["text"], office=given["office"], due_on=given["due_on"], by=actor
    )
    messages.success(request, _("Recorded. The office owes it from now on."))


def _context(card: MeetingCard, form: AttendanceForm | DecisionForm | None) -> dict[str, Any]:
    agenda = card.agenda if card.recorded_at else queries.agenda_of(card)
    counted = (_("Limits passed"), _("Needs without an office"), _("Agencies disagree"), _("Offers declined"))
    decided = (_("Decision"), _("Which office"), _("By when"), _("Stands"))
    return {
        "card": card,
        # Its errors stand above the page.
        "form": form,
        "title": said.day(card.on),
        "tags": [said.quorum_tag(card)],
        "facts": _facts(card),
        "came": [[seat.shown, words.said(said.CAME, came)] for seat, came in queries.attendance(card.id)],
        "came_columns": [{"label": _("Seat")}, {"label": _("Came")}],
        "agenda": said.agenda_rows(agenda),
        "agenda_columns": [{"label": _("Region")}, *({"label": one, "numeric": True} for one in counted)],
        "owed": said.decision_rows(queries.still_owed(card), with_day=True),
        "decided": said.decision_rows(queries.decided(card.id), with_day=False),
        "decision_columns": [{"label": one} for one in decided],
        "waits": isinstance(form, AttendanceForm) and card.on > today(),
        "attend_form": form if isinstance(form, AttendanceForm) and card.on <= today() else None,
        "decide_form": form if isinstance(form, DecisionForm) and card.quorate else None,
    }


def _facts(card: MeetingCard) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"key": _("Body"), "value": card.body.shown, "url": reverse("body", args=[card.body.code])},
        {"key": _("How"), "value": words.said(said.PLACES, card.place)},
    ]
    if card.recorded_at:
        needed = _("needed: %(n)d") % {"n": card.quorum}
        rows.append({"key": _("Members who came"), "value": card.present, "hint": needed})
    return rows
