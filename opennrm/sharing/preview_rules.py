from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from opennrm.access.rules import DataClass


class Section(StrEnum):
    """A part of a case as its pages show it."""

    CASE = "case"
    IDENTITY = "identity"
    CONTACT = "contact"
    WRITTEN = "written"
    PLACE = "place"
    IDENTIFICATION = "identification"
    REFERRALS = "referrals"
    DUTIES = "duties"
    OFFERS = "offers"
    REVIEWS = "reviews"
    JOURNAL = "journal"
    WHO_SEES = "who_sees"
    CONSENTS = "consents"
    REQUESTS = "requests"
    EXCLUSIONS = "exclusions"


class Opening(StrEnum):
    """How far a section opens to an office."""

    WHOLE = "whole"
    PART = "part"
    CLOSED = "closed"
    NOTHING_THERE = "nothing_there"
    NOT_YOURS = "not_yours"


TABLES: Mapping[Section, tuple[str, ...]] = {
    Section.CASE: ("casefile_case", "casefile_fact", "casefile_importedrow", "people_person"),
    Section.IDENTITY: ("people_name", "people_birthdate", "people_document", "people_token"),
    Section.CONTACT: ("people_contact", "people_guardian", "people_dependant"),
    Section.WRITTEN: (
        "casefile_journaltext",
        "identification_assessmentreasons",
        "identification_conferenceminutes",
        "sharing_requesttext",
        "sharing_bestinterestreasons",
        "shelters_danger",
    ),
    Section.PLACE: (
        "shelters_stay",
        "shelters_departure",
        "shelters_declined",
        "shelters_notice",
        "shelters_restriction",
    ),
    Section.IDENTIFICATION: (
        "identification_identification",
        "identification_decision",
        "identification_decisionvote",
        "identification_decisionnotice",
        "identification_interview",
        "identification_interviewtime",
        "identification_attendance",
        "identification_signature",
        "identification_assessment",
        "identification_conference",
        "identification_policecase",
        "identification_policecasereview",
        "identification_reviewrequest",
        "identification_statusrequest",
    ),
    Section.REFERRALS: ("identification_referral",),
    Section.DUTIES: (
        "duties_duty",
        "duties_holding",
        "duties_assignment",
        "duties_event",
        "duties_happening",
        "duties_pause",
    ),
    Section.OFFERS: ("duties_offer",),
    Section.REVIEWS: ("duties_review",),
    Section.JOURNAL: ("casefile_journalentry",),
    Section.WHO_SEES: ("access_basis",),
    Section.CONSENTS: (
        "sharing_consent",
        "sharing_snapshot",
        "sharing_childasking",
        "sharing_voice",
        "sharing_bestinterest",
        "sharing_comingofage",
    ),
    Section.REQUESTS: ("sharing_request",),
    Section.EXCLUSIONS: ("access_exclusion",),
}
# Every office has its own of these, which the one who looks does not see; they stand in no section.
ITS_OWN = frozenset(
    {
        "access_sight",
        "access_exclusionreason",
        "duties_notice",
        "orders_order",
        "orders_pendingkey",
        "oversight_emergency",
        "sharing_refusal",
    }
)
CLASSES: Mapping[Section, DataClass] = {
    Section.IDENTITY: DataClass.IDENTITY,
    Section.CONTACT: DataClass.CONTACT,
    Section.WRITTEN: DataClass.NARRATIVE,
    Section.PLACE: DataClass.CONTACT,
}


def class_of(section: Section) -> DataClass:
    """The data class that a section stands in."""
    return CLASSES.get(section, DataClass.ORDINARY)


def opening(*, mine: frozenset[str], both: frozenset[str], i_see_class: bool, it_sees_class: bool) -> Opening:
    """How far a section opens to an office, told by nothing but what the one who looks sees herself."""
    if not i_see_class:
        return Opening.NOT_YOURS if it_sees_class else Opening.CLOSED
    if not mine:
        return Opening.NOTHING_THERE if it_sees_class else Opening.CLOSED
    if both == mine:
        return Opening.WHOLE
    return Opening.PART if both else Opening.CLOSED
