from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import audit
from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.api.kinds import codes_of, names_of
from opennrm.api.service import actor_of, reads
from opennrm.casefile.policies import DOOR as CASES
from opennrm.duties import queries as duties
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import CompetenceCell
from opennrm.identification.queries import case_lines
from opennrm.lib import clock


class Me(Schema):
    """For whom a token speaks, what it was made for, and until when."""

    user: str
    name: str | None
    offices: list[str]
    roles: list[str]
    acts: list[str]
    expires: datetime


class Competence(Schema):
    role: str
    region: str | None
    since: date
    until: date | None


class Office(Schema):
    code: str
    name: str
    name_sq: str
    organisation: str
    region: str | None
    phone: str
    closed_on: date | None
    competence: list[Competence]


class Offices(Schema):
    offices: list[Office]


class Asked(Schema):
    role: str
    role_label: str
    region: str
    office: str | None


class Grid(Schema):
    """Which office is asked for which role in which region today; none is a hole."""

    competence: list[Asked]


class Gap(Schema):
    kind: str
    label: str
    region: str | None
    people: int
    since: datetime


class Gaps(Schema):
    gaps: list[Gap]


class Waiting(Schema):
    case: UUID
    reference: str
    since: datetime


class GapOpened(Schema):
    """Who waits, and the roles that owe this kind of support there, with the office that holds each: none is the hole."""

    kind: str
    region: str
    people: int
    missing: list[Asked]
    cases: list[Waiting]


@reads("/me", Me)
def read_me(request: HttpRequest) -> Any:
    """For whom this token speaks, and what it was made for."""
    actor, token = actor_of(request), request.token  # type: ignore[attr-defined]
    return {
        "user": actor.user,
        "name": names_of([actor.officer])[actor.officer],
        "offices": sorted(code for code in codes_of(actor.offices).values() if code),
        "roles": sorted(actor.roles),
        "acts": sorted(token.acts),
        "expires": token.expires_at,
    }


@reads("/offices", Offices)
def list_offices(request: HttpRequest) -> Any:
    """The offices, what each is competent for and where."""
    held: dict[int, list[Any]] = {}
    for one in agencies.competences(clock.today()):
        held.setdefault(one.office, []).append(
            {"role": one.role, "region": one.region, "since": one.since, "until": one.until}
        )
    return {
        "offices": [
            {
                "code": card.code,
                "name": card.name,
                "name_sq": card.name_sq,
                "organisation": card.organisation_code,
                "region": card.region,
                "phone": card.phone,
                "closed_on": card.closed_on,
                "competence": held.get(card.id, []),
            }
            for card in agencies.offices().values()
        ]
    }


@reads("/competence", Grid)
def list_competence(request: HttpRequest) -> Any:
    """Which office is asked for which role in which region today."""
    return {"competence": _asked(duties.competence_grid())}


@reads("/gaps", Gaps)
def list_gaps(request: HttpRequest) -> Any:
    """The needs that no office is competent for, over the whole country, counted; no case is named."""
    DOOR.require(actor_of(request), "duties.gaps")
    return {"gaps": _grid()}


@reads("/gaps/{str:kind}/{str:region}", GapOpened)
def read_gap(request: HttpRequest, kind: str, region: str) -> Any:
    """One kind of support in one region, `none` where the region is not known: who waits, as far as your offices see."""
    actor = actor_of(request)
    DOOR.require(actor, "duties.gaps")
    wanted = None if region == "none" else region
    people = next((one.people for one in _grid() if (one.kind, one.region) == (kind, wanted)), 0)
    waiting = duties.gap_lines(kind=kind, region=wanted) if CASES.may(actor, "casefile.list") else []
    waiting = [one for one in waiting if one.region == wanted]
    lines = {line.id: line for line in case_lines([one.case_id for one in waiting])}
    if lines:
        audit.record("duties.gap", subject=kind, detail={"region": region, "cases": sorted(map(str, lines))})
    return {
        "kind": kind,
        "region": region,
        "people": people,
        "missing": _missing(kind, region),
        "cases": [
            {"case": one.case_id, "reference": lines[one.case_id].reference, "since": one.since}
            for one in waiting
            if one.case_id in lines
        ],
    }


def _missing(kind: str, region: str) -> list[dict[str, Any]]:
    roles = duties.roles_that_owe(kind)
    cells = [cell for cell in duties.competence_grid() if cell.role in roles and cell.region == region]
    return _asked(cells)


def _asked(cells: Sequence[CompetenceCell]) -> list[dict[str, Any]]:
    codes = codes_of(cell.office for cell in cells)
    return [
        {"role": c.role, "role_label": c.role_label, "region": c.region, "office": codes[c.office]}
        for c in cells
    ]


def _grid() -> list[Any]:
    with as_system("gaps", reason="the grid of gaps counts people, and names no case"):
        return list(duties.gap_grid())
