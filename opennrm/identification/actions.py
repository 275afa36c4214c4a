from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.rules import EVERY_CLASS, SEALED_CLASSES, BasisKind, new_id
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork, JournalKind
from opennrm.duties import actions as duties
from opennrm.duties.sops import sop, sop_to_begin_with
from opennrm.identification import reviews
from opennrm.identification.models import Decision, Identification
from opennrm.identification.policies import DOOR
from opennrm.identification.rules import Channel, DecisionKind, Vote, status_after
from opennrm.identification.taking_part import check_taking_part
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from opennrm.people import actions as people
from opennrm.people.rules import age_on, is_child


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a first responder enters; a paper form entered late carries the day it was filled in."""

    person: people.NewPerson
    fork: Fork
    channel: Channel
    region: str | None
    identified_at: datetime
    exploitation: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    in_danger: bool = False
    note: str = ""
    sop: str = ""
    asylum: bool = False


EARLIEST = timedelta(days=3650)


def open_case(*, new: NewCase, by: Actor) -> CaseCard:
    """Opens a case for an identified person and lets the rules say at once who owes what.

    A child is always referred. An adult who does not consent is notified without a name, and nothing that names her is kept.
    """
    CASES.require(by, "casefile.open")
    _check(new)
    case_id, now, at = new_id(), clock.now(), new.identified_at
    office = by.office
    assert office is not None
    # The basis stands before the case: row security lets nobody write a case that nobody would see.
    access.grant_all(
        case=case_id,
        grants=[access.Grant(office, BasisKind.DUTY, "opening", EVERY_CLASS)],
        at=now,
        case_opened_at=at,
    )
    sealing.new_keys(case_id, SEALED_CLASSES, by.organisations)
    person = people.register(case_id=case_id, new=new.person, by=by)
    procedure = new.sop or sop_to_begin_with()
    pack = sop(procedure)
    case = casefile.open_case(
        case_id=case_id,
        person=person,
        country=pack.country,
        region=new.region,
        lead_office=office,
        fork=new.fork,
        sop=procedure,
        opened_at=at,
        by=by,
    )
    _identify(case, new, office, by=by)
    duties.remember_all(case=case.id, events=_known_at_once(new), at=at)
    duties.note(case=case.id, event="case_opened", at=at, by=by)
    if new.note.strip():
        casefile.add_note(case=case, text=new.note, happened_at=at, by=by)
    access.end(case=case_id, kind=BasisKind.DUTY, reference="opening", at=now)
    return case_by_id(case_id)


def _known_at_once(new: NewCase) -> list[tuple[str, str]]:
    """What is known from the first talk and changes what is owed."""
    consent = {Fork.CONSENTS: "consent_given", Fork.DOES_NOT_CONSENT: "consent_refused"}.get(new.fork)
    said = {
        "guardian_suspected": new.person.guardian_may_be_involved,
        "asylum_asked": new.asylum,
        "in_danger": new.in_danger,
        consent: consent is not None,
    }
    needs = [("need_recorded", need) for need in dict.fromkeys(new.needs)]
    return [*((event, "") for event, is_so in said.items() if event and is_so), *needs]


def decidable(case: CaseCard, *, by: Actor) -> list[DecisionKind]:
    """What she may record now.

    Who decides by the procedure records anything; who leads, as long as nobody has decided, that the person does not want
    official status.
    """
    if DOOR.may(by, "identification.decide", case):
        return list(DecisionKind)
    if (
        DOOR.may(by, "identification.hear_declined", case)
        and not Decision.objects.filter(case=case.id).exists()
    ):
        return [DecisionKind.DECLINED]
    return []


def decide(
    *,
    case: CaseCard,
    decision: DecisionKind,
    decided_on: date,
    legal_basis: str,
    votes: Mapping[int, Vote] | None = None,
    by: Actor,
) -> None:
    """Records what was decided on the status; an earlier decision stays in the history and no service depends on it.

    A decision that answers a review is taken by another office than the one that decided first.
    """
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    if decision not in decidable(case, by=by):
        raise NotAllowed()
    asked = reviews.check_reconsideration(case=case, by=by)
    today = clock.today()
    if decided_on > today:
        raise Problem("decision_in_future", _("The day of the decision must not be in the future."))
    check_taking_part(case.id, votes or ())
    row = Decision(
        case_id=case.id,
        decision=decision,
        decided_on=decided_on,
        known_on=today,
        known_at=clock.now(),
        office_id=by.office,
        officer_id=by.officer,
        legal_basis=legal_basis.strip(),
    )
    Decision.objects.bulk_create([row])
    reviews.count_votes(case=case, decision=row, votes=votes or {})
    if asked is not None:
        asked.outcome = row
        asked.save(update_fields=["outcome"])
    casefile.write_journal(
        case=case.id, kind=JournalKind.DECIDED, happened_at=clock.now(), subject=str(decision), by=by
    )
    audit.record("identification.decide", case=case.id, detail={"decision": str(decision)})
    duties.note(case=case.id, event="status_decided", subject=str(status_after(decision)), by=by)
    # Last, because the office may lose its sight of the case with the duty.
    duties.fulfil_held(
        case=case.id, kind="reconsider_decision" if asked else "status_decision_recorded", by=by
    )


def record_consent(*, case: CaseCard, by: Actor) -> None:
    """Records that an adult who was notified without a name now agrees to be referred."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.consent", case)
    if case.fork != Fork.DOES_NOT_CONSENT:
        raise Problem("consent_not_open", _("This person already takes part in the procedure."), 409)
    casefile.change_fork(case=case, fork=Fork.CONSENTS, by=by)
    casefile.write_journal(case=case.id, kind=JournalKind.CONSENT, happened_at=clock.now(), by=by)
    duties.note(case=case.id, event="consent_given", by=by)


