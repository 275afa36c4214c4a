"""Emergencies: when one may be tried, who is told, who reviews; time and offices are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.agencies.rules import Competent, competent_office
from opennrm.lib.problems import Problem

REVIEW_WITHIN_HOURS = 72
# One that was opened and two wrong letters in a day are an emergency; more is looking for a case.
MOST_TRIES, TRIES_COUNTED_FOR = 3, timedelta(hours=24)
LONGEST_WORDS = 500
DATA_PROTECTION, AUTHORITY, COORDINATOR = "data_protection", "responsible_authority", "national_coordinator"
REVIEWERS = (DATA_PROTECTION, AUTHORITY, COORDINATOR)
# Who is told first where the review does not come in time, by whose office reviews.
NEXT_AFTER = {DATA_PROTECTION: AUTHORITY, AUTHORITY: COORDINATOR, COORDINATOR: AUTHORITY}


class Danger(StrEnum):
    """Which danger to life; a word that is counted, beside a sentence that is sealed."""

    VIOLENCE = "violence"
    HEALTH = "health"
    SELF_HARM = "self_harm"
    MISSING = "missing"
    CHILD = "child"


class CameTo(StrEnum):
    """What a try came to; the one who tried learns only whether a case opened."""

    OPENED = "opened"
    NOTHING = "nothing"
    EXCLUDED = "excluded"


class Outcome(StrEnum):
    """What a review of an emergency found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Told:
    """Who reviews an emergency, which offices are told of it at once, and which role where the review does not come."""

    reviewer: int
    role: str
    offices: frozenset[int]
    next_role: str = ""


def check_words(words: str) -> str:
    """The sentence without spaces around it, or the problem that it is missing or too long."""
    words = words.strip()
    if not words:
        raise Problem("words_missing", _("Say in a sentence what has happened. It is sealed, and reviewed."))
    if len(words) > LONGEST_WORDS:
        raise Problem("words_long", _("Say it in at most 500 characters."))
    return words


def check_tries(tries: Sequence[datetime], now: datetime) -> None:
    """Passes in silence or says that she has tried too often; every try counts, whatever it came to."""
    if sum(now - at < TRIES_COUNTED_FOR for at in tries) >= MOST_TRIES:
        raise Problem(
            "too_many_emergencies",
            _("You have tried this three times in a day. Call the Responsible Authority."),
            429,
        )


def whom_to_tell(
    *,
    lead_office: int | None,
    own: frozenset[int],
    competences: Sequence[Competent],
    barred: frozenset[int] = frozenset(),
) -> Told:
    """Another organisation reviews, and is told at once together with whoever leads the case; `own` are the offices of hers."""
    kept_out = barred | own
    found = {
        role: competent_office(competences, role=role, region=None, excluded=kept_out) for role in REVIEWERS
    }
    role = next((role for role in REVIEWERS if found[role] is not None), "")
    reviewer = found.get(role)
    if reviewer is None:
        sentence = _("No other organisation could review this. Call the office that leads the case.")
        raise Problem("nobody_reviews", sentence, 409)
    led_elsewhere = lead_office if lead_office not in kept_out else found[AUTHORITY]
    told = frozenset({reviewer} | ({led_elsewhere} if led_elsewhere else set()))
    # Of those who could still act: not her own organisation, and nobody who must learn nothing of the case.
    able = (one for one in (NEXT_AFTER[role], *REVIEWERS) if found[one] not in (None, reviewer))
    return Told(reviewer, role, told, next(able, ""))
