"""People identified in a year, entered in a line, as an import would."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from opennrm.access.actions import Grant, grant_all
from opennrm.access.rules import BasisKind, new_id
from opennrm.access.scope import as_system
from opennrm.agencies.models import Competence
from opennrm.casefile.models import Case, Fact
from opennrm.casefile.rules import new_reference
from opennrm.identification.models import Decision, Identification
from opennrm.lib import clock
from opennrm.people.models import Person
from tests.acting import office

MAY = date(2020, 5, 4)


def identified(
    on: date = MAY,
    *,
    age: int | None = 30,
    sex: str = "Feminine",
    citizenship: tuple[str, ...] = ("AL",),
    exploitation: tuple[str, ...] = ("SexualExploitation",),
    channel: str = "ngo",
    known_on: date | None = None,
    decision: str = "",
    decided_on: date | None = None,
    decision_known_on: date | None = None,
    facts: tuple[tuple[str, str, date], ...] = (),
) -> UUID:
    """One person with her case; most tests change one thing about her."""
    case, person, day = new_id(), new_id(), datetime(on.year, on.month, on.day, tzinfo=UTC)
    with as_system("import", reason="a person for a test of the account"):
        Person.objects.create(id=person, case_id=case, sex=sex, citizenship=list(citizenship))
        row = {
            "reference": new_reference("AL"),
            "person_id": person,
            "opened_at": day,
            "known_at": day,
            "closed_on": on,
        }
        Case.objects.create(id=case, lead_office_id=office("border"), fork="consents", **row)
        Identification.objects.create(
            case_id=case,
            identified_on=on,
            known_on=known_on or on,
            age=age,
            sex=sex,
            citizenship=list(citizenship),
            exploitation=list(exploitation),
            channel=channel,
        )
        if decision:
            decided_on = decided_on or on
            Decision.objects.create(
                case_id=case,
                decision=decision,
                decided_on=decided_on,
                known_on=decision_known_on or decided_on,
            )
        for kind, subject, happened_on in facts:
            Fact.objects.create(
                case_id=case, kind=kind, subject=subject, happened_on=happened_on, known_on=happened_on
            )
    return case


def give_sight(case: UUID, to: str) -> None:
    """Opens the ordinary class of a case to an office."""
    with as_system("import", reason="sight for a test of the account"):
        grant = Grant(office=office(to), kind=BasisKind.CONSENT, reference="test", classes=("ordinary",))
        grant_all(case=case, grants=[grant], at=clock.now(), case_opened_at=clock.now())


def competent(role: str, region: str | None, since: date, until: date | None) -> None:
    """Makes the test shelter competent for a role."""
    with as_system("setup", reason="a competence for a test of the account"):
        Competence.objects.create(
            office_id=office("shelter"), role=role, region_id=region, since=since, until=until
        )
