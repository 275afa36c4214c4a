from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, sealing
from opennrm.access.scope import Actor
from opennrm.casefile import policies
from opennrm.casefile.models import Case, Fact, JournalEntry, JournalText
from opennrm.casefile.queries import CaseCard, card
from opennrm.casefile.rules import FactKind, Fork, JournalKind, new_reference
from opennrm.lib import clock
from opennrm.lib.problems import Problem


def open_case(
    *,
    case_id: UUID,
    person: UUID,
    country: str,
    region: str | None,
    lead_office: int,
    fork: Fork,
    sop: str,
    opened_at: datetime,
    by: Actor,
) -> CaseCard:
    """Opens a case for a registered person, led by one office."""
    case = Case(
        id=case_id,
        reference=new_reference(country),
        person_id=person,
        opened_at=opened_at,
        known_at=clock.now(),
        region_id=region,
        lead_office_id=lead_office,
        fork=fork,
        sop=sop,
    )
    Case.objects.bulk_create([case])
    audit.record("casefile.open", case=case_id)
    write_journal(case=case_id, kind=JournalKind.OPENED, happened_at=opened_at, by=by)
    return card(case)


def add_note(*, case: CaseCard, text: str, happened_at: datetime, by: Actor) -> None:
    """Writes a note in the journal; its words are sealed as narrative."""
    policies.DOOR.require(by, "casefile.note", case)
    if not text.strip():
        raise Problem("note_is_empty", _("Write what happened before you save the note."))
    if happened_at > clock.now():
        raise Problem("note_in_future", _("The day of the note must not be in the future."))
    entry = write_journal(case=case.id, kind=JournalKind.NOTE, happened_at=happened_at, by=by)
    sealer = sealing.Sealer(case.id, "narrative", by.organisations)
    JournalText.objects.bulk_create(
        [
            JournalText(
                entry_id=entry,
                case_id=case.id,
                sealed=sealer.seal("casefile_journaltext", "sealed", entry, text.strip()),
            )
        ]
    )
    audit.record("casefile.note", case=case.id, subject=str(entry))


def write_journal(
    *,
    case: UUID,
    kind: JournalKind,
    happened_at: datetime,
    by: Actor,
    subject: str = "",
    to_office: int | None = None,
) -> UUID:
    """Writes one line of the journal in the name of the actor's office."""
    entry = JournalEntry(
        case_id=case,
        happened_at=happened_at,
        known_at=clock.now(),
        kind=kind,
        subject=subject,
        office_id=by.office,
        officer_id=by.officer,
        to_office_id=to_office,
    )
    JournalEntry.objects.bulk_create([entry])
    return entry.id


def record_fact(
    *,
    case: UUID,
    kind: FactKind,
    subject: str,
    happened_on: date,
    until: date | None = None,
    office: int | None,
    by: Actor,
) -> None:
    """Records a dated fact of a case, known from today."""
    fact = Fact(
        case_id=case,
        kind=kind,
        subject=subject,
        happened_on=happened_on,
        until=until,
        known_on=clock.today(),
        office_id=office,
    )
    Fact.objects.bulk_create([fact])
    audit.record("casefile.fact", case=case, subject=str(fact.id), detail={"kind": str(kind)})


def close_case(*, case: CaseCard, reason: str, on: date, by: Actor) -> None:
    """Closes a case; the ledger ends what is still owed before this is called."""
    Case.objects.filter(id=case.id, closed_on__isnull=True).update(closed_on=on, closing_reason=reason)
    audit.record("casefile.close", case=case.id, detail={"reason": reason})
    write_journal(case=case.id, kind=JournalKind.CLOSED, happened_at=clock.now(), subject=reason, by=by)


def change_sop(*, case: CaseCard, sop: str, by: Actor) -> None:
    """Writes under which procedure the case goes on; the ledger of duties brings it over."""
    policies.DOOR.require(by, "casefile.change_sop", case)
    Case.objects.filter(id=case.id).update(sop=sop)


def change_fork(*, case: CaseCard, fork: Fork, by: Actor) -> None:
    """Moves the case to another road of referral, for example when an adult consents later."""
    Case.objects.filter(id=case.id).update(fork=fork)
    audit.record("casefile.change_fork", case=case.id, detail={"fork": str(fork)})
