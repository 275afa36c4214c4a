"""What the invented offices ask of children and decide over them, by the acts of the pages."""

from __future__ import annotations

from datetime import timedelta

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.country.live import LiveStep
from opennrm.lib import clock
from opennrm.sharing import best_interest, queries, voices
from opennrm.sharing.best_interest_rules import (
    ChildHeard,
    DecidedOn,
    GuardianHeard,
    InHerInterest,
    NewDecision,
)
from opennrm.sharing.rules import Answer, Purpose, Way
from opennrm.sharing.voice_rules import NewShare, NewVoice, WhyNot, Word

REASONS = "Invented: she said that she wants to stay where her friend is, and nobody else may answer for her."


def decide_in_her_interest(case: CaseCard, step: LiveStep, by: Actor) -> None:
    """Two months of sharing with an office stand in the place of a guardian who may be involved."""
    new = NewDecision(
        about=DecidedOn.SHARE,
        outcome=InHerInterest.YES,
        decided_on=step.on,
        review_by=step.on + timedelta(days=60),
        reasons=REASONS,
        child=ChildHeard.DIRECTLY,
        guardian=GuardianHeard(step.says["guardian"]),
        child_protection_heard=True,
        present=3,
        recipient=_office(step),
    )
    best_interest.decide(case=case, new=new, by=by)


def hear_child(case: CaseCard, step: LiveStep, by: Actor) -> None:
    """The child is asked to share how to reach her with an office, and says yes or no; no guardian is asked."""
    text = queries.texts(clock.today())["sq"]
    child = NewVoice(
        Word(step.says["child"]),
        on=step.on,
        way=Way.SPOKEN_WITH_WITNESS,
        language=text.language,
        digest=text.digest,
        understood=Answer.YES,
    )
    guardian = NewVoice(Word.NOT_ASKED, why_not=WhyNot(step.says["guardian"]))
    new = NewShare(_office(step), ("contact",), Purpose.SHELTER, step.on + timedelta(days=50))
    voices.hear(case=case, new=new, child=child, guardian=guardian, by=by)


def _office(step: LiveStep) -> int:
    office = agencies.office_by_code(step.to)
    assert office is not None
    return office.id
