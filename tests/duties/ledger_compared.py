"""The ledger and its reference side by side: one act done in both, and everything that must hold after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.duties import queries
from opennrm.identification import actions as identification
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests.acting import by, new_case, office
from tests.duties.reference_books import Case, Duty, Offer, Refused, Review
from tests.duties.reference_ledger import Ledger

STAFF = {
    "border-ana": "border",
    "border-ben": "border",
    "police-petra": "police-tirana",
    "social-sara": "social-tirana",
    "social-vera": "social-vlora",
    "authority-rita": "authority",
    "coordinator-kim": "coordinator",
    "shelter-sam": "shelter",
    "health-hana": "health-tirana",
    "labour-lea": "labour",
}


def open_real(who: str, region: str, needs: Iterable[str], now: datetime, *, sop: str) -> UUID:
    """A case of the application, opened at an instant under a procedure or the one in force."""
    new = replace(new_case(region=region, needs=tuple(needs), at=now), sop=sop)
    with clock.stopped_at(now), by(who) as actor:
        return identification.open_case(new=new, by=actor).id


class Written(NamedTuple):
    """A duty as the database has it."""

    id: UUID
    case: UUID
    rule: str
    subject: str
    started: datetime
    state: str
    holder: int
    person: int | None
    due: datetime | None
    ended: datetime | None


class ComparedLedger(RuleBasedStateMachine):
    """The books of the reference and the application, and the acts that are done in both."""

    begun: Ledger
    begun_cases: tuple[UUID, ...]
    begun_at: datetime
    begun_duties: dict[int, UUID]
    actors: dict[str, Actor]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = self.begun_at
        self.books = deepcopy(self.begun)
        self.cases = list(self.begun_cases)
        self.ids = dict(self.begun_duties)
        self.offers: dict[Offer, UUID] = {}
        self.reviews: dict[Review, UUID] = {}
        self.exclusions: dict[tuple[Case, str], tuple[UUID, str]] = {}
        self.remembered: list[tuple[Case, datetime, dict[int, str]]] = []
        self.absence: UUID | None = None
        self.steps = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # What must hold after each.

    @invariant()
    def the_application_and_the_books_agree(self) -> None:
        self.the_ledger_says_what_the_books_say()
        self.exactly_one_office_held_each_duty_at_every_instant()
        self.each_person_sees_what_her_office_owes_owed_or_is_asked_and_no_more()
        # The tables and the walls are looked at after every act; the queries, which cost more, after every third.
        self.steps += 1
        self.remember()
        if self.steps % 3 == 0:
            self.the_past_stays_as_it_was()
            self.a_worklist_holds_what_the_office_owes_and_the_gaps_stand_with_the_coordinator()

    def the_ledger_says_what_the_books_say(self) -> None:
        connection.check_constraints()
        rows = self.written()
        for case, known in zip(self.books.cases, self.cases, strict=True):
            for duty in case.duties:
                if duty.number not in self.ids:
                    self.ids[duty.number] = self.find(duty, known, rows)
                row, due = rows[self.ids[duty.number]], duty.due if duty.is_open else None
                person = self.officer(duty.person) if duty.person and duty.is_open else None
                assert (row.rule, row.state, row.holder) == (duty.rule.id, duty.state, office(duty.holder)), (
                    duty
                )
                assert (row.ended, row.due if duty.is_open else None) == (duty.ended, due), duty
                assert not duty.is_open or row.person == person, duty
        assert set(rows) == set(self.ids.values())

    def exactly_one_office_held_each_duty_at_every_instant(self) -> None:
        held: dict[UUID, list[tuple[datetime, datetime | None, int]]] = {}
        for duty_id, since, until, holder in self.ask(
            "SELECT duty_id, since, until, office_id FROM duties_holding WHERE case_id = ANY(%s)"
            " ORDER BY since, until NULLS LAST"
        ):
            held.setdefault(duty_id, []).append((since, until, holder))
        for duty in self.all_duties():
            since = [at for at, _ in duty.holders]
            wanted = zip(since, [*since[1:], duty.ended], [office(o) for _, o in duty.holders], strict=True)
            assert held[self.ids[duty.number]] == list(wanted), duty

    def each_person_sees_what_her_office_owes_owed_or_is_asked_and_no_more(self) -> None:
        there = [who for who in STAFF if who not in self.books.country.gone]
        listed = "{" + ",".join(map(str, self.cases)) + "}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                ";".join(
                    f"SELECT set_config('app.officer', '{a.officer}', true), set_config('app.purpose', 'work', true),"
                    f" set_config('app.offices', '{{{','.join(map(str, a.offices))}}}', true);"
                    f" SELECT s.case_id, s.data_class FROM access_sight s WHERE s.case_id = ANY('{listed}');"
                    f" SELECT id FROM casefile_case WHERE id = ANY('{listed}');"
                    f" SELECT count(*) FROM duties_duty WHERE case_id = ANY('{listed}')"
                    for a in [self.actors[who] for who in there]
                )
            )
            found = cursor.cursor
            for who in there:
                found.nextset() if who != there[0] else None
                assert found.nextset()
                seen: dict[UUID, set[str]] = {}
                for case_id, data_class in found.fetchall():
                    seen.setdefault(case_id, set()).add(data_class)
                assert found.nextset()
                cases_listed = {row[0] for row in found.fetchall()}
                assert found.nextset()
                (duties_seen,) = found.fetchone()
                open_to = set()
                for case, known in zip(self.books.cases, self.cases, strict=True):
                    wanted = self.books.sight(case, who)
                    assert seen.get(known, set()) == wanted, (who, STAFF[who])
                    open_to |= {known} if "ordinary" in wanted else set()
                assert cases_listed == open_to
                assert duties_seen == sum(
                    len(c.duties) for c, k in zip(self.books.cases, self.cases, strict=True) if k in open_to
                )

    def remember(self) -> None:
        for case in self.books.cases:
            holders = {duty.number: duty.holder for duty in case.open_duties}
            self.remembered.append((case, self.now, holders))

    def the_past_stays_as_it_was(self) -> None:
        """Who was responsible at an instant is answered as the books do, and who held a duty then never changes."""
        for case, at, holders in (
            self.remembered[-1],
            self.remembered[self.now.microsecond % len(self.remembered)],
        ):
            with as_system("statistics", reason="machine"):
                cards = queries.responsible(self.card(case), at)
            answered = {card.id: (card.holder_id, card.state) for card in cards}
            wanted = {self.ids[d.number]: d.at(at) for d in case.duties if d.at(at)}
            assert answered == {key: (office(one[0]), one[1]) for key, one in wanted.items() if one}
            for number, holder in holders.items():
                assert answered[self.ids[number]][0] == office(holder)
            leads = [c for c in cards if c.kind == "lead" and c.state in ("held", "suspended", "lapsed")]
            assert len(leads) == (0 if case.closed and at >= self.closed_at(case) else 1)

    def a_worklist_holds_what_the_office_owes_and_the_gaps_stand_with_the_coordinator(self) -> None:
        who = list(STAFF)[len(self.remembered) % len(STAFF)]
        with acting(self.actors[who]), clock.stopped_at(self.now):
            shown = queries.worklist([office(STAFF[who])], now=self.now, end_of_today=self.now)
            gaps = {line.duty_id for line in queries.gap_lines()}
        owed = [d for d in self.open_duties() if d.holder == STAFF[who] and self.books.sight(d.case, who)]
        assert {card.id for card in shown} == {self.ids[duty.number] for duty in owed}
        assert gaps == {
            self.ids[d.number]
            for d in self.open_duties()
            if d.kind == "find_provider" and "ordinary" in self.books.sight(d.case, who)
        }

    # How the two are driven.

    def both(
        self, wait: int, who: str, in_books: Callable[[str], Any], real: Callable[[Actor], Any]
    ) -> tuple[Any, Any]:
        """Does the act in both; a refusal of one is a refusal of the other, and always a problem told in a sentence."""
        self.pass_time(wait)
        if who in self.books.country.gone:
            return None, None
        try:
            wanted, refused = in_books(who), False
        except Refused:
            wanted, refused = None, True
        found, met = None, None
        try:
            with clock.stopped_at(self.now), acting(self.actors[who]) as actor:
                found = real(actor) or True
        except Problem as problem:
            met = problem
        assert (met is not None) == refused, (met.code, str(met)) if met else "the application let it happen"
        return wanted, found

    def pass_time(self, hours: int) -> None:
        # A moment passes between two acts, as it does at work.
        self.now += timedelta(hours=hours, seconds=1)
        self.books.now = self.now

    def a_case(self, pick: int) -> Case:
        return self.books.cases[pick % len(self.cases)]

    def all_duties(self) -> list[Duty]:
        return [duty for case in self.books.cases for duty in case.duties]

    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.all_duties() if duty.is_open]

    def a_duty(self, pick: int, which: Callable[[Duty], bool] = lambda _: True) -> Duty:
        # Now and then one that is over, which nobody can act on any more.
        among = [d for d in self.open_duties() if which(d)] if pick % 10 else []
        among = among or self.all_duties()
        return among[pick // 10 % len(among)]

    def duty_of(self, made: Offer) -> Duty:
        return next(duty for duty in self.all_duties() if made in duty.offers)

    def somebody_of(self, code: str) -> str:
        there = [who for who in STAFF if STAFF[who] == code and who not in self.books.country.gone]
        return there[self.now.second % len(there)]

    def officer(self, who: str) -> int:
        officer = self.actors[who].officer
        assert officer is not None
        return officer

    def id_of(self, case: Case) -> UUID:
        return self.cases[self.books.cases.index(case)]

    def card(self, case: Case) -> cases.CaseCard:
        return cases.case_by_id(self.id_of(case))

    def closed_at(self, case: Case) -> datetime:
        return max(duty.ended for duty in case.duties if duty.ended)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.purpose', 'statistics', true)")
            cursor.execute(statement, [self.cases])
            return list(cursor.fetchall())

    def written(self) -> dict[UUID, Written]:
        rows = self.ask(
            "SELECT id, case_id, rule, subject, started_at, state, holder_id, person_id, due_at, ended_at"
            " FROM duties_duty WHERE case_id = ANY(%s)"
        )
        return {row[0]: Written(*row) for row in rows}

    def find(self, duty: Duty, case: UUID, rows: dict[UUID, Written]) -> UUID:
        known = set(self.ids.values())
        found = [
            row.id
            for row in rows.values()
            if (row.case, row.rule, row.subject, row.started)
            == (case, duty.rule.id, duty.subject, duty.started)
            and row.id not in known
        ]
        assert len(found) == 1, (duty, found)
        return found[0]

    def lines_of_history(self) -> int:
        return int(self.ask("SELECT count(*) FROM duties_event WHERE case_id = ANY(%s)")[0][0])
