from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from opennrm.access import audit
from opennrm.access.sealing import NotOpenable
from opennrm.lib.problems import NotFound
from opennrm.oversight import answering, signal_queries
from opennrm.oversight.policies import DOOR
from opennrm.oversight.signal_queries import SignalCard
from opennrm.oversight.signals import Answer
from opennrm.web import duty_words, guards, oversight_words, words
from opennrm.web.oversight_forms import AnswerForm
from opennrm.web.oversight_people import posts_of


@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, signal: UUID) -> HttpResponse:
    """One question about reading: which post, what, when; and the answer."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "oversight.read")
    card = signal_queries.signal(signal)
    if card.reviewer_id not in actor.offices or card.officer == actor.officer:
        raise NotFound()
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        answering.answer(signal=card.id, found=Answer(given["answer"]), findings=given["findings"], by=actor)
        messages.success(request, _("Answered."))
        return redirect("oversight")
    audit.record("oversight.read", subject=card.id)
    context = {
        "title": words.said(oversight_words.SIGNALS, card.kind),
        "tags": [tag(card)],
        "facts": _facts(card),
        "references": signal_queries.references(card.id, by=actor),
        "form": form if not card.answer and DOOR.may(actor, "oversight.review", card) else None,
        "breadcrumbs": [
            {"label": __("Oversight"), "url": reverse("oversight")},
            {"label": __("A question about reading")},
        ],
    }
    return render(request, "oversight/signal.html", context)


@require_safe
def about_me(request: HttpRequest) -> HttpResponse:
    """Questions about her own reading that another organisation has answered."""
    actor = guards.actor_of(request)
    rows = signal_queries.about(actor.officer) if actor.officer else []
    context = {
        "columns": [{"label": label} for label in (__("Question"), __("Day"), __("Found"))],
        "rows": [
            [words.said(oversight_words.SIGNALS, one.kind), date_format(one.day, "j F Y"), {"tag": tag(one)}]
            for one in rows
            if one.answer
        ],
    }
    return render(request, "oversight/about_me.html", context)


def line(card: SignalCard, said: dict[tuple[int, int], str]) -> list[Any]:
    """A question as a row of a list."""
    return [
        {
            "text": words.said(oversight_words.SIGNALS, card.kind),
            "url": reverse("signal", args=[card.id]),
            "hint": date_format(card.day, "j F Y"),
        },
        said[card.officer, card.office],
        {"text": card.number, "tag": tag(card) if card.answer else None},
    ]


def tag(card: SignalCard) -> dict[str, str]:
    """How it stands."""
    text = words.said(oversight_words.ANSWERS, card.answer) if card.answer else __("Waits for an answer")
    return {"text": text, "colour": oversight_words.ANSWER_COLOURS[card.answer]}


def _facts(card: SignalCard) -> list[dict[str, Any]]:
    window = ngettext("in %(days)d day", "in %(days)d days", card.days) % {"days": card.days}
    rows: list[dict[str, Any]] = [
        {"key": __("Who"), "value": posts_of([(card.officer, card.office)])[card.officer, card.office]},
        {"key": __("Day"), "value": date_format(card.day, "j F Y")},
        {
            "key": __("How many"),
            "value": card.number,
            "hint": __("Up to %(most)d %(window)s raises no question.")
            % {"most": card.most, "window": window},
        },
        {"key": __("Why this is asked"), "value": words.said(oversight_words.SIGNAL_WHYS, card.kind)},
    ]
    if card.answered_at:
        rows.append(
            {"key": __("Answered"), "value": duty_words.moment(card.answered_at), "hint": _found(card)}
        )
    return rows


def _found(card: SignalCard) -> str:
    try:
        return signal_queries.findings(card.id)
    except NotOpenable as problem:
        return str(problem.sentence)
