from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.shelters import leaving as acts
from opennrm.shelters.leave_rules import LONGEST_BASIS, LONGEST_RESTRICTION, Plan, RestrictedBecause
from opennrm.shelters.leaving import NoticeCard, RestrictionCard
from opennrm.shelters.policies import DOOR
from opennrm.web import case_frame, words
from opennrm.web import place_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.page_acts import day, moment, sent
from opennrm.web.words import choices


class NoticeForm(GovukForm):
    """When she leaves, and what became of the safety plan."""

    leaves_on = DateField(label=_("On which day she leaves"), name=_("The day"), not_before=clock.today)
    plan = forms.ChoiceField(label=_("Safety plan"), choices=choices(said.PLANS), widget=Radios(small=True))


class RestrictForm(GovukForm):
    """Why she is kept, on which basis and for how many days."""

    reason = forms.ChoiceField(label=_("Why"), choices=choices(said.RESTRICTED), widget=Radios(small=True))
    legal_basis = forms.CharField(
        label=_("Legal basis"), help_text=_("The law and article. No name."), max_length=LONGEST_BASIS
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST_RESTRICTION,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )


class ReviewForm(GovukForm):
    """Whether a restriction stands."""

    answer = forms.ChoiceField(
        label=_("Does the restriction stand?"),
        choices=[("stands", _("It stands")), ("lifted", _("It does not stand, and is over at once"))],
        widget=Radios(small=True),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """That an adult leaves, which nobody refuses, and what keeps somebody: its reason, its end and who reviews it."""
    one, now = case_frame.opened(request, case_id, "case_leaving"), clock.now()
    found = {
        "notice": NoticeForm(sent(request, "notice"), prefix="notice"),
        "restrict": RestrictForm(sent(request, "restrict"), prefix="restrict"),
        "review": ReviewForm(sent(request, "review"), prefix="review"),
    }
    standing = next((card for card in acts.restrictions(case_id) if not card.is_over(now)), None)
    if request.method == "POST" and _done(request, one, found, standing):
        return case_frame.back_to(one)
    one.read("ordinary", "contact")
    context = {f"{name}_form": form for name, form in found.items()}
    context |= _shown(one, standing, now) | {"form": case_frame.errors_together(found.values())}
    return case_frame.draw(request, one, "casefile/leaving.html", context)


def _shown(one: Opened, standing: RestrictionCard | None, now: datetime) -> dict[str, Any]:
    noticed, kept = acts.notices(one.case.id), acts.restrictions(one.case.id)
    place = DOOR.may(one.actor, "shelters.place", one.case)
    mine = acts.lives_in(one.case.id) in one.actor.offices
    waits = any(card.withdrawn_at is None and card.leaves_on >= clock.today() for card in noticed)
    return {
        "sees": one.sees("contact"),
        "notices": [_notice(card) for card in noticed],
        "restrictions": [_restriction(card, now) for card in kept],
        "may_notice": place
        and not waits
        and one.case.fork != "child"
        and acts.lives_in(one.case.id) is not None,
        "may_take_back": place and waits,
        "may_restrict": place and mine and standing is None,
        "may_lift": place and mine and standing is not None,
        "may_appeal": place
        and standing is not None
        and bool(standing.stands)
        and standing.appealed_at is None,
        "may_review": standing is not None
        and standing.reviewed_at is None
        and standing.reviewer_id in one.actor.offices,
    }


def _done(
    request: HttpRequest, one: Opened, found: Mapping[str, GovukForm], standing: RestrictionCard | None
) -> bool:
    act = request.POST.get("act", "")
    if act in ("appeal", "lift", "review") and standing is None:
        raise NotFound()
    form = found.get(act)
    if form is not None:
        if not form.is_valid():
            return False
    elif act not in ("take_back", "appeal", "lift"):
        raise NotFound()
    messages.success(request, _act(act, form.cleaned_data if form else {}, one, standing))
    return True


def _act(act: str, given: Mapping[str, Any], one: Opened, standing: RestrictionCard | None) -> str:
    if act == "notice":
        acts.give_notice(case=one.case, leaves_on=given["leaves_on"], plan=Plan(given["plan"]), by=one.actor)
        return __("Written down. She leaves when she says so; nobody can refuse it.")
    if act == "take_back":
        acts.take_notice_back(case=one.case, by=one.actor)
        return __("Written down. She stays.")
    if act == "restrict":
        reason = RestrictedBecause(given["reason"])
        acts.restrict(
            case=one.case, reason=reason, legal_basis=given["legal_basis"], days=given["days"], by=one.actor
        )
        return __("Recorded. Another office owes a review of it.")
    assert standing is not None
    if act == "review":
        acts.review(restriction=standing.id, stands=given["answer"] == "stands", by=one.actor)
        return __("Recorded.")
    if act == "appeal":
        acts.appeal(restriction=standing.id, by=one.actor)
        return __("Recorded. An office that has not looked at it yet owes a review.")
    acts.lift(restriction=standing.id, by=one.actor)
    return __("Lifted. She is free to go out and to leave.")


def _notice(card: NoticeCard) -> dict[str, str]:
    taken_back = __("Taken back on %(day)s") % {"day": day(card.withdrawn_at)} if card.withdrawn_at else ""
    return {
        "key": __("Leaves on %(day)s") % {"day": day(card.leaves_on)},
        "value": words.said(said.PLANS, card.plan),
        "hint": taken_back or moment(card.given_at),
    }


def _restriction(card: RestrictionCard, now: datetime) -> dict[str, Any]:
    offices = agencies.offices([card.reviewer_id])
    reviewer = offices[card.reviewer_id].shown
    if card.stands is None:
        stands = __("%(office)s is to review it") % {"office": reviewer}
    elif card.stands:
        stands = __("%(office)s let it stand") % {"office": reviewer}
    else:
        stands = __("%(office)s did not let it stand") % {"office": reviewer}
    over = card.lifted_at or (card.ends_at if card.ends_at <= now else None)
    return {
        "key": f"{moment(card.begins_at)} – {moment(over or card.ends_at)}",
        "tag": {"text": __("Over"), "colour": "grey"} if over else {"text": __("In force"), "colour": "red"},
        "value": f"{words.said(said.RESTRICTED, card.reason)}\n{card.legal_basis}",
        "hint": stands + (". " + __("The person appealed.") if card.appealed_at else ""),
    }
