from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.duties import history, queries, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.duties.verbs import may_dispute, verbs
from opennrm.lib import clock
from opennrm.web import duty_words, words
from opennrm.web.templatetags.components import due_in_words
from opennrm.web.where_done import page_for


def duty_page(actor: Actor, card: DutyCard) -> dict[str, Any]:
    """Everything the page of one duty shows."""
    now = clock.now()
    events = history.events(card.id)
    offer = history.open_offers([card.id]).get(card.id)
    offices = agencies.offices()
    officers = agencies.officers(_people(card, events))
    reference = cases.case_by_id(card.case_id).reference if card.case_id else ""
    can = verbs(actor, card, offered=offer is not None)
    review = reviews.review_of(card.id)
    if may_dispute(actor, card, busy=offer is not None or review is not None):
        can += ("dispute",)
    return {
        "card": card,
        "tags": [{"text": words.said(words.STATES, card.state), "colour": words.STATE_COLOURS[card.state]}],
        "reference": reference,
        "facts": _facts(card, offices, officers, reference, now),
        "actions": _actions(actor, card, can),
        "events": [_event(one, offices, officers) for one in events],
        "offer_url": reverse("offer", args=[offer[0]]) if offer else "",
        "review_url": reverse("review", args=[review.id]) if review else "",
        "reviewer": offices[review.reviewer_id].shown if review else "",
        "offered_to": offices[offer[1]].shown if offer else "",
        "declined": _declined(actor, card, offices) if offer is None and review is None else None,
        "breadcrumbs": [{"label": _("Today"), "url": reverse("worklist")}, {"label": card.label}],
    }


def _declined(actor: Actor, card: DutyCard, offices: dict[int, agencies.OfficeCard]) -> dict[str, str] | None:
    """The last offer of her office that was declined: from there she asks for a review, or offers it to another."""
    if card.case_id is None or not card.is_open or card.holder_id not in actor.offices:
        return None
    made = [one for one in queries.offers_of(card.case_id) if one.duty_id == card.id]
    if not made or made[0].state != "declined" or not DOOR.may(actor, "duties.ask_review", made[0]):
        return None
    return {"office": offices[made[0].to_office].shown, "url": reverse("offer", args=[made[0].id])}


def _facts(card: DutyCard, offices: Any, officers: Any, reference: str, now: Any) -> list[dict[str, Any]]:
    person = officers.get(card.person_id)
    whom: dict[str, Any] = {"key": _("To whom"), "value": reference or _("The mechanism")}
    if card.case_id:
        whom["url"] = reverse("case", args=[card.case_id])
    rows = [
        whom,
        {
            "key": _("Which office"),
            "value": offices[card.holder_id].shown,
            "hint": offices[card.holder_id].phone,
        },
        {
            "key": _("Who does it"),
            "value": person.name if person else _("nobody named"),
            "hint": person.phone if person else "",
        },
        {"key": _("Since"), "value": duty_words.moment(card.started_at)},
        _due(card, now),
        {
            "key": _("Rule"),
            "value": card.rule,
            "hint": duty_words.source(card.source)
            if card.verified
            else _("%(source)s. To be confirmed.") % {"source": duty_words.source(card.source).rstrip(".")},
        },
    ]
    if card.state == "suspended":
        until = history.waits_until(card.id)
        rows.append(
            {"key": _("Put off until"), "value": duty_words.moment(until) if until else _("nobody could say")}
        )
    if card.lapsed_at:
        rows.append({"key": _("The limit passed"), "value": duty_words.moment(card.lapsed_at)})
    if card.ended_at:
        rows.append({"key": _("Over since"), "value": duty_words.moment(card.ended_at)})
    return rows


def _due(card: DutyCard, now: Any) -> dict[str, Any]:
    if card.due_at is None:
        return {"key": _("By when"), "value": _("no date")}
    if not card.is_open:
        return {"key": _("By when"), "value": duty_words.moment(card.due_at)}
    return {
        "key": _("By when"),
        "value": due_in_words(card.due_at, now),
        "hint": duty_words.moment(card.due_at),
    }


def _actions(actor: Actor, card: DutyCard, can: tuple[str, ...]) -> list[dict[str, str]]:
    page = page_for(actor, card)
    known = (
        ("fulfil", "fulfil", _("Done"), "secondary" if page else ""),
        ("name_worker", "name_worker", _("Name a worker"), "secondary"),
        ("offer", "hand_over", _("Hand over"), "secondary"),
        ("resume", "resume", _("Go on"), ""),
        ("suspend", "suspend", _("Put off"), "secondary"),
        ("dispute", "dispute", _("Dispute"), "secondary"),
        ("waive", "waive", _("The person does not want it"), "secondary"),
    )
    there = [{**page, "kind": ""}] if page else []
    return there + [
        {"text": text, "kind": kind, "url": reverse(route, args=[card.id])}
        for verb, route, text, kind in known
        if verb in can
    ]


def _event(one: history.EventCard, offices: dict[int, agencies.OfficeCard], officers: Any) -> dict[str, Any]:
    by = [officers[one.officer].name] if one.officer in officers else []
    by += [offices[one.office].shown] if one.office in offices else []
    codes = {office.code: office for office in offices.values()}
    return {
        "title": words.said(duty_words.EVENTS, one.kind),
        "at": one.at,
        "by": ", ".join(by),
        "text": duty_words.reason_of(one, codes, officers),
    }


def _people(card: DutyCard, events: list[history.EventCard]) -> set[int]:
    named = {int(one.reason) for one in events if one.kind == "named" and one.reason.isdigit()}
    acted = {one.officer for one in events if one.officer}
    return named | acted | ({card.person_id} if card.person_id else set())
