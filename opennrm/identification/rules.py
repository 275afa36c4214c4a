from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a person came to be identified."""

    MIU = "miu"
    POLICE = "police"
    BORDER = "border"
    LABOUR_INSPECTORATE = "labour_inspectorate"
    NGO = "ngo"
    HOTLINE = "hotline"
    SELF = "self"
    OTHER = "other"


class DecisionKind(StrEnum):
    """What can be decided on a status; declined means that the person does not want official status and loses no service."""

    OFFICIAL = "official"
    NOT_VICTIM = "not_victim"
    DECLINED = "declined"


class Vote(StrEnum):
    """How a member of a panel voted."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class NoticeWay(StrEnum):
    """How the person was told of a decision."""

    IN_WRITING = "in_writing"
    READ_TO_HER = "read_to_her"
    BY_INTERPRETER = "by_interpreter"
    BY_GUARDIAN = "by_guardian"


class Status(StrEnum):
    """What a person is in the mechanism's eyes; potential and official victims are entitled to the same."""

    POTENTIAL = "potential"
    OFFICIAL = "official"
    NOT_VICTIM = "not_victim"


def status_after(decision: str | None) -> Status:
    """The status that follows from the latest decision; one who declines official status stays a potential victim."""
    if decision == DecisionKind.OFFICIAL:
        return Status.OFFICIAL
    if decision == DecisionKind.NOT_VICTIM:
        return Status.NOT_VICTIM
    return Status.POTENTIAL
