from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.agencies import absences
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import actions, handover, queries, reviewing
from opennrm.duties.own_records import refuse_by_hand
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.routing import kept_out
from opennrm.identification import referrals
from opennrm.lib import clock
from opennrm.lib.problems import ChangedMeanwhile, Problem
from opennrm.web import duty_forms, guards
from opennrm.web.absence import who_stands_in
from opennrm.web.duty_page import duty_page
from opennrm.web.forms import GovukForm


@dataclass(frozen=True, slots=True)
class Words:
    """What a form page about a duty says: heading, button, the message after it, what follows from it."""

    title: Promise
    button: Promise
    done: Promise
    hint: Promise | str = ""


NAME = Words(_("Name a worker"), _("Name this worker"), _("The worker is named."))
FULFIL = Words(
    _("Is this done?"),
    _("Yes, it is done"),
    _("The duty is done."),
    _("Your name and the hour go on record. What follows from it by the rules is owed from now on."),
)
WAIVE = Words(
    _("The person does not want this"),
    _("Record it"),
    _("Recorded. No other help depends on it."),
    _("Declining one kind of help ends no other."),
)
SUSPEND = Words(
    _("Put this off"),
    _("Put it off"),
    _("The duty waits. Your office still holds it."),
    _("The limit stands still, and your office still owes it."),
)
RESUME = Words(
    _("Go on with this"),
    _("Go on"),
    _("The limit runs again."),
    _("The time it stood still is added to the limit."),
)
OFFER = Words(
    _("Hand this over"),
    _("Offer it"),
    _("Offered. Until that office accepts, your office still owes it."),
    _("The office sees a few facts and no name. Until it accepts, your office owes this."),
)


DISPUTE = Words(
    _("Dispute this"),
    _("Dispute it"),
    _("Disputed. Until another office has decided, your office still owes it."),
    _("The law gives this to your office. Another office looks at it and decides; until then you owe it."),
)


def duty(request: HttpRequest, duty: UUID) -> HttpResponse:
    """One duty: what, who, by when, under which rule, and what happened to it."""
    actor = guards.actor_of(request)
    card = queries.duty(duty)
    audit.record("duties.read", case=card.case_id, subject=str(card.id), basis=_basis(card, actor))
    return render(request, "duties/duty.html", duty_page(actor, card))


def _basis(card: DutyCard, actor: Actor) -> str | None:
    """On what she reads a duty that another office holds; her own office's says it by itself."""
    if card.case_id is None or card.holder_id in actor.offices:
        return None
    return access.named(access.bases(card.case_id), actor.offices, actor.officer)


def name_worker(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Names who of the office does it."""
    actor, card = _opened(request, duty, "duties.name_worker")
    people = agencies.case_workers_of([card.holder_id], clock.today())
    away = absences.away([one.id for one in people], clock.today())
    # Whoever is away keeps what she has; for a new name, her deputy is suggested.
    suggested = away[card.person_id].deputy if card.person_id in away else card.person_id
    form = duty_forms.NameWorker(
        _sent(request), people=people, away=who_stands_in(away), initial={"officer": suggested}
    )
    return _answer(
        request,
        card,
        form,
        NAME,
        lambda: actions.name_worker(duty=card.id, officer=form.cleaned_data["officer"], by=actor),
    )


def fulfil(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Says that it is done."""
    actor, card = _opened(request, duty, "duties.fulfil")
    refuse_by_hand(card.kind)
    return _answer(request, card, _confirm(request), FULFIL, lambda: referrals.done(duty=card.id, by=actor))


def waive(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Records that the person does not want it."""
    actor, card = _opened(request, duty, "duties.waive")
    form = duty_forms.Waive(_sent(request))
    return _answer(
        request,
        card,
        form,
        WAIVE,
        lambda: actions.waive(duty=card.id, reason=form.cleaned_data["reason"], by=actor),
    )


def suspend(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Puts it off for a reason, until a day."""
    actor, card = _opened(request, duty, "duties.suspend")
    form = duty_forms.Suspend(_sent(request), waits_for=card.waits_for)
    return _answer(
        request,
        card,
        form,
        SUSPEND,
        lambda: actions.suspend(duty=card.id, reason=form.cleaned_data["reason"], until=form.end(), by=actor),
    )


def resume(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Lets its limit run again."""
    actor, card = _opened(request, duty, "duties.resume")
    return _answer(request, card, _confirm(request), RESUME, lambda: actions.resume(duty=card.id, by=actor))


def hand_over(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Offers it to another office; the excluded stand in no list."""
    actor, card = _opened(request, duty, "duties.offer")
    form = duty_forms.HandOver(_sent(request), offices=_others(card))
    return _answer(
        request,
        card,
        form,
        OFFER,
        lambda: handover.offer(duty=card.id, to_office=form.cleaned_data["office"], by=actor),
    )


def dispute(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Disputes what the law gives to the office, and says which office it means."""
    actor, card = _opened(request, duty, "duties.dispute")
    form = duty_forms.Dispute(_sent(request), offices=_others(card))
    return _answer(
        request,
        card,
        form,
        DISPUTE,
        lambda: reviewing.dispute(
            duty=card.id,
            to_office=form.cleaned_data["office"],
            reason=form.cleaned_data["reason"],
            by=actor,
        ),
    )


def _others(card: DutyCard) -> list[tuple[str, list[tuple[int, str]]]]:
    never = kept_out(card.case_id) if card.case_id else frozenset()
    return duty_forms.office_choices(
        role=card.role,
        region=card.region,
        without={*never, card.holder_id},
        today=clock.today(),
    )


def _opened(request: HttpRequest, duty: UUID, word: str) -> tuple[Actor, DutyCard]:
    actor = guards.actor_of(request)
    card = queries.duty(duty)
    DOOR.require(actor, word, card)
    if not card.is_open:
        raise Problem("duty_is_over", _("This duty is already over."), 409)
    if request.POST.get("seen", card.stands) != card.stands:
        raise ChangedMeanwhile()
    return actor, card


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _confirm(request: HttpRequest) -> GovukForm:
    return duty_forms.Confirm(_sent(request))


def _answer(
    request: HttpRequest, card: DutyCard, form: GovukForm, said: Words, act: Callable[[], Any]
) -> HttpResponse:
    back = _back(request, card)
    if request.method == "POST" and form.is_valid():
        act()
        messages.success(request, str(said.done))
        return HttpResponseRedirect(back)
    audit.record("duties.read", case=card.case_id, subject=str(card.id))
    reference = cases.case_by_id(card.case_id).reference if card.case_id else ""
    context = {
        "card": card,
        "reference": reference,
        "form": form,
        "said": said,
        "cancel_url": back,
        "back": _from(request),
    }
    return render(request, "duties/form.html", context)


def _from(request: HttpRequest) -> str:
    return "today" if "today" in (request.POST.get("back"), request.GET.get("back")) else ""


def _back(request: HttpRequest, card: DutyCard) -> str:
    return reverse("worklist") if _from(request) else reverse("duty", args=[card.id])
