from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.duties import queries
from opennrm.duties.queries import CompetenceCell
from opennrm.web import guards

HOLE = 3


def competence(request: HttpRequest) -> HttpResponse:
    """Which office is asked for which role in which region today, and where nobody is."""
    regions = agencies.regions()
    cells = queries.competence_grid()
    offices = agencies.offices(cell.office for cell in cells if cell.office)
    rows = [_row(list(several), offices) for _role, several in groupby(cells, lambda cell: cell.role)]
    context = {
        "columns": [region.shown for region in regions.values()],
        "rows": rows,
        "holes": [
            {"key": row["label"], "value": ", ".join(regions[code].shown for code in row["holes"])}
            for row in rows
            if row["holes"]
        ],
        "may_see_gaps": guards.may_enter(guards.actor_of(request), "gaps"),
    }
    return render(request, "agencies/competence.html", context)


def _row(cells: list[CompetenceCell], offices: dict[int, OfficeCard]) -> dict[str, Any]:
    return {
        "id": cells[0].role,
        "label": cells[0].role_label,
        "cells": [_cell(cell, offices) for cell in cells],
        "holes": [cell.region for cell in cells if cell.office is None],
    }


def _cell(cell: CompetenceCell, offices: dict[int, OfficeCard]) -> dict[str, Any]:
    if cell.office is None:
        return {"text": _("Nobody"), "level": HOLE}
    return {"words": offices[cell.office].shown}
