from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.api.kinds import Day, Given
from opennrm.api.opened import opened
from opennrm.api.service import acts, reads
from opennrm.identification import circumstances
from opennrm.identification.circumstances import Circumstance


class Matter(Schema):
    """How one matter stands, and since when somebody said so."""

    matter: str
    is_so: bool
    since: datetime | None


class Circumstances(Schema):
    """Danger, international protection, a guardian who may be involved; `may_follow` is what could be recorded next."""

    matters: list[Matter]
    may_follow: list[str]
    can: list[str]


class Learned(Given):
    """What was learned, and since which day it is so."""

    what: Circumstance
    on: Day


@reads("/cases/{uuid:case}/circumstances", Circumstances)
def read_circumstances(request: HttpRequest, case: UUID) -> Any:
    """What was learned of the person after the case was opened, and how each matter stands."""
    one = opened(request, case)
    one.read("read_circumstances")
    stands = circumstances.stands(one.case)
    return {
        "matters": [{"matter": name, "is_so": is_so, "since": at} for name, (is_so, at) in stands.items()],
        "may_follow": circumstances.open_to(one.case),
        "can": one.can("learn"),
    }


@acts("/cases/{uuid:case}/circumstances", status=201)
def record_circumstance(request: HttpRequest, case: UUID, given: Learned) -> Any:
    """Records what was learned; the rules are read again, and what is owed now stands at once."""
    one = opened(request, case)
    circumstances.learn(case=one.case, what=given.what, on=given.on, by=one.actor)
    return one.done("circumstances")
