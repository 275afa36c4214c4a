"""Short ways to ask another office for information on Besa's case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.sharing import requests
from opennrm.sharing.request_rules import AskBasis, NewRequest, RefusalReason, RequestPurpose, Subject
from tests.acting import by, office

QUESTION = "Did your office see somebody like this in March?"


def new_request(to: str = "labour", **changes: Any) -> NewRequest:
    """What a border officer may ask of the labour inspectorate."""
    usual: dict[str, Any] = {
        "office": office(to),
        "subject": Subject.EARLIER_HELP,
        "purpose": RequestPurpose.SAFETY,
        "basis": AskBasis.DUTY,
        "question": QUESTION,
    }
    return NewRequest(**{**usual, **changes})


def asked(case: CaseCard, to: str = "labour", *, who: str = "border-ana", **changes: Any) -> UUID:
    """A request for information that an office made."""
    with by(who) as actor:
        return requests.ask(case=case_by_id(case.id), new=new_request(to, **changes), by=actor)


def answered(request: UUID, text: str = "No, nobody.", *, who: str = "labour-lea", **changes: Any) -> None:
    """The answer of the office that is asked."""
    with by(who) as actor:
        requests.answer(request=request, text=text, by=actor, **changes)


def refused(
    request: UUID, reason: RefusalReason = RefusalReason.DOES_NOT_HOLD, *, who: str = "labour-lea"
) -> None:
    """The refusal of the office that is asked."""
    with by(who) as actor:
        requests.refuse(request=request, reason=reason, by=actor)
