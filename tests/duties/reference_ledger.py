"""The ledger of responsibility as one might keep it on paper: plain lists, no database, nothing of the application.

It is written from the design and says what the real ledger must answer after any order of acts. Every act either
changes these books or raises `Refused` before it has changed anything.
"""

from __future__ import annotations

from datetime import datetime

from tests.duties.reference_books import HOUR, Case, Duty, Offer, Review, require
from tests.duties.reference_procedure import AUTHORITY, COORDINATOR, KINDS
from tests.duties.reference_rules import BY_THE_CASE, Reckoning


class Ledger(Reckoning):
    """The hand that writes in the books what people do; `now` is set before each act."""

    # Who sees and who may.

    def sight(self, case: Case, person: str) -> frozenset[str]:
        """The classes of data of a case that a person sees."""
        office = self.country.staff[person]
        if office in case.barred or person in case.barred_people:
            return frozenset()
        seen = {c for d in case.duties if office in {o for _, o in d.holders} for c in KINDS[d.kind].opens}
        # By order the authority that runs the register sees every case, without names.
        seen |= {"ordinary"} if office == "authority" else set()
        asked = {o.to for d in case.duties for o in d.offers if o.state == "open"}
        asked |= {d.review.reviewer for d in case.duties if d.review}
        return frozenset(seen | ({"snapshot"} if office in asked | case.told else set()))

    def works_on(self, person: str, case: Case) -> bool:
        """Her office owes something on the case and she sees it."""
        owes = any(duty.holder == self.country.staff[person] for duty in case.open_duties)
        return owes and "ordinary" in self.sight(case, person)

    def holds(self, person: str, duty: Duty) -> bool:
        return duty.is_open and duty.holder == self.country.staff[person] and self.works_on(person, duty.case)

    # What people do.

    def open_case(self, who: str, region: str, needs: list[str]) -> Case:
        case = Case(self.country.staff[who], region, self.now, self.country.procedure)
        case.happened = [("consent_given", "", self.now), ("case_opened", "", self.now)]
        case.happened += [("need_recorded", kind, self.now) for kind in needs]
        self.cases.append(case)
        self.work_out(case)
        return case

    def record_need(self, who: str, case: Case, kind: str) -> None:
        said = any(event[:2] == ("need_recorded", kind) for event in case.happened)
        owed = any(duty.subject == kind for duty in case.open_duties)
        require(self.works_on(who, case), not case.closed, not (said and owed))
        case.happened.append(("need_recorded", kind, self.now))
        self.work_out(case)

    def name(self, who: str, duty: Duty, person: str) -> None:
        require(self.holds(who, duty), self.may_carry(person, duty))
        if duty.person == person:
            return
        duty.person = person
        if duty.kind == "lead":
            for other in duty.case.open_duties:
                if (
                    other.kind == "name_case_worker"
                    and other.holder == duty.holder
                    and other.state != "suspended"
                ):
                    self.finish(other, "fulfilled")

    def may_carry(self, person: str, duty: Duty) -> bool:
        return person in self.country.at_work(duty.holder) - duty.case.barred_people

    def give(self, who: str, duties: list[Duty], person: str) -> None:
        require(duties)
        # The lead of a case comes last, because naming its worker ends another of them.
        for duty in duties:
            require(self.holds(who, duty), self.may_carry(person, duty))
        for duty in sorted(duties, key=lambda one: one.kind == "lead"):
            self.name(who, duty, person)

    def fulfil(self, who: str, duty: Duty) -> None:
        require(self.holds(who, duty), duty.kind != "lead", duty.state != "suspended")
        self.finish(duty, "fulfilled")
        if KINDS[duty.kind].followed_by:
            duty.case.happened.append((KINDS[duty.kind].followed_by, duty.subject, self.now))
            self.work_out(duty.case)

    def waive(self, who: str, duty: Duty) -> None:
        require(self.holds(who, duty), KINDS[duty.kind].waivable, duty.state != "suspended")
        self.finish(duty, "waived")

    def suspend(self, who: str, duty: Duty, reason: str, until: datetime | None) -> None:
        require(self.holds(who, duty), reason in duty.rule.paused_by, duty.state != "suspended")
        require(until is None or until > self.now)
        self.settle(duty)
        duty.pauses.append([self.now, until, None])
        duty.write("suspended", self.now, self.now)

    def resume(self, who: str, duty: Duty) -> None:
        require(self.holds(who, duty), duty.state == "suspended")
        self._resume(duty, self.now)

    def offer(self, who: str, duty: Duty, to: str) -> Offer:
        require(self.holds(who, duty), to != duty.holder, not duty.open_offer(self.now))
        require(to not in self.country.closed | self.kept_out(duty.case))
        self.expire(duty)
        duty.offers.append(Offer(to, duty.holder, self.now + 24 * HOUR))
        return duty.offers[-1]

    def accept(self, who: str, duty: Duty, offer: Offer) -> None:
        self._may_answer(who, duty, offer, offer.to)
        offer.state = "accepted"
        self.move(duty, offer.to)

    def decline(self, who: str, duty: Duty, offer: Offer) -> None:
        self._may_answer(who, duty, offer, offer.to)
        offer.state = "declined"

    def withdraw(self, who: str, duty: Duty, offer: Offer) -> None:
        self._may_answer(who, duty, offer, offer.made_by)
        offer.state = "withdrawn"

    def _may_answer(self, who: str, duty: Duty, offer: Offer, office: str) -> None:
        require(offer is duty.open_offer(self.now), self.country.staff[who] == office)
        require(self.sight(duty.case, who))

    def ask_review(self, who: str, duty: Duty, offer: Offer) -> Review:
        require(self.holds(who, duty), offer.state == "declined", offer.made_by == duty.holder)
        require(not duty.open_offer(self.now), not duty.review, offer not in duty.reviewed)
        return self._open_review(duty, offer.to, offer)

    def dispute(self, who: str, duty: Duty, to: str) -> Review:
        require(self.holds(who, duty), KINDS[duty.kind].by_law, to != duty.holder)
        require(
            to not in self.country.closed | self.kept_out(duty.case),
            not duty.open_offer(self.now),
            not duty.review,
        )
        return self._open_review(duty, to, None)

    def _open_review(self, duty: Duty, to: str, offer: Offer | None) -> Review:
        reviewer = self._reviewer(duty, to, set())
        require(reviewer)
        assert reviewer
        self.expire(duty)
        if offer is None:
            self.settle(duty)
        duty.review = Review(to, reviewer, offer)
        duty.reviewed.append(offer)
        return duty.review

    def _reviewer(self, duty: Duty, to: str, barred: set[str]) -> str | None:
        """The authority; where it is a party, the coordinator."""
        out = self.kept_out(duty.case) | barred | {duty.holder, to}
        asked = (self.country.asked(role, duty.case.region, out) for role in (AUTHORITY, COORDINATOR))
        return next((office for office in asked if office), None)

    def _pass_on(self, case: Case, barred: set[str]) -> None:
        """What an office may no longer review goes to the next reviewer, and ends where none is left."""
        for duty in case.open_duties:
            if duty.review and duty.review.reviewer in barred:
                to = self._reviewer(duty, duty.review.to, barred)
                if to is None:
                    duty.review = None
                else:
                    duty.review.reviewer = to

    def decide(self, who: str, duty: Duty, review: Review, *, moves: bool) -> None:
        require(duty.review is review, self.country.staff[who] == review.reviewer, self.sight(duty.case, who))
        require(not moves or review.to not in self.country.closed | self.kept_out(duty.case))
        duty.review = None
        if moves:
            self.move(duty, review.to)

    def exclude_office(self, who: str, case: Case, office: str) -> None:
        require(self.works_on(who, case), self.country.staff[who] != office, office not in case.barred)
        case.barred.add(office)
        for duty in case.open_duties:
            for offer in duty.offers:
                if offer.state == "open" and offer.to == office:
                    offer.state = "withdrawn"
        self._pass_on(case, self.kept_out(case))
        self._move_all(case, office, self.kept_out(case), self.country.staff[who])

    def exclude_person(self, who: str, case: Case, person: str) -> None:
        own = self.country.staff[who]
        require(self.works_on(who, case), person not in case.barred_people)
        office, left = self.country.staff[person], case.barred_people | {person}
        stranded = person not in self.country.gone and self.country.at_work(office) <= left
        stranded = stranded and office in self.waited_for(case)
        require(not (stranded and office == own))
        case.barred_people.add(person)
        for duty in case.open_duties:
            duty.person = None if duty.person == person else duty.person
        if stranded:
            self._pass_on(case, self.kept_out(case))
            self._move_all(case, office, self.kept_out(case), own)

    def waited_for(self, case: Case) -> set[str]:
        """The offices that owe or review something on a case."""
        owing = {duty.holder for duty in case.open_duties}
        return owing | {duty.review.reviewer for duty in case.open_duties if duty.review}

    def end_exclusion(self, who: str, case: Case, out: str, asked_by: str) -> None:
        # The reason stands open to the one who asked and to the coordinator: they end what it was for.
        knows = who == asked_by or self.country.staff[who] == "coordinator"
        require(self.works_on(who, case), knows)
        case.barred.discard(out)
        case.barred_people.discard(out)
        self.work_out(case)

    def _move_all(self, case: Case, office: str, barred: set[str], own: str) -> None:
        for duty in sorted(case.open_duties, key=lambda one: one.kind != "lead"):
            if duty.holder == office:
                self.move(duty, self._instead(duty, barred, own))
        self.work_out(case)

    def _instead(self, duty: Duty, barred: set[str], *last: str) -> str:
        """The substitute, the office competent, the lead, the authority, the last; what nobody is competent for is a gap."""
        case, out = duty.case, barred | self.country.closed
        able = [
            self.country.substitutes.get(duty.holder),
            self.country.asked(duty.rule.role, case.region, out),
        ]
        missing = not any(office and office not in out for office in able)
        if missing and duty.rule.role not in (*BY_THE_CASE, COORDINATOR):
            case.happened.append(("gap_found", duty.kind, self.now))
        able += [case.lead, self.country.asked(AUTHORITY, case.region, out), *last]
        found = next((office for office in able if office and office not in out), None)
        require(found)
        assert found
        return found

    def close_case(self, who: str, case: Case) -> None:
        require(self.works_on(who, case), case.lead == self.country.staff[who], not case.closed)
        for duty in case.open_duties:
            self.finish(duty, "ended")
        case.closed = True

    # What happens to the country.

    def close_office(self, office: str) -> None:
        require(office not in self.country.closed)
        self.country.closed.add(office)
        for case in self.cases:
            known = len(case.happened)
            for duty in sorted(case.open_duties, key=lambda one: one.kind != "lead"):
                if duty.holder == office:
                    out = self.kept_out(case)
                    coordinator = self.country.asked(COORDINATOR, case.region, out)
                    self.move(duty, self._instead(duty, out, *([coordinator] if coordinator else [])))
                for offer in duty.offers:
                    offer.state = "withdrawn" if (offer.to, offer.state) == (office, "open") else offer.state
                if duty.review and office in (duty.review.to, duty.review.reviewer):
                    duty.review = None
            # A case that the office owed nothing on is worked out anew by the next act on it.
            if len(case.happened) > known:
                self.work_out(case)

    def leaves(self, person: str) -> None:
        self.country.gone.add(person)
