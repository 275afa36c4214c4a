from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import AfterValidator

from opennrm.api.kinds import Given, Instant, Language, codes_of, language, names_of
from opennrm.api.opened import opened
from opennrm.api.service import acts, reads
from opennrm.casefile import queries as cases
from opennrm.duties import queries as duties
from opennrm.identification import interview_queries as queries
from opennrm.identification import interviews
from opennrm.identification.interview_queries import InterviewCard
from opennrm.identification.interview_rules import CallOffReason, Companion, PostponeReason, Side
from opennrm.identification.interviews import Arrangements
from opennrm.identification.queries import identification
from opennrm.people import queries as people


class Sides(Schema):
    """Which office owes each side of the joint interview now."""

    social_service: str | None
    police: str | None


class Signed(Schema):
    side: str
    office: str
    person: str | None
    at: datetime


class Missed(Schema):
    side: str
    at: datetime


class TimeLine(Schema):
    side: str
    act: str
    at: datetime | None
    done_at: datetime
    office: str
    person: str | None
    reason: str


class Interview(Schema):
    """A joint interview: its time, what the person needs for it, who came, who signed, and how it came about."""

    id: UUID
    state: str
    at: datetime | None
    proposed_by: str
    interpreter_language: str
    interpreter_found: bool
    companion: str
    psychologist_asked: bool
    same_sex_wanted: bool
    same_sex_found: bool
    held_at: datetime | None
    ended_at: datetime | None
    reason: str
    signed: list[Signed]
    missed: list[Missed]
    history: list[TimeLine]


class Interviews(Schema):
    sides: Sides
    interviews: list[Interview]
    can: list[str]


class Told(Schema):
    office: str
    notes: int


class Known(Schema):
    """What offices hold already, so that nobody asks the person again; what your offices do not see is left out."""

    office: str | None
    age: int | None
    age_on: date | None
    languages: list[str]
    citizenship: list[str]
    exploitation: list[str]
    needs: list[str]
    told: list[Told]
    sees: list[str]


# An answer says an instant to the millisecond, so a time is kept to the second: what was read is what can be agreed to.
Time = Annotated[Instant, AfterValidator(lambda at: at.replace(microsecond=0))]


class Proposed(Given):
    at: Time


class Agreed(Given):
    """The time as it was read; another one that was proposed meanwhile is not agreed to by mistake."""

    at: Time


class Postponed(Given):
    reason: PostponeReason


class Arranged(Given):
    """What was asked for and found; it stands in the place of what was there."""

    interpreter_language: Language | None = None
    interpreter_found: bool = False
    companion: Companion = Companion.NOBODY
    psychologist_asked: bool = False
    same_sex_wanted: bool = False
    same_sex_found: bool = False


class Came(Given):
    """Of both agencies whether they came."""

    social_service: bool
    police: bool


class CalledOff(Given):
    reason: CallOffReason


@reads("/cases/{uuid:case}/interviews", Interviews)
def list_interviews(request: HttpRequest, case: UUID) -> Any:
    """The joint interviews of a case, the latest first, and which office is each of its two sides now."""
    one = opened(request, case)
    one.read("list_interviews")
    found, sides = queries.interviews(case), queries.sides(case)
    codes = codes_of(sides.values())
    return {
        "sides": {str(side): codes[sides.get(side)] for side in Side},
        "interviews": [_shown(card) for card in found],
        "can": one.can("interview"),
    }


@reads("/cases/{uuid:case}/known", Known)
def read_known(request: HttpRequest, case: UUID) -> Any:
    """What offices already hold of the person, so that the interview does not ask for it again; no name."""
    one = opened(request, case)
    one.read("read_known")
    person, found = people.person(one.case.person), identification(case)
    lines = cases.journal(case, by=one.actor, words=False)
    notes = [line.office for line in lines if line.kind == "note"]
    codes = codes_of([*notes, found.office if found else None])
    return {
        "office": codes[found.office] if found else None,
        "age": person.age,
        "age_on": person.age_on,
        "languages": person.languages,
        "citizenship": person.citizenship,
        "exploitation": list(found.exploitation) if found else [],
        "needs": sorted({kind for kind, _since in duties.needs(case)}),
        "told": [{"office": codes[office], "notes": notes.count(office)} for office in dict.fromkeys(notes)],
        "sees": sorted(one.sees()),
    }


