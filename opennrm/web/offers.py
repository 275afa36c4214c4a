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
from opennrm.duties import handover, queries, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import OfferCard
from opennrm.lib import clock
from opennrm.web import duty_words, guards, words
from opennrm.web.duty_forms import Decline
from opennrm.web.templatetags.components import due_in_words


def offer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """What the asked office is shown of a duty on offer, and its answer."""
    return _page(request, queries.offer(offer), Decline())


@require_POST
def accept(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Accepts: the office holds the duty from this instant and sees the case."""
    case = handover.accept(offer=offer, by=guards.actor_of(request))
    messages.success(request, _("Accepted. Your office now owes this and sees the case."))
    return HttpResponseRedirect(reverse("case", args=[case]))


@require_POST
def decline(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Declines with a reason."""
    actor, card = guards.actor_of(request), queries.offer(offer)
    DOOR.require(actor, "duties.answer", card)
    form = Decline(request.POST)
    if not form.is_valid():
        return _page(request, card, form)
    handover.decline(offer=offer, reason=form.cleaned_data["reason"], by=actor)
    messages.success(request, _("Declined. The duty stays with the office that offered it."))
    return HttpResponseRedirect(reverse("worklist"))


@require_POST
def withdraw(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Takes the offer back."""
    card = queries.offer(offer)
    handover.withdraw(offer=offer, by=guards.actor_of(request))
    messages.success(request, _("The offer is withdrawn. Your office still owes this."))
    return HttpResponseRedirect(reverse("duty", args=[card.duty_id]))


def _page(request: HttpRequest, card: OfferCard, form: Decline) -> HttpResponse:
    actor = guards.actor_of(request)
    audit.record("duties.read_offer", case=card.case_id, subject=str(card.id))
    is_open = card.state == "open"
    review = reviews.review_of_offer(card.id)
    return render(
        request,
        "duties/offer.html",
        {
            "card": card,
            "tags": [
                {
                    "text": words.said(duty_words.OFFER_STATES, card.state),
                    "colour": duty_words.OFFER_COLOURS[card.state],
                }
            ],
            "facts": _facts(actor, card),
            "may_answer": is_open and DOOR.may(actor, "duties.answer", card),
            "may_ask_review": review is None
            and card.state == "declined"
            and DOOR.may(actor, "duties.ask_review", card),
            "review_url": reverse("review", args=[review.id]) if review else "",
            "may_withdraw": is_open and DOOR.may(actor, "duties.withdraw", card),
            "form": form,
            "breadcrumbs": [{"label": __("Today"), "url": reverse("worklist")}, {"label": card.label}],
        },
    )


def _facts(actor: Actor, card: OfferCard) -> list[dict[str, Any]]:
    now = clock.now()
    offices = agencies.offices([card.from_office, card.to_office])
    region = agencies.regions().get(card.region or "")
    rows: list[dict[str, Any]] = [
        {"key": __("Case"), "value": card.reference},
        {"key": __("The person"), "value": duty_words.what_to_know_of_offer(card) or __("an adult")},
        {"key": __("Region"), "value": region.shown if region else __("Not known")},
        _when(__("Due"), card.due, now),
        {
            "key": __("From"),
            "value": offices[card.from_office].shown,
            "hint": offices[card.from_office].phone,
        },
        {"key": __("To"), "value": offices[card.to_office].shown},
        {"key": __("Offered"), "value": duty_words.moment(card.offered_at)},
    ]
    if card.state == "open":
        rows.append(_when(__("Answer"), card.answer_by, now))
    elif card.answered_at:
        reason = words.said(words.DECLINE_REASONS, card.reason) if card.reason else ""
        rows.append({"key": __("Answered"), "value": duty_words.moment(card.answered_at), "hint": reason})
    return rows


def _when(key: str, instant: Any, now: Any) -> dict[str, Any]:
    if instant is None:
        return {"key": key, "value": __("no date")}
    return {"key": key, "value": due_in_words(instant, now), "hint": duty_words.moment(instant)}
