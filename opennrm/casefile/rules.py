from __future__ import annotations

import secrets
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Fork(StrEnum):
    """The three roads by which a person may be referred."""

    CHILD = "child"
    CONSENTS = "consents"
    DOES_NOT_CONSENT = "does_not_consent"


class FactKind(StrEnum):
    """What a dated fact is about; those that belong to later stages are kept here until their rooms are built."""

    SERVICE = "service"
    SHELTER_STAY = "shelter_stay"
    RESIDENCE_PERMIT = "residence_permit"
    JOB_SEEKER = "job_seeker"
    REPATRIATION = "repatriation"
    COOPERATION = "cooperation"
    CONSENT = "consent"


class JournalKind(StrEnum):
    """What a line of the journal says happened."""

    OPENED = "opened"
    NOTE = "note"
    NEED = "need"
    CLOSED = "closed"
    IDENTIFIED = "identified"
    DECIDED = "decided"
    CONSENT = "consent"
    CIRCUMSTANCE = "circumstance"
    REFERRAL = "referral"
    INTERVIEW = "interview"
    ASSESSED = "assessed"
    CONFERENCE = "conference"
    POLICE_CASE = "police_case"
    NOTICE_GIVEN = "notice_given"
    REVIEW_ASKED = "review_asked"
    STATUS_ASKED = "status_asked"
    EXCLUDED = "excluded"
    EMERGENCY = "emergency"
    SHARED = "shared"
    SHARE_ENDED = "share_ended"
    CHILD_HEARD = "child_heard"
    BEST_INTEREST = "best_interest"
    GUARDIAN = "guardian"
    CAME_OF_AGE = "came_of_age"
    INFORMATION = "information"
    PLACE = "place"
    DUTY_FULFILLED = "duty_fulfilled"
    DUTY_WAIVED = "duty_waived"
    DUTY_SUSPENDED = "duty_suspended"
    DUTY_RESUMED = "duty_resumed"
    DUTY_OFFERED = "duty_offered"
    DUTY_ACCEPTED = "duty_accepted"
    DUTY_DECLINED = "duty_declined"
    DUTY_WITHDRAWN = "duty_withdrawn"
    DUTY_NAMED = "duty_named"
    DUTY_LAPSED = "duty_lapsed"
    DUTY_DISPUTED = "duty_disputed"
    DUTY_REVIEW_ASKED = "duty_review_asked"
    DUTY_REVIEWED = "duty_reviewed"


class ClosingReason(StrEnum):
    """Why a case is closed."""

    INDEPENDENT = "independent"
    RETURNED_HOME = "returned_home"
    LEFT_THE_COUNTRY = "left_the_country"
    OWN_WISH = "own_wish"
    LOST_CONTACT = "lost_contact"
    NOT_VICTIM = "not_victim"
    ENTERED_TWICE = "entered_twice"
    DIED = "died"
    OTHER = "other"


class ExclusionReason(StrEnum):
    """Why an office or an officer must learn nothing of a case; a word and never a sentence, because it is not sealed."""

    RELATIVE = "relative"
    SUSPECTED = "suspected"
    LEAKED = "leaked"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    PERSON_ASKED = "person_asked"


def new_reference(country: str) -> str:
    """A reference people can read aloud: random, so that it tells neither order nor number of cases."""
    # Fifty bits: among a million cases two share one with a chance of 1 in 2,000, and the database then refuses.
    letters = [secrets.choice(ALPHABET) for _ in range(10)]
    return f"{country}-{''.join(letters[:5])}-{''.join(letters[5:])}"