@acts("/cases/{uuid:case}/interviews/propose")
def propose_interview(request: HttpRequest, case: UUID, given: Proposed) -> Any:
    """Proposes a time to the other agency; it stands in the place of an earlier one."""
    one = opened(request, case)
    interviews.propose(case=one.case, at=given.at, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/accept")
def accept_interview(request: HttpRequest, case: UUID, given: Agreed) -> Any:
    """Agrees to the time that the other agency proposed."""
    one = opened(request, case)
    interviews.accept(case=one.case, seen=given.at, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/postpone")
def postpone_interview(request: HttpRequest, case: UUID, given: Postponed) -> Any:
    """Says that the time does not hold, and why; a new time is then needed."""
    one = opened(request, case)
    interviews.postpone(case=one.case, reason=given.reason, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/arrange")
def arrange_interview(request: HttpRequest, case: UUID, given: Arranged) -> Any:
    """Records what was asked for and found: interpreter, psychologist, who is with a child, an interviewer of her own sex."""
    one = opened(request, case)
    one.require_step("interview")
    asked = given.interpreter_language
    spoken = language(asked, "interpreter_language") if asked else ""
    what = Arrangements(**given.model_dump() | {"interpreter_language": spoken})
    interviews.arrange(case=one.case, what=what, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/attend")
def attend_interview(request: HttpRequest, case: UUID, given: Came) -> Any:
    """Records of both agencies whether they came; held if both did and what the person is owed was in place."""
    one = opened(request, case)
    came = {side: bool(getattr(given, side)) for side in Side}
    interviews.attend(case=one.case, came=came, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/correct")
def correct_interview(request: HttpRequest, case: UUID, given: Came) -> Any:
    """Corrects who came, until somebody signs or another time is proposed; the earlier record stays in the history."""
    one = opened(request, case)
    came = {side: bool(getattr(given, side)) for side in Side}
    interviews.correct_attendance(case=one.case, came=came, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/sign")
def sign_interview(request: HttpRequest, case: UUID) -> Any:
    """Signs for your agency; with both signatures the interview is complete, and what follows is owed."""
    one = opened(request, case)
    interviews.sign(case=one.case, by=one.actor)
    return one.done("interviews")


@acts("/cases/{uuid:case}/interviews/call-off")
def call_off_interview(request: HttpRequest, case: UUID, given: CalledOff) -> Any:
    """Calls it off; where the person does not want it, nobody owes it any more and no service depends on it."""
    one = opened(request, case)
    interviews.call_off(case=one.case, reason=given.reason, by=one.actor)
    return one.done("interviews")


def _shown(card: InterviewCard) -> dict[str, Any]:
    offices = [*(signed[1] for signed in card.signed), *(line.office for line in card.history)]
    people_at_work = [*(signed[2] for signed in card.signed), *(line.officer for line in card.history)]
    codes, names = codes_of(offices), names_of(people_at_work)
    plain = set(Interview.model_fields) - {"signed", "missed", "history"}
    return {name: getattr(card, name) for name in plain} | {
        "signed": [
            {"side": side, "office": codes[office], "person": names[officer], "at": at}
            for side, office, officer, at in card.signed
        ],
        "missed": [{"side": side, "at": at} for side, at in card.missed],
        "history": [
            {
                "side": line.side,
                "act": line.act,
                "at": line.at,
                "done_at": line.done_at,
                "office": codes[line.office],
                "person": names[line.officer],
                "reason": line.reason,
            }
            for line in card.history
        ],
    }
