"""What the offices of the live cohort do in the procedure of identification, each act through the action of its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.country import child_stages
from opennrm.country.live import LiveStep
from opennrm.identification import (
    actions,
    assessment_queries,
    assessments,
    circumstances,
    interview_queries,
    interviews,
    police_cases,
    reviews,
)
from opennrm.identification.assessment_rules import ConferenceOutcome, Element, View
from opennrm.identification.circumstances import Circumstance
from opennrm.identification.interview_rules import Companion, Side
from opennrm.identification.interviews import Arrangements
from opennrm.identification.rules import DecisionKind, NoticeWay, Vote
from opennrm.identification.taking_part import offices_taking_part
from opennrm.people import queries as people
from opennrm.people.rules import language_code
from opennrm.sharing import requests
from opennrm.sharing.request_rules import AskBasis, NewRequest, RequestPurpose, Subject

HERE = ZoneInfo("Europe/Tirane")
SPOKEN = ("sq", "en")
REASONS = "Invented: what this office heard in the interview, and what it makes of it."
QUESTION = "Invented: did your office help this person before, and how did she wish to be reached then?"
MINUTES = "Invented: each office said how it sees it, and what each will find out."

Act = Callable[[CaseCard, LiveStep, Actor], None]


def _propose(case: CaseCard, step: LiveStep, by: Actor) -> None:
    at = datetime.combine(step.on + timedelta(days=step.in_days), time(9), HERE)
    interviews.propose(case=case, at=at, by=by)


def _agree(case: CaseCard, step: LiveStep, by: Actor) -> None:
    at = interview_queries.interviews(case.id)[0].at
    assert at is not None
    interviews.accept(case=case, seen=at, by=by)


def _arrange(case: CaseCard, step: LiveStep, by: Actor) -> None:
    language = _language(case)
    needs_interpreter = language not in SPOKEN
    what = Arrangements(
        interpreter_language=language if needs_interpreter else "",
        interpreter_found=needs_interpreter and step.says.get("interpreter") != "missing",
        companion=Companion.CHILD_PROTECTION if case.fork == "child" else Companion.NOBODY,
        psychologist_asked=True,
    )
    interviews.arrange(case=case, what=what, by=by)


def _attend(case: CaseCard, step: LiveStep, by: Actor) -> None:
    away = step.says.get("away", "")
    interviews.attend(case=case, came={side: side != away for side in Side}, by=by)


def _sign(case: CaseCard, step: LiveStep, by: Actor) -> None:
    interviews.sign(case=case, by=by)


def _assess(case: CaseCard, step: LiveStep, by: Actor) -> None:
    means = None if case.fork == "child" else Element(step.says.get("means", "yes"))
    view = View(Element(step.says.get("act", "yes")), means, Element(step.says.get("purpose", "yes")))
    assessments.assess(case=case, view=view, reasons=REASONS, by=by)


def _confer(case: CaseCard, step: LiveStep, by: Actor) -> None:
    outcome = ConferenceOutcome(step.says["outcome"])
    assessments.confer(
        case=case, held_on=step.on, offices=_assessed(case, by), outcome=outcome, minutes=MINUTES, by=by
    )


def _assessed(case: CaseCard, by: Actor) -> list[int]:
    """The offices that assessed and still take part: one that was excluded since has no vote."""
    able = offices_taking_part(case.id)
    return [card.office for card in assessment_queries.assessments(case.id, by=by) if card.office in able]


def _decide(case: CaseCard, step: LiveStep, by: Actor) -> None:
    actions.decide(
        case=case,
        decision=DecisionKind(step.says["decision"]),
        decided_on=step.on,
        legal_basis="",
        votes={
            office: Vote.FOR if office in by.offices else Vote(step.says["other_votes"])
            for office in _assessed(case, by)
            if "other_votes" in step.says
        },
        by=by,
    )


def _tell(case: CaseCard, step: LiveStep, by: Actor) -> None:
    language = _language(case)
    way = NoticeWay.IN_WRITING if language in SPOKEN else NoticeWay.BY_INTERPRETER
    reviews.tell(case=case, given_on=step.on, language=language, way=way, review_explained=True, by=by)


def _ask_review(case: CaseCard, step: LiveStep, by: Actor) -> None:
    reviews.ask_review(case=case, asked_on=step.on, by=by)


def _police_case(case: CaseCard, step: LiveStep, by: Actor) -> None:
    reason = step.says.get("reason", "")
    police_cases.record(case=case, opened=not reason, decided_on=step.on, reason=reason, by=by)


def _review_police_case(case: CaseCard, step: LiveStep, by: Actor) -> None:
    police_cases.review(case=case, agrees=step.says["agrees"] == "yes", by=by)


def _learn(case: CaseCard, step: LiveStep, by: Actor) -> None:
    circumstances.learn(case=case, what=Circumstance(step.says["what"]), on=step.on, by=by)


def _record_consent(case: CaseCard, step: LiveStep, by: Actor) -> None:
    actions.record_consent(case=case, by=by)


def _ask_information(case: CaseCard, step: LiveStep, by: Actor) -> None:
    asked = agencies.office_by_code(step.to)
    assert asked is not None
    new = NewRequest(
        office=asked.id,
        subject=Subject(step.says["about"]),
        purpose=RequestPurpose(step.says["purpose"]),
        basis=AskBasis.DUTY,
        question=QUESTION,
    )
    requests.ask(case=case, new=new, by=by)


STAGES: dict[str, Act] = {
    "propose_interview": _propose,
    "agree_interview": _agree,
    "arrange_interview": _arrange,
    "attend_interview": _attend,
    "sign_interview": _sign,
    "assess": _assess,
    "confer": _confer,
    "decide": _decide,
    "tell": _tell,
    "ask_review": _ask_review,
    "police_case": _police_case,
    "review_police_case": _review_police_case,
    "learn": _learn,
    "record_consent": _record_consent,
    "ask_information": _ask_information,
    "decide_in_her_interest": child_stages.decide_in_her_interest,
    "hear_child": child_stages.hear_child,
}


def _language(case: CaseCard) -> str:
    languages = people.person(case.person).languages
    return language_code(languages[0]) if languages else "sq"
