"""Where danger lives for a person, or with whom she must not live, is noted and taken back; it weighs in every match."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard, case_by_name, cases_by_id
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.shelters.match_rules import NEAR_KM
from opennrm.shelters.models import Danger
from opennrm.shelters.policies import DOOR

FARTHEST_KM = 300


@dataclass(frozen=True, slots=True)
class DangerCard:
    """One danger: a region and up to where it is near, or another case, whose reference only who sees it may read."""

    id: UUID
    region: str | None
    near_km: int
    other: str


def note_area(*, case: CaseCard, region: str, near_km: int = NEAR_KM, by: Actor) -> None:
    """Notes a region in which somebody lives who is dangerous for the person."""
    DOOR.require(by, "shelters.note_danger", case)
    if region not in agencies.regions():
        raise Problem("region_unknown", _("Choose a region."))
    if not 0 < near_km <= FARTHEST_KM:
        raise Problem("distance_unlikely", _("A distance lies between 1 and 300 km."))
    _note(Danger(case_id=case.id, region_id=region, near_km=near_km), by)


def note_person(*, case: CaseCard, reference: str, by: Actor) -> None:
    """Notes another case whose person she must not live with; both must be seen by who notes it."""
    DOOR.require(by, "shelters.note_danger", case)
    other = case_by_name(reference)
    if other.id == case.id:
        raise Problem("same_person", _("This is the same case."))
    _note(Danger(case_id=case.id, other_case=other.id), by)


def take_back(*, case: CaseCard, danger: UUID, by: Actor) -> None:
    """A danger that is over weighs no longer."""
    DOOR.require(by, "shelters.note_danger", case)
    standing = Danger.objects.filter(id=danger, case_id=case.id, ended_at__isnull=True)
    if not standing.update(ended_at=clock.now()):
        raise NotFound()
    audit.record("shelters.danger_over", case=case.id, subject=str(danger))


def dangers_of(case: UUID) -> list[DangerCard]:
    """The dangers noted on a case, as far as this actor may know."""
    rows = list(Danger.objects.filter(case_id=case, ended_at__isnull=True).order_by("noted_at"))
    others = cases_by_id([row.other_case for row in rows if row.other_case])
    regions = agencies.regions()
    return [
        DangerCard(
            row.id,
            regions[row.region_id].shown if row.region_id else None,
            row.near_km,
            others[row.other_case].reference if row.other_case in others else "",
        )
        for row in rows
    ]


def _note(row: Danger, by: Actor) -> None:
    assert by.office is not None
    row.noted_at, row.office_id = clock.now(), by.office
    Danger.objects.bulk_create([row])
    audit.record("shelters.note_danger", case=row.case_id, subject=str(row.id))
