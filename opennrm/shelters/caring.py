"""The duty of a shelter to accommodate a person: from when she moves in until she has left; what it opens goes with it."""

from __future__ import annotations

from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.duties import actions as duties
from opennrm.duties import asked_by_name
from opennrm.duties import queries as ledger

RULE = "accommodation"
LOOKED_FOR = "shelter_place"


def begin(*, case: CaseCard, office: int, again: bool, by: Actor) -> None:
    """The shelter owes accommodation, and whoever was to find a place has found one."""
    owed = ledger.duties_of(case.id, open_only=True)
    if not any(one.kind == RULE and one.holder_id == office for one in owed):
        asked_by_name.owe(case=case, rule=RULE, holder=office, subject="", by=by)
    for one in owed:
        if one.kind == LOOKED_FOR and one.holder_id == office:
            asked_by_name.settle(duty=one.id, case=case, by=by)
    if not again:
        duties.note(case=case.id, event="sheltered", by=by)


def end(*, case: CaseCard, office: int, moved_on: bool, by: Actor) -> None:
    """What the shelter owed is done, and where she went to no other shelter the rules know that she has no place."""
    for one in ledger.duties_of(case.id, open_only=True):
        if one.kind == RULE and one.holder_id == office:
            asked_by_name.settle(duty=one.id, case=case, by=by)
    if not moved_on and case.is_open:
        duties.note(case=case.id, event="left_shelter", by=by)
