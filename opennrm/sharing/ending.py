"""How a consent ends: withdrawn, lapsed, or given anew. The share closes in the same transaction; no duty is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from opennrm.access import actions as access
from opennrm.access import audit, taking_back
from opennrm.access import queries as sight
from opennrm.access.rules import SEALED_CLASSES, BasisKind
from opennrm.access.scope import Actor, as_system
from opennrm.access.taking_back import Lent
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.casefile import actions as casefile
from opennrm.casefile.rules import JournalKind
from opennrm.duties import queries as duties
from opennrm.duties import telling
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.sharing import coming_of_age
from opennrm.sharing.models import Consent, Voice
from opennrm.sharing.policies import DOOR
from opennrm.sharing.rules import EndReason, Purpose, WithdrawnHow, change

AT_ONCE = 500


def end(row: Consent, *, why: EndReason, how: WithdrawnHow | None = None, now: datetime, by: Actor) -> None:
    """Ends one consent: journal, notice, then the share itself, because who ends it may lose sight with it."""
    casefile.write_journal(
        case=row.case_id, kind=JournalKind.SHARE_ENDED, happened_at=now, to_office=row.recipient_id, by=by
    )
    if row.recipient_id not in sight.excluded(row.case_id)[0]:
        telling.tell_without_content(row.case_id, row.recipient_id, at=now, what="share_ended")
    _close(row, why=why, how=how, now=now, by=by)


def renew(*, case: UUID, recipient: int, purpose: Purpose, now: datetime, by: Actor) -> None:
    """Ends an earlier consent in whose place a new one is given; nobody is told that a share ended that goes on."""
    for row in Consent.objects.select_for_update().filter(
        case=case, recipient=recipient, purpose=purpose, ended_at__isnull=True
    ):
        _close(row, why=EndReason.RENEWED, how=None, now=now, by=by)


def lapse(*, by: Actor) -> int:
    """Ends the consents whose last day is over, or whose recipient is no longer the one she agreed to; returns how many."""
    DOOR.require(by, "sharing.lapse")
    now, ended = clock.now(), 0
    offices = agencies.offices()
    lately = Consent.objects.filter(ended_at__gt=now - taking_back.LOOKED_FOR)
    taking_back.what_was_left(_lent(row, offices) for row in lately)
    for consent, case, why in [
        *_over(now),
        *_changed(clock.local_day(now)),
        *_lost_their_guardian(clock.local_day(now)),
        *((*one, EndReason.CAME_OF_AGE) for one in coming_of_age.past_asking(clock.local_day(now))),
    ]:
        sight.one_at_a_time(case)
        row = Consent.objects.select_for_update().filter(id=consent, ended_at__isnull=True).first()
        if row is not None:
            end(row, why=why, now=now, by=by)
            ended += 1
    return ended


def lapse_all() -> int:
    """Ends what has to end, in a scope of its own: for the worker and the command line."""
    coming_of_age.note_all()
    with as_system("sweep", reason="consents that end") as actor:
        return lapse(by=actor)


def _over(now: datetime) -> Iterator[tuple[UUID, UUID, EndReason]]:
    rows = Consent.objects.filter(ended_at__isnull=True, until__lte=now).order_by("until")
    for consent, case in list(rows.values_list("id", "case_id")[:AT_ONCE]):
        yield consent, case, EndReason.LAPSED


def _changed(today: date) -> Iterator[tuple[UUID, UUID, EndReason]]:
    standing = Consent.objects.filter(ended_at__isnull=True, ends_with_change=True)
    agreed_to = list(standing.values_list("recipient_id", "head_id", "role").distinct())
    recipients = {recipient for recipient, _head, _role in agreed_to}
    heads, held = agencies.heads_by_post(recipients, today), agencies.roles_by_office(recipients, today)
    for recipient, head, role in agreed_to:
        why = change(head, heads.get(recipient), role, held.get(recipient, frozenset()))
        if why is not None:
            rows = standing.filter(recipient=recipient, head=head, role=role)
            yield from ((consent, case, why) for consent, case in rows.values_list("id", "case_id"))


def _lost_their_guardian(today: date) -> Iterator[tuple[UUID, UUID, EndReason]]:
    # A suspicion may be written down in a room that knows nothing of shares.
    said = Voice.objects.filter(guardian__isnull=False, word="agrees")
    standing = said.filter(asking__consent__isnull=False, asking__consent__ended_at__isnull=True)
    for consent, case, guardian in list(standing.values_list("asking__consent", "case_id", "guardian")):
        suspected = duties.guardian_suspected_since(case)
        if guardian not in people.guardians_who_count(case, today, suspected_since=suspected):
            yield consent, case, EndReason.GUARDIAN_GONE


def _close(row: Consent, *, why: EndReason, how: WithdrawnHow | None, now: datetime, by: Actor) -> None:
    row.ended_at, row.ended_why = now, why
    row.withdrawn_how, row.ended_by_id = how or "", by.officer
    row.save(update_fields=["ended_at", "ended_why", "withdrawn_how", "ended_by"])
    audit.record("sharing.end", case=row.case_id, subject=str(row.id), detail={"why": str(why)})
    access.end(case=row.case_id, kind=BasisKind.CONSENT, reference=str(row.id), at=now)
    taking_back.once_it_stands(_lent(row, agencies.offices()))


def _lent(row: Consent, offices: Mapping[int, OfficeCard]) -> Lent:
    organisation = offices[row.recipient_id].organisation
    its = [card.id for card in offices.values() if card.organisation == organisation]
    return Lent(row.case_id, [one for one in SEALED_CLASSES if one in row.classes], organisation, its)
