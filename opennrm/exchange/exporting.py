from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

from opennrm.access import audit
from opennrm.access import queries as access
from opennrm.access.rules import DataClass
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.models import Case, Fact, ImportedRow
from opennrm.casefile.rules import FactKind
from opennrm.exchange import codes
from opennrm.exchange.htcds import write_cases
from opennrm.exchange.rules import CaseRow, Permit, Repatriation, Service, ShelterStay
from opennrm.identification import queries as identification
from opennrm.identification.models import Decision, Identification
from opennrm.people import queries as people

PAGE = 500
STATUS_OF_DECISION = {"official": codes.ACTUAL_VICTIM, "not_victim": codes.NOT_A_VICTIM}


def export_cases(stream: BinaryIO, *, by: Actor, plain_htcds: bool = False) -> int:
    """Writes the cases the actor sees as a case file; a name her office does not see stays empty."""
    return write_cases(_rows(by), stream, plain_htcds=plain_htcds)


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything of one case that a row tells."""

    case: Case
    person: people.PersonCard
    identity: people.Identity
    found: Identification
    decision: Decision | None
    facts: Sequence[Fact]
    sent: ImportedRow | None


def _rows(by: Actor) -> Iterator[CaseRow]:
    offices = {card.id: card.code for card in agencies.offices().values()}
    used: set[str] = set()
    before = None
    while lines := identification.case_list(
        offices=sorted(by.offices), open_only=False, limit=PAGE, before=before
    ):
        for told in _portion([line.id for line in lines], by=by):
            case_ref = told.sent.case_ref if told.sent else told.case.reference
            # Two senders may use the same reference; in one file each stands once.
            case_ref = told.case.reference if case_ref in used else case_ref
            used.add(case_ref)
            yield _row(told, case_ref, offices)
        before = (lines[-1].opened_at, lines[-1].id)


def _portion(ids: Sequence[UUID], *, by: Actor) -> Iterator[_Told]:
    cases = {case.id: case for case in Case.objects.filter(id__in=ids)}
    persons = people.persons(case.person_id for case in cases.values())
    identities = people.identities(ids, by=by)
    found = {one.case_id: one for one in Identification.objects.filter(case__in=ids)}
    latest = Decision.objects.filter(case__in=ids).order_by("decided_on", "known_on")
    decided = {one.case_id: one for one in latest}
    sent = {one.case_id: one for one in ImportedRow.objects.filter(case__in=ids)}
    facts: dict[UUID, list[Fact]] = {case_id: [] for case_id in ids}
    for fact in Fact.objects.filter(case__in=ids).order_by("position"):
        facts[fact.case_id].append(fact)
    _note([case_id for case_id in ids if case_id in found], by=by)
    for case_id, case in ((case_id, cases[case_id]) for case_id in ids if case_id in found):
        yield _Told(
            case=case,
            person=persons[case.person_id],
            identity=identities[case_id],
            found=found[case_id],
            decision=decided.get(case_id),
            facts=facts[case_id],
            sent=sent.get(case_id),
        )


def _note(ids: Sequence[UUID], *, by: Actor) -> None:
    """An entry for each case that goes into the file; where one may no longer be seen at the end, there is no file."""
    named, bases = access.cases_with_class(ids, DataClass.IDENTITY), access.bases_of(ids)
    for case in ids:
        classes = [str(DataClass.ORDINARY), *([str(DataClass.IDENTITY)] if case in named else [])]
        basis = access.named(bases.get(case, ()), by.offices, by.officer, classes)
        audit.record("exchange.read", case=case, detail={"classes": classes}, basis=basis)


def _row(told: _Told, case_ref: str, offices: dict[int, str]) -> CaseRow:
    found, decision, who = told.found, told.decision, told.identity
    first, second = next(((first, second) for kind, first, second in who.names if kind == "name"), ("", ""))
    remainder = told.sent.remainder if told.sent else {}
    of = {kind: [fact for fact in told.facts if fact.kind == kind] for kind in FactKind}
    cooperated = of[FactKind.COOPERATION]
    return CaseRow(
        case_ref=case_ref,
        status=STATUS_OF_DECISION.get(decision.decision if decision else "", codes.POSSIBLE_VICTIM),
        identified_on=found.identified_on,
        first_name=first,
        second_name=second,
        birth_date=who.birth_date,
        age=remainder.get("age") if who.birth_date else found.age,
        gender=told.person.sex,
        citizenships=told.person.citizenship,
        identity_numbers=tuple(number for _kind, _country, number in who.documents),
        languages=told.person.languages,
        exploitation=tuple(found.exploitation),
        identified_by=offices[found.office_id] if found.office_id else "",
        channel=found.channel,
        region=found.region_id or "",
        decided_on=_decided_on(decision, remainder.get("decided_on")),
        decision=decision.decision if decision and decision.words_given else "",
        services=tuple(Service(fact.subject, _day(fact)) for fact in of[FactKind.SERVICE]),
        shelter_stays=tuple(
            ShelterStay(fact.subject, _day(fact), fact.until) for fact in of[FactKind.SHELTER_STAY]
        ),
        permits=tuple(Permit(fact.subject, _day(fact)) for fact in of[FactKind.RESIDENCE_PERMIT]),
        job_seeker_on=tuple(map(_day, of[FactKind.JOB_SEEKER])),
        repatriations=tuple(map(_repatriation, of[FactKind.REPATRIATION])),
        cooperated=cooperated[-1].subject == "yes" if cooperated else None,
        closed_on=told.case.closed_on,
    )


def _decided_on(decision: Decision | None, alone: str | None) -> date | None:
    if decision is None:
        return date.fromisoformat(alone) if alone else None
    return decision.decided_on if decision.day_given else None


def _repatriation(fact: Fact) -> Repatriation:
    direction, country = fact.subject.split(":")
    return Repatriation(direction, _day(fact), country)


def _day(fact: Fact) -> date:
    # Only a consent may be without a day, and no column tells of one.
    assert fact.happened_on is not None
    return fact.happened_on
