from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as __

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.policies import DOOR
from opennrm.identification import queries
from opennrm.identification.queries import CaseLine
from opennrm.web import duty_words, guards, words

PAGE = 25


def cases(request: HttpRequest) -> HttpResponse:
    """The cases her offices see, the newest first."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "casefile.list")
    everything = request.GET.get("show") == "all"
    before = _before(request)
    lines = queries.case_list(
        offices=sorted(actor.offices), open_only=not everything, limit=PAGE + 1, before=before
    )
    lines, more = lines[:PAGE], len(lines) > PAGE
    if lines:
        audit.record("casefile.list", detail={"cases": [str(line.id) for line in lines]})
    return render(
        request,
        "casefile/cases.html",
        {
            "actions": _actions(actor),
            "tabs": [
                {"label": __("Open"), "url": reverse("cases"), "current": not everything},
                {"label": __("All"), "url": reverse("cases") + "?show=all", "current": everything},
            ],
            "columns": [
                {"label": label}
                for label in (__("Case"), __("Status"), __("Lead office"), __("Region"), __("Since"))
            ],
            "rows": _rows(lines),
            "first_url": _address(everything, None) if before else "",
            "next_url": _address(everything, lines[-1]) if more else "",
        },
    )


def _actions(actor: Actor) -> list[dict[str, str]]:
    search = {"text": __("Search"), "kind": "secondary", "url": reverse("case_search")}
    if not DOOR.may(actor, "casefile.open"):
        return [search]
    return [{"text": __("Enter a case"), "kind": "", "url": reverse("case_new")}, search]


def _rows(lines: list[CaseLine]) -> list[list[Any]]:
    offices = agencies.offices(line.lead_office for line in lines)
    regions = agencies.regions()
    return [
        [
            {
                "text": line.reference,
                "url": reverse("case", args=[line.id]),
                "hint": duty_words.what_to_know(line),
            },
            {"tag": _tag(line)},
            offices[line.lead_office].shown,
            regions[line.region].shown if line.region in regions else __("Not known"),
            duty_words.day(line.opened_at),
        ]
        for line in lines
    ]


def _tag(line: CaseLine) -> dict[str, str]:
    if not line.is_open:
        return {"text": __("Closed"), "colour": "grey"}
    return {"text": words.said(words.STATUSES, line.status), "colour": words.STATUS_COLOURS[line.status]}


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    instant, _, case = request.GET.get("before", "").partition("~")
    try:
        at = datetime.fromisoformat(instant)
        return (at, UUID(case)) if at.tzinfo else None
    except ValueError:
        return None


def _address(everything: bool, last: CaseLine | None) -> str:
    asked = {"show": "all"} if everything else {}
    if last:
        asked["before"] = f"{last.opened_at.isoformat()}~{last.id}"
    return reverse("cases") + (f"?{urlencode(asked)}" if asked else "")
