from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.api import kinds
from opennrm.api.kinds import Given, PersonAtWork, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.problems import NotUnderstood
from opennrm.api.service import acts, done, reads
from opennrm.api.words import ONE_OF_BOTH
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion as exclusions
from opennrm.lib.problems import NotFound
from opennrm.orders import queries as orders
from opennrm.sharing import preview as previews
from opennrm.sharing.preview_rules import Opening, Section


class Basis(Schema):
    """Why an office sees the case; `order` is the number of the legal order it rests on, else null."""

    office: str
    kind: str
    reference: str
    order: str | None
    classes: list[str]
    since: datetime
    until: datetime | None


class Exclusion(Schema):
    """Who must learn nothing of the case; the reason is for who asked and for the coordinator."""

    id: UUID
    office: str | None
    person: str | None
    reason: str | None
    asked_by_office: str | None
    since: datetime


class Sharing(Schema):
    bases: list[Basis]
    exclusions: list[Exclusion]


class Preview(Schema):
    """What an office sees of the case now; `ends` holds when a class closes by itself, null while its reason stands."""

    office: str
    opens_case: bool
    classes: list[str]
    ends: dict[str, datetime | None]
    sections: dict[Section, Opening]


class NewExclusion(Given):
    """Either an office or one person at work, and why in a word."""

    office: kinds.Word | None = None
    person: PersonAtWork | None = None
    reason: ExclusionReason


@reads("/cases/{uuid:case}/sharing", Sharing)
def read_sharing(request: HttpRequest, case: UUID) -> Any:
    """Which office sees what of a case, why and until when; who is excluded."""
    opened(request, case).read("read_sharing")
    bases, excluded = access.bases(case), access.exclusions(case)
    codes = codes_of(
        [*(b.office for b in bases), *(o for e in excluded for o in (e.office, e.asked_by_office))]
    )
    ordered = orders.named_by(b.reference for b in bases if b.kind == "order")
    names = names_of(e.officer for e in excluded)
    return {
        "bases": [
            {
                "office": codes[b.office],
                "kind": b.kind,
                "reference": b.reference,
                "order": ordered[b.reference].number if b.reference in ordered else None,
                "classes": list(b.classes),
                "since": b.since,
                "until": b.until,
            }
            for b in bases
        ],
        "exclusions": [
            {
                "id": e.id,
                "office": codes[e.office],
                "person": names[e.officer],
                "reason": e.reason or None,
                "asked_by_office": codes[e.asked_by_office],
                "since": e.since,
            }
            for e in excluded
        ],
    }


@reads("/cases/{uuid:case}/sharing/as/{office}", Preview)
def read_preview(request: HttpRequest, case: UUID, office: str) -> Any:
    """What somebody of an office sees of a case, asked of row security in its place; for offices that owe something on it."""
    one = opened(request, case)
    card = agencies.office_by_code(office)
    if card is None:
        raise NotFound()
    found = previews.preview(case=one.case, office=card.id, by=one.actor)
    one.read("read_preview")
    return {
        "office": card.code,
        "opens_case": found.opens_case,
        "classes": sorted(found.classes),
        "ends": dict(found.classes),
        "sections": dict(found.sections),
    }


@acts("/cases/{uuid:case}/exclusions", status=201)
def exclude(request: HttpRequest, case: UUID, given: NewExclusion) -> Any:
    """Excludes an office or a person at work from a case; what was owed there goes on to another at the same instant."""
    one = opened(request, case)
    CASES.require(one.actor, "casefile.exclude", one.case)
    if given.office is not None and given.person is None:
        office = kinds.office(given.office).id
        made = exclusions.exclude_office(case=one.case, office=office, reason=given.reason, by=one.actor)
    elif given.person is not None and given.office is None:
        if given.person not in kinds.names_of([given.person]):
            raise NotUnderstood("person", ONE_OF_BOTH)
        made = exclusions.exclude_officer(
            case=one.case, officer=given.person, reason=given.reason, by=one.actor
        )
    else:
        raise NotUnderstood("office", ONE_OF_BOTH)
    return done(made, "cases", case, "sharing")


@acts("/cases/{uuid:case}/exclusions/{uuid:exclusion}/end")
def end_exclusion(request: HttpRequest, case: UUID, exclusion: UUID) -> Any:
    """Ends an exclusion; what was handed on stays where it is."""
    one = opened(request, case)
    exclusions.end_exclusion(case=one.case, exclusion=exclusion, by=one.actor)
    return done(exclusion, "cases", case, "sharing")
