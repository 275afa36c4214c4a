"""What the child and her guardian said, as the pages and the API read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from opennrm.sharing.models import ChildAsking, Voice


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """What one of the two said to one asking, and whether it was taken back."""

    id: UUID
    whose: str
    word: str
    why_not: str
    weight: str
    on: date | None
    way: str
    language: str
    digest: str
    explained_by: int | None
    understood: str
    guardian: UUID | None
    ended_at: datetime | None
    withdrawn_how: str


@dataclass(frozen=True, slots=True)
class AskingCard:
    """One asking on a child's case: what would be shared with whom, the two words, and the consent that came of it."""

    id: UUID
    recipient: int
    classes: tuple[str, ...]
    purpose: str
    asked_at: datetime
    office: int
    age: int | None
    consent: UUID | None
    voices: tuple[VoiceCard, ...]

    def dissented(self) -> str:
        """Who said no, where nothing was shared for that."""
        return next((one.whose for one in self.voices if one.word == "dissents"), "")


def askings(case: UUID) -> list[AskingCard]:
    """The askings on a child's case, the newest first."""
    return _cards(ChildAsking.objects.filter(case=case).order_by("-asked_at"))


def asking_of(consent: UUID) -> AskingCard | None:
    """The two words on which a consent rests; None where one person gave it for herself."""
    return next(iter(_cards(ChildAsking.objects.filter(consent=consent))), None)


def _cards(rows: Iterable[ChildAsking]) -> list[AskingCard]:
    found = list(rows)
    said: dict[UUID, list[VoiceCard]] = defaultdict(list)
    # The child stands first: "child" comes before "guardian".
    for row in (
        Voice.objects.filter(asking__in=[one.id for one in found]).select_related("text").order_by("whose")
    ):
        said[row.asking_id].append(_voice(row))
    return [
        AskingCard(
            id=one.id,
            recipient=one.recipient_id,
            classes=tuple(one.classes),
            purpose=one.purpose,
            asked_at=one.asked_at,
            office=one.office_id,
            age=one.age,
            consent=one.consent_id,
            voices=tuple(said[one.id]),
        )
        for one in found
    ]


def _voice(row: Voice) -> VoiceCard:
    return VoiceCard(
        id=row.id,
        whose=row.whose,
        word=row.word,
        why_not=row.why_not,
        weight=row.weight,
        on=row.on,
        way=row.way,
        language=row.text.language if row.text else "",
        digest=row.digest,
        explained_by=row.explained_by_id,
        understood=row.understood,
        guardian=row.guardian_id,
        ended_at=row.ended_at,
        withdrawn_how=row.withdrawn_how,
    )
