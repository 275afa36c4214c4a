"""What people may do that changes who knows what of a case, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from opennrm.access.scope import Actor, as_system
from opennrm.agencies import actions as bodies
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion, handover, sweep
from opennrm.identification import actions as identification
from opennrm.lib import clock
from opennrm.oversight import emergencies
from opennrm.oversight.models import Emergency as EmergencyRow
from opennrm.oversight.rules import Danger
from opennrm.people.actions import NewPerson
from opennrm.sharing import actions, ending, requests
from opennrm.sharing.request_rules import AskBasis, RefusalReason, Subject
from opennrm.sharing.rules import Purpose, WithdrawnHow
from tests import world
from tests.acting import by, new_case, office, person
from tests.duties.ledger_compared import STAFF
from tests.duties.reference_books import Case, Country, Offer
from tests.sharing.agreeing import consent_to
from tests.sharing.asking import new_request
from tests.sharing.reference_sharing import Consent, Emergency, Request, SharingBooks, narrowed
from tests.sharing.sharing_compared import CONTACT, NOTE, ComparedSharing
from tests.walks import walk_machine

HEADS = {code: who for who, code in reversed(STAFF.items())}
SOMEBODY = NewPerson(
    sex="Feminine",
    citizenship=("AL",),
    languages=("sq",),
    first_name="Besa",
    second_name="Shembulli",
    contact=CONTACT,
)
STARTS = (
    ("border-ana", "AL-11", ("food", "employment")),
    ("social-vera", "AL-12", ("health_care", "legal_assistance")),
)
picks = st.integers(0, 9999)
waits = st.sampled_from([0, 0, 0, 0, 0, 1, 13, 25])
people = st.sampled_from([None, None, None, *STAFF])
anybody = st.sampled_from(sorted(STAFF))
offices = st.sampled_from(sorted(set(STAFF.values())))


class SharingMachine(ComparedSharing):
    """Acts of people, and what time does to what they agreed to."""

    references: dict[UUID, str]

    def __init__(self) -> None:
        super().__init__()
        self.consents: dict[Consent, UUID] = {}
        self.emergencies: dict[Emergency, UUID] = {}
        self.asked: dict[Request, UUID] = {}

    @rule(
        wait=waits,
        who=people,
        pick=picks,
        to=offices,
        purpose=st.sampled_from([Purpose.SHELTER, Purpose.HEALTH]),
        days=st.sampled_from([0, 1, 2, 4]),
        tied=st.booleans(),
    )
    def share(
        self, wait: int, who: str | None, pick: int, to: str, purpose: Purpose, days: int, tied: bool
    ) -> None:
        case = self.a_case(pick)
        actor = who or self.somebody_of(case.lead)
        self.pass_time(wait)
        last = self.books.today() + timedelta(days=days)
        classes = narrowed(self.books.sight_by_office(case, actor), pick)
        made, found = self.both(
            0,
            actor,
            lambda w: self.books.share(w, case, to, classes, purpose, last, tied),
            lambda by: actions.give(
                case=self.card(case),
                new=consent_to(to, *sorted(classes), purpose=purpose, until=last, ends_with_change=tied),
                by=by,
            ),
        )
        if made:
            self.consents[made] = found

    @precondition(lambda self: self.consents)
    @rule(wait=waits, who=people, pick=picks)
    def revoke(self, wait: int, who: str | None, pick: int) -> None:
        consent, found = list(self.consents.items())[-1 - pick % len(self.consents)]
        self.both(
            wait,
            who or self.somebody_of(consent.to if pick % 3 == 0 else consent.case.lead),
            lambda w: self.books.revoke(w, consent),
            lambda by: actions.withdraw(
                case=self.card(consent.case), consent=found, how=WithdrawnHow.IN_PERSON, by=by
            ),
        )

    @rule(wait=waits, who=anybody, pick=picks)
    def break_glass(self, wait: int, who: str, pick: int) -> None:
        case = self.a_case(pick)
        before = len(self.books.emergencies)

        def act(by: Actor) -> None:
            opened = emergencies.break_glass(
                reference=self.references[self.id_of(case)],
                danger=Danger.HEALTH,
                words="A life is in danger.",
                by=by,
            )
            assert opened.case in (None, self.id_of(case))
            assert opened.case == self.an_emergency_of(who, case)

        self.both(wait, who, lambda w: self.books.break_glass(w, case), act)
        if len(self.books.emergencies) > before:
            self.emergencies[self.books.emergencies[-1]] = self.newest_emergency(who)

    @precondition(lambda self: self.emergencies)
    @rule(wait=waits, who=people, pick=picks)
    def end_emergency(self, wait: int, who: str | None, pick: int) -> None:
        hour, found = list(self.emergencies.items())[-1 - pick % len(self.emergencies)]
        self.both(
            wait,
            who or hour.person,
            lambda w: self.books.end_emergency(w, hour),
            lambda by: emergencies.end(emergency=found, by=by),
        )

    @rule(
        wait=waits,
        who=people,
        pick=picks,
        to=offices,
        subject=st.sampled_from([Subject.NAME_AND_DOCUMENTS, Subject.HOW_TO_REACH, Subject.EARLIER_HELP]),
        basis=st.sampled_from([AskBasis.DUTY, AskBasis.DUTY, *AskBasis]),
    )
    def ask_information(
        self, wait: int, who: str | None, pick: int, to: str, subject: Subject, basis: AskBasis
    ) -> None:
        case = self.a_case(pick)
        made, found = self.both(
            wait,
            who or self.somebody_of(case.lead),
            lambda w: self.books.ask_information(w, case, to, subject, basis),
            lambda by: requests.ask(
                case=self.card(case), new=new_request(to, subject=subject, basis=basis), by=by
            ),
        )
        if made:
            self.asked[made] = found

    @precondition(lambda self: self.asked)
    @rule(wait=waits, who=people, pick=picks, what=st.sampled_from(["answer", "answer", "refuse", "back"]))
    def end_request(self, wait: int, who: str | None, pick: int, what: str) -> None:
        made, found = list(self.asked.items())[-1 - pick % len(self.asked)]
        in_books = {
            "answer": self.books.answer_information,
            "refuse": self.books.refuse_information,
            "back": self.books.take_back_request,
        }[what]

        def act(by: Actor) -> None:
            if what == "answer":
                requests.answer(request=found, text="No, nobody.", by=by)
            elif what == "refuse":
                requests.refuse(request=found, reason=RefusalReason.DOES_NOT_HOLD, by=by)
            else:
                requests.withdraw(request=found, by=by)

        actor = who or self.somebody_of(made.asker if what == "back" else made.to)
        self.both(wait, actor, lambda w: in_books(w, made), act)

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
    @rule(wait=waits, who=people, pick=picks, accepts=st.sampled_from([True, True, False]))
    def answer_offer(self, wait: int, who: str | None, pick: int, accepts: bool) -> None:
        made: Offer = list(self.offers)[-1 - pick % len(self.offers)]
        duty, found = self.duty_of(made), self.offers[made]
        self.both(
            wait,
            who or self.somebody_of(made.to),
            lambda w: (self.books.accept if accepts else self.books.decline)(w, duty, made),
            lambda by: (
                handover.accept(offer=found, by=by)
                if accepts
                else handover.decline(offer=found, reason="safety", by=by)
            ),
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
        self.keep(case, out, found, actor)

    @rule(wait=waits, who=people, pick=picks, out=anybody)
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
        self.keep(case, out, found, actor)

    def keep(self, case: Case, out: str, found: UUID | None, asked_by: str) -> None:
        if found:
            self.exclusions[case, out] = found, asked_by

    @precondition(lambda self: self.exclusions)
    @rule(wait=waits, who=people, pick=picks)
    def lift_exclusion(self, wait: int, who: str | None, pick: int) -> None:
        (case, out), (found, asked_by) = list(self.exclusions.items())[pick % len(self.exclusions)]
        ended = self.both(
            wait,
            who or asked_by,
            lambda w: self.books.end_exclusion(w, case, out, asked_by),
            lambda by: exclusion.end_exclusion(case=self.card(case), exclusion=found, by=by),
        )
        if ended[1]:
            del self.exclusions[case, out]

    @rule(hours=st.sampled_from([1, 2, 25, 80]))
    def time_passes(self, hours: int) -> None:
        """Nothing runs meanwhile: what is over closes by itself."""
        self.pass_time(hours)

    @rule(hours=st.sampled_from([0, 1, 25]))
    def the_worker_runs(self, hours: int) -> None:
        self.pass_time(hours)
        self.books.sweep()
        with clock.stopped_at(self.now):
            with as_system("sweep", reason="machine") as actor:
                sweep.sweep(by=actor)
            ending.lapse_all()
            emergencies.end_past()

    @precondition(lambda self: not self.books.country.gone)
    @rule(wait=waits, who=st.sampled_from(["border-ben", "shelter-sam", "labour-lea", "border-ana"]))
    def somebody_leaves(self, wait: int, who: str) -> None:
        self.pass_time(wait)
        self.books.leaves(who)
        with clock.stopped_at(self.now), as_system("setup", reason="machine") as actor:
            bodies.end_posts(username=who, on=clock.today(), by=actor)

    def newest_emergency(self, who: str) -> UUID:
        with as_system("emergency", reason="machine"):
            return EmergencyRow.objects.filter(officer=self.officer(who)).latest("tried_at").id


def begin(start: tuple[str, str, tuple[str, ...]]) -> type[SharingMachine]:
    """A machine whose walks begin where one case has just been opened, with a row of every class."""
    opener, region, needs = start
    order = tuple((one.office, one.role, one.region) for one in world.COMPETENCES)
    now = clock.now()
    books = SharingBooks(Country(STAFF, order, {}), now, HEADS)
    books.open_case(opener, region, list(needs))
    new = replace(new_case(who=SOMEBODY, region=region, needs=needs, at=now, note=NOTE), sop="walk-first")
    with clock.stopped_at(now), by(opener) as actor:
        card = identification.open_case(new=new, by=actor)
    machine = cast(type[SharingMachine], type("SharingMachine", (SharingMachine,), {}))
    machine.begun, machine.begun_cases, machine.begun_at = books, (card.id,), now
    machine.begun_duties, machine.actors = {}, {who: person(who) for who in STAFF}
    machine.references = {card.id: card.reference}
    return machine


def walk(
    start: tuple[str, str, tuple[str, ...]], *, examples: int, steps: int, number: int | None = None
) -> None:
    """So many walks of up to so many acts from one start, each rolled back to it."""
    walk_machine(begin(start), examples=examples, steps=steps, number=number)
