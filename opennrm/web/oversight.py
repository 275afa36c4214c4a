from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from opennrm.access import audit
from opennrm.access.sealing import NotOpenable
from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.oversight import queries, reviewing, signal_queries
from opennrm.oversight.policies import DOOR
from opennrm.oversight.queries import EmergencyCard
from opennrm.oversight.rules import Outcome
from opennrm.web import duty_words, guards, oversight_words, signals, words
from opennrm.web.oversight_forms import ReviewForm
from opennrm.web.oversight_people import posts_of


@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """What waits for a review by her office, what was reviewed, and tries that opened nothing."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "oversight.read")
    offices = sorted(actor.offices)
    waiting, done = queries.to_review(offices), queries.reviewed(offices)
    nothing = queries.opened_nothing(offices)
    audit.record("oversight.list")
    asked, answered = signal_queries.waiting(offices), signal_queries.answered(offices)
    people = [(one.officer, one.office) for one in (*waiting, *done, *nothing)]
    said = posts_of([*people, *((one.officer, one.office) for one in (*asked, *answered))])
    context = {
        "now": clock.now(),
        "waiting": [_line(one, said) for one in waiting],
        "waiting_columns": _columns(__("Emergency"), __("Who opened it"), __("Review by")),
        "done": [_line(one, said) for one in done],
        "done_columns": _columns(__("Emergency"), __("Who opened it"), __("Found")),
        "asked": [signals.line(one, said) for one in asked],
        "answered": [signals.line(one, said) for one in answered],
        "signal_columns": _columns(__("Question"), __("Who"), __("How many")),
        "nothing": [_tried(one, said) for one in nothing],
        "nothing_columns": _columns(__("Tried"), __("Who tried"), __("What it came to")),
    }
    return render(request, "oversight/oversight.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def emergency_review(request: HttpRequest, emergency: UUID) -> HttpResponse:
    """One emergency: who, why, what was opened; and the review."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "oversight.read")
    card = queries.emergency(emergency)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        reviewing.review(
            emergency=card.id, outcome=Outcome(given["outcome"]), findings=given["findings"], by=actor
        )
        messages.success(request, _("Reviewed."))
        return redirect("oversight")
    audit.record("oversight.read", subject=card.id)
    opened = card.came_to == "opened"
    context = {
        "card": card,
        "title": card.reference or __("Nothing was opened"),
        "tags": [_outcome(card)] if opened else [],
        "facts": _facts(card),
        "opened": _opened(card) if opened else [],
        "opened_columns": _columns(__("When"), __("What")),
        "was_opened": opened,
        "form": form if opened and not card.outcome and DOOR.may(actor, "oversight.review", card) else None,
        "breadcrumbs": [
            {"label": __("Oversight"), "url": reverse("oversight")},
            {"label": card.reference or __("Nothing was opened")},
        ],
    }
    return render(request, "oversight/review.html", context)


def _facts(card: EmergencyCard) -> list[dict[str, Any]]:
    offices = agencies.offices({card.office, *card.told})
    said = posts_of([(card.officer, card.office)])
    written, found = _words(card)
    told = ", ".join(offices[office].shown for office in card.told)
    rows: list[dict[str, Any]] = [
        {"key": __("Who"), "value": said[card.officer, card.office], "hint": offices[card.office].phone},
        {"key": __("When"), "value": duty_words.moment(card.tried_at)},
        {"key": __("Danger"), "value": words.said(oversight_words.DANGERS, card.danger), "hint": written},
        {"key": __("What it came to"), "value": words.said(oversight_words.CAME_TO, card.came_to)},
        {"key": __("Told at once"), "value": told},
    ]
    if card.until:
        ended = card.ended_at and card.ended_at < card.until
        rows.append(
            {
                "key": __("Open until"),
                "value": duty_words.moment(card.ended_at if ended and card.ended_at else card.until),
                "hint": __("ended by the one who opened it") if ended else "",
            }
        )
    if card.due:
        rows.append({"key": __("Review by"), "value": duty_words.moment(card.due)})
    if card.reviewed_at:
        rows.append({"key": __("Reviewed"), "value": duty_words.moment(card.reviewed_at), "hint": found})
    return rows


def _words(card: EmergencyCard) -> tuple[str, str]:
    try:
        return queries.words(card.id)
    except NotOpenable as problem:
        return str(problem.sentence), ""


def _opened(card: EmergencyCard) -> list[list[Any]]:
    return [
        [
            duty_words.moment(one.at),
            ", ".join(words.said(words.DATA_CLASSES, data_class) for data_class in one.classes),
        ]
        for one in queries.opened_under(card.id)
    ]


def _line(one: EmergencyCard, said: dict[tuple[int, int], str]) -> list[Any]:
    last: dict[str, Any] = {"tag": _outcome(one)} if one.outcome else {"due": one.due, "text": ""}
    return [
        {
            "text": one.reference,
            "url": reverse("emergency_review", args=[one.id]),
            "hint": duty_words.moment(one.tried_at),
        },
        said[one.officer, one.office],
        last,
    ]


def _tried(one: EmergencyCard, said: dict[tuple[int, int], str]) -> list[Any]:
    return [
        {
            "text": duty_words.moment(timezone.localtime(one.tried_at)),
            "url": reverse("emergency_review", args=[one.id]),
        },
        said[one.officer, one.office],
        words.said(oversight_words.CAME_TO, one.came_to),
    ]


def _outcome(one: EmergencyCard) -> dict[str, str]:
    text = words.said(oversight_words.OUTCOMES, one.outcome) if one.outcome else __("Waits for a review")
    return {"text": text, "colour": oversight_words.OUTCOME_COLOURS[one.outcome]}


def _columns(*labels: str) -> list[dict[str, str]]:
    return [{"label": label} for label in labels]
