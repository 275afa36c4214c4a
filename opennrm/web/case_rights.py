from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.views.decorators.http import require_safe

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import FactCard
from opennrm.duties import queries as duties
from opennrm.duties.queries import DutyCard
from opennrm.people import queries as people
from opennrm.web import case_frame, names, words
from opennrm.web.case_frame import Opened
from opennrm.web.case_support import fact_row

TOLD = ("explain_rights", "explain_rights_and_interpreter")


@require_safe
def rights(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the person was told and has a right to, and what nobody has recorded yet."""
    one = case_frame.opened(request, case_id, "case_rights")
    one.read("ordinary")
    owed, facts = duties.duties_of(case_id), cases.facts(case_id)
    offices = agencies.offices({duty.holder_id for duty in owed})
    person = people.person(one.case.person)
    rows = [
        _promised(__("Rights and next steps explained"), TOLD, owed, offices),
        {
            "key": __("In which language"),
            "value": names.language(person.languages[0]) if person.languages else __("Not known"),
        },
        _promised(__("Reflection period"), ("reflection_period",), owed, offices),
        _promised(__("Decision given in writing"), ("notice_of_decision",), owed, offices),
        *_child(one, owed, offices),
        *_recorded(facts, one.case.sop),
    ]
    return case_frame.draw(request, one, "casefile/rights.html", {"rows": rows})


def _promised(
    key: str, kinds: tuple[str, ...], owed: list[DutyCard], offices: dict[int, OfficeCard]
) -> dict[str, Any]:
    about = [duty for duty in owed if duty.kind in kinds]
    duty = next((one for one in about if one.is_open), about[-1] if about else None)
    if duty is None:
        return {"key": key, "value": __("Not recorded; no rule asks for it in this case now.")}
    tag = {"text": words.said(words.STATES, duty.state), "colour": words.STATE_COLOURS[duty.state]}
    day = duty.ended_at if duty.ended_at else duty.due_at
    when = date_format(timezone.localtime(day), "j F Y, H:i") if day else ""
    hint = (__("on %(day)s") if duty.ended_at else __("due %(day)s")) % {"day": when} if when else ""
    return {"key": key, "tag": tag, "value": offices[duty.holder_id].shown, "hint": hint}


def _child(one: Opened, owed: list[DutyCard], offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    if one.case.fork != "child":
        return []
    return [
        _promised(__("Guardian found or appointed"), ("appoint_guardian",), owed, offices),
        _promised(__("Child assessed and protected"), ("protect_child",), owed, offices),
    ]


def _recorded(facts: list[FactCard], sop: str) -> list[dict[str, Any]]:
    known = [
        fact_row(fact, sop)
        for fact in facts
        if fact.kind in ("residence_permit", "cooperation", "consent", "repatriation")
    ]
    kinds = {fact.kind for fact in facts}
    missing = {
        "consent": __("Consent to share"),
        "residence_permit": __("Residence permit"),
        "repatriation": __("Return"),
    }
    return known + [
        {"key": label, "value": __("Not yet recorded")}
        for kind, label in missing.items()
        if kind not in kinds
    ]
