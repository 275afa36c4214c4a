from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.sharing import best_interest
from opennrm.sharing.best_interest import BestInterestCard
from opennrm.sharing.policies import DOOR
from opennrm.web import best_interest_words as said
from opennrm.web import case_frame
from opennrm.web.best_interest_forms import BestInterestForm
from opennrm.web.case_frame import HIDDEN, Opened
from opennrm.web.page_acts import day, shown


@require_http_methods(["GET", "HEAD", "POST"])
def case_best_interest(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was decided in the best interest of a child, who was heard, and recording the next decision."""
    one = case_frame.opened(request, case_id, "case_best_interest")
    if one.case.fork != "child":
        raise Problem("not_a_child", best_interest.ONLY_FOR_A_CHILD, 409)
    offices = agencies.offices()
    form = BestInterestForm(request.POST if request.method == "POST" else None, offices=_others(one, offices))
    if request.method == "POST":
        DOOR.require(one.actor, "sharing.decide", one.case)
        if form.is_valid():
            best_interest.decide(case=one.case, new=form.new(), by=one.actor)
            messages.success(request, __("The decision is recorded."))
            return case_frame.back_to(one)
    one.read("ordinary", *(["narrative"] if one.sees("narrative") else []))
    context = {
        "form": form,
        "may_decide": DOOR.may(one.actor, "sharing.decide", one.case),
        "decisions": [_decision(card, offices) for card in best_interest.decisions(case_id, by=one.actor)],
    }
    return case_frame.draw(request, one, "casefile/best_interest.html", context)


def _others(one: Opened, offices: dict[int, OfficeCard]) -> list[tuple[str, str]]:
    others = [
        (str(id), office.shown)
        for id, office in offices.items()
        if id not in one.actor.offices and office.closed_on is None
    ]
    return sorted(others, key=lambda pair: pair[1])


def _decision(card: BestInterestCard, offices: dict[int, OfficeCard]) -> dict[str, Any]:
    why = said.CHILD_NOT_WHY[card.child_not_why] if card.child_not_why else ""
    heard: list[Any] = [said.ALSO[one] for one in card.also]
    if card.child_protection_heard:
        heard.insert(0, __("The child protection unit"))
    people = __("%(office)s; %(number)d people decided") % {
        "office": shown(offices, card.office),
        "number": card.present,
    }
    due = {"text": __("To be looked at again"), "colour": "red"} if card.is_due(clock.today()) else None
    return {
        "heading": said.ABOUT[card.about],
        "rows": [
            {
                "key": __("What was decided"),
                "value": said.OUTCOMES[card.outcome],
                "hint": shown(offices, card.recipient),
            },
            {"key": __("On which day"), "value": day(card.decided_on), "hint": people},
            {"key": __("The child"), "value": said.CHILD[card.child], "hint": why},
            {"key": __("The guardian"), "value": said.GUARDIAN[card.guardian]},
            {"key": __("Who else was heard"), "several": heard or [__("Nobody")]},
            {"key": __("Looked at again by"), "value": day(card.review_by), **({"tag": due} if due else {})},
            {"key": __("The reasons"), "value": HIDDEN if card.reasons is None else card.reasons},
        ],
    }
