"""A child comes of age: her guardian has no word any more, and what was agreed for her is asked of her again or lapses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import actions as casefile
from opennrm.casefile.models import Case
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork, JournalKind
from opennrm.duties import actions as duties
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.people.queries import PersonCard
from opennrm.people.rules import years_before
from opennrm.sharing.models import ComingOfAge, Consent
from opennrm.sharing.rules import GivenBy

ADULT = 18


@dataclass(frozen=True, slots=True)
class ComingOfAgeCard:
    """On which day a child came of age, and by when she is asked again."""

    on: date
    asked_again_by: date


def came_of_age(case: UUID) -> ComingOfAgeCard | None:
    """When the child of a case came of age; None while she is one."""
    row = ComingOfAge.objects.filter(case=case).first()
    return ComingOfAgeCard(row.on, row.asked_again_by) if row else None


def is_child(case: CaseCard) -> bool:
    """Whether the person of a case is a child today: referred as one, and not come of age since."""
    return case.fork == Fork.CHILD and came_of_age(case.id) is None


def note_all() -> int:
    """Notes every child who came of age, once and however late; returns how many."""
    with as_system("routing", reason="children who came of age") as actor:
        today = clock.today()
        waiting = Case.objects.filter(fork=Fork.CHILD, closed_on__isnull=True).exclude(
            id__in=ComingOfAge.objects.values("case")
        )
        return sum(_note(person, today, by=actor) for person in people.of_age(waiting.values("id"), today))


def past_asking(today: date) -> Iterator[tuple[UUID, UUID]]:
    """The shares agreed for a child who came of age and was not asked again in time: each consent and its case."""
    over = ComingOfAge.objects.filter(asked_again_by__lte=today).values("case")
    rows = Consent.objects.filter(ended_at__isnull=True, case__in=over).exclude(given_by=GivenBy.PERSON)
    yield from list(rows.values_list("id", "case_id"))


def _note(person: PersonCard, today: date, *, by: Actor) -> bool:
    sight.one_at_a_time(person.case_id)
    if ComingOfAge.objects.filter(case=person.case_id).exists():
        return False
    case, on = case_by_id(person.case_id), _day(person, today)
    days = timedelta(days=sop(case.sop).child_ages.days_to_ask_again)
    # Late is harmless: the time to ask begins when somebody is told.
    row = ComingOfAge(case_id=case.id, on=on, noted_at=clock.now(), asked_again_by=today + days)
    ComingOfAge.objects.bulk_create([row])
    casefile.write_journal(case=case.id, kind=JournalKind.CAME_OF_AGE, happened_at=_instant(case, on), by=by)
    audit.record("sharing.came_of_age", case=case.id)
    duties.note(case=case.id, event="came_of_age", at=clock.now(), by=by)
    return True


def _day(person: PersonCard, today: date) -> date:
    """The latest day on which she can have turned 18, from an age that was counted earlier."""
    assert person.age is not None
    assert person.age_on is not None
    return min(today, years_before(person.age_on, person.age - ADULT))


def _instant(case: CaseCard, on: date) -> datetime:
    return max(case.opened_at, timezone.make_aware(datetime.combine(on, time(0))))
