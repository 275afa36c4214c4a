"""The whole procedure of identification on one case, so that every table of it has a row."""

from __future__ import annotations

from datetime import timedelta

from opennrm.casefile.queries import CaseCard
from opennrm.identification import actions, assessments, interviews, police_cases, reviews
from opennrm.identification.assessment_rules import ConferenceOutcome, Element, View
from opennrm.identification.interview_rules import Side
from opennrm.identification.interviews import Arrangements
from opennrm.identification.rules import DecisionKind, NoticeWay, Vote
from opennrm.lib import clock
from tests.acting import accept, by, office

YES = View(Element.YES, Element.YES, Element.YES)
NO_MEANS = View(Element.YES, Element.NO, Element.YES)
BOTH_CAME = {Side.POLICE: True, Side.SOCIAL_SERVICE: True}


def hold_interview(case: CaseCard) -> None:
    """Petra proposes, Sara agrees, both come."""
    at = clock.now() + timedelta(days=1)
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
    with by("social-sara") as sara:
        interviews.accept(case=case, seen=at, by=sara)
        interviews.arrange(case=case, what=Arrangements(psychologist_asked=True), by=sara)
    with clock.stopped_at(at + timedelta(hours=1)), by("social-sara") as sara:
        interviews.attend(case=case, came=BOTH_CAME, by=sara)


def disagree(case: CaseCard, words: str = "What Petra and Sara think of it.") -> None:
    """The police and the social service see the means differently."""
    with by("police-petra") as petra:
        assessments.assess(case=case, view=NO_MEANS, reasons=words, by=petra)
    with by("social-sara") as sara:
        assessments.assess(case=case, view=YES, reasons=words, by=sara)


def confer(case: CaseCard, words: str = "What the two said to each other.") -> None:
    """They meet over it and part as they came."""
    with by("social-sara") as sara:
        assessments.confer(
            case=case,
            held_on=clock.today(),
            offices=[office("social-tirana"), office("police-tirana")],
            outcome=ConferenceOutcome.STILL_DISAGREE,
            minutes=words,
            by=sara,
        )


def sign(case: CaseCard) -> None:
    """Both agencies sign."""
    for username in ("police-petra", "social-sara"):
        with by(username) as actor:
            interviews.sign(case=case, by=actor)


def decide(case: CaseCard, decision: DecisionKind = DecisionKind.NOT_VICTIM) -> None:
    """The social service decides, with the police on the panel."""
    with by("social-sara") as sara:
        actions.decide(
            case=case,
            decision=decision,
            decided_on=clock.today(),
            legal_basis="",
            votes={office("social-tirana"): Vote.FOR, office("police-tirana"): Vote.AGAINST},
            by=sara,
        )


def tell(case: CaseCard) -> None:
    """The person is told in her language."""
    with by("social-sara") as sara:
        reviews.tell(
            case=case,
            given_on=clock.today(),
            language="sq",
            way=NoticeWay.IN_WRITING,
            review_explained=True,
            by=sara,
        )


def refuse_police_case(case: CaseCard) -> None:
    """The police say that no case is opened."""
    with by("police-petra") as petra:
        police_cases.record(
            case=case,
            opened=False,
            decided_on=clock.today(),
            reason=police_cases.NotOpenedReason.NO_EVIDENCE,
            by=petra,
        )


def run_procedure(case: CaseCard) -> None:
    """From the first time proposed to a later wish for official status."""
    today = clock.today()
    for side in Side:
        accept(case, side)
    hold_interview(case)
    disagree(case)
    confer(case)
    sign(case)
    decide(case)
    refuse_police_case(case)
    with by("authority-rita") as rita:
        police_cases.review(case=case, agrees=True, by=rita)
    with by("border-ana") as ana:
        reviews.ask_review(case=case, asked_on=today, by=ana)
    tell(case)
    with by("authority-rita") as rita:
        actions.decide(case=case, decision=DecisionKind.DECLINED, decided_on=today, legal_basis="", by=rita)
    with by("border-ana") as ana:
        reviews.ask_status(case=case, said_on=today, by=ana)
