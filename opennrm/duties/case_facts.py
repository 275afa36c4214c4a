from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties.facts import EVENTS, TAKES_BACK, CaseFacts, Event, Gap, Need
from opennrm.people.queries import PersonCard
from opennrm.people.rules import AgeBasis, language_code

# What stands apart from the events: needs and gaps are facts with a subject of their own.
OWN_LISTS = ("need_recorded", "gap_found")


class Happened(NamedTuple):
    """Something kept on a case for the rules to see."""

    kind: str
    subject: str
    at: datetime


def facts_of(
    *,
    case: CaseCard,
    person: PersonCard,
    happened: Sequence[Happened],
    country: str,
    has_office: Callable[[str], bool],
) -> CaseFacts:
    """Everything the rules may know of one case, from what is kept of it, in the order it happened."""
    found = {one.subject: one.at for one in happened if one.kind == "gap_found"}
    # A need that is recorded anew waits anew, and somebody looks for a provider again.
    for one in happened:
        if one.kind == "need_recorded" and one.subject in found:
            found[one.subject] = max(found[one.subject], one.at)
    return CaseFacts(
        events=tuple(
            Event(one.kind, one.at, one.subject)
            for one in _not_taken_back(happened)
            if one.kind in EVENTS and one.kind not in OWN_LISTS
        ),
        child=case.fork == Fork.CHILD,
        consents=_last(happened, "consent_given", "consent_refused"),
        foreign=bool(person.citizenship) and country not in person.citizenship,
        language=language_code(person.languages[0]) if person.languages else "sq",
        region=case.region or "",
        needs=tuple(Need(one.subject, one.at) for one in happened if one.kind == "need_recorded"),
        # A gap that has since found a competent office is one no longer.
        gaps=tuple(Gap(kind, at) for kind, at in found.items() if not has_office(kind)),
        status=next((one.subject for one in reversed(happened) if one.kind == "status_decided"), "potential"),
        sex=person.sex_in_words,
        in_danger=_last(happened, "in_danger", "is_safe"),
        sheltered=_last(happened, "sheltered", "left_shelter"),
        asylum=_last(happened, "asylum_asked", "asylum_ended"),
        guardian_suspected=_last(happened, "guardian_suspected", "guardian_cleared"),
        age_in_doubt=_age_is_in_doubt(case, person),
    )


def _not_taken_back(happened: Sequence[Happened]) -> list[Happened]:
    standing = list[Happened]()
    for one in happened:
        standing.append(one)
        if taken := TAKES_BACK.get(one.kind):
            back = next((at for at in reversed(range(len(standing))) if standing[at].kind == taken), None)
            if back is not None:
                del standing[back]
    return standing


def _last(happened: Sequence[Happened], yes: str, no: str) -> bool:
    return next((one.kind == yes for one in reversed(happened) if one.kind in (yes, no)), False)


def _age_is_in_doubt(case: CaseCard, person: PersonCard) -> bool:
    unknown = case.fork == Fork.CHILD and person.age is None and not person.age_basis
    return unknown or person.age_basis == AgeBasis.DISPUTED
