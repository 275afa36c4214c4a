from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.views.decorators.http import require_safe

from opennrm.access.sealing import NotOpenable
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.casefile import queries as cases
from opennrm.duties import queries as duties
from opennrm.duties.queries import DutyCard
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.people.queries import PersonCard
from opennrm.web import case_frame, journal_words, names, words
from opennrm.web.case_frame import Opened

NEXT, LATEST = 3, 4


@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What matters next on a case, who answers for it, and the person in plain words; her name only when asked for."""
    one = case_frame.opened(request, case_id, "case")
    one.read("ordinary")
    now = clock.now()
    owed = duties.duties_of(case_id, open_only=True)
    lines = cases.journal(case_id, by=one.actor, limit=LATEST, words=False)
    offices = agencies.offices(
        {one.case.lead_office} | {duty.holder_id for duty in owed} | journal_words.offices(lines)
    )
    context = {
        "now": now,
        **_urgent(owed, offices, now),
        **_answers(one, offices),
        "person": _person(one),
        "events": journal_words.events(lines, offices, {}, one.case.sop),
        "sees_identity": one.sees("identity"),
        "sees_contact": one.sees("contact"),
        **_asked(one, request.GET.get("show", "")),
    }
    return case_frame.draw(request, one, "casefile/overview.html", context)


def _urgent(owed: list[DutyCard], offices: dict[int, OfficeCard], now: datetime) -> dict[str, Any]:
    late = [duty for duty in owed if duty.state == "lapsed" or (duty.due_at and duty.due_at < now)]
    ahead = [duty for duty in owed if duty not in late and duty.kind != "lead" and duty.state == "held"]
    ahead.sort(key=lambda duty: (duty.due_at is None, duty.due_at or now, duty.label))
    return {
        "late": [_task(duty, offices, late=True) for duty in late[:NEXT]],
        "late_in_all": len(late),
        "late_more": max(0, len(late) - NEXT),
        "next": [_task(duty, offices, late=False) for duty in ahead[:NEXT]],
        "more": max(0, len(ahead) - NEXT),
    }


def _task(duty: DutyCard, offices: dict[int, OfficeCard], *, late: bool) -> dict[str, Any]:
    state = "lapsed" if duty.state == "lapsed" else "held"
    return {
        "name": duty.label,
        "url": reverse("duty", args=[duty.id]),
        "hint": offices[duty.holder_id].shown,
        "due": duty.due_at or duty.lapsed_at,
        "status": __("Overdue") if late else words.said(words.STATES, state),
        "colour": "red" if late else "blue",
    }


def _answers(one: Opened, offices: dict[int, OfficeCard]) -> dict[str, Any]:
    worker: OfficerCard | None = (
        agencies.officers([one.case.worker]).get(one.case.worker) if one.case.worker else None
    )
    head = None if worker else agencies.head_of(one.case.lead_office, clock.today())
    return {"lead": offices[one.case.lead_office], "worker": worker, "head": head}


def _person(one: Opened) -> list[dict[str, Any]]:
    person = people.person(one.case.person)
    found = identification.identification(one.case.id)
    regions = agencies.regions()
    rows: list[dict[str, Any]] = [
        {"key": __("Age"), "value": age_in_words(person), "hint": _basis(person)},
        {"key": __("Sex"), "value": words.said(words.SEXES, person.sex)},
        {"key": __("Languages"), "value": _languages(person), "hint": _interpreter(person)},
        {
            "key": __("Citizenship"),
            "value": ", ".join(map(names.country, person.citizenship)) or __("Not known"),
        },
        {
            "key": __("Region"),
            "value": regions[one.case.region].shown if one.case.region in regions else __("Not known"),
        },
        {"key": __("Referral"), "value": words.said(words.FORKS, one.case.fork)},
    ]
    if found:
        rows.append(
            {
                "key": __("Identified"),
                "value": date_format(found.identified_on, "j F Y"),
                "hint": words.said(words.CHANNELS, found.channel),
            }
        )
    return rows


def age_in_words(person: PersonCard) -> str:
    """An age with the day it was known on, since nobody keeps it up to date."""
    if person.age is None:
        return __("Not known")
    day = date_format(person.age_on, "j F Y") if person.age_on else ""
    return __("%(age)d on %(day)s") % {"age": person.age, "day": day} if day else str(person.age)


def _basis(person: PersonCard) -> str:
    return words.said(words.AGE_BASES, person.age_basis) if person.age_basis else ""


def _languages(person: PersonCard) -> str:
    return ", ".join(map(names.language, person.languages)) or __("Not known")


def _interpreter(person: PersonCard) -> str:
    if person.interpreter_needed is None:
        return ""
    return __("An interpreter is needed") if person.interpreter_needed else __("No interpreter is needed")


def _asked(one: Opened, asked: str) -> dict[str, Any]:
    try:
        if asked == "name" and one.sees("identity"):
            one.read("identity", verb="identity.read")
            return {"identity": _identity(one)}
        if asked == "contact" and one.sees("contact"):
            one.read("contact", verb="contact.read")
            return {"contact_shown": True, "contact_rows": _contact(one)}
    except NotOpenable as problem:
        return {"not_openable": problem.sentence}
    return {}


def _identity(one: Opened) -> list[dict[str, Any]]:
    identity = people.identity(one.case.id, by=one.actor)
    aliases = [first for kind, first, _second in identity.names if kind == "alias"]
    rows = [{"key": __("Name"), "value": identity.shown or __("Not recorded")}]
    if aliases:
        rows.append({"key": __("Also called"), "value": ", ".join(aliases)})
    if identity.birth_date:
        born = date_format(identity.birth_date, "j F Y")
        rows.append(
            {"key": __("Born"), "value": born, "hint": words.said(words.AGE_BASES, identity.birth_basis)}
        )
    rows += [{"key": __("Document"), "value": number} for _kind, _country, number in identity.documents]
    return rows


def _contact(one: Opened) -> list[dict[str, Any]]:
    guardians, dependants = people.carers(one.case.id, by=one.actor)
    reach = people.contact(one.case.id, by=one.actor)
    rows: list[dict[str, Any]] = [
        {"key": __("How to reach the person"), "value": reach or __("Not recorded")}
    ]
    for guardian in guardians:
        row: dict[str, Any] = {"key": __("Guardian"), "value": guardian.name, "hint": guardian.relation}
        if guardian.may_be_involved:
            row["tag"] = {"text": __("Never contact: may be involved"), "colour": "red"}
        rows.append(row)
    rows += [
        {"key": __("Depends on the person"), "value": one.name, "hint": one.relation} for one in dependants
    ]
    return rows
