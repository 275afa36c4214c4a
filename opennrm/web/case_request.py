from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.sharing import request_queries, requests
from opennrm.sharing.policies import DOOR
from opennrm.web import case_frame, request_words, words
from opennrm.web.case_frame import Opened
from opennrm.web.page_acts import moment, shown
from opennrm.web.request_forms import AskForm


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks another office for information on the case; from then on it owes an answer."""
    one = case_frame.opened(request, case_id, "case_request_new")
    DOOR.require(one.actor, "sharing.ask", one.case)
    form = AskForm(request.POST if request.method == "POST" else None, offices=_others(one))
    if request.method == "POST" and form.is_valid():
        requests.ask(case=one.case, new=form.new(), by=one.actor)
        messages.success(request, __("Asked. That office owes an answer now."))
        return redirect("case_sharing", case_id)
    one.read("ordinary")
    return case_frame.draw(request, one, "casefile/request_ask.html", {"form": form})


def lines(one: Opened, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """The requests of a case for its page, the newest first."""
    return [
        {
            "office": shown(offices, card.office),
            "subject": words.said(request_words.SUBJECTS, card.subject),
            "tag": request_words.tag(card),
            "asked": moment(card.asked_at),
            "answer_by": moment(card.answer_by) if card.is_open and card.answer_by else "",
            "said": words.said(request_words.SAID, card.said) if card.said else "",
            "url": reverse("request", args=[card.id]),
        }
        for card in request_queries.requests_of(one.case.id)
    ]


def _others(one: Opened) -> list[tuple[str, str]]:
    """The offices that may be asked: no closed one, none of her own, and none that must learn nothing of the case."""
    barred = access.excluded(one.case.id)[0] | one.actor.offices
    others = [
        (str(id), office.shown)
        for id, office in agencies.offices().items()
        if id not in barred and office.closed_on is None
    ]
    return sorted(others, key=lambda pair: pair[1])
