"""What legal orders are called on a page, and one of them in lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.access.queries import BasisCard
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard, RegionCard
from opennrm.lib import clock
from opennrm.orders import queries
from opennrm.orders.queries import OrderCard
from opennrm.web import words
from opennrm.web.page_acts import day, moment, shown
from opennrm.web.words import Words

AUTHORITIES: Words = {
    "ministry": _("A ministry"),
    "court": _("A court"),
    "prosecutor": _("A prosecutor"),
}
SCOPES: Words = {
    "case": _("One case"),
    "region": _("The cases of one region"),
    "fact": _("The cases of persons who have something in common"),
    "every": _("Every case, also those to come"),
}
FACTS: Words = {
    "child": _("The cases of children"),
    "foreign": _("The cases of persons who are not citizens of this country"),
}
PURPOSES: Words = {
    "investigation": _("An investigation"),
    "trial": _("A trial"),
    "protection": _("Protection"),
    "supervision": _("Supervision of the work"),
    "register": _("Keeping a register"),
}
STANDINGS: Words = {
    "waits": _("Waits to be confirmed"),
    "to_come": _("Confirmed, begins later"),
    "in_force": _("In force"),
    "refused": _("Refused"),
    "withdrawn": _("Taken back before it was confirmed"),
    "revoked": _("Revoked"),
    "superseded": _("Another order took its place"),
    "expired": _("The last day is over"),
}
COLOURS = {"waits": "yellow", "to_come": "blue", "in_force": "green", "refused": "red"}


def name(card: OrderCard) -> str:
    """How people speak of an order: its number, who issued it, and the day."""
    return __("No. %(number)s of %(issued_by)s") % {"number": card.number, "issued_by": card.issued_by}


def named(bases: Iterable[BasisCard]) -> dict[str, str]:
    """The orders that bases of a case rest on, as people speak of them, by the words in which a basis names one."""
    found = queries.named_by(basis.reference for basis in bases if basis.kind == "order")
    return {reference: name(card) for reference, card in found.items()}


def tag(card: OrderCard) -> dict[str, str]:
    """Where it stands, in a word."""
    stands = card.standing(clock.now())
    return {"text": words.said(STANDINGS, stands), "colour": COLOURS.get(stands, "grey")}


def opens(card: OrderCard) -> list[str]:
    """The data classes it names."""
    return [words.said(words.DATA_CLASSES, one) for one in words.DATA_CLASSES if one in card.classes]


def which_cases(card: OrderCard, regions: Mapping[str, RegionCard]) -> str:
    """The cases it names, in a sentence."""
    if card.scope == "case":
        return card.case_reference
    if card.scope == "region":
        return __("Cases of the region %(region)s") % {"region": regions[card.region].shown}
    return words.said(FACTS, card.fact) if card.scope == "fact" else words.said(SCOPES, card.scope)


def rows(card: OrderCard, offices: Mapping[int, OfficeCard]) -> list[dict[str, Any]]:
    """An order as it stands on its paper, and who entered, confirmed and ended it."""
    paper = ", ".join(filter(None, (card.scan_reference, card.scan_digest)))
    return [
        {"key": __("Issued by"), "value": card.issued_by, "hint": words.said(AUTHORITIES, card.authority)},
        {"key": __("Number"), "value": card.number, "hint": day(card.dated)},
        {"key": __("Legal basis"), "value": card.legal_basis},
        {"key": __("The paper"), "value": paper or __("Not recorded where it is kept")},
        {"key": __("What it opens"), "several": opens(card), "hint": _of_a_child(card)},
        {"key": __("Of which cases"), "value": which_cases(card, agencies.regions())},
        {"key": __("To which offices"), "several": [shown(offices, one) for one in card.offices]},
        {"key": __("For what"), "value": words.said(PURPOSES, card.purpose)},
        {
            "key": __("From when until when"),
            "value": __("%(first)s until %(last)s")
            % {"first": day(card.first_day), "last": day(card.last_day)},
            "hint": __("At most a year: how long an order may open data is to be confirmed"),
        },
        *_people(card, offices),
    ]


def _of_a_child(card: OrderCard) -> str:
    if "identity" not in card.classes:
        return ""
    return __("Who a child is: only to offices that trace her family or protect her")


def _people(card: OrderCard, offices: Mapping[int, OfficeCard]) -> list[dict[str, Any]]:
    asked = [
        (__("Entered"), card.entered_at, card.entered_by_id, card.entered_office_id, ""),
        (__("Confirmed"), card.confirmed_at, card.confirmed_by_id, card.confirmed_office_id, ""),
        (__("Ended"), card.ended_at, card.ended_by_id, card.ended_office_id, card.ended_words),
    ]
    names = agencies.officers(person for _key, _at, person, _office, _words in asked if person)
    found = []
    for key, at, person, office, why in asked:
        if at is not None:
            who = ", ".join(
                filter(None, (names[person].name if person in names else "", shown(offices, office)))
            )
            found.append({"key": key, "value": moment(at), "hint": "; ".join(filter(None, (who, why)))})
    return found
