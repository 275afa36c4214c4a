from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opennrm.access import audit
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile.policies import DOOR as CASES
from opennrm.duties import queries
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import GapCell
from opennrm.identification.queries import case_lines
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.web import duty_words, guards

# A need whose region is not known stands in a column of its own.
NO_REGION = "none"
DARKEST = 4


def gaps(request: HttpRequest) -> HttpResponse:
    """The needs that no office is competent for, over the whole country: how many people wait, and how long."""
    DOOR.require(guards.actor_of(request), "duties.gaps")
    cells = _grid()
    regions = _columns(cells)
    context = {
        "columns": list(regions.values()),
        "rows": _rows(cells, list(regions)),
        "people": sum(cell.people for cell in cells),
    }
    return render(request, "duties/gaps.html", context)


def gap(request: HttpRequest, kind: str, region: str) -> HttpResponse:
    """One cell of the grid: the competence that is missing, and the people who wait for those allowed."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "duties.gaps")
    regions = _columns(())
    if region not in {*regions, NO_REGION}:
        raise NotFound()
    cell = next((one for one in _grid() if one.kind == kind and (one.region or NO_REGION) == region), None)
    context = {
        "kind": queries.kind_label(kind),
        "region": regions.get(region, _("Region not known")),
        "waiting": f"{cell.people} {_waiting(cell, clock.now())}" if cell else "",
        "missing": _missing(kind, region),
        **_people(actor, kind, region),
    }
    return render(request, "duties/gap.html", context)


def _grid() -> list[GapCell]:
    with as_system("gaps", reason="the grid of gaps counts people, and names no case"):
        return queries.gap_grid()


def _columns(cells: Iterable[GapCell]) -> dict[str, str]:
    regions = {code: region.shown for code, region in agencies.regions().items()}
    return regions | (
        {NO_REGION: _("Region not known")} if any(cell.region is None for cell in cells) else {}
    )


def _rows(cells: Iterable[GapCell], regions: list[str]) -> list[dict[str, Any]]:
    found = {(cell.kind, cell.region or NO_REGION): cell for cell in cells}
    labels = {kind.code: queries.kind_label(kind.code) for kind in queries.support_kinds()}
    labels |= {cell.kind: cell.label for cell in found.values()}
    now = clock.now()
    return [
        {"label": label, "cells": [_cell(found.get((kind, region)), now) for region in regions]}
        for kind, label in labels.items()
    ]


def _cell(cell: GapCell | None, now: datetime) -> dict[str, Any]:
    if cell is None:
        return {}
    return {
        "text": cell.people,
        "words": _waiting(cell, now),
        "level": min(cell.people, DARKEST),
        "url": reverse("gap", args=[cell.kind, cell.region or NO_REGION]),
    }


def _waiting(cell: GapCell, now: datetime) -> str:
    days = (now - cell.since).days
    if days < 1:
        return ngettext("person waits since today", "people wait since today", cell.people)
    waits = ngettext("person waits, %(days)s", "people wait, up to %(days)s", cell.people)
    return waits % {"days": ngettext("%(n)d day", "%(n)d days", days) % {"n": days}}


def _missing(kind: str, region: str) -> list[dict[str, Any]]:
    """The roles that owe this kind of support, and whether an office holds them for the region today."""
    roles = queries.roles_that_owe(kind)
    cells = [cell for cell in queries.competence_grid() if cell.role in roles and cell.region == region]
    offices = agencies.offices(cell.office for cell in cells if cell.office)
    return [
        {
            "role": cell.role_label,
            "office": offices[cell.office].shown if cell.office else "",
            "url": f"{reverse('competence')}#{cell.role}",
        }
        for cell in cells
    ]


def _people(actor: Actor, kind: str, region: str) -> dict[str, Any]:
    if not CASES.may(actor, "casefile.list"):
        return {"may_see_people": False}
    wanted = None if region == NO_REGION else region
    waiting = [line for line in queries.gap_lines(kind=kind, region=wanted) if line.region == wanted]
    lines = {line.id: line for line in case_lines([one.case_id for one in waiting])}
    if lines:
        audit.record("duties.gap", subject=kind, detail={"region": region, "cases": sorted(map(str, lines))})
    return {
        "may_see_people": True,
        "people": [
            [
                {
                    "text": line.reference,
                    "url": reverse("case", args=[line.id]),
                    "hint": duty_words.what_to_know(line),
                },
                _since(one.since, clock.now()),
            ]
            for one in waiting
            if (line := lines.get(one.case_id))
        ],
        "people_columns": [{"label": _("Case")}, {"label": _("Waits")}],
    }


def _since(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return ngettext("for %(n)d day", "for %(n)d days", days) % {"n": days} if days else _("since today")
