from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Schema

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.api.kinds import Day
from opennrm.api.service import actor_of, reads
from opennrm.identification.queries import case_lines
from opennrm.reporting import account
from opennrm.reporting.account import Account, Figure
from opennrm.reporting.policies import DOOR

MOST_CASES = 100
Year = Annotated[int, Path(ge=1990, le=2200)]


class Years(Schema):
    years: list[int]


class Part(Schema):
    """What is recorded, and of how many people."""

    recorded: list[str]
    people: int


class Sum(Schema):
    """A check of the figures beside it; `ok` is false where parts do not add up to their whole."""

    id: str
    ok: bool
    says: str


class CaseBehind(Schema):
    case: UUID
    reference: str
    status: str
    open: bool


class FigureOpened(Schema):
    """A figure as the account has it, what it counts and is made of; `cases` is null for those who may not see them."""

    figure: dict[str, Any]
    definition: str
    made_of: list[Part]
    checks: list[Sum]
    cases: list[CaseBehind] | None
    there_are_more: bool


@reads("/reports/protection", Years)
def list_accounts(request: HttpRequest) -> Any:
    """The years for which there is an account."""
    DOOR.require(actor_of(request), "reporting.read")
    return {"years": account.years()}


@reads("/reports/protection/{int:year}", dict[str, Any])
def read_account(request: HttpRequest, year: Year, as_at: Day | None = None) -> Any:
    """The account of a year as the command line prints it."""
    DOOR.require(actor_of(request), "reporting.read")
    return account.as_json(account.account(year, as_at))


@reads("/reports/protection/{int:year}/figures/{str:figure}", FigureOpened)
def read_figure(request: HttpRequest, year: Year, figure: str, as_at: Day | None = None) -> Any:
    """One figure opened: what it means, how it came about, and the cases behind it that your offices see anyway."""
    actor = actor_of(request)
    DOOR.require(actor, "reporting.read")
    drawn = account.account(year, as_at)
    one = drawn.figure(figure)
    behind = _behind(actor, drawn, one)
    return {
        "figure": next(line for line in account.as_json(drawn)["figures"] if line["id"] == figure),
        "definition": str(one.definition.definition),
        "made_of": [{"recorded": values, "people": people} for values, people in one.now.made_of],
        "checks": [
            {"id": check.id, "ok": check.ok, "says": check.says}
            for check in drawn.checks
            if check.section is one.definition.section
        ],
        "cases": None if behind is None else _lines(behind[:MOST_CASES]),
        "there_are_more": behind is not None and len(behind) > MOST_CASES,
    }


def _behind(actor: Actor, drawn: Account, one: Figure) -> list[UUID] | None:
    if not (one.definition.has_cases and DOOR.may(actor, "reporting.cases_behind")):
        return None
    found = account.cases_behind(one.id, drawn.year, drawn.as_at, by=actor, limit=MOST_CASES + 1)
    if shown := sorted(map(str, found[:MOST_CASES])):
        audit.record("reporting.cases_behind", subject=one.id, detail={"year": drawn.year, "cases": shown})
    return found


def _lines(cases: list[UUID]) -> list[dict[str, Any]]:
    lines = {line.id: line for line in case_lines(cases)}
    return [
        {
            "case": case,
            "reference": lines[case].reference,
            "status": lines[case].status,
            "open": lines[case].is_open,
        }
        for case in cases
        if case in lines
    ]
