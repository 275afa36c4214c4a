from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as __

from opennrm.casefile.rules import Fork
from opennrm.identification.actions import NewCase
from opennrm.identification.rules import Channel
from opennrm.lib import clock
from opennrm.people.actions import NewPerson
from opennrm.web.case_journal import instant_on
from opennrm.web.date_field import DateWidget
from opennrm.web.entry_draft import Answers
from opennrm.web.entry_forms import PAGES, form_class
from opennrm.web.forms import GovukForm


def fork(answers: Answers) -> str:
    """Which road was chosen on the first page."""
    return next(iter(answers.get("who", {}).get("fork", [])), "")


def bound(page: str, answers: Answers) -> GovukForm:
    """The form of a page with the answers given so far."""
    return form_class(page, fork(answers))(_as_sent(answers.get(page, {})))


def remember(page: str, sent: QueryDict, answers: Answers) -> None:
    """Keeps what was sent of a page; what may not be asked after a change of mind is forgotten at once."""
    form = form_class(page, fork(answers))
    answers[page] = {name: sent.getlist(name) for name in _inputs(form) if name in sent}
    if page == "who" and "person" in answers:
        allowed = _inputs(form_class("person", fork(answers)))
        answers["person"] = {name: values for name, values in answers["person"].items() if name in allowed}


def first_open(answers: Answers) -> str | None:
    """The first page whose answers do not hold; None when all do."""
    return next((page for page in PAGES if page not in answers or not bound(page, answers).is_valid()), None)


def new_case(answers: Answers) -> NewCase:
    """The case as it was answered; every page must hold."""
    cleaned = {page: _cleaned(page, answers) for page in PAGES}
    identified, needs = cleaned["identified"], cleaned["needs"]
    at = instant_on(identified["identified_on"], identified["hour"])
    return NewCase(
        person=_person(cleaned["person"], clock.local_day(at)),
        fork=Fork(cleaned["who"]["fork"]),
        channel=Channel(identified["channel"]),
        region=identified["region"] or None,
        identified_at=at,
        exploitation=tuple(identified["exploitation"]),
        needs=tuple(needs["needs"]),
        in_danger=identified["in_danger"] == "yes",
        asylum=identified["asylum"] == "yes",
        note=needs["note"],
    )


def summary(page: str, answers: Answers, change_url: str) -> list[dict[str, Any]]:
    """The answers of a page to be checked, each with the way back to it."""
    form = bound(page, answers)
    form.is_valid()
    return [
        {"key": field.label, "value": _said(field, form.cleaned_data.get(name)), "change_url": change_url}
        for name, field in form.fields.items()
    ]


def _person(given: Mapping[str, Any], day: date) -> NewPerson:
    texts = (
        "first_name",
        "second_name",
        "alias",
        "document",
        "contact",
        "guardian",
        "guardian_relation",
        "sex",
        "age_basis",
    )
    known: dict[str, Any] = {name: given.get(name) or "" for name in texts}
    if given.get("age") is not None:
        known |= {"age": given["age"], "age_on": day}
    return NewPerson(
        **known,
        birth_date=given.get("birth_date"),
        citizenship=_several(given, "citizenship", "second_citizenship"),
        languages=_several(given, "language", "second_language"),
        interpreter_needed={"yes": True, "no": False}.get(given.get("interpreter") or ""),
        guardian_may_be_involved=bool(given.get("guardian_may_be_involved")),
    )


def _several(given: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given[name] for name in names if given.get(name)))


def _cleaned(page: str, answers: Answers) -> dict[str, Any]:
    form = bound(page, answers)
    form.full_clean()
    return form.cleaned_data


def _inputs(form: type[GovukForm]) -> set[str]:
    found: set[str] = set()
    for name, field in form.base_fields.items():
        found |= (
            {f"{name}_{part}" for part in DateWidget.PARTS}
            if isinstance(field.widget, DateWidget)
            else {name}
        )
    return found


def _as_sent(answers: dict[str, list[str]]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, values in answers.items():
        sent.setlist(name, values)
    return sent


def _said(field: Any, value: Any) -> str:
    if value in (None, "", [], False):
        return __("Not answered") if value is not False else __("No")
    if value is True:
        return __("Yes")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, time):
        return time_format(value, "H:i")
    labels = {str(code): str(label) for code, label in getattr(field, "choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in values)