def _check(new: NewCase) -> None:
    now = clock.now()
    if new.identified_at > now:
        raise Problem("identified_in_future", _("The day of identification must not be in the future."))
    if new.identified_at < now - EARLIEST:
        raise Problem(
            "identified_long_ago", _("The day of identification is more than ten years ago. Check the year.")
        )
    person = new.person
    named = any(
        (
            person.first_name,
            person.second_name,
            person.alias,
            person.birth_date,
            person.document,
            person.contact,
            person.guardian,
        )
    )
    if new.fork is Fork.DOES_NOT_CONSENT and named:
        raise Problem(
            "named_without_consent",
            _(
                "An adult who does not consent is notified without a name. Remove the name, date of birth, document and contact."
            ),
        )
    age = _age(new)
    if (
        new.fork is not Fork.CHILD
        and is_child(age, person.age_basis)
        and (age is not None or person.age_basis == "disputed")
    ):
        raise Problem(
            "child_needs_child_fork",
            _("This person is a child or presumed to be one, and is always referred as a child."),
        )
    if new.fork is Fork.CHILD and age is not None and age >= 18 and person.age_basis != "disputed":
        raise Problem(
            "adult_in_child_fork",
            _("By the age you entered this person is an adult. Correct the age or say that it is in doubt."),
        )


def _age(new: NewCase) -> int | None:
    if new.person.birth_date:
        return age_on(new.person.birth_date, new.identified_at.date())
    return new.person.age


def _identify(case: CaseCard, new: NewCase, office: int, *, by: Actor) -> None:
    Identification.objects.bulk_create(
        [
            Identification(
                case_id=case.id,
                identified_on=clock.local_day(new.identified_at),
                known_on=clock.today(),
                office_id=office,
                channel=new.channel,
                region_id=new.region,
                age=_age(new),
                sex=new.person.sex,
                citizenship=list(new.person.citizenship),
                exploitation=list(new.exploitation),
            )
        ]
    )
    casefile.write_journal(
        case=case.id,
        kind=JournalKind.IDENTIFIED,
        happened_at=new.identified_at,
        subject=str(new.channel),
        by=by,
    )
    audit.record("identification.record", case=case.id)
