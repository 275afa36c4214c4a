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
from opennrm.coordination.queries import BodyCard
from opennrm.coordination.rules import Place
from opennrm.coordination.silent_years import SilentYearCard, confirm, silent_years
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.web import coordination_words as said
from opennrm.web import guards, words
from opennrm.web.coordination_forms import PlanForm, done_or_kept, today


def coordination(request: HttpRequest) -> HttpResponse:
    """Every body with its last and next meeting, and the agreements with the day they end."""
    DOOR.require(guards.actor_of(request), "coordination.read")
    agreed = queries.agreements(today())
    context = {
        "bodies": [_line(card) for card in queries.bodies(today())],
        "body_columns": [{"label": one} for one in (_("Body"), _("Met last"), _("Meets next"))],
        "agreements": [said.agreement_row(one) for one in agreed],
        "agreement_columns": agreement_columns(),
    }
    return render(request, "coordination/coordination.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def body(request: HttpRequest, code: str) -> HttpResponse:
    """One body: its members and its meetings; the office that keeps it plans one."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "coordination.read")
    card = queries.body(code)
    if request.method == "POST" and request.POST.get("act") == "confirm":
        DOOR.require(actor, "coordination.confirm", card)
        confirm(body=code, year=_year(request), by=actor)
        messages.success(request, _("Confirmed. The yearly account says that no meeting was held."))
        return redirect("body", code=code)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        DOOR.require(actor, "coordination.plan", card)
        if form.is_valid() and (made := _planned(form, code, actor)):
            messages.success(request, _("The meeting is entered."))
            return redirect("meeting", meeting_id=made)
    silent = silent_years([card.id])
    context = {
        "card": card,
        "facts": _facts(card),
        "members": _members(card),
        "member_columns": [{"label": _("Seat")}, {"label": _("Office")}],
        "meetings": _meetings(card),
        "meeting_columns": [{"label": one} for one in (_("Day"), _("How"), _("Came"), _("Quorum"))],
        "form": form if DOOR.may(actor, "coordination.plan", card) else None,
        "silent": [_silent(one) for one in silent],
        "silent_columns": [{"label": _("Year")}, {"label": _("Where it stands")}],
        "to_confirm": [
            one.year
            for one in silent
            if one.confirmed_at is None and DOOR.may(actor, "coordination.confirm", card)
        ],
    }
    return render(request, "coordination/body.html", context)


def _year(request: HttpRequest) -> int:
    asked = request.POST.get("year", "")
    if not (asked.isdigit() and len(asked) == 4):
        raise NotFound()
    return int(asked)


def _silent(one: SilentYearCard) -> list[Any]:
    if one.confirmed_at is None or one.confirmed_for_id is None:
        return [str(one.year), {"tag": {"text": _("To be confirmed"), "colour": "yellow"}}]
    office = agencies.offices([one.confirmed_for_id])[one.confirmed_for_id].shown
    stands = _("No meeting was held; confirmed by %(office)s on %(day)s") % {
        "office": office,
        "day": said.day(clock.local_day(one.confirmed_at)),
    }
    return [str(one.year), {"text": stands}]


def _planned(form: PlanForm, code: str, actor: Actor) -> UUID | None:
    given, made = form.cleaned_data, list[UUID]()

    def plan() -> None:
        made.append(actions.plan_meeting(body=code, on=given["on"], place=Place(given["place"]), by=actor))

    done_or_kept(form, "on", plan, said="meeting_already_planned")
    return made[0] if made else None


def agreement_columns() -> list[dict[str, Any]]:
    """The headings of a table of agreements."""
    named = (_("What is agreed"), _("Between"), _("Signed on"), _("Ends on"), _("Stands"))
    return [{"label": one} for one in named]


def _line(card: BodyCard) -> list[Any]:
    url = reverse("body", args=[card.code])
    return [
        {"text": card.shown, "url": url},
        said.day(card.last) or _("no meeting on record"),
        said.day(card.next) or _("none planned"),
    ]


def _facts(card: BodyCard) -> list[dict[str, Any]]:
    office = agencies.offices([card.kept_by_id])[card.kept_by_id]
    regions = agencies.regions()
    return [
        {"key": _("Where"), "value": regions[card.region].shown if card.region else _("The whole country")},
        {"key": _("Members needed to decide"), "value": card.quorum, "hint": card.source},
        {"key": _("Records kept by"), "value": office.shown},
    ]


def _members(card: BodyCard) -> list[list[Any]]:
    seats = queries.seats_on(card.id, today())
    offices = agencies.offices(seat.office for seat in seats if seat.office)
    chair = {"text": _("Chair"), "colour": "blue"}
    return [
        [
            {"text": seat.shown, "tag": chair if seat.is_chair else None},
            offices[seat.office].shown if seat.office else _("no office in this system"),
        ]
        for seat in seats
    ]


def _meetings(card: BodyCard) -> list[list[Any]]:
    return [
        [
            {"text": said.day(one.on), "url": reverse("meeting", args=[one.id])},
            words.said(said.PLACES, one.place),
            one.present if one.recorded_at else "",
            {"text": "", "tag": said.quorum_tag(one)},
        ]
        for one in queries.meetings(card.id)
    ]
