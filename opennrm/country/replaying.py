from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from opennrm.access.scope import Actor, acting
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import ExclusionReason, Fork
from opennrm.country import watched
from opennrm.country.live import LiveCase, LiveStep
from opennrm.country.stages import STAGES
from opennrm.duties import actions, handover, reviewing
from opennrm.duties.exclusion import exclude_office
from opennrm.duties.models import Duty
from opennrm.identification import actions as identification
from opennrm.identification import referral_queries, referrals
from opennrm.identification.rules import Channel
from opennrm.lib import clock
from opennrm.oversight.rules import Danger
from opennrm.people.actions import NewPerson
from opennrm.people.rules import AgeBasis
from opennrm.sharing import request_queries, requests
from opennrm.sharing.request_rules import RefusalReason

HERE = ZoneInfo("Europe/Tirane")
AUTHORITY = "ra"
# Codes for the reasons the cohort tells in words.
DECLINES, WAIVES, SUSPENDS = "no_capacity", "person_declined", "ill"
MOVES = (
    *("fulfil", "waive", "suspend", "name_worker", "decline_referral", "dispute"),
    *("answer_information", "refuse_information"),
)
ANSWER = "Invented: yes, twice last winter, and she asked not to be telephoned."


class Replay:
    """Lives the cohort's days again through the ordinary actions, each by someone of the office that acts."""

    def __init__(self) -> None:
        self.offices = {card.code: card for card in agencies.offices().values()}
        self.codes = {card.id: code for code, card in self.offices.items()}
        self.now = clock.now()
        self.last = self.now
        self.people: dict[str, Actor] = {}

    def run(self, cohort: Iterable[LiveCase]) -> Iterator[UUID]:
        """Opens each case on its day and takes its steps in order; nothing is written but by an action."""
        for live in cohort:
            self.last = self._opening(live)
            case = self._open(live, self.last)
            for step in sorted(live.steps, key=lambda one: one.on):
                self._take(case, step, live)
            yield case

    def _opening(self, live: LiveCase) -> datetime:
        # A case of this morning cannot have happened this afternoon.
        return min(_at(live.identified_on, 8 + live.number % 8), self.now - timedelta(hours=4))

    def _open(self, live: LiveCase, at: datetime) -> UUID:
        self.last = at + timedelta(minutes=40)
        with clock.stopped_at(self.last), acting(self.actor_of(live.office)) as actor:
            return identification.open_case(new=_new_case(live, at), by=actor).id

    def _take(self, case: UUID, step: LiveStep, live: LiveCase) -> None:
        wanted = min(_at(step.on, 11 + live.number % 6), self.now - timedelta(hours=1))
        self.last = max(wanted, self.last + timedelta(minutes=4))
        with clock.stopped_at(self.last):
            self._do(case, step, live)

    def _do(self, case: UUID, step: LiveStep, live: LiveCase) -> None:
        office, duty = self._holder(case, step.duty) if step.duty else (step.office or live.office, None)
        if step.duty and duty is None:
            return
        # The office a step names acts, but for an exclusion, where it is the one excluded.
        actor = self.actor_of(live.office if step.do == "exclude" else step.office or office)
        made: UUID | None = None
        with acting(actor) as by:
            if duty and step.do == "offer":
                made = handover.offer(duty=duty, to_office=self.offices[step.to].id, by=by)
            elif duty and step.do in MOVES:
                self._move(case, duty, step, by)
            elif step.do == "exclude":
                self._exclude(case, step, by)
            elif step.do == "break_glass":
                watched.break_glass(self._reference(case), Danger(step.says["danger"]), by=by)
            else:
                STAGES[step.do](cases.case_by_id(case), step, by)
        if made is not None and step.answer:
            self._answer(made, step, asks=self.actor_of(office))

    def _move(self, case: UUID, duty: UUID, step: LiveStep, by: Actor) -> None:
        match step.do:
            case "fulfil":
                referrals.done(duty=duty, by=by)
            case "waive":
                actions.waive(duty=duty, reason=WAIVES, by=by)
            case "suspend":
                actions.suspend(duty=duty, reason=SUSPENDS, until=self._until(step), by=by)
            case "name_worker" if by.officer is not None:
                actions.name_worker(duty=duty, officer=by.officer, by=by)
            case "decline_referral":
                waiting = referral_queries.waiting_for(sorted(by.offices))
                asked = next(one for one in waiting if one.case_id == case)
                referrals.answer(referral=asked.id, accepts=False, reason=step.reason, by=by)
            case "answer_information" | "refuse_information":
                self._answer_information(case, step, by)
            case "dispute":
                to = self.offices[step.to].id
                reviewing.dispute(duty=duty, to_office=to, reason=step.reason, by=by)

    def _answer_information(self, case: UUID, step: LiveStep, by: Actor) -> None:
        waiting = request_queries.waiting_for(sorted(by.offices))
        asked = next(one for one in waiting if one.case_id == case)
        if step.do == "answer_information":
            requests.answer(request=asked.id, text=ANSWER, by=by)
        else:
            requests.refuse(request=asked.id, reason=RefusalReason(step.reason), by=by)

    def _exclude(self, case: UUID, step: LiveStep, by: Actor) -> None:
        exclude_office(
            case=cases.case_by_id(case),
            office=self.offices[step.office].id,
            reason=ExclusionReason.RELATIVE,
            by=by,
        )

    def _answer(self, offer: UUID, step: LiveStep, *, asks: Actor) -> None:
        self.last = max(
            self.last + timedelta(minutes=4),
            min(self.last + timedelta(hours=3), self.now - timedelta(hours=1)),
        )
        with clock.stopped_at(self.last), acting(self.actor_of(step.to)) as by:
            if step.answer == "accepted":
                handover.accept(offer=offer, by=by)
            else:
                handover.decline(offer=offer, reason=DECLINES, by=by)
        if step.says.get("review") == "asked":
            self.last += timedelta(minutes=20)
            with clock.stopped_at(self.last), acting(asks) as by:
                reviewing.ask(offer=offer, by=by)

    def _holder(self, case: UUID, kind: str) -> tuple[str, UUID | None]:
        open_duties = Duty.objects.filter(case=case, kind=kind, ended_at__isnull=True)
        with acting(self.actor_of(AUTHORITY)):
            row = open_duties.order_by("started_at").first()
        return (self.codes[row.holder_id], row.id) if row else ("", None)

    def _reference(self, case: UUID) -> str:
        """What somebody who does not see the case was told by telephone."""
        with acting(self.actor_of(AUTHORITY)):
            return cases.case_by_id(case).reference

    def actor_of(self, office: str) -> Actor:
        """Somebody who works in an office: one with an account, else its head."""
        if office not in self.people:
            self.people[office] = self._someone_of(self.offices[office])
        return self.people[office]

    def _someone_of(self, card: agencies.OfficeCard) -> Actor:
        today = clock.local_day(self.now)
        username = agencies.account_in(card.id, today)
        actor = agencies.actor_for_username(username, today) if username else None
        return actor or Actor(
            user=f"office:{card.code}",
            officer=agencies.head_id(card.id, today),
            offices=frozenset({card.id}),
            organisations=frozenset({card.organisation}),
            roles=frozenset({"case_worker"}),
        )

    def _until(self, step: LiveStep) -> datetime | None:
        return datetime.combine(step.until, time(12), HERE) if step.until else None


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 15), HERE)


def _new_case(live: LiveCase, at: datetime) -> identification.NewCase:
    fork = Fork(live.fork)
    named = fork is not Fork.DOES_NOT_CONSENT
    person = NewPerson(
        sex=live.gender,
        citizenship=(live.citizenship,),
        languages=live.languages,
        interpreter_needed=live.languages[0] not in ("sqi", "sq"),
        age=live.age,
        age_on=live.identified_on,
        age_basis=AgeBasis.DOCUMENTED if live.birth_date and named else AgeBasis.DECLARED,
        first_name=live.first_name if named else "",
        second_name=live.second_name if named else "",
        birth_date=live.birth_date if named else None,
        contact="Invented: by message in the evening, never by voice." if named else "",
    )
    return identification.NewCase(
        person=person,
        fork=fork,
        channel=Channel(live.channel),
        region=live.region,
        identified_at=at,
        exploitation=live.exploitation,
        needs=live.needs,
        in_danger=live.in_danger,
        note="Invented: first talk in a quiet room, she asked for time to think." if named else "",
    )
