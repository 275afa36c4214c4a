from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.duties.queries import kind_label
from opennrm.identification.queries import case_lines
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.reporting import account as accounts
from opennrm.reporting import renderers
from opennrm.reporting.account import Account, Figure
from opennrm.reporting.policies import DOOR
from opennrm.reporting.rules import as_at_of
from opennrm.web import coordination_words, guards, names, oversight_words, words
from opennrm.web.offices import COUNTED

NOT_A_DAY = gettext_lazy("Write the day as year, month and day, for example 2021-03-31.")
MOST_CASES = 100
WRITTEN: dict[str, tuple[str, Callable[[Account], str]]] = {
    "json": ("application/json", lambda one: json.dumps(accounts.as_json(one), ensure_ascii=False, indent=1)),
    "md": ("text/markdown; charset=utf-8", accounts.as_markdown),
    "html": ("text/html; charset=utf-8", accounts.as_html),
}


def reports(request: HttpRequest) -> HttpResponse:
    """The years for which there is an account."""
    DOOR.require(guards.actor_of(request), "reporting.read")
    today = clock.today()
    years = [{"year": year, "as_at": as_at_of(year, None, today)} for year in accounts.years()]
    may_see_offices = DOOR.may(guards.actor_of(request), "reporting.offices")
    context = {"years": years, "today": today, "may_see_offices": may_see_offices}
    return render(request, "reporting/years.html", context)


def protection(request: HttpRequest, year: int) -> HttpResponse:
    """The account of a year, read like the printed page; ?download= gives it as a file."""
    DOOR.require(guards.actor_of(request), "reporting.read")
    drawn = accounts.account(year, _as_at(request))
    if request.GET.get("download") in WRITTEN:
        return _file(drawn, request.GET["download"])
    context = {
        "account": drawn,
        "title": renderers.title(drawn),
        "subtitle": renderers.subtitle(drawn),
        "opening": renderers.opening(drawn),
        "sections": [_section(section, request) for section in renderers.sections(drawn)],
        "columns": _columns(drawn),
        "downloads": [(code, _address(request, drawn.year, download=code)) for code in WRITTEN],
        "today": clock.today(),
    }
    return render(request, "reporting/account.html", context)


