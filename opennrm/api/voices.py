from __future__ import annotations

from datetime import date, datetime
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
from opennrm.sharing import voice_queries, voices
from opennrm.sharing.rules import Answer, Purpose, Way, WithdrawnHow
from opennrm.sharing.voice_queries import VoiceCard
from opennrm.sharing.voice_rules import NewShare, NewVoice, WhyNot, Word


class Voice(Schema):
    """What the child or the guardian said to one asking, or why nobody was asked."""

    id: UUID
    whose: str
    word: str
    why_not: str | None
    weight: str | None
    on: date | None
    way: str | None
    language: str | None
    digest: str | None
    explained_by: str | None
    understood: str
    guardian: UUID | None
    ended_at: datetime | None
    withdrawn_how: str | None


class Asking(Schema):
    """What would be shared on a child's case, what each of the two said, and the consent that came of it."""

    id: UUID
    office: str
    classes: list[str]
    purpose: str
    asked_at: datetime
    age: int | None
    consent: UUID | None
    voices: list[Voice]


class ChildSaid(Given):
    """What one of the two said after the text of this digest was read out; or the word not_asked and why."""

    word: Word
    why_not: WhyNot | None = None
    on: kinds.Day | None = None
    way: Way | None = None
    language: kinds.Word = ""
    digest: kinds.Word = ""
    understood: Answer = Answer.NOT_ASKED


class GuardianSaid(ChildSaid):
    """The same of a guardian, who is named by id."""

    guardian: UUID | None = None


class NewlyHeard(Given):
    """What would be shared with whom, and what the child and the guardian said, each asked alone."""

    office: kinds.Word
    classes: list[DataClass] = Field(default_factory=list, max_length=len(DataClass))
    purpose: Purpose
    until: kinds.Day
    ends_with_change: bool = True
    child: ChildSaid
    guardian: GuardianSaid


class TakenBack(Given):
    """How it was said."""

    how: WithdrawnHow


@reads("/cases/{uuid:case}/voices", list[Asking])
def list_voices(request: HttpRequest, case: UUID) -> Any:
    """What a child and her guardian were asked to share, and what each said, the newest first."""
    opened(request, case).read("list_voices")
    found = voice_queries.askings(case)
    codes = codes_of(one.recipient for one in found)
    people = names_of(voice.explained_by for one in found for voice in one.voices)
    return [
        {
            "id": one.id,
            "office": codes[one.recipient],
            "classes": list(one.classes),
            "purpose": one.purpose,
            "asked_at": one.asked_at,
            "age": one.age,
            "consent": one.consent,
            "voices": [_voice(voice, people) for voice in one.voices],
        }
        for one in found
    ]


@acts("/cases/{uuid:case}/voices", status=201)
def hear_voices(request: HttpRequest, case: UUID, given: NewlyHeard) -> Any:
    """Records what the child and the guardian said; it is shared only where both words carry it."""
    one = opened(request, case)
    new = NewShare(
        recipient=kinds.office(given.office).id,
        classes=tuple(map(str, given.classes)),
        purpose=given.purpose,
        until=given.until,
        ends_with_change=given.ends_with_change,
    )
    heard = voices.hear(
        case=one.case, new=new, child=_said(given.child), guardian=_said(given.guardian), by=one.actor
    )
    return done(heard.asking, "cases", case, "voices")


@acts("/cases/{uuid:case}/voices/{uuid:voice}/take-back")
def take_back_voice(request: HttpRequest, case: UUID, voice: UUID, given: TakenBack) -> Any:
    """Records that the child or the guardian no longer agrees: the office loses sight at once."""
    one = opened(request, case)
    voices.take_back(case=one.case, voice=voice, how=given.how, by=one.actor)
    # Who received it has lost sight of the case with it.
    look = ("cases", case, "voices") if cases.cases_by_id([case]) else ("worklist",)
    return done(voice, *look)


def _said(given: ChildSaid) -> NewVoice:
    return NewVoice(
        given.word,
        why_not=given.why_not,
        on=given.on,
        way=given.way,
        language=given.language,
        digest=given.digest,
        understood=given.understood,
        guardian=given.guardian if isinstance(given, GuardianSaid) else None,
    )


def _voice(voice: VoiceCard, people: dict[int | None, str | None]) -> dict[str, Any]:
    plain = ("id", "whose", "word", "on", "understood", "guardian", "ended_at")
    or_none = ("why_not", "weight", "way", "language", "digest", "withdrawn_how")
    return (
        {name: getattr(voice, name) for name in plain}
        | {name: getattr(voice, name) or None for name in or_none}
        | {"explained_by": people[voice.explained_by]}
    )
