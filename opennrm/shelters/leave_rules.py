from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem

# To be confirmed in law; the page says so.
LONGEST_RESTRICTION = 14
LONGEST_BASIS = 200
LATEST_NOTICE = timedelta(days=60)
REVIEW_IS_OVER = _("This review is already decided.")
NOTHING_TO_APPEAL = _("Only a restriction that a review let stand is appealed, and once.")
RESTRICTION_IS_OVER = _("This restriction is already over.")


class Plan(StrEnum):
    """What became of the safety plan that is offered with every notice to leave."""

    MADE = "made"
    NOT_WANTED = "not_wanted"


class RestrictedBecause(StrEnum):
    """Why somebody may not go out or leave for some days."""

    THREAT_TO_LIFE = "threat_to_life"
    COURT_ORDER = "court_order"
    CHILD_AT_RISK = "child_at_risk"
    ILLNESS = "illness"


def check_notice(*, leaves_on: date, today: date, child: bool, waits: bool) -> None:
    """Raise the problem that a notice cannot be written down so; there is no rule by which one is refused."""
    if child:
        raise Problem(
            "a_child_gives_no_notice", _("A child's stay is decided with child protection, not by a notice.")
        )
    if not today <= leaves_on <= today + LATEST_NOTICE:
        raise Problem("notice_too_far", _("The day lies between today and sixty days from now."))
    if waits:
        raise Problem("notice_stands", _("A notice of this person is already on record."), 409)


def check_restriction(*, days: int, legal_basis: str, waits: bool) -> str:
    """The legal basis as it is kept, or the problem that a restriction cannot be made so."""
    basis = legal_basis.strip()
    if not basis or len(basis) > LONGEST_BASIS:
        raise Problem("legal_basis_missing", _("Name the legal basis: without one nobody is kept."))
    if not 1 <= days <= LONGEST_RESTRICTION:
        raise Problem("restriction_too_long", _("A restriction lasts between 1 and 14 days."))
    if waits:
        raise Problem("restriction_stands", _("A restriction already stands for this person."), 409)
    return basis
