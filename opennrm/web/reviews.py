from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.duties import queries, reviewing, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.reviews import ReviewCard
from opennrm.web import duty_words, guards, words
from opennrm.web.duty_forms import Decide


@require_POST
def ask(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Asks another office to look at a decline."""
    card = queries.offer(offer)
    reviewing.ask(offer=offer, by=guards.actor_of(request))
    messages.success(request, _("A review is asked for. Until it is decided, your office still owes this."))
    return HttpResponseRedirect(reverse("duty", args=[card.duty_id]))


def review(request: HttpRequest, review: UUID) -> HttpResponse:
    """A decline or a dispute, what the reviewer is shown of it, and the decision."""
    actor, card = guards.actor_of(request), reviews.review(review)
    form = _form(request, card)
    if request.method == "POST":
        DOOR.require(actor, "duties.review", card)
        if form.is_valid():
            moves = form.cleaned_data["outcome"] == "moves"
            reviewing.decide(review=card.id, moves=moves, reason=form.cleaned_data["reason"], by=actor)
            messages.success(request, _("Decided. Both offices are told."))
            return HttpResponseRedirect(reverse("worklist"))
    return render(request, "duties/review.html", _page(actor, card, form))


def _form(request: HttpRequest, card: ReviewCard) -> Decide:
    offices = agencies.offices([card.from_office, card.to_office])
    sent = request.POST if request.method == "POST" else None
    return Decide(sent, stays=offices[card.from_office].shown, moves=offices[card.to_office].shown)


def _page(actor: Actor, card: ReviewCard, form: Decide) -> dict[str, Any]:
    audit.record("duties.read_review", case=card.case_id, subject=str(card.id))
    return {
        "card": card,
        "caption": words.said(duty_words.REVIEW_KINDS, card.kind),
        "tags": [
            {
                "text": words.said(duty_words.REVIEW_OUTCOMES, card.outcome),
                "colour": duty_words.REVIEW_COLOURS[card.outcome],
            }
        ],
        "facts": _facts(card),
        "form": form,
        "may_decide": card.is_open and DOOR.may(actor, "duties.review", card),
        "breadcrumbs": [{"label": __("Today"), "url": reverse("worklist")}, {"label": card.label}],
    }


def _facts(card: ReviewCard) -> list[dict[str, Any]]:
    offices = agencies.offices([card.from_office, card.to_office, card.reviewer_id])
    region = agencies.regions().get(card.region or "")
    disputed = card.kind == "dispute"
    reasons = duty_words.DISPUTE_REASONS if disputed else words.DECLINE_REASONS
    held, other = offices[card.from_office], offices[card.to_office]
    rows: list[dict[str, Any]] = [
        {"key": __("Case"), "value": card.reference},
        {"key": __("The person"), "value": duty_words.what_to_know_of_review(card) or __("an adult")},
        {"key": __("Region"), "value": region.shown if region else __("Not known")},
        {"key": __("Due"), "value": duty_words.moment(card.due) if card.due else __("no date")},
        {"key": __("Owes it now"), "value": held.shown, "hint": held.phone},
        {
            "key": __("Would owe it") if disputed else __("Declined it"),
            "value": other.shown,
            "hint": other.phone,
        },
        {"key": __("Why"), "value": words.said(reasons, card.asked_reason)},
        {"key": __("Asked"), "value": duty_words.moment(card.asked_at)},
        *(
            [{"key": __("To decide by"), "value": duty_words.moment(card.decide_by)}]
            if card.decide_by
            else []
        ),
        {"key": __("Who decides"), "value": offices[card.reviewer_id].shown},
    ]
    if card.decided_at:
        reason = words.said(duty_words.REVIEW_REASONS, card.reason) if card.reason else ""
        rows.append({"key": __("Decided"), "value": duty_words.moment(card.decided_at), "hint": reason})
    return rows
