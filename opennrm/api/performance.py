from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema

from opennrm.api.kinds import chosen, codes_of
from opennrm.api.service import actor_of, reads
from opennrm.reporting import account
from opennrm.reporting.offices import OfficeFigures, Performance, performance
from opennrm.reporting.policies import DOOR


class Figures(Schema):
    """What an office was asked, did and owes; `on_time_rate` is null where nothing was due."""

    accepted: int
    declined: int
    unanswered: int
    hours_to_accept: float | None
    due: int
    on_time: int
    on_time_rate: float | None
    lapses: int
    taken_over: int
    handed_on: int
    open: int
    late: int
    unnamed: int
    workers: int
    decline_reasons: dict[str, int]


class FiguresOfOffice(Figures):
    office: str


class FiguresOfOffices(Schema):
    """`country` and the cases that changed hands are for those who see every office; else they are null."""

    year: int
    as_at: date
    offices: list[FiguresOfOffice]
    country: Figures | None
    cases_that_changed_hands: int | None
    cases_passed_around: int | None


@reads("/offices/performance", FiguresOfOffices)
def read_performance(
    request: HttpRequest, year: Annotated[int | None, Query(ge=1990, le=2200)] = None
) -> Any:
    """How offices do in a year, counted and without a case; the head of an office sees her own."""
    actor = actor_of(request)
    DOOR.require(actor, "reporting.offices")
    years = account.years()
    if year is not None:
        chosen(str(year), map(str, years), "year")
    drawn = performance(year or years[0], by=actor)
    everyone = DOOR.may(actor, "reporting.every_office")
    codes = codes_of(drawn.offices)
    return {
        "year": drawn.year,
        "as_at": drawn.as_at,
        "offices": [
            _figures(one, drawn, office) | {"office": codes[office]} for office, one in drawn.offices.items()
        ],
        "country": _figures(drawn.country, drawn, None) if everyone else None,
        "cases_that_changed_hands": len(drawn.moves_of_a_case) if everyone else None,
        "cases_passed_around": drawn.passed_around if everyone else None,
    }


def _figures(one: OfficeFigures, drawn: Performance, office: int | None) -> dict[str, Any]:
    plain = set(Figures.model_fields) - {"decline_reasons"}
    return {name: getattr(one, name) for name in plain} | {"decline_reasons": drawn.reasons.get(office, {})}
