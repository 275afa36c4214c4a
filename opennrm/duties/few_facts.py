from __future__ import annotations

from opennrm.casefile.queries import CaseCard
from opennrm.duties import queries
from opennrm.people import queries as people


def few_facts(case: CaseCard) -> dict[str, object]:
    """What an office is told that has not agreed to anything yet, kept as it was: no name, no document, nothing written."""
    person = people.person(case.person)
    return {
        "reference": case.reference,
        "child": case.fork == "child",
        "language": person.languages[0] if person.languages else "",
        "region": case.region or "",
        "in_danger": queries.in_danger(case.id),
    }
