"""What requests for information are called on a page, and one of them in lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.sharing.request_queries import RequestCard
from opennrm.web import few_facts, sharing_words, words
from opennrm.web.page_acts import moment, shown
from opennrm.web.words import Words

SUBJECTS: Words = {
    "name_and_documents": _("Name and documents"),
    "date_of_birth": _("Date of birth"),
    "how_to_reach": _("How to reach the person"),
    "guardian": _("Guardian"),
    "earlier_help": _("Help that was given before"),
    "threats": _("Threats against the person"),
    "health": _("Health"),
    "proceedings": _("Proceedings of the police or a court"),
    "residence": _("Residence and asylum"),
    "other": _("Something else"),
}
PURPOSES: Words = {"identification": _("Identification of the person"), **sharing_words.PURPOSES}
BASES: Words = {
    "duty": _("What our office owes on this case"),
    "consent": _("The person agreed that our office sees it"),
    "order": _("A legal order opens it to our office"),
}
REFUSALS: Words = {
    "no_basis": _("There is no legal basis to give it"),
    "person_did_not_agree": _("The person did not agree"),
    "other_law": _("Another law forbids it"),
    "does_not_hold": _("Our office does not hold it"),
}
SAID: Words = {
    "cannot": _("The office cannot give this."),
    "person_did_not_agree": _("The person did not agree."),
}
STATES: Words = {
    "open": _("Waits for an answer"),
    "answered": _("Answered"),
    "refused": _("Refused"),
    "withdrawn": _("Taken back"),
    "ended": _("Ended: ask another office"),
}
COLOURS = {"open": "blue", "answered": "green", "refused": "red", "withdrawn": "grey", "ended": "grey"}
JOURNAL: Words = {
    "asked": _("Information was asked of another office"),
    "answered": _("A request for information was answered"),
    "refused": _("A request for information was refused"),
    "withdrawn": _("A request for information was taken back"),
    "contested": _("A review of a refusal to give information was asked for"),
    "refusal_stands": _("A refusal to give information stands"),
    "refusal_overturned": _("A refusal to give information does not stand: the answer is owed again"),
}


def tag(card: RequestCard) -> dict[str, str]:
    """How the request stands; late where its day has passed."""
    if card.is_late(clock.now()):
        return {"text": __("Late"), "colour": "red"}
    return {"text": words.said(STATES, card.state), "colour": COLOURS[card.state]}


def rows(
    card: RequestCard, texts: Mapping[str, str], offices: dict[int, OfficeCard], *, verified: bool
) -> list[dict[str, Any]]:
    """One request in lines: what was asked of whom and why, by when under a limit verified or not, and what came of it."""
    made: list[dict[str, Any]] = [
        {
            "key": __("Asked of"),
            "value": shown(offices, card.office),
            "hint": offices[card.office].phone if card.office in offices else "",
        },
        {"key": __("Asked by"), "value": shown(offices, card.from_office), "hint": moment(card.asked_at)},
        {"key": __("About what"), "value": words.said(SUBJECTS, card.subject)},
        {"key": __("Question"), "value": texts.get("question") or __("Your office does not see this.")},
        {"key": __("For what"), "value": words.said(PURPOSES, card.purpose)},
        {"key": __("On which basis"), "value": words.said(words.BASES, card.basis)},
        {"key": __("What was shown"), "several": few_facts.told(card.shown)},
    ]
    if card.is_open and card.answer_by:
        limit = "" if verified else __("limit to be confirmed")
        made.append({"key": __("Answer by"), "value": moment(card.answer_by), "hint": limit})
    return made + _outcome(card, texts, offices)


def _outcome(
    card: RequestCard, texts: Mapping[str, str], offices: dict[int, OfficeCard]
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    ended = moment(card.ended_at) if card.ended_at else ""
    if card.state == "answered":
        text = texts.get("answer", "")
        if not text and card.consent is not None:
            text = __("Shared, because the person agreed.")
        made.append(
            {"key": __("Answer"), "value": text or __("Your office does not see this."), "hint": ended}
        )
    elif card.state == "refused":
        made.append({"key": __("Refused"), "value": words.said(SAID, card.said), "hint": ended})
    elif ended:
        made.append({"key": words.said(STATES, card.state), "value": ended})
    if card.reviewer:
        outcome = __("not decided yet") if card.reviewed_at is None else ""
        if card.reviewed_at is not None:
            outcome = __("the refusal stands") if card.stands else __("the answer was owed again")
        made.append({"key": __("Reviewed by"), "value": shown(offices, card.reviewer), "hint": outcome})
    return made
