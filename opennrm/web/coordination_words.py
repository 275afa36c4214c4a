"""What the codes of bodies, meetings and agreements are called on a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.agencies import queries as agencies
from opennrm.coordination.queries import AgreementCard, MeetingCard, ResolutionCard
from opennrm.web import words

PLACES: words.Words = {
    "in_person": _("In one room"),
    "online": _("Online"),
    "both": _("In one room and online"),
}
CAME: words.Words = {"present": _("Came"), "absent": _("Did not come"), "excused": _("Excused")}
STANDINGS: words.Words = {
    "in_force": _("In force"),
    "expires_soon": _("Ends soon"),
    "over": _("Over"),
}
STANDING_COLOURS = {"in_force": "green", "expires_soon": "orange", "over": "grey"}

# What a figure of meetings was counted from, in words.
COUNTED: words.Words = {
    "held": _("held"),
    "quorum": _("with a quorum"),
    "no_quorum": _("without a quorum"),
    "done": _("done"),
    "owed": _("still owed"),
    "in_force": _("In force"),
    "over": _("Over"),
}


def day(value: date | None) -> str:
    """A day in words; nothing for none."""
    return date_format(value, "j F Y") if value else ""


def quorum_tag(card: MeetingCard) -> dict[str, str]:
    """Whether a meeting is planned, was held with a quorum or without one."""
    if card.quorate is None:
        return {"text": __("Planned"), "colour": "blue"}
    if card.quorate:
        return {"text": __("Quorum"), "colour": "green"}
    return {"text": __("No quorum"), "colour": "red"}


def number(count: object) -> str:
    """A number of an agenda; one or two are not told apart."""
    return __("1 or 2") if count is None else str(count)


def agenda_rows(lines: list[dict[str, str | int | None]]) -> list[list[str]]:
    """The agenda as rows of a table, one a region."""
    regions = agencies.regions()
    counted = ("lapses", "gaps", "disagreements", "declines")
    return [
        [
            regions[str(line["region"])].shown if line["region"] in regions else __("Region not known"),
            *(number(line[what]) for what in counted),
        ]
        for line in lines
    ]


def decision_rows(found: list[ResolutionCard], *, with_day: bool) -> list[list[Any]]:
    """Decisions as rows of a table: words, office, day, how it stands."""
    offices = agencies.offices(one.duty.holder_id for one in found if one.duty)
    rows: list[list[Any]] = []
    for one in found:
        duty = one.duty
        hint = __("Decided on %(day)s") % {"day": day(one.on)} if with_day else ""
        state = {"text": "", "tag": None}
        if duty:
            tag = {"text": words.said(words.STATES, duty.state), "colour": words.STATE_COLOURS[duty.state]}
            state = {"text": "", "tag": tag}  # type: ignore[dict-item]
        rows.append(
            [
                {"text": one.text, "hint": hint},
                offices[duty.holder_id].shown if duty else "",
                day(duty.due_at.date()) if duty and duty.due_at else "",
                state,
            ]
        )
    return rows


def agreement_row(one: AgreementCard) -> list[Any]:
    """An agreement as a row of a table: subject, parties, days, how it stands."""
    tag = {"text": words.said(STANDINGS, one.standing), "colour": STANDING_COLOURS[one.standing]}
    ends = one.ended_on or one.expires_on
    return [
        {"text": one.subject, "hint": one.source},
        ", ".join(one.parties),
        day(one.signed_on),
        day(ends) or __("no end agreed"),
        {"text": "", "tag": tag},
    ]
