from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from opennrm.access.rules import DataClass
from opennrm.api import kinds
from opennrm.api.kinds import Given, codes_of, names_of
from opennrm.api.opened import opened
from opennrm.api.service import acts, done, reads
from opennrm.casefile import queries as cases
from opennrm.lib import clock
from opennrm.sharing import actions, queries
from opennrm.sharing.rules import Answer, NewConsent, Purpose, Understanding, Way, WithdrawnHow


class ConsentText(Schema):
    """What is read out before somebody agrees; a consent names it by its digest."""

    version: int
    language: str
    digest: str
    body: str


class Consent(Schema):
    """What a person agreed to share, and whether it still stands."""

    id: UUID
    office: str
    classes: list[str]
    purpose: str
    since: datetime
    until: datetime
    stands: bool
    given_by: str
    way: str
    explained_by: str | None
    language: str
    digest: str
    understood: dict[str, str]
    ends_with_change: bool
    ended_at: datetime | None
    ended_why: str | None
    withdrawn_how: str | None


class NewlyGiven(Given):
    """What the person agreed to after the text of this digest was read out; what is left out was not asked."""

    office: kinds.Word
    classes: list[DataClass] = Field(default_factory=list, max_length=len(DataClass))
    purpose: Purpose
    until: kinds.Day
    language: kinds.Language
    digest: kinds.Word
    way: Way
    understood: dict[Understanding, Answer]
    ends_with_change: bool = True


class Withdrawn(Given):
    """How the person said that she no longer agrees."""

    how: WithdrawnHow


@reads("/consent-texts", list[ConsentText])
def list_consent_texts(request: HttpRequest) -> Any:
    """The text to read out today in each language, before somebody is asked to share."""
    return [
        {"version": one.version, "language": one.language, "digest": one.digest, "body": one.body}
        for one in queries.texts(clock.today()).values()
    ]


@reads("/cases/{uuid:case}/consents", list[Consent])
def list_consents(request: HttpRequest, case: UUID) -> Any:
    """What the person of a case agreed to share, those that stand first."""
    opened(request, case).read("list_consents")
    found, now = queries.consents(case), clock.now()
    codes, names = codes_of(one.recipient for one in found), names_of(one.explained_by for one in found)
    return [
        {
            "id": one.id,
            "office": codes[one.recipient],
            "classes": list(one.classes),
            "purpose": one.purpose,
            "since": one.given_at,
            "until": one.until,
            "stands": one.stands(now),
            "given_by": one.given_by,
            "way": one.way,
            "explained_by": names[one.explained_by],
            "language": one.language,
            "digest": one.digest,
            "understood": {str(asked): str(answer) for asked, answer in one.understood.items()},
            "ends_with_change": one.ends_with_change,
            "ended_at": one.ended_at,
            "ended_why": one.ended_why or None,
            "withdrawn_how": one.withdrawn_how or None,
        }
        for one in found
    ]


@acts("/cases/{uuid:case}/consents", status=201)
def give_consent(request: HttpRequest, case: UUID, given: NewlyGiven) -> Any:
    """Records what the person agreed to share with an office, and opens to it exactly that."""
    one = opened(request, case)
    new = NewConsent(
        recipient=kinds.office(given.office).id,
        classes=tuple(map(str, given.classes)),
        purpose=given.purpose,
        until=given.until,
        digest=given.digest,
        language=given.language,
        way=given.way,
        understood=given.understood,
        ends_with_change=given.ends_with_change,
    )
    return done(actions.give(case=one.case, new=new, by=one.actor), "cases", case, "consents")


@acts("/cases/{uuid:case}/consents/{uuid:consent}/withdraw")
def withdraw_consent(request: HttpRequest, case: UUID, consent: UUID, given: Withdrawn) -> Any:
    """Records that the person no longer agrees: the office loses sight at once, and no service ends."""
    one = opened(request, case)
    actions.withdraw(case=one.case, consent=consent, how=given.how, by=one.actor)
    # Who received it has lost sight of the case with it.
    look = ("cases", case, "consents") if cases.cases_by_id([case]) else ("worklist",)
    return done(consent, *look)
