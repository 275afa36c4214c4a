"""What the rules of a procedure and the clock do to the books, by nobody's hand."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from tests.duties.reference_books import HOUR, Case, Country, Duty
from tests.duties.reference_procedure import COORDINATOR, KINDS, PROCEDURES, Rule

BY_THE_CASE = ("first_responder", "lead_office")


class Reckoning:
    """The books of a country at an instant."""

    def __init__(self, country: Country, now: datetime) -> None:
        self.country, self.now = country, now
        self.cases: list[Case] = []
        self.numbers = count()

    def office_for(self, case: Case, role: str) -> str | None:
        """Who owes what a role owes: where the coordinator cannot, the lead looks for who provides."""
        if role in BY_THE_CASE:
            own = case.opener if role == "first_responder" else case.lead
            return case.lead if own in self.kept_out(case) | self.country.closed else own
        found = self._asked_here(case, role)
        return case.lead if found is None and role == COORDINATOR else found

    def kept_out(self, case: Case) -> set[str]:
        """The offices barred from a case, and those where everybody is."""
        return case.barred | self.country.left_with_nobody(case.barred_people)

    def _asked_here(self, case: Case, role: str) -> str | None:
        """The office of a role; in the place of one that is kept out its substitute, then the next in order."""
        out, first = self.kept_out(case), self.country.asked(role, case.region, set())
        if first not in out:
            return first
        substitute = self.country.substitutes.get(first or "")
        if substitute and substitute not in out | self.country.closed:
            return substitute
        return self.country.asked(role, case.region, out)

    def gaps(self, case: Case) -> dict[str, datetime]:
        """The needs that no office is competent for, and since when the last of them waits."""
        found = {kind: at for what, kind, at in case.happened if what == "gap_found"}
        for what, kind, at in case.happened:
            if what == "need_recorded" and kind in found:
                found[kind] = max(found[kind], at)
        return {kind: at for kind, at in found.items() if not self._provides(case, kind)}

    def _provides(self, case: Case, kind: str) -> bool:
        rules = PROCEDURES[case.procedure]
        return any(self.office_for(case, rule.role) for rule in rules if rule.owes == kind)

    def asked(self, case: Case) -> dict[tuple[Rule, str], list[datetime]]:
        """What the procedure asks of a case, each with the events that ask for it."""
        events = [event for event in case.happened if event[0] != "gap_found"]
        events += [("gap_found", kind, at) for kind, at in self.gaps(case).items()]
        asked: dict[tuple[Rule, str], list[datetime]] = {}
        for what, subject, at in sorted(events, key=lambda event: event[2]):
            for rule in PROCEDURES[case.procedure]:
                if rule.when == what and rule.subject in ("", subject):
                    asked.setdefault((rule, subject), []).append(at)
        return asked

    def _unmet(
        self, case: Case, asked: dict[tuple[Rule, str], list[datetime]], going_on: dict[Duty, Rule | None]
    ) -> list[tuple[Rule, str, datetime]]:
        """What is asked and owed by nobody, and the event from which it is owed."""
        gaps, unmet = self.gaps(case), []
        for (rule, subject), events in asked.items():
            if rule.owes in gaps or (rule.id, subject) in {
                (r.id, d.subject) for d, r in going_on.items() if r
            }:
                continue
            past = [duty for duty in case.duties if not duty.is_open and self._answered(duty, rule, subject)]
            done = [duty for duty in past if duty.state != "ended"]
            left = [at for at in events if not any(at <= d.started or at < (d.ended or at) for d in done)]
            ended = max((duty.ended for duty in past if duty.state == "ended" and duty.ended), default=None)
            if not left:
                continue
            again = KINDS[rule.owes].followed_by == rule.when
            since = [at for at in left if ended is None or at >= ended]
            unmet.append((rule, subject, left[-1] if again or not since else since[0]))
        return unmet

    def _answered(self, duty: Duty, rule: Rule, subject: str) -> bool:
        if duty.kind != rule.owes or duty.subject != subject:
            return False
        known = any(one.id == duty.rule.id for one in PROCEDURES[duty.case.procedure])
        return duty.rule.id == rule.id or not known

    def work_out(self, case: Case) -> None:
        """Makes and ends duties until the case has what its procedure asks."""
        while not case.closed:
            asked = self.asked(case)
            going_on = {duty: self._goes_on_as(duty, asked) for duty in case.open_duties}
            unmet, over = (
                self._unmet(case, asked, going_on),
                [d for d, rule in going_on.items() if rule is None],
            )
            for duty in over:
                self.finish(duty, "ended")
            nobody = sorted({rule.owes for rule, _, _ in unmet if not self.office_for(case, rule.role)})
            case.happened += [("gap_found", kind, self.now) for kind in nobody]
            for rule, subject, event in unmet:
                if office := self.office_for(case, rule.role):
                    self._make(case, rule, subject, event, office)
            if not unmet and not over:
                return

    def _make(self, case: Case, rule: Rule, subject: str, started: datetime, office: str) -> None:
        duty = Duty(next(self.numbers), case, rule, subject, started, office, rule.hours, rule.acts)
        duty.holders.append((started, office))
        duty.write("held", started, self.now)
        case.duties.append(duty)

    def finish(self, duty: Duty, state: str) -> None:
        self.settle(duty)
        self._close_what_waits(duty)
        duty.write(state, self.now, self.now)
        duty.ended = self.now

    def move(self, duty: Duty, to: str, *, settle: bool = True) -> None:
        """Another office holds it from this instant on; nobody there is named yet."""
        if settle:
            self.settle(duty)
        self._close_what_waits(duty)
        duty.holder, duty.person = to, None
        duty.holders.append((self.now, to))

    def _close_what_waits(self, duty: Duty) -> None:
        duty.review = None
        for offer in duty.offers:
            offer.state = "withdrawn" if offer.state == "open" else offer.state

    def expire(self, duty: Duty) -> None:
        for offer in duty.offers:
            if offer.state == "open" and offer.answer_by <= self.now:
                offer.state = "expired"

    def settle(self, duty: Duty) -> None:
        """A limit that acts and has passed lapses at its own instant, whenever somebody comes to write it."""
        due = duty.due
        if duty.state != "held" or due is None or due > self.now:
            return
        if duty.acts:
            duty.lapsed = max(due, duty.resumed or due)
            duty.write("lapsed", duty.lapsed, self.now)
            self._tell(duty, duty.rule.tells)
            duty.next_step = min(self._ladder(duty), default=(None, ""))[0]

    def _tell(self, duty: Duty, role: str) -> None:
        office = self.country.asked(role, duty.case.region, self.kept_out(duty.case))
        if office and office != duty.holder:
            duty.case.told.add(office)

    def _ladder(self, duty: Duty) -> list[tuple[datetime, str]]:
        assert duty.lapsed
        return (
            [(duty.lapsed + after * HOUR, role) for role, after in duty.rule.then] if duty.rule.tells else []
        )

    def _resume(self, duty: Duty, at: datetime) -> None:
        duty.pauses[-1][2] = at
        duty.write("held", at, self.now)
        duty.resumed = at

    def sweep(self) -> None:
        """What a night's sweep does, whenever it comes."""
        for duty in [duty for case in self.cases for duty in case.open_duties]:
            planned = duty.pauses[-1][1] if duty.state == "suspended" else None
            if planned and planned <= self.now:
                self._resume(duty, planned)
            self.settle(duty)
            while duty.state == "lapsed" and duty.next_step and duty.next_step <= self.now:
                at = duty.next_step
                self._tell(duty, next((role for when, role in self._ladder(duty) if when == at), ""))
                duty.next_step = min((when for when, _ in self._ladder(duty) if when > at), default=None)
            self.expire(duty)
            duty.person = None if duty.person in self.country.gone else duty.person

    def adopt(self, procedure: str) -> None:
        """Every open case goes over; what goes on keeps its past, and what is new is owed from now on."""
        self.country.procedure = procedure
        for case in self.cases:
            if not case.closed and case.procedure != procedure:
                case.procedure = procedure
                self._take_over(case)

    def _take_over(self, case: Case) -> None:
        asked = self.asked(case)
        going_on = {duty: self._goes_on_as(duty, asked) for duty in case.open_duties}
        made = self._unmet(case, asked, going_on)
        for duty, rule in going_on.items():
            if rule is None:
                self.finish(duty, "ended")
            else:
                self._rest_on(duty, rule)
        for rule, subject, event in made:
            if office := self.office_for(case, rule.role):
                self._make(case, rule, subject, max(event, self.now), office)
        self.work_out(case)

    def _goes_on_as(self, duty: Duty, asked: dict[tuple[Rule, str], list[datetime]]) -> Rule | None:
        same = [rule for rule, subject in asked if rule.owes == duty.kind and subject == duty.subject]
        own = [rule for rule in same if rule.id == duty.rule.id]
        if own or any(rule.id == duty.rule.id for rule in PROCEDURES[duty.case.procedure]):
            return own[0] if own else None
        # Of several under another name the one that began with the same event.
        same.sort(key=lambda rule: (duty.started not in asked[rule, duty.subject], rule.id))
        return same[0] if same else None

    def _rest_on(self, duty: Duty, rule: Rule) -> None:
        to = self.office_for(duty.case, rule.role)
        moves = rule.role != duty.rule.role and duty.kind != "lead" and to not in (None, duty.holder)
        passed = duty.state == "lapsed" or (duty.due is not None and duty.due <= self.now)
        old = duty.hours, duty.acts
        duty.rule = rule
        if not passed:
            duty.hours, duty.acts = rule.hours, rule.acts
            if duty.due is not None and duty.due <= self.now:
                duty.hours, duty.acts = old
        if moves and to:
            self.move(duty, to, settle=False)
