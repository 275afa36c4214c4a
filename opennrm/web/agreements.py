from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opennrm.access.scope import Actor
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement
from opennrm.coordination.policies import DOOR
from opennrm.coordination.rules import Standing
from opennrm.lib.problems import NotFound
from opennrm.web import coordination_words as said
from opennrm.web import guards
from opennrm.web.coordination import agreement_columns
from opennrm.web.coordination_forms import AgreementForm, done_or_kept, today


@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement with its parties and the day it ends; who keeps agreements enters one or ends it early."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "coordination.read")
    if request.method == "POST" and request.POST.get("act") == "end":
        actions.end_agreement(agreement=_asked(request), by=actor)
        messages.success(request, _("The agreement is over from today on."))
        return redirect("agreements")
    form = AgreementForm(
        request.POST if request.method == "POST" else None, organisations=queries.organisations()
    )
    if request.method == "POST":
        DOOR.require(actor, "coordination.agree")
        if form.is_valid() and done_or_kept(
            form, "signed_on", lambda: _enter(actor, form), said="agreement_stands"
        ):
            messages.success(request, _("The agreement is entered."))
            return redirect("agreements")
    cards = queries.agreements(today())
    context = {
        "rows": [said.agreement_row(one) for one in cards],
        "columns": agreement_columns(),
        "ends": [
            one
            for one in cards
            if one.standing is not Standing.OVER and DOOR.may(actor, "coordination.end_agreement", one)
        ],
        "form": form if DOOR.may(actor, "coordination.agree") else None,
    }
    return render(request, "coordination/agreements.html", context)


def _enter(actor: Actor, form: AgreementForm) -> None:
    given = form.cleaned_data
    new = NewAgreement(given["subject"], given["signed_on"], given["expires_on"], tuple(given["parties"]))
    actions.enter_agreement(new=new, kept_by=actor.office or 0, by=actor)


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("agreement", ""))
    except ValueError as error:
        raise NotFound() from error
