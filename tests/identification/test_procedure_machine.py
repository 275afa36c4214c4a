"""Any order of acts in the procedure of identification: what may not happen does not, and no service hangs on any of it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from opennrm.access.scope import Actor, acting
from opennrm.casefile import queries as cases
from opennrm.duties.models import Duty, Happening
from opennrm.identification import (
    actions,
    assessments,
    interviews,
    police_cases,
    referrals,
    rerouting,
    reviews,
    withdrawing,
)
from opennrm.identification.assessment_rules import ConferenceOutcome, Element, View
from opennrm.identification.interview_rules import CallOffReason, PostponeReason, Side
from opennrm.identification.models import Decision, Interview, PoliceCase, Referral, ReviewRequest, Signature
from opennrm.identification.referral_rules import TELLS, AgainReason, WithdrawReason
from opennrm.identification.rules import DecisionKind, NoticeWay
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests import promises
from tests.acting import office, opened, person, told
from tests.identification.reference_procedure import OFFICE, Illegal, Paper
from tests.identification.reference_procedure import Interview as Planned
from tests.procedure import decide, hold_interview, refuse_police_case, sign
from tests.walks import walk_machine

PEOPLE = ("border-ana", "police-petra", "social-sara", "authority-rita")
OFFICES = {"police": "police-tirana", "social_service": "social-tirana"}
NEEDS = ("food", "health_care")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
waits = st.sampled_from([0, 0, 0, 3])
people = st.sampled_from(PEOPLE)
seldom = st.sampled_from([False, False, False, True])
sides = st.sampled_from(sorted(OFFICE))
agencies = st.sampled_from(sorted(OFFICE.values()))


class ProcedureMachine(RuleBasedStateMachine):
    """Acts as the border, the police, the social service and the authority do, on the paper and in the application."""

    case: UUID
    begun: datetime
    paper_begun: Paper
    actors: dict[str, Actor]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now, self.paper = self.begun, deepcopy(self.paper_begun)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(wait=waits, who=st.sampled_from(["border-ana", "border-ana", *PEOPLE]), side=sides)
    def refer(self, wait: int, who: str, side: str) -> None:
        self.both(
            wait,
            who,
            lambda p: p.refer(who, side, self.now),
            lambda by: self.refer_again_or_first(Side(side), by),
        )

    def refer_again_or_first(self, side: Side, by: Actor) -> None:
        case = self.card()
        told = rerouting.told_before(case.id, side)
        office, again = (told[-1].office, AgainReason.OTHER) if told else (None, None)
        referrals.refer(case=case, side=side, office=office, again=again, by=by)

    @precondition(lambda self: self.paper.referrals)
    @rule(
        wait=waits,
        side=sides,
        accepts=st.sampled_from([True, True, False]),
        stranger=seldom,
    )
    def answer(self, wait: int, side: str, accepts: bool, stranger: bool) -> None:
        asked = self.read(
            lambda: Referral.objects.filter(case=self.case, side=side).order_by("-made_at").first()
        )
        if asked is None:
            return
        who = "border-ana" if stranger else OFFICE[side]
        self.both(
            wait,
            who,
            lambda p: p.answer(who, side, accepts, self.now),
            lambda by: referrals.answer(referral=asked.id, accepts=accepts, reason="safety", by=by),
        )

    @precondition(lambda self: self.paper.referrals)
    @rule(wait=waits, side=sides, who=st.sampled_from(["border-ana", "border-ana", "authority-rita"]))
    def withdraw_referral(self, wait: int, side: str, who: str) -> None:
        asked = self.read(
            lambda: Referral.objects.filter(case=self.case, side=side).order_by("-made_at").first()
        )
        if asked is None:
            return
        self.both(
            wait,
            who,
            lambda p: p.withdraw_referral(who, side, self.now),
            lambda by: withdrawing.withdraw(referral=asked.id, reason=WithdrawReason.OTHER, by=by),
        )

    @precondition(lambda self: self.paper.declined)
    @rule(
        wait=waits,
        who=st.sampled_from(["authority-rita", "authority-rita", "border-ana"]),
        takes=st.booleans(),
    )
    def review_referral(self, wait: int, who: str, takes: bool) -> None:
        self.both(
            wait,
            who,
            lambda p: p.review_referral(who, takes, self.now),
            lambda by: referrals.review(case=self.card(), takes=takes, by=by),
        )

    @rule(wait=waits, who=agencies, hours=st.sampled_from([1, 2, -1]))
    def propose(self, wait: int, who: str, hours: int) -> None:
        self.both(
            wait,
            who,
            lambda p: p.propose(who, self.now + hours * HOUR, self.now),
            lambda by: interviews.propose(case=self.card(), at=self.now + hours * HOUR, by=by),
        )

    @precondition(lambda self: self.paper.interview)
    @rule(wait=st.sampled_from([0, 0, 0, 0, 3]), who=agencies)
    def accept(self, wait: int, who: str) -> None:
        planned = self.paper.interview
        seen = planned.at if planned else self.now
        self.both(
            wait,
            who,
            lambda p: p.accept(who, self.now),
            lambda by: interviews.accept(case=self.card(), seen=seen, by=by),
        )

    @precondition(lambda self: self.paper.interview)
    @rule(wait=waits, who=agencies)
    def postpone(self, wait: int, who: str) -> None:
        self.both(
            wait,
            who,
            lambda p: p.postpone(who, self.now),
            lambda by: interviews.postpone(case=self.card(), reason=PostponeReason.ILL, by=by),
        )

    @precondition(lambda self: self.paper.interview)
    @rule(wait=st.sampled_from([0, 3, 3]), who=agencies, came=st.sampled_from([True, True, False]))
    def attend(self, wait: int, who: str, came: bool) -> None:
        self.both(
            wait,
            who,
            lambda p: p.attend(who, came, self.now),
            lambda by: interviews.attend(
                case=self.card(), came={Side.POLICE: True, Side.SOCIAL_SERVICE: came}, by=by
            ),
        )

    @precondition(lambda self: self.paper.interview and self.paper.interview.attended)
    @rule(wait=waits, who=agencies, came=st.booleans())
    def correct(self, wait: int, who: str, came: bool) -> None:
        self.both(
            wait,
            who,
            lambda p: p.correct(who, came, self.now),
            lambda by: interviews.correct_attendance(
                case=self.card(), came={Side.POLICE: True, Side.SOCIAL_SERVICE: came}, by=by
            ),
        )

    @precondition(lambda self: self.paper.interview and self.paper.interview.state == "held")
    @rule(wait=waits, who=agencies)
    def sign(self, wait: int, who: str) -> None:
        self.both(
            wait,
            who,
            lambda p: p.sign(who, self.now),
            lambda by: interviews.sign(case=self.card(), by=by),
        )

    @precondition(lambda self: self.paper.interview)
    @rule(wait=waits, who=agencies, declined=st.booleans())
    def call_off(self, wait: int, who: str, declined: bool) -> None:
        why = CallOffReason.PERSON_DECLINED if declined else CallOffReason.OTHER
        self.both(
            wait,
            who,
            lambda p: p.call_off(who, declined, self.now),
            lambda by: interviews.call_off(case=self.card(), reason=why, by=by),
        )

    @rule(wait=waits, who=people, view=st.sampled_from(["yes", "no"]))
    def assess(self, wait: int, who: str, view: str) -> None:
        seen = View(Element.YES, Element(view), Element.YES)
        self.both(
            wait,
            who,
            lambda p: p.assess(who, view, self.now),
            lambda by: assessments.assess(case=self.card(), view=seen, reasons="What we think.", by=by),
        )

    @precondition(lambda self: len(self.paper.views) > 1)
    @rule(wait=waits, who=people)
    def confer(self, wait: int, who: str) -> None:
        self.both(
            wait,
            who,
            lambda p: p.confer(who, self.now),
            lambda by: assessments.confer(
                case=self.card(),
                held_on=clock.today(),
                offices=[office("social-tirana"), office("police-tirana")],
                outcome=ConferenceOutcome.STILL_DISAGREE,
                minutes="What was said.",
                by=by,
            ),
        )

    @rule(wait=waits, who=people, opened=st.booleans())
    def police_case(self, wait: int, who: str, opened: bool) -> None:
        why = "" if opened else police_cases.NotOpenedReason.NO_EVIDENCE
        self.both(
            wait,
            who,
            lambda p: p.police_case(who, opened, self.now),
            lambda by: police_cases.record(
                case=self.card(), opened=opened, decided_on=clock.today(), reason=why, by=by
            ),
        )

    @precondition(lambda self: self.paper.police)
    @rule(wait=waits, who=people, agrees=st.booleans())
    def review_police_case(self, wait: int, who: str, agrees: bool) -> None:
        self.both(
            wait,
            who,
            lambda p: p.review_police_case(who, agrees, self.now),
            lambda by: police_cases.review(case=self.card(), agrees=agrees, by=by),
        )

    @rule(wait=waits, who=people, kind=st.sampled_from(sorted(DecisionKind)))
    def decide(self, wait: int, who: str, kind: str) -> None:
        self.both(
            wait,
            who,
            lambda p: p.decide(who, kind, self.now),
            lambda by: actions.decide(
                case=self.card(), decision=DecisionKind(kind), decided_on=clock.today(), legal_basis="", by=by
            ),
        )

    @precondition(lambda self: self.paper.decisions)
    @rule(
        wait=waits, who=people, what=st.sampled_from(["tell", "ask_review", "ask_status", "withdraw_status"])
    )
    def say(self, wait: int, who: str, what: str) -> None:
        def act(by: Actor) -> None:
            case, today = self.card(), clock.today()
            if what == "tell":
                reviews.tell(
                    case=case,
                    given_on=today,
                    language="sq",
                    way=NoticeWay.IN_WRITING,
                    review_explained=True,
                    by=by,
                )
            elif what == "ask_review":
                reviews.ask_review(case=case, asked_on=today, by=by)
            else:
                getattr(reviews, what)(case=case, said_on=today, by=by)

        self.both(wait, who, lambda p: getattr(p, what)(who, self.now), act)

    # What must hold after each.

    @invariant()
    def the_case_stands_as_the_paper_says(self) -> None:
        connection.check_constraints()
        with acting(self.actors["border-ana"]):
            found = self.stands()
        paper = self.paper
        planned = paper.interview
        assert found["referrals"] == paper.referrals
        assert found["interview"] == ([planned.state] if planned else [])
        assert found["signed"] == (len(planned.signed) if planned else 0)
        assert found["held"] == paper.interviews_held
        assert found["police"] == paper.police
        assert found["decisions"] == [kind for kind, _ in paper.decisions]
        assert found["reviews"] == int(paper.review_open)

    @invariant()
    def what_waits_for_an_answer_is_owed_by_another_office(self) -> None:
        with acting(self.actors["border-ana"]):
            rows = Duty.objects.filter(case=self.case, ended_at__isnull=True).values_list("kind", "holder_id")
            owed: dict[str, set[int]] = {}
            for kind, holder in rows:
                owed.setdefault(kind, set()).add(holder)
        paper = self.paper
        asked = {OFFICES[side] for side, state in paper.referrals.items() if state == "open"}
        open_to = {office(code) for code in asked}
        assert owed.get("answer_referral", set()) == open_to
        for side, kind in TELLS.items():
            # Who is told no longer, or whose refusal stands, leaves the telling to be done again.
            if paper.referrals.get(side) in ("withdrawn", "refused"):
                assert owed[kind] == {office("border")}
        assert owed.get("review_referral", set()) == ({office("authority")} if paper.declined else set())
        if paper.review_open:
            assert owed["reconsider_decision"] == {office("authority")}
        waits = paper.police and not paper.police[-1] and not paper.police_reviewed
        assert not waits or owed["review_police_case"] == {office("authority")}
        assert ("joint_interview" in owed, "take_part_in_joint_interview" in owed) == (
            (paper.interview_owed,) * 2
        )
        # Neither a decision nor a wish of hers ends what she needs.
        assert set(NEEDS) | {"lead", "immediate_safety_and_needs"} <= set(owed)

    def stands(self) -> dict[str, Any]:
        mine = {"case": self.case}
        rows = Referral.objects.filter(**mine).order_by("made_at").values_list("side", "state")
        planned = Interview.objects.filter(**mine, ended_at__isnull=True)
        return {
            "referrals": dict(rows),
            "interview": list(planned.values_list("state", flat=True)),
            "signed": Signature.objects.filter(interview__in=planned).count(),
            "held": Happening.objects.filter(**mine, kind="interview_held").count(),
            "police": list(
                PoliceCase.objects.filter(**mine).order_by("known_at").values_list("opened", flat=True)
            ),
            "decisions": list(
                Decision.objects.filter(**mine).order_by("known_at").values_list("decision", flat=True)
            ),
            "reviews": ReviewRequest.objects.filter(**mine, outcome__isnull=True).count(),
        }

    # How the two are driven.

    def both(
        self, wait: int, who: str, on_paper: Callable[[Paper], None], real: Callable[[Actor], Any]
    ) -> None:
        """What the application lets happen is legal on paper; what is refused is told in a sentence and changes nothing."""
        self.now += timedelta(hours=wait, seconds=1)
        then = deepcopy(self.paper)
        try:
            on_paper(then)
            legal = True
        except Illegal:
            legal = False
        met: Problem | None = None
        try:
            with clock.stopped_at(self.now), acting(self.actors[who]) as actor:
                real(actor)
        except Problem as problem:
            met = problem
        if met is None:
            assert legal, "the application let it happen"
            self.paper = then
        else:
            assert met.status in (400, 403, 404, 409), met

    def read(self, what: Callable[[], Any]) -> Any:
        with acting(self.actors["border-ana"]):
            return what()

    def card(self) -> cases.CaseCard:
        return cases.case_by_id(self.case)


def fresh() -> tuple[UUID, Paper]:
    """Nobody is told yet."""
    return opened(needs=NEEDS).id, Paper()


def referred() -> tuple[UUID, Paper]:
    """Both have accepted the referral."""
    return told(needs=NEEDS).id, Paper(referrals=dict.fromkeys(OFFICE, "accepted"))


def held() -> tuple[UUID, Paper]:
    """The interview was held, and nobody has signed."""
    case = told(needs=NEEDS)
    hold_interview(case)
    paper = Paper(referrals=dict.fromkeys(OFFICE, "accepted"))
    at = clock.now()
    paper.interview = Planned(at, "police-petra", "held", attended=at)
    return case.id, paper


def declined() -> tuple[UUID, Paper]:
    """Both signed, the person declined official status, and the police opened no case."""
    case = told(needs=NEEDS)
    hold_interview(case)
    with clock.stopped_at(clock.now() + DAY):
        sign(case)
        refuse_police_case(case)
        decide(case, DecisionKind.DECLINED)
    paper = Paper(referrals=dict.fromkeys(OFFICE, "accepted"), interview_owed=False, interviews_held=1)
    paper.police, paper.decisions = [False], [("declined", "social-sara")]
    return case.id, paper


STARTS = (fresh, referred, held, declined)


def walk(
    start: Callable[[], tuple[UUID, Paper]], *, examples: int, steps: int, number: int | None = None
) -> None:
    """So many walks of up to so many acts on one case, each rolled back to where it began."""
    machine = cast(type[ProcedureMachine], type("ProcedureMachine", (ProcedureMachine,), {}))
    machine.case, machine.paper_begun = start()
    machine.begun = clock.now() + 2 * DAY
    machine.actors = {who: person(who) for who in PEOPLE}
    walk_machine(machine, examples=examples, steps=steps, number=number)


@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
def test_no_order_of_acts_breaks_the_procedure(start: Callable[[], tuple[UUID, Paper]]) -> None:
    walk(start, examples=6, steps=12)


ROUNDS, WALKS, ACTS = 5, 100, 12


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_order_of_acts_breaks_the_procedure_in_two_thousand_walks(
    start: Callable[[], tuple[UUID, Paper]], number: int
) -> None:
    walk(start, examples=WALKS, steps=ACTS, number=number)
    promises.tally("L", WALKS, f"walks of up to {ACTS} acts through the procedure of identification")
