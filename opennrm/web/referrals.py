from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from opennrm.access import audit
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.identification import referral_queries as queries
from opennrm.identification import referrals, withdrawing
from opennrm.identification.policies import DOOR
from opennrm.identification.referral_queries import ReferralCard
from opennrm.identification.referral_rules import WithdrawReason
from opennrm.web import guards, referral_rows, words
from opennrm.web import procedure_words as said
from opennrm.web.forms import GovukForm, Radios
from opennrm.web.words import choices

ANSWER, WITHDRAW = "identification.answer_referral", "identification.withdraw_referral"


class DeclineForm(GovukForm):
    """Why the office declines."""

    reason = forms.ChoiceField(
        label=_("Why does your office decline?"),
        choices=choices(words.DECLINE_REASONS),
        widget=Radios(small=True),
    )


class WithdrawForm(GovukForm):
    """Why the office that referred takes it back."""

    reason = forms.ChoiceField(
        label=_("Why does your office withdraw it?"),
        choices=choices(said.WITHDRAW_REASONS),
        widget=Radios(small=True),
    )


def referral(request: HttpRequest, referral: UUID) -> HttpResponse:
    """What was shared with the office that a person was referred to, and its answer."""
    return _page(request, queries.referral(referral))


@require_POST
def accept(request: HttpRequest, referral: UUID) -> HttpResponse:
    """Accepts: from now on the office sees of the case what its duties open."""
    case = referrals.answer(referral=referral, accepts=True, by=guards.actor_of(request))
    messages.success(request, _("Your office has accepted the referral."))
    # An office that owes nothing more, because the person declined, does not see the case.
    seen = bool(cases.cases_by_id([case]))
    return HttpResponseRedirect(reverse("case", args=[case]) if seen else reverse("worklist"))


@require_POST
def decline(request: HttpRequest, referral: UUID) -> HttpResponse:
    """Declines with a reason."""
    actor, card = guards.actor_of(request), queries.referral(referral)
    DOOR.require(actor, ANSWER, card)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, card, decline_form=form)
    referrals.answer(referral=referral, accepts=False, reason=form.cleaned_data["reason"], by=actor)
    messages.success(request, _("Declined. Another office looks at the reason."))
    return HttpResponseRedirect(reverse("worklist"))


@require_POST
def withdraw(request: HttpRequest, referral: UUID) -> HttpResponse:
    """Takes the referral back while nobody has answered it."""
    actor, card = guards.actor_of(request), queries.referral(referral)
    DOOR.require(actor, WITHDRAW, card)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, card, withdraw_form=form)
    case = withdrawing.withdraw(
        referral=referral, reason=WithdrawReason(form.cleaned_data["reason"]), by=actor
    )
    messages.success(request, _("The referral is withdrawn. Telling is owed again by the office that leads."))
    return HttpResponseRedirect(reverse("case_referral", args=[case]))


def _page(
    request: HttpRequest,
    card: ReferralCard,
    *,
    decline_form: DeclineForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> HttpResponse:
    actor = guards.actor_of(request)
    audit.record("identification.read_referral", case=card.case_id, subject=str(card.id))
    seen = cases.cases_by_id([card.case_id])
    title = __("Referral") + ": " + words.said(said.SIDES, card.side)
    context: dict[str, Any] = {
        "card": card,
        "title": title,
        "tags": [referral_rows.tag(card)],
        "rows": referral_rows.rows(card, agencies.offices()),
        "may_answer": card.is_open and DOOR.may(actor, ANSWER, card),
        "may_withdraw": card.is_open and bool(seen) and DOOR.may(actor, WITHDRAW, card),
        "case_url": reverse("case_referral", args=[card.case_id]) if seen else "",
        # Its errors stand above the page.
        "form": decline_form or withdraw_form,
        "decline_form": decline_form or DeclineForm(),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "breadcrumbs": [{"label": __("Today"), "url": reverse("worklist")}, {"label": title}],
    }
    return render(request, "identification/referral_answer.html", context)
