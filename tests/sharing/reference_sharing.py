"""Who may know what of a case, as one might keep it on paper: the books of the ledger, and beside them what is shared.

It is written from the design and knows nothing of the application's rules. Every act either changes these books or raises
`Refused` before it has changed anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.duties.reference_books import HOUR, Case, Country, require
from tests.duties.reference_ledger import Ledger
from tests.duties.reference_procedure import ALL, KINDS

SNAPSHOT = frozenset({"snapshot"})
# What saves a life: never what was written down.
IN_AN_EMERGENCY = frozenset({"ordinary", "identity", "contact"})
DAY, MOST_TRIES = timedelta(days=1), 3
# Whose posts are not to work on cases by themselves: the secretary of the authority and the coordinator.
AT_A_DESK = frozenset({"authority-rita", "coordinator-kim"})
# In which class the answer to a question stands.
ASKED_FOR = {"name_and_documents": "identity", "how_to_reach": "contact", "earlier_help": "narrative"}


@dataclass(eq=False)
class Consent:
    case: Case
    to: str
    classes: frozenset[str]
    purpose: str
    until: datetime
    head: str | None
    tied: bool
    ended: bool = False


@dataclass(eq=False)
class Emergency:
    case: Case
    person: str
    until: datetime
    ended: bool = False


@dataclass(eq=False)
class Request:
    case: Case
    asker: str
    to: str
    subject: str
    basis: str
    state: str = "open"


class SharingBooks(Ledger):
    """The hand that also writes what a person agreed to, what was opened in an emergency, and what offices asked."""

    def __init__(self, country: Country, now: datetime, heads: dict[str, str]) -> None:
        super().__init__(country, now)
        self.heads = heads
        self.consents: list[Consent] = []
        self.emergencies: list[Emergency] = []
        self.requests: list[Request] = []
        self.tries: list[tuple[str, datetime]] = []

    # Who sees.

    def sight(self, case: Case, person: str) -> frozenset[str]:
        if self.is_out(case, person):
            return frozenset()
        hour = any(
            one.case is case and one.person == person and not one.ended and one.until > self.now
            for one in self.emergencies
        )
        return self.sight_by_office(case, person) | (IN_AN_EMERGENCY if hour else frozenset())

    def sight_by_office(self, case: Case, person: str) -> frozenset[str]:
        """What every person of her office sees who is not kept out: what only she sees is not among it."""
        if self.is_out(case, person):
            return frozenset()
        office = self.country.staff[person]
        shared = {c for one in self.standing(case) if one.to == office for c in one.classes}
        asked = any(one.case is case and one.to == office for one in self.requests)
        return super().sight(case, person) | shared | (SNAPSHOT if asked else frozenset())

    def sight_of_office(self, case: Case, office: str) -> frozenset[str]:
        """What somebody of an office sees who is kept out of nothing and opened nothing alone."""
        person = next(who for who, where in self.country.staff.items() if where == office)
        kept, case.barred_people = case.barred_people, set()
        try:
            return self.sight_by_office(case, person)
        finally:
            case.barred_people = kept

    def ends(self) -> list[datetime]:
        """The instants at which something that was opened closes by itself."""
        return [one.until for one in self.consents] + [one.until for one in self.emergencies]

    def is_out(self, case: Case, person: str) -> bool:
        return self.country.staff[person] in case.barred or person in case.barred_people

    def standing(self, case: Case) -> list[Consent]:
        return [one for one in self.consents if one.case is case and not one.ended and one.until > self.now]

    def owes(self, person: str, case: Case, data_class: str = "ordinary") -> bool:
        """Her office owes something now that opens this class to it."""
        office = self.country.staff[person]
        opened = {c for d in case.open_duties if d.holder == office for c in KINDS[d.kind].opens}
        return data_class in opened and not self.is_out(case, person)

    # What people do.

    def share(
        self, who: str, case: Case, to: str, classes: frozenset[str], purpose: str, last: date, tied: bool
    ) -> Consent:
        require(self.owes(who, case), not case.closed)
        require(to not in self.country.closed | case.barred, to != self.country.staff[who])
        # She passes on what her office sees, and not what an hour opened to her alone.
        require(classes <= self.sight_by_office(case, who), last > self.today())
        for one in self.consents:
            if (one.case, one.to, one.purpose) == (case, to, purpose):
                one.ended = True
        until = datetime.combine(last + DAY, datetime.min.time(), ZoneInfo("Europe/Tirane"))
        shared = Consent(case, to, classes | {"ordinary"}, purpose, until, self.head(to), tied)
        self.consents.append(shared)
        return shared

    def revoke(self, who: str, consent: Consent) -> None:
        require("ordinary" in self.sight_by_office(consent.case, who), not consent.ended)
        consent.ended = True

    def break_glass(self, who: str, case: Case) -> None:
        require(who not in AT_A_DESK)
        if "ordinary" in self.sight(case, who):
            return
        require(sum(person == who and self.now - at < DAY for person, at in self.tries) < MOST_TRIES)
        self.tries.append((who, self.now))
        if not self.is_out(case, who):
            self.emergencies.append(Emergency(case, who, self.now + HOUR))

    def end_emergency(self, who: str, emergency: Emergency) -> None:
        require(emergency.person == who)
        emergency.ended = True

    def ask_information(self, who: str, case: Case, to: str, subject: str, basis: str) -> Request:
        require(self.owes(who, case), self.owes(who, case, "narrative"), not case.closed)
        asker = self.country.staff[who]
        require(to not in self.country.closed | case.barred | {asker})
        waits = [(one.to, one.subject) for one in self.requests if one.case is case and one.state == "open"]
        require((to, subject) not in waits, self._basis_stands(case, asker, subject, basis))
        self.requests.append(Request(case, asker, to, subject, basis))
        return self.requests[-1]

    def answer_information(self, who: str, request: Request) -> None:
        self._may_answer_it(who, request)
        require(request.asker not in request.case.barred)
        require(self._basis_stands(request.case, request.asker, request.subject, request.basis))
        request.state = "answered"

    def refuse_information(self, who: str, request: Request) -> None:
        self._may_answer_it(who, request)
        request.state = "refused"

    def take_back_request(self, who: str, request: Request) -> None:
        require(request.asker == self.country.staff[who], "ordinary" in self.sight(request.case, who))
        require(request.state == "open")
        request.state = "withdrawn"

    def _may_answer_it(self, who: str, request: Request) -> None:
        require(request.to == self.country.staff[who], self.sight(request.case, who))
        require(request.state == "open")

    def _basis_stands(self, case: Case, office: str, subject: str, basis: str) -> bool:
        wanted = ASKED_FOR[subject]
        if basis == "duty":
            return any(d.holder == office and wanted in KINDS[d.kind].opens for d in case.open_duties)
        shared = (wanted in one.classes for one in self.standing(case) if one.to == office)
        # By order the authority sees every case without names, and nothing that is asked for here.
        return basis == "consent" and any(shared)

    def waited_for(self, case: Case) -> set[str]:
        return super().waited_for(case) | {
            one.to for one in self.requests if one.case is case and one.state == "open"
        }

    def _move_all(self, case: Case, office: str, barred: set[str], own: str) -> None:
        super()._move_all(case, office, barred, own)
        # What only this office can say is owed by nobody once it is kept out.
        for one in self.requests:
            if one.case is case and one.to == office and one.state == "open":
                one.state = "ended"

    # What happens by the clock.

    def sweep(self) -> None:
        super().sweep()
        for one in self.consents:
            changed = one.tied and self.head(one.to) != one.head
            one.ended = one.ended or one.until <= self.now or changed
        for hour in self.emergencies:
            hour.ended = hour.ended or hour.until <= self.now

    def today(self) -> date:
        return self.now.astimezone(ZoneInfo("Europe/Tirane")).date()

    def head(self, office: str) -> str | None:
        head = self.heads.get(office)
        return head if head not in self.country.gone else None


def narrowed(classes: frozenset[str], pick: int) -> frozenset[str]:
    """Some of the sealed classes, as a person may agree to; now and then one that nobody of the office sees."""
    wanted = frozenset(one for bit, one in enumerate(sorted(ALL - {"ordinary"})) if pick >> bit & 1)
    return (wanted & classes if pick & 8 else wanted) or frozenset({"ordinary"})
