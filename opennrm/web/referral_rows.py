"""A referral as pages show it: what was shared, who answered, who reviewed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as __

from opennrm.agencies.queries import OfficeCard
from opennrm.identification.referral_queries import ReferralCard
from opennrm.web import few_facts, words
from opennrm.web import procedure_words as said
from opennrm.web.page_acts import moment, shown


def rows(card: ReferralCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    """The lines of one referral, the addressee and its answer first."""
    answered = moment(card.answered_at) if card.answered_at else ""
    said_so = said.WITHDRAW_REASONS if card.state == "withdrawn" else words.DECLINE_REASONS
    reason = words.said(said_so, card.reason) if card.reason else ""
    made: list[dict[str, Any]] = [
        {
            "key": words.said(said.SIDES, card.side),
            "tag": tag(card),
            "value": shown(offices, card.office),
            "hint": ", ".join(part for part in (answered, reason) if part),
        },
        {"key": __("Referred"), "value": shown(offices, card.from_office), "hint": moment(card.made_at)},
        {"key": __("What was shared"), "several": few_facts.told(card.shown)},
    ]
    if card.again:
        made.append({"key": __("Why this office again"), "value": words.said(said.AGAIN_REASONS, card.again)})
    if card.is_open and card.answer_by:
        made.insert(1, {"key": __("Answer"), "value": moment(card.answer_by)})
    if card.reviewed_at:
        by = shown(offices, card.review_office)
        made.append({"key": __("Reviewed by"), "value": by, "hint": moment(card.reviewed_at)})
    return made


def tag(card: ReferralCard) -> dict[str, str]:
    """How the referral stands."""
    return {
        "text": words.said(said.REFERRAL_STATES, card.state),
        "colour": said.REFERRAL_COLOURS[card.state],
    }
