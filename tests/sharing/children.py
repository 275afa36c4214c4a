"""Short ways to record what Lira, an invented child, and her guardian say."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.people.actions import NewPerson
from opennrm.sharing import voices
from opennrm.sharing.rules import Answer, Purpose, Way
from opennrm.sharing.voice_rules import NewShare, NewVoice, WhyNot, Word
from opennrm.sharing.voices import Heard
from tests.acting import by, office, opened
from tests.world import CONSENT_TEXTS

DIGEST = sha256(CONSENT_TEXTS["sq"].encode()).hexdigest()


def lira(age: int | None = 13, **changes: Any) -> NewPerson:
    """A girl of thirteen with an aunt who answers for her."""
    usual: dict[str, Any] = {
        "sex": "Feminine",
        "citizenship": ("AL",),
        "languages": ("sq",),
        "age": age,
        "age_on": clock.today() if age is not None else None,
        "age_basis": "declared",
        "first_name": "Lira",
        "second_name": "Shembulli",
        "guardian": "Tezja Shembulli",
        "guardian_relation": "aunt",
    }
    return NewPerson(**{**usual, **changes})


def child_case(age: int | None = 13, **changes: Any) -> CaseCard:
    """Lira's case, opened by the border office, which sees all of it."""
    return opened(fork=Fork.CHILD, who=lira(age, **changes))


def said(word: Word = Word.AGREES, **changes: Any) -> NewVoice:
    """A word given today, signed, after the Albanian text."""
    usual: dict[str, Any] = {
        "on": clock.today(),
        "way": Way.SIGNED,
        "language": "sq",
        "digest": DIGEST,
        "understood": Answer.YES,
    }
    return NewVoice(word, **{**usual, **changes})


def not_asked(why: WhyNot) -> NewVoice:
    """Nobody was asked, and why."""
    return NewVoice(Word.NOT_ASKED, why_not=why)


def to(recipient: str = "shelter", *classes: str, **changes: Any) -> NewShare:
    """A month of sharing with an office, for a place to sleep."""
    usual: dict[str, Any] = {
        "recipient": office(recipient),
        "classes": classes or ("contact",),
        "purpose": Purpose.SHELTER,
        "until": clock.today() + timedelta(days=30),
    }
    return NewShare(**{**usual, **changes})


def guardian_of(case: CaseCard) -> UUID:
    """The guardian who counts on this case, as the open scope sees it."""
    (found,) = people.guardians_who_count(case.id, clock.today())
    return found


def heard(
    case: CaseCard,
    child: NewVoice | None = None,
    guardian: NewVoice | None = None,
    *,
    new: NewShare | None = None,
    who: str = "border-ana",
) -> Heard:
    """Both are asked, and agree unless said otherwise."""
    with by(who) as actor:
        return voices.hear(
            case=case_by_id(case.id),
            new=new or to(),
            child=child or said(),
            guardian=guardian or said(guardian=guardian_of(case)),
            by=actor,
        )
