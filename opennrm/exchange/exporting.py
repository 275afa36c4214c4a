from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO
from uuid import UUID

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.models import Case, Fact, ImportedRow
from opennrm.casefile.rules import FactKind
from opennrm.exchange.htcds import write_cases
from opennrm.exchange.rules import CaseRow, Permit, Repatriation, Service, ShelterStay
from opennrm.identification import queries as identification
from opennrm.identification.models import Decision, Identification
from opennrm.people import queries as people

PAGE = 500
STATUS_OF_DECISION = {"official": "ActualVictimOfTrafficking", "not_victim": "NotAVictimOfTrafficking"}
POSSIBLE = "PossibleVictimOfTrafficking"


def export_cases(stream: BinaryIO, *, by: Actor, plain_htcds: bool = False) -> int:
    """Writes the cases the actor sees as a case file; a name her office does not see stays empty."""
    return write_cases(_rows(by), stream, plain_htcds=plain_htcds)


def _rows(by: Actor) -> Iterator[CaseRow]:
    codes = {card.id: card.code for card in agencies.offices().values()}
    before = None
    while True:
        lines = identification.case_list(
            offices=sorted(by.offices), open_only=False, limit=PAGE, before=before
        )
        yield from _portion([line.id for line in lines], codes, by=by)
        if len(lines) < PAGE:
            return
        before = (lines[-1].opened_at, lines[-1].id)


def _portion(ids: Sequence[UUID], codes: dict[int, str], *, by: Actor) -> Iterator[CaseRow]:
    cases = {case.id: case for case in Case.objects.filter(id__in=ids)}
    persons = people.persons(case.person_id for case in cases.values())
    identified = {one.case_id: one for one in Identification.objects.filter(case__in=ids)}
    decided = {
        one.case_id: one for one in Decision.objects.filter(case__in=ids).order_by("decided_on", "known_on")
    }
    refs = dict(ImportedRow.objects.filter(case__in=ids).values_list("case_id", "case_ref"))
    facts: dict[UUID, list[Fact]] = {}
    for fact in Fact.objects.filter(case__in=ids).order_by("position"):
        facts.setdefault(fact.case_id, []).append(fact)
    for case_id in ids:
        if case_id in cases and case_id in identified:
            case = cases[case_id]
            yield _row(
                case, persons[case.person_id], identified[case_id], decided.get(case_id), facts.get(case_id, []),
                refs.get(case_id, case.reference), codes, by=by,
            )  # fmt: skip


def _row(
    case: Case,
    person: people.PersonCard,
    found: Identification,
    decision: Decision | None,
    facts: Sequence[Fact],
    case_ref: str,
    codes: dict[int, str],
    *,
    by: Actor,
) -> CaseRow:
    who = people.identity(case.id, by=by)
    first, second = next(((first, second) for kind, first, second in who.names if kind == "name"), ("", ""))
    of = {kind: [fact for fact in facts if fact.kind == kind] for kind in FactKind}
    told = of[FactKind.COOPERATION]
    return CaseRow(
        case_ref=case_ref,
        status=STATUS_OF_DECISION.get(decision.decision, POSSIBLE) if decision else POSSIBLE,
        identified_on=found.identified_on,
        first_name=first,
        second_name=second,
        birth_date=who.birth_date,
        age=None if who.birth_date else found.age,
        gender=person.sex,
        citizenships=person.citizenship,
        identity_numbers=tuple(number for _kind, _country, number in who.documents),
        languages=person.languages,
        exploitation=tuple(found.exploitation),
        identified_by=codes.get(found.office_id or 0, ""),
        channel=found.channel,
        region=found.region_id or "",
        decided_on=decision.decided_on if decision and decision.day_given else None,
        decision=decision.decision if decision and decision.words_given else "",
        services=tuple(Service(f.subject, f.happened_on) for f in of[FactKind.SERVICE] if f.happened_on),
        shelter_stays=tuple(
            ShelterStay(f.subject, f.happened_on, f.until) for f in of[FactKind.SHELTER_STAY] if f.happened_on
        ),
        permits=tuple(
            Permit(f.subject, f.happened_on) for f in of[FactKind.RESIDENCE_PERMIT] if f.happened_on
        ),
        job_seeker_on=tuple(f.happened_on for f in of[FactKind.JOB_SEEKER] if f.happened_on),
        repatriations=tuple(_returned(f) for f in of[FactKind.REPATRIATION]),
        cooperated=told[-1].subject == "yes" if told else None,
        closed_on=case.closed_on,
    )


def _returned(fact: Fact) -> Repatriation:
    direction, country = fact.subject.split(":")
    assert fact.happened_on is not None
    return Repatriation(direction, fact.happened_on, country)
