"""A case is opened to one person for an hour because a life is in danger; another organisation is told and reviews it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from opennrm.access import actions as access
from opennrm.access import audit, sealing, taking_back
from opennrm.access import queries as sight
from opennrm.access.rules import EMERGENCY_CLASSES, EMERGENCY_LASTS, SEALED_CLASSES, BasisKind, new_id
from opennrm.access.scope import Actor, acting, as_system
from opennrm.access.taking_back import Lent
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import JournalKind
from opennrm.duties import mechanism
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from opennrm.oversight import passing_on, sealed_words
from opennrm.oversight.models import Emergency
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import (
    REVIEW_WITHIN_HOURS,
    TRIES_COUNTED_FOR,
    CameTo,
    Danger,
    check_tries,
    check_words,
)

LENT = tuple(one for one in SEALED_CLASSES if one in EMERGENCY_CLASSES)
NO_CASE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Try:
    """What the one who tried may know: the case that is open to her now, or nothing."""

    case: UUID | None


def break_glass(*, reference: str, danger: Danger, words: str, by: Actor) -> Try:
    """Opens a case to the actor alone, to read, for an hour.

    1. A case that her office sees anyway is given back as it is.
    2. Every try counts against her three in a day, and leaves a row and a word to another organisation.
    3. No such reference and a case that she is kept out of take the same steps and get the same answer.
    4. What is opened is reviewed within 72 hours: a duty of another organisation, made in the same transaction.
    """
    DOOR.require(by, "oversight.break_glass")
    assert by.officer is not None
    words = check_words(words)
    sight.one_at_a_time(f"emergency {by.officer}")
    # Asked behind the lock: of two clicks at once the second finds the case open.
    if seen := _case(reference):
        return Try(seen.id)
    with as_system("emergency", reason="a life is in danger"):
        now = clock.now()
        since = now - TRIES_COUNTED_FOR
        tried = Emergency.objects.filter(officer=by.officer, tried_at__gt=since)
        check_tries(list(tried.values_list("tried_at", flat=True)), now)
        case = _case(reference)
        # An exclusion that comes at the same moment waits here, or is seen.
        sight.one_at_a_time(case.id if case else new_id())
        offices, officers = sight.excluded(case.id if case else NO_CASE)
        kept_out = bool(offices & by.offices) or by.officer in officers
        row = _row(case, kept_out=kept_out, barred=offices, danger=danger, words=words, now=now, by=by)
        if row.came_to == CameTo.OPENED and case is not None:
            _open(row, case, now=now, by=by)
    audit.record("oversight.break_glass", case=row.case_id if row.until else None, subject=row.id)
    return Try(row.case_id if row.until else None)


def end(*, emergency: UUID, by: Actor) -> None:
    """Ends her own emergency before its hour; a second time changes nothing."""
    with as_system("emergency", reason="ended by the one who opened it"):
        row = Emergency.objects.select_for_update().filter(id=emergency, came_to=CameTo.OPENED).first()
        if row is None or not DOOR.may(by, "oversight.end", row):
            raise NotFound()
        _end(row, min(clock.now(), row.until or clock.now()))
    audit.record("oversight.end", subject=emergency)


def end_past() -> int:
    """Takes back the keys of emergencies whose hour is over; row security closed them at the hour by itself."""
    with acting(passing_on.LOOKING):
        lately = Emergency.objects.filter(ended_at__gt=clock.now() - taking_back.LOOKED_FOR)
        taking_back.what_was_left(_lent(row, row.case_id) for row in lately if row.case_id)
        if not _over().exists():
            return 0
    with as_system("emergency", reason="the hour is over") as actor:
        DOOR.require(actor, "oversight.end_past")
        rows = list(_over().select_for_update().order_by("until"))
        for row in rows:
            _end(row, row.until or clock.now())
    return len(rows)


def _over() -> QuerySet[Emergency]:
    return Emergency.objects.filter(came_to=CameTo.OPENED, ended_at__isnull=True, until__lte=clock.now())


def _case(reference: str) -> CaseCard | None:
    try:
        return cases.case_by_name(reference)
    except NotFound:
        return None


def _row(
    case: CaseCard | None,
    *,
    kept_out: bool,
    barred: frozenset[int],
    danger: Danger,
    words: str,
    now: datetime,
    by: Actor,
) -> Emergency:
    """The row of a try, made by the same steps whatever it came to; unsaved only where a duty still has to be made."""
    assert by.officer is not None
    assert by.office is not None
    came_to = CameTo.NOTHING if case is None else CameTo.EXCLUDED if kept_out else CameTo.OPENED
    told = passing_on.told(
        lead_office=case.lead_office if case else None,
        organisations=by.organisations,
        barred=barred if came_to is CameTo.OPENED else frozenset(),
    )
    row = Emergency(
        case_id=case.id if case else None,
        officer_id=by.officer,
        office_id=by.office,
        tried_at=now,
        came_to=came_to,
        danger=danger,
        until=now + EMERGENCY_LASTS if came_to is CameTo.OPENED else None,
        reviewer_id=told.reviewer,
        told=sorted(told.offices if came_to is CameTo.OPENED else {told.reviewer}),
    )
    row.words = sealed_words.seal(row, "words", words)
    if came_to is CameTo.OPENED and case is not None:
        row.duty_id = mechanism.owe_within(
            hours=REVIEW_WITHIN_HOURS,
            kind="emergency_review",
            subject=case.reference,
            source="",
            holder=told.reviewer,
            escalates_to=told.next_role,
            by=by,
        )
    Emergency.objects.bulk_create([row])
    return row


def _open(row: Emergency, case: CaseCard, *, now: datetime, by: Actor) -> None:
    grant = access.Grant(
        row.office_id, BasisKind.EMERGENCY, str(row.id), EMERGENCY_CLASSES, row.until, by.officer
    )
    access.grant_all(case=case.id, grants=[grant], at=now, case_opened_at=case.opened_at)
    organisation = agencies.offices([row.office_id])[row.office_id].organisation
    row.lent = [one for one in LENT if sealing.lend(case.id, one, organisation)]
    row.save(update_fields=["lent"])
    casefile.write_journal(
        case=case.id, kind=JournalKind.EMERGENCY, happened_at=now, subject=row.danger, by=by
    )
    assert row.duty_id is not None
    mechanism.tell(duty=row.duty_id, offices=row.told, what="emergency_opened", reference=case.reference)


def _end(row: Emergency, at: datetime) -> None:
    """Ends the basis; the lent keys go with it where nobody of the organisation sees the class on another one."""
    if row.ended_at is not None or row.case_id is None:
        return
    sight.one_at_a_time(row.case_id)
    access.end(case=row.case_id, kind=BasisKind.EMERGENCY, reference=str(row.id), at=at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    taking_back.once_it_stands(_lent(row, row.case_id))


def _lent(row: Emergency, case: UUID) -> Lent:
    organisation = agencies.offices([row.office_id])[row.office_id].organisation
    offices = [card.id for card in agencies.offices().values() if card.organisation == organisation]
    earlier = Emergency.objects.filter(case_id=case, office__in=offices).values_list("lent", flat=True)
    return Lent(case, {one for lent in earlier for one in lent}, organisation, offices)
