"""What people may do on a few duties, in any order."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from opennrm.access.scope import Actor, as_system
from opennrm.agencies import absences
from opennrm.agencies import actions as bodies
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions, adopting, closing, exclusion, giving, handover, reviewing, sops, sweep
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests.acting import office
from tests.duties.ledger_compared import STAFF, ComparedLedger, open_real
from tests.duties.reference_books import Refused

NEEDS = ("food", "health_care", "legal_assistance", "employment")
picks = st.integers(0, 9999)
waits = st.sampled_from([0, 0, 0, 0, 1, 13, 25, 50])
people = st.sampled_from([None, None, None, None, *STAFF])
offices = st.sampled_from(sorted(set(STAFF.values())))


class LedgerMachine(ComparedLedger):
    """Acts as the people of the small world do."""

    # What people do.

    @rule(wait=waits, who=people, pick=picks, kind=st.sampled_from(NEEDS))
    def record_need(self, wait: int, who: str | None, pick: int, kind: str) -> None:
        case = self.a_case(pick)
        self.both(
            wait,
            who or self.somebody_of(case.lead),
            lambda w: self.books.record_need(w, case, kind),
            lambda by: actions.record_need(case=self.id_of(case), kind=kind, by=by),
        )

    @rule(wait=waits, who=people, pick=picks, what=st.sampled_from(["fulfil", "fulfil", "waive"]))
    def finish(self, wait: int, who: str | None, pick: int, what: str) -> None:
        duty = self.a_duty(pick)
        held = self.ids[duty.number]
        self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: getattr(self.books, what)(w, duty),
            lambda by: (
                actions.fulfil(duty=held, by=by)
                if what == "fulfil"
                else actions.waive(duty=held, reason="declined", by=by)
            ),
        )

    @rule(
        wait=waits,
        who=people,
        pick=picks,
        reason=st.sampled_from(["ill", "ill", "other"]),
        hours=st.sampled_from([None, 2, 30]),
    )
    def suspend(self, wait: int, who: str | None, pick: int, reason: str, hours: int | None) -> None:
        duty = self.a_duty(pick)

        def until() -> datetime | None:
            return self.now + timedelta(hours=hours) if hours else None

        self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: self.books.suspend(w, duty, reason, until()),
            lambda by: actions.suspend(duty=self.ids[duty.number], reason=reason, until=until(), by=by),
        )

    @precondition(lambda self: any(duty.state == "suspended" for duty in self.open_duties()))
    @rule(wait=waits, who=people, pick=picks)
    def resume(self, wait: int, who: str | None, pick: int) -> None:
        duty = self.a_duty(pick, lambda one: one.state == "suspended")
        self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: self.books.resume(w, duty),
            lambda by: actions.resume(duty=self.ids[duty.number], by=by),
        )

    @rule(wait=waits, who=people, pick=picks, carries=st.sampled_from([None, None, *STAFF]))
    def name_worker(self, wait: int, who: str | None, pick: int, carries: str | None) -> None:
        duty = self.a_duty(pick)
        named = carries or self.somebody_of(duty.holder)
        self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: self.books.name(w, duty, named),
            lambda by: actions.name_worker(duty=self.ids[duty.number], officer=self.officer(named), by=by),
        )

    @rule(wait=waits, pick=picks, carries=st.sampled_from([None, None, *STAFF]))
    def give_several(self, wait: int, pick: int, carries: str | None) -> None:
        first = self.a_duty(pick)
        given = [duty for duty in self.open_duties() if duty.holder == first.holder][: 2 + pick % 3]
        named = carries or self.somebody_of(first.holder)
        self.both(
            wait,
            self.somebody_of(first.holder),
            lambda w: self.books.give(w, given, named),
            lambda by: giving.give(
                duties=[self.ids[duty.number] for duty in given], officer=self.officer(named), by=by
            ),
        )

    @rule(wait=waits)
    def be_away_or_come_back(self, wait: int) -> None:
        """Takes nothing from anybody and names nobody."""
        if "border-ana" in self.books.country.gone | {p for c in self.books.cases for p in c.barred_people}:
            return

        def act(by: Actor) -> None:
            if self.absence:
                absences.come_back(absence=self.absence, by=by)
                self.absence = None
            else:
                day = clock.today()
                self.absence = absences.mark_away(
                    since=day, until=day + timedelta(days=9), deputy=self.officer("border-ben"), by=by
                )

        if "border-ben" not in self.books.country.gone:
            self.both(wait, "border-ana", lambda w: None, act)

    @rule(wait=waits, who=people, pick=picks, to=offices)
    def offer(self, wait: int, who: str | None, pick: int, to: str) -> None:
        duty = self.a_duty(pick)
        made, found = self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: self.books.offer(w, duty, to),
            lambda by: handover.offer(duty=self.ids[duty.number], to_office=office(to), by=by),
        )
        if made:
            self.offers[made] = found

    @precondition(lambda self: self.offers)
    @rule(
        wait=waits,
        who=people,
        pick=picks,
        answer=st.sampled_from(["accept", "accept", "decline", "decline", "withdraw"]),
    )
    def answer(self, wait: int, who: str | None, pick: int, answer: str) -> None:
        waiting = [offer for offer in self.offers if offer.state == "open"] or list(self.offers)
        made = waiting[pick % len(waiting)]
        duty, found = self.duty_of(made), self.offers[made]
        more = {"reason": "safety"} if answer == "decline" else {}
        self.both(
            wait,
            who or self.somebody_of(made.made_by if answer == "withdraw" else made.to),
            lambda w: getattr(self.books, answer)(w, duty, made),
            lambda by: getattr(handover, answer)(offer=found, by=by, **more),
        )

    @precondition(lambda self: any(offer.state == "declined" for offer in self.offers))
    @rule(wait=waits, who=people, pick=picks)
    def ask_review(self, wait: int, who: str | None, pick: int) -> None:
        declined = [offer for offer in self.offers if offer.state == "declined"]
        made = declined[pick % len(declined)]
        duty = self.duty_of(made)
        review, found = self.both(
            wait,
            who or self.somebody_of(made.made_by),
            lambda w: self.books.ask_review(w, duty, made),
            lambda by: reviewing.ask(offer=self.offers[made], by=by),
        )
        if review:
            self.reviews[review] = found

    @rule(wait=waits, who=people, pick=picks, to=offices)
    def dispute(self, wait: int, who: str | None, pick: int, to: str) -> None:
        duty = self.a_duty(pick)
        review, found = self.both(
            wait,
            who or self.somebody_of(duty.holder),
            lambda w: self.books.dispute(w, duty, to),
            lambda by: reviewing.dispute(
                duty=self.ids[duty.number], to_office=office(to), reason="not_competent", by=by
            ),
        )
        if review:
            self.reviews[review] = found

    @precondition(lambda self: self.reviews)
    @rule(wait=waits, who=people, pick=picks, moves=st.booleans())
    def decide_review(self, wait: int, who: str | None, pick: int, moves: bool) -> None:
        made = list(self.reviews)[-1 - pick % len(self.reviews)]
        duty = next((one for one in self.all_duties() if one.review is made), self.all_duties()[0])
        self.both(
            wait,
            who or self.somebody_of(made.reviewer),
            lambda w: self.books.decide(w, duty, made, moves=moves),
            lambda by: reviewing.decide(review=self.reviews[made], moves=moves, reason="competence", by=by),
        )

    @rule(wait=waits, who=people, pick=picks, out=offices)
    def exclude_office(self, wait: int, who: str | None, pick: int, out: str) -> None:
        case = self.a_case(pick)
        actor = who or self.somebody_of(case.lead)
        _, found = self.both(
            wait,
            actor,
            lambda w: self.books.exclude_office(w, case, out),
            lambda by: exclusion.exclude_office(
                case=self.card(case), office=office(out), reason=ExclusionReason.SUSPECTED, by=by
            ),
        )
        if found:
            self.exclusions[case, out] = found, actor

    @rule(wait=waits, who=people, pick=picks, out=st.sampled_from(sorted(STAFF)))
    def exclude_person(self, wait: int, who: str | None, pick: int, out: str) -> None:
        case = self.a_case(pick)
        actor = who or self.somebody_of(case.lead)
        _, found = self.both(
            wait,
            actor,
            lambda w: self.books.exclude_person(w, case, out),
            lambda by: exclusion.exclude_officer(
                case=self.card(case), officer=self.officer(out), reason=ExclusionReason.RELATIVE, by=by
            ),
        )
        if found:
            self.exclusions[case, out] = found, actor

    @precondition(lambda self: self.exclusions)
    @rule(wait=waits, who=people, pick=picks)
    def end_exclusion(self, wait: int, who: str | None, pick: int) -> None:
        (case, out), (found, asked_by) = list(self.exclusions.items())[pick % len(self.exclusions)]
        ended = self.both(
            wait,
            who or asked_by,
            lambda w: self.books.end_exclusion(w, case, out, asked_by),
            lambda by: exclusion.end_exclusion(case=self.card(case), exclusion=found, by=by),
        )
        if ended[1]:
            del self.exclusions[case, out]

    @precondition(lambda self: len(self.cases) > 1)
    @rule(wait=waits, who=people, pick=picks)
    def close_case(self, wait: int, who: str | None, pick: int) -> None:
        case = self.a_case(pick)
        self.both(
            wait,
            who or self.somebody_of(case.lead),
            lambda w: self.books.close_case(w, case),
            lambda by: actions.close_case(case=self.card(case), reason="left_the_country", by=by),
        )

    # What happens to all.

    @precondition(lambda self: len(self.cases) < 2)
    @rule(
        wait=waits,
        needs=st.lists(st.sampled_from(NEEDS), max_size=2, unique=True),
        who=st.sampled_from(["border-ana", "social-vera"]),
    )
    def open_case(self, wait: int, needs: list[str], who: str) -> None:
        if STAFF[who] in self.books.country.closed or who in self.books.country.gone:
            return
        self.pass_time(wait)
        self.books.open_case(who, "AL-12", needs)
        adopted = self.books.country.procedure != "walk-first"
        self.cases.append(open_real(who, "AL-12", needs, self.now, sop="" if adopted else "walk-first"))

    @rule(hours=st.sampled_from([1, 13, 25, 80]))
    def time_passes_and_a_sweep_runs(self, hours: int) -> None:
        self.pass_time(hours)
        self.books.sweep()
        with clock.stopped_at(self.now), as_system("sweep", reason="machine") as actor:
            sweep.sweep(by=actor)
            before = self.lines_of_history()
            assert sweep.sweep(by=actor) == []
            assert self.lines_of_history() == before

    @precondition(lambda self: len(self.books.country.closed) < 2)
    @rule(
        wait=waits,
        which=st.sampled_from(
            ["border", "shelter", "labour", "health-tirana", "social-tirana", "police-tirana"]
        ),
    )
    def close_office(self, wait: int, which: str) -> None:
        self.pass_time(wait)
        tried = deepcopy(self.books)
        try:
            tried.close_office(which)
        except Refused:
            with pytest.raises(Problem), clock.stopped_at(self.now):
                closing.close_office(code=which, on=clock.today())
            return
        self.books.close_office(which)
        with clock.stopped_at(self.now):
            closing.close_office(code=which, on=clock.today())

    @precondition(lambda self: not self.books.country.gone)
    @rule(wait=waits)
    def somebody_leaves(self, wait: int) -> None:
        self.pass_time(wait)
        self.books.leaves("border-ben")
        with clock.stopped_at(self.now), as_system("setup", reason="machine") as actor:
            bodies.end_posts(username="border-ben", on=clock.today(), by=actor)

    @precondition(lambda self: self.books.country.procedure == "walk-first")
    @rule(wait=waits)
    def adopt(self, wait: int) -> None:
        self.pass_time(wait)
        self.books.adopt("walk-second")
        with clock.stopped_at(self.now):
            for _ in range(2):
                list(
                    adopting.adopt(
                        sops.sop("walk-second"),
                        effective_on=clock.today(),
                        scope=lambda: as_system("sop", reason="machine"),
                    )
                )
