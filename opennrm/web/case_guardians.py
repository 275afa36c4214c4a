from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people
from opennrm.people.queries import CarerCard
from opennrm.people.rules import GuardianStanding
from opennrm.sharing import guardians
from opennrm.sharing.policies import DOOR
from opennrm.web import case_frame
from opennrm.web import guardian_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.page_acts import day
from opennrm.web.words import choices


class GuardianForm(GovukForm):
    """Who answers for the child, on what standing, and since when."""

    says_optional = False
    name = forms.CharField(label=_("Name"), max_length=200)
    relation = forms.CharField(
        label=_("In a word: who is it to the child?"),
        help_text=_("Aunt, social worker. No name: this word is not sealed."),
        max_length=60,
        required=False,
    )
    standing = forms.ChoiceField(
        label=_("On what standing"), choices=choices(said.STANDINGS), widget=Radios(small=True)
    )
    since = DateField(label=_("Since which day"), name=_("The day"), not_after=lambda: clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
def case_guardians(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who answers for a child and whose word counts; recording one, ending it, and that one may be involved."""
    one = case_frame.opened(request, case_id, "case_guardians")
    if one.case.fork != "child":
        raise Problem("not_a_child", guardians.ONLY_FOR_A_CHILD, 409)
    act = request.POST.get("act", "")
    form = GuardianForm(request.POST if act == "record" else None)
    if request.method == "POST":
        DOOR.require(one.actor, "sharing.guardian", one.case)
        if _done(request, one, act, form):
            return case_frame.back_to(one)
    one.read("ordinary", *(["contact"] if one.sees("contact") else []))
    known, _dependants = people.carers(case_id, by=one.actor)
    counts = guardians.who_count(case_id, clock.today())
    context = {
        "form": form,
        "may": DOOR.may(one.actor, "sharing.guardian", one.case),
        "sees": one.sees("contact"),
        "guardians": [_guardian(card, counts) for card in known],
        "nobody": not counts,
    }
    return case_frame.draw(request, one, "casefile/guardians.html", context)


def _done(request: HttpRequest, one: Opened, act: str, form: GuardianForm) -> bool:
    if act == "record":
        if not form.is_valid():
            return False
        sent = form.cleaned_data
        guardians.record(
            case=one.case,
            name=sent["name"],
            relation=sent["relation"],
            standing=GuardianStanding(sent["standing"]),
            since=sent["since"],
            by=one.actor,
        )
        messages.success(request, __("The guardian is recorded."))
        return True
    guardian = _asked(request)
    if act == "end":
        guardians.end(case=one.case, guardian=guardian, on=clock.today(), by=one.actor)
        messages.success(request, __("Recorded. What rested on that word alone is no longer shared."))
        return True
    if act != "suspect":
        raise NotFound()
    guardians.suspect(case=one.case, guardian=guardian, by=one.actor)
    messages.success(request, __("Recorded. This guardian has no word any more, and another one is owed."))
    return True


def _asked(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("guardian", ""))
    except ValueError:
        raise NotFound() from None


def _guardian(card: CarerCard, counts: frozenset[UUID]) -> dict[str, Any]:
    tag = {"text": __("Has no word"), "colour": "grey"}
    if card.may_be_involved:
        tag = {"text": __("Never contact: may be involved"), "colour": "red"}
    elif card.id in counts:
        tag = {"text": __("Answers for the child"), "colour": "green"}
    since = day(card.since) if card.since else __("Not recorded")
    return {
        "id": card.id,
        "name": card.name,
        "rows": [
            {"key": __("Guardian"), "value": card.name, "tag": tag, "hint": card.relation},
            {"key": __("On what standing"), "value": said.STANDINGS[card.standing]},
            {"key": __("Since"), "value": since},
            {"key": __("Until"), "value": day(card.until) if card.until else __("While the reason stands")},
        ],
        "may_end": card.until is None,
        "may_suspect": not card.may_be_involved,
    }