def figure(request: HttpRequest, year: int, figure: str) -> HttpResponse:
    """One figure opened: what it means, what it is a part of, how it came about, and the cases for those allowed."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "reporting.read")
    drawn = accounts.account(year, _as_at(request))
    one = drawn.figure(figure)
    context = {
        "account": drawn,
        "label": _label(one.id, str(one.definition.label)),
        "value": renderers.in_words(one.now),
        "facts": _facts(drawn, one),
        "made_of": [
            [_recorded(one.definition.dimension, values), people] for values, people in one.now.made_of
        ],
        "made_of_columns": [{"label": _("What is recorded")}, {"label": _("People"), "numeric": True}],
        "checks": [
            renderers.check_in_words(check)
            for check in drawn.checks
            if check.section is one.definition.section and not check.ok
        ],
        "back": _address(request, year),
        **_cases(actor, drawn, one),
    }
    return render(request, "reporting/figure.html", context)


def _as_at(request: HttpRequest) -> date | None:
    asked = request.GET.get("as_at", "").strip()
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Problem("not_a_day", NOT_A_DAY) from None


def _file(drawn: Account, code: str) -> HttpResponse:
    content_type, write = WRITTEN[code]
    answer = HttpResponse(write(drawn), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="protection-{drawn.year}.{code}"'
    return answer


def _address(request: HttpRequest, year: int, figure: str = "", **asked: str) -> str:
    if request.GET.get("as_at"):
        asked["as_at"] = request.GET["as_at"]
    route = (
        reverse("report_figure", args=[year, figure]) if figure else reverse("report_protection", args=[year])
    )
    return f"{route}?{urlencode(asked)}" if asked else route


def _columns(drawn: Account) -> list[dict[str, Any]]:
    numbers = (str(drawn.year), _("Of"), str(drawn.year - 1))
    return [{"label": _("Figure")}, *({"label": label, "numeric": True} for label in numbers)]


def _section(section: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    year = request.resolver_match.kwargs["year"] if request.resolver_match else 0
    rows = [
        [
            {"text": _label(row["id"], row["label"]), "url": _address(request, year, row["id"])},
            row["now"],
            row["of"],
            row["before"],
        ]
        for row in section["rows"]
    ]
    return {**section, "rows": rows}


def _facts(drawn: Account, one: Figure) -> list[dict[str, Any]]:
    whole = drawn.figure(one.definition.denominator) if one.definition.denominator else None
    facts = [
        {
            "key": str(drawn.year),
            "value": renderers.in_words(one.now),
            "hint": renderers.state_in_words(one.now.state),
        },
        {"key": str(drawn.year - 1), "value": renderers.in_words(one.before)},
        {"key": _("What it counts"), "value": str(one.definition.definition)},
        {"key": _("As known on"), "value": date_format(drawn.as_at, "j F Y")},
    ]
    if one.confirmed:
        facts.insert(1, {"key": _("Confirmed by"), "value": renderers.confirmed_in_words(one.confirmed)})
    if whole:
        label = _label(whole.id, str(whole.definition.label))
        facts.insert(1, {"key": _("Out of"), "value": renderers.in_words(whole.now), "hint": label})
    return facts


def _cases(actor: Actor, drawn: Account, one: Figure) -> dict[str, Any]:
    may = DOOR.may(actor, "reporting.cases_behind") and one.definition.has_cases
    if not may:
        return {"may_see_cases": False}
    ids = accounts.cases_behind(one.id, drawn.year, drawn.as_at, by=actor, limit=MOST_CASES + 1)
    shown = ids[:MOST_CASES]
    if shown:
        audit.record(
            "reporting.cases_behind",
            subject=one.id,
            detail={"year": drawn.year, "cases": sorted(map(str, shown))},
        )
    lines = {line.id: line for line in case_lines(shown)}
    return {
        "may_see_cases": True,
        "cases": [
            [
                {"text": lines[case].reference, "url": reverse("case", args=[case])},
                words.said(words.STATUSES, lines[case].status),
                _("open") if lines[case].is_open else _("closed"),
            ]
            for case in shown
            if case in lines
        ],
        "case_columns": [{"label": _("Case")}, {"label": _("Status today")}, {"label": _("Open or closed")}],
        "there_are_more": len(ids) > MOST_CASES,
        "most": MOST_CASES,
    }


def _label(figure_id: str, label: str) -> str:
    """A country is said by its name."""
    code = figure_id.rpartition(".")[2]
    return label.replace(code, names.country(code)) if code.isupper() else label


def _recorded(dimension: str, values: tuple[str, ...]) -> str:
    return ", ".join(_value(dimension, value) for value in values) or _("nothing recorded")


def _value(dimension: str, value: str) -> str:
    said = {
        "status": words.STATUSES,
        "sex": words.SEXES,
        "channel": words.CHANNELS,
        "exploitation": words.EXPLOITATIONS,
        "residence_permit": words.FACT_SUBJECTS,
        "cooperation": words.FACT_SUBJECTS,
        "job_seeker": words.FACTS,
    }
    if dimension in said:
        return words.said(said[dimension], value)
    if dimension in ("citizenship", "repatriation_in", "repatriation_out"):
        return names.country(value)
    if dimension == "age":
        return {"child": _("Under 18"), "adult": _("18 or older")}[value]
    if dimension.startswith("meetings_"):
        return words.said(coordination_words.COUNTED, value)
    if dimension.startswith("break_glass_"):
        return words.said(oversight_words.COUNTED, value)
    if dimension.startswith("duties_"):
        return words.said(COUNTED, value)
    if dimension == "service":
        return kind_label(value)
    return _body(dimension, value)


def _body(dimension: str, code: str) -> str:
    if dimension == "mobile_unit":
        region = agencies.regions().get(code)
        return region.shown if region else code
    office = agencies.office_by_code(code)
    return office.shown if office else code
