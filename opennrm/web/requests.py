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
from django.views.decorators.http import require_http_methods

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import queries as duties
from opennrm.lib.problems import NotFound
from opennrm.sharing import queries as sharing
from opennrm.sharing import request_queries as queries
from opennrm.sharing import request_reviews, request_texts, requests
from opennrm.sharing.policies import DOOR
from opennrm.sharing.queries import ConsentCard
from opennrm.sharing.request_queries import RequestCard
from opennrm.sharing.request_rules import RefusalReason
from opennrm.web import guards, request_words, words
from opennrm.web.page_acts import sent
from opennrm.web.request_forms import AnswerForm, RefuseForm, ReviewForm

DONE = {
    "answer": _("Answered. The office that asked is told."),
    "refuse": _(
        "Refused. The office that asked is told that it cannot be given, or that the person did not agree."
    ),
    "withdraw": _("Taken back. Nobody owes an answer any more."),
    "contest": _("Another office looks at the refusal."),
    "review": _("Decided. Both offices are told."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request for information as it was shown, and what each of the offices may do about it."""
    actor, card = guards.actor_of(request), queries.request(request_id)
    forms = {
        "answer": AnswerForm(sent(request, "answer"), prefix="answer", shares=_shares(card)),
        "refuse": RefuseForm(sent(request, "refuse"), prefix="refuse"),
        "review": ReviewForm(sent(request, "review"), prefix="review"),
    }
    if request.method == "POST" and (act := _done(request.POST.get("act", ""), card, forms, actor)):
        messages.success(request, DONE[act])
        return redirect("case_sharing", card.case_id) if _sees(card) else redirect("worklist")
    return render(request, "casefile/request.html", _page(actor, card, forms))


def _done(act: str, card: RequestCard, forms: dict[str, Any], actor: Actor) -> str:
    """The act that was done; empty where its form has errors and is drawn again."""
    form = forms.get(act)
    if form is not None and not form.is_valid():
        return ""
    if act == "answer":
        said = forms[act].cleaned_data
        requests.answer(request=card.id, text=said["text"], consent=said.get("consent"), by=actor)
    elif act == "refuse":
        requests.refuse(request=card.id, reason=RefusalReason(forms[act].cleaned_data["reason"]), by=actor)
    elif act == "withdraw":
        requests.withdraw(request=card.id, by=actor)
    elif act == "contest":
        request_reviews.contest(request=card.id, by=actor)
    elif act == "review":
        request_reviews.review(request=card.id, stands=forms[act].cleaned_data["stands"], by=actor)
    else:
        raise NotFound()
    return act


def _page(actor: Actor, card: RequestCard, forms: dict[str, Any]) -> dict[str, Any]:
    audit.record("sharing.read_request", case=card.case_id, subject=str(card.id))
    texts = {part: text for (_id, part), text in request_texts.read([card.id]).items()}
    title = __("Request for information") + ": " + words.said(request_words.SUBJECTS, card.subject)
    reason = queries.reason_of(card.id) if card.said else ""
    owed = duties.duties_by_id([card.duty_id]).get(card.duty_id)
    verified = owed is not None and owed.verified
    rows = request_words.rows(card, texts, agencies.offices(), verified=verified)
    if reason:
        rows.append({"key": __("Reason"), "value": words.said(request_words.REFUSALS, reason)})
    return {
        "title": title,
        "tags": [request_words.tag(card)],
        "rows": rows,
        "forms": forms,
        "form": next((form for form in forms.values() if form.is_bound), None),
        "may_answer": card.is_open and DOOR.may(actor, "sharing.answer_request", card),
        "may_withdraw": card.is_open and DOOR.may(actor, "sharing.withdraw_request", card),
        "may_contest": card.may_be_contested and DOOR.may(actor, "sharing.contest_refusal", card),
        "may_review": card.is_reviewed and DOOR.may(actor, "sharing.review_refusal", card),
        "case_url": reverse("case_sharing", args=[card.case_id]) if _sees(card) else "",
        "breadcrumbs": [{"label": __("Today"), "url": reverse("worklist")}, {"label": title}],
    }


def _shares(card: RequestCard) -> list[tuple[str, str]]:
    """What the person agreed to share with the office that asks, where the reader's office sees the case."""
    found = sharing.shared_with(card.case_id, card.from_office) if card.is_open else []
    return [(str(one.id), _share(one)) for one in found]


def _share(one: ConsentCard) -> str:
    classes = ", ".join(words.said(words.DATA_CLASSES, data_class) for data_class in one.classes)
    return __("Yes, until %(day)s: %(classes)s") % {
        "day": date_format(one.last_day, "j F Y"),
        "classes": classes,
    }


def _sees(card: RequestCard) -> bool:
    return bool(cases.cases_by_id([card.case_id]))
