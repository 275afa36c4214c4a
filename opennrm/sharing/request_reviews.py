"""A refusal to give information is looked at by another office: it stands, or the office answers after all."""

from __future__ import annotations

from uuid import UUID

from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile.queries import case_by_id
from opennrm.duties import asked_by_name
from opennrm.duties.reviewing import reviewer_of
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.sharing import request_rules as rules
from opennrm.sharing import requests
from opennrm.sharing.models import Request
from opennrm.sharing.policies import DOOR
from opennrm.sharing.request_rules import RequestState, Said

RULE = "information-review"


def contest(*, request: UUID, by: Actor) -> None:
    """Asks the Responsible Authority, or where it is a party the coordinator, whether a refusal stands."""
    row = requests.locked(request)
    DOOR.require(by, "sharing.contest_refusal", row)
    said = Said(row.said) if row.said else None
    rules.check_contest(RequestState(row.state), said, reviewed=row.reviewer_id is not None)
    case = case_by_id(row.case_id)
    reviewer = reviewer_of(case, frozenset({row.from_office_id, row.office_id}))
    with as_system("routing", reason="another office looks at a refusal"):
        owed = asked_by_name.owe(case=case, rule=RULE, holder=reviewer, subject=str(row.id), by=by)
        row.reviewer_id, row.review_duty_id = reviewer, owed.duty
        row.save(update_fields=["reviewer", "review_duty"])
        requests.trace(row, "contested", by=by, to=reviewer)


def review(*, request: UUID, stands: bool, by: Actor) -> None:
    """Decides whether a refusal stands; where it does not, the office owes the answer anew."""
    row = requests.locked(request)
    DOOR.require(by, "sharing.review_refusal", row)
    if row.reviewed_at is not None or row.review_duty_id is None:
        raise Problem("review_is_over", rules.REVIEW_IS_OVER, 409)
    with as_system("routing", reason="another office decides on a refusal"):
        _decide(row, stands=stands, by=by)


def _decide(row: Request, *, stands: bool, by: Actor) -> None:
    now, case = clock.now(), case_by_id(row.case_id)
    row.reviewed_at, row.stands = now, stands
    if not stands:
        if row.office_id in sight.excluded(row.case_id)[0]:
            raise Problem("office_cannot_be_asked", rules.CANNOT_BE_ASKED, 409)
        owed = asked_by_name.owe(
            case=case, rule=requests.RULE, holder=row.office_id, subject=str(row.id), by=by
        )
        row.duty_id, row.answer_by = owed.duty, owed.due_at
        row.state, row.said, row.ended_at, row.ended_by_id = RequestState.OPEN, "", None, None
    again = ["duty", "answer_by", "state", "said", "ended_at", "ended_by"]
    row.save(update_fields=["reviewed_at", "stands", *([] if stands else again)])
    assert row.review_duty_id is not None
    asked_by_name.settle(duty=row.review_duty_id, case=case, by=by)
    what = "refusal_stands" if stands else "refusal_overturned"
    for office in (row.from_office_id, row.office_id):
        requests.tell(row, office, f"information_{what}", at=now)
    requests.trace(row, what, by=by)
