from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.orders import actions, queries
from opennrm.orders.policies import DOOR
from opennrm.orders.queries import COUNTED_UP_TO, OrderCard
from opennrm.orders.rules import Standing
from opennrm.web import guards, order_words
from opennrm.web.order_forms import OrderForm, WhyForm
from opennrm.web.page_acts import day, sent, shown

DONE = {
    "confirm": _("Confirmed. From the first day of the order on, those offices see what it names."),
    "refuse": _("Refused. It opens nothing."),
    "withdraw": _("Taken back. It opens nothing."),
    "revoke": _("Ended. What it opened is closed."),
}


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Every legal order: which waits to be confirmed, which is in force, which is over."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "orders.read")
    audit.record("orders.list")
    cards, offices, regions = queries.orders(), agencies.offices(), agencies.regions()
    lines = [
        [
            {
                "text": order_words.name(card),
                "url": reverse("order", args=[card.id]),
                "hint": day(card.dated),
            },
            {"text": order_words.which_cases(card, regions)},
            {"text": "; ".join(shown(offices, one) for one in card.offices)},
            {
                "tag": order_words.tag(card),
                "text": "",
                "hint": __("until %(day)s") % {"day": day(card.last_day)},
            },
        ]
        for card in cards
    ]
    context = {
        "rows": lines,
        "columns": [
            {"label": label}
            for label in (__("Order"), __("Of which cases"), __("To which offices"), __("Stands"))
        ],
        "may_enter": DOOR.may(actor, "orders.enter"),
        "breadcrumbs": _crumbs(__("Legal orders")),
    }
    return render(request, "orders/orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_order(request: HttpRequest) -> HttpResponse:
    """Enters an order as it stands on its paper."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "orders.enter")
    form = _form(request)
    if form.is_valid():
        try:
            made = actions.enter(new=form.new(), by=actor)
        except Problem as problem:
            # What was typed stays on the page; nothing was written.
            form.add_error(None, str(problem.sentence))
        else:
            messages.success(
                request, __("Entered. It opens nothing until somebody of another office confirms it.")
            )
            return redirect("order", made)
    context = {"form": form, "breadcrumbs": _crumbs(__("Enter an order"))}
    return render(request, "orders/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order as it stands on its paper, how many cases it opens, and what may be done about it."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "orders.read")
    card = queries.order(order_id)
    forms = {act: WhyForm(sent(request, act), prefix=act) for act in ("refuse", "withdraw", "revoke")}
    if request.method == "POST" and (act := _done(request.POST.get("act", ""), card, forms, actor)):
        messages.success(request, DONE[act])
        return redirect("order", card.id)
    return render(request, "orders/order.html", _page(actor, card, forms))


def _form(request: HttpRequest) -> OrderForm:
    today = clock.today()
    offices = [one for one in agencies.offices().values() if not one.closed_on or one.closed_on > today]
    return OrderForm(
        request.POST if request.method == "POST" else None,
        offices=sorted(((str(one.id), one.shown) for one in offices), key=lambda pair: pair[1]),
        regions=[(one.code, one.shown) for one in agencies.regions().values()],
        earlier=[(str(one.id), order_words.name(one)) for one in queries.in_force(clock.now())],
        initial={"since": today},
    )


def _done(act: str, card: OrderCard, forms: dict[str, WhyForm], actor: Actor) -> str:
    """The act that was done; empty where its form has errors and is drawn again."""
    if act == "confirm":
        actions.confirm(order=card.id, by=actor)
        return act
    if act not in forms:
        raise NotFound()
    if not forms[act].is_valid():
        return ""
    doing = {"refuse": actions.refuse, "withdraw": actions.withdraw, "revoke": actions.revoke}
    doing[act](order=card.id, words=forms[act].cleaned_data["words"], by=actor)
    return act


def _page(actor: Actor, card: OrderCard, forms: dict[str, WhyForm]) -> dict[str, Any]:
    audit.record("orders.read", case=card.case_id, subject=card.id)
    stands = card.standing(clock.now())
    waits, runs = stands is Standing.WAITS, stands in (Standing.IN_FORCE, Standing.TO_COME)
    ours = card.entered_office_id in actor.offices
    rows = order_words.rows(card, agencies.offices())
    if stands is Standing.IN_FORCE:
        rows.append({"key": __("Cases of your office that it opens now"), "value": _many(card)})
    return {
        "title": order_words.name(card),
        "tags": [order_words.tag(card)],
        "rows": rows,
        "forms": forms,
        "form": next((form for form in forms.values() if form.is_bound), None),
        "waits": waits,
        "may_confirm": waits and DOOR.may(actor, "orders.confirm", card),
        "may_withdraw": waits and ours and DOOR.may(actor, "orders.withdraw", card),
        "may_revoke": runs and DOOR.may(actor, "orders.revoke", card),
        "breadcrumbs": _crumbs(order_words.name(card)),
    }


def _many(card: OrderCard) -> str:
    many = queries.cases_opened(card.id)
    return __("%(many)s or more") % {"many": COUNTED_UP_TO} if many > COUNTED_UP_TO else str(many)


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"label": __("Oversight"), "url": reverse("oversight")},
        {"label": __("Legal orders"), "url": reverse("orders")},
        {"label": label},
    ][: 2 if label == __("Legal orders") else 3]
