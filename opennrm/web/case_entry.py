from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from opennrm.access.rules import new_id
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import cases_by_id
from opennrm.identification import actions as identification
from opennrm.lib.problems import NotFound, Problem
from opennrm.web import entry_answers, entry_draft, guards
from opennrm.web.entry_draft import Draft
from opennrm.web.entry_forms import PAGES, form_class
from opennrm.web.forms import GovukForm

TITLES = {
    "who": _("Who is the person?"),
    "person": _("The person"),
    "identified": _("Where and how identified"),
    "needs": _("Needs and a note"),
    "check": _("Check your answers"),
}
ORDER = (*PAGES, "check")


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Begins to enter a case under a fresh random address."""
    CASES.require(guards.actor_of(request), "casefile.open")
    return redirect("case_new_page", new_id(), "who")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, draft_id: UUID, name: str) -> HttpResponse:
    """One page of entering a case; answers are kept at every step, and going back shows them."""
    CASES.require(guards.actor_of(request), "casefile.open")
    if name not in ORDER:
        raise NotFound()
    if name == "check":
        return _check(request, draft_id)
    draft = entry_draft.load(request, draft_id)
    if draft.case:
        return _made(draft)
    if request.method != "POST":
        form = entry_answers.bound(name, draft.answers) if name in draft.answers else _empty(name, draft)
        return entry_draft.keep_key(request, _draw(request, draft_id, name, {"form": form}))
    entry_answers.remember(name, request.POST, draft.answers)
    entry_draft.save(request, draft_id, draft)
    form = entry_answers.bound(name, draft.answers)
    if not form.is_valid():
        return entry_draft.keep_key(request, _draw(request, draft_id, name, {"form": form}))
    onward = ORDER[ORDER.index(name) + 1]
    if request.POST.get("back") == "check":
        onward = entry_answers.first_open(draft.answers) or "check"
    return entry_draft.keep_key(request, redirect("case_new_page", draft_id, onward))


def _empty(name: str, draft: Draft) -> GovukForm:
    return form_class(name, entry_answers.fork(draft.answers))()


def _check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = (
        entry_draft.locked(request, draft_id)
        if request.method == "POST"
        else entry_draft.load(request, draft_id)
    )
    if draft.case:
        return _made(draft)
    open_page = entry_answers.first_open(draft.answers)
    if open_page:
        return redirect("case_new_page", draft_id, open_page)
    if request.method == "POST":
        try:
            return _open(request, draft_id, draft)
        except Problem as problem:
            if problem.status != 400:
                raise
            return _draw(
                request, draft_id, "check", {"problem": problem.sentence, **_summaries(draft_id, draft)}
            )
    return _draw(request, draft_id, "check", _summaries(draft_id, draft))


def _open(request: HttpRequest, draft_id: UUID, draft: Draft) -> HttpResponse:
    # A refusal is shown on this page, so nothing half-written may be left for the commit.
    with transaction.atomic():
        case = identification.open_case(
            new=entry_answers.new_case(draft.answers), by=guards.actor_of(request)
        )
    # The names go; what stays says which case this draft became, for a second click.
    entry_draft.save_at_once(request, draft_id, Draft(case=str(case.id)))
    messages.success(request, __("The case is open. This page says who owes what from now on."))
    return redirect("case", case.id)


def _made(draft: Draft) -> HttpResponse:
    case = UUID(draft.case)
    return redirect("case", case) if cases_by_id([case]) else redirect("cases")


def _summaries(draft_id: UUID, draft: Draft) -> dict[str, Any]:
    parts = []
    for name in PAGES:
        url = reverse("case_new_page", args=[draft_id, name]) + "?back=check"
        parts.append({"title": TITLES[name], "rows": entry_answers.summary(name, draft.answers, url)})
    return {"parts": parts}


def _draw(request: HttpRequest, draft_id: UUID, name: str, context: dict[str, Any]) -> HttpResponse:
    number = ORDER.index(name) + 1
    frame = {
        "title": TITLES[name],
        "step": __("Step %(number)d of %(all)d") % {"number": number, "all": len(ORDER)},
        "back_url": reverse("case_new_page", args=[draft_id, ORDER[number - 2]])
        if number > 1
        else reverse("case_search"),
        "back": "check" if "check" in (request.GET.get("back"), request.POST.get("back")) else "",
        "alone": getattr(context.get("form"), "single_question", False),
    }
    template = "identification/check.html" if name == "check" else "identification/entry.html"
    return render(request, template, {**frame, **context})
