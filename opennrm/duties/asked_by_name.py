"""Duties of an office that an act names: no rule finds it, and none ends what it owes while the case is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.duties import ledger
from opennrm.duties.limits import acts, due_at
from opennrm.duties.models import Duty, Event
from opennrm.duties.reconcile import NewDuty
from opennrm.duties.rules import Move
from opennrm.duties.sops import confirmed_sop
from opennrm.duties.telling import tell
from opennrm.lib import clock
from opennrm.lib.problems import Problem

# Nobody else can say what one office knows: only its substitute answers in its place.
ITS_OWN = frozenset({"answer_information_request"})
ASK_ANOTHER = "ask_another_office"


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty that was just made, and by when it is owed; nothing where the procedure names no limit."""

    duty: UUID
    due_at: datetime | None


def owe(*, case: CaseCard, rule: str, holder: int, subject: str, by: Actor) -> Owed:
    """An office that an act names owes what a rule of the procedure says, within its limit; it sees a few facts alone."""
    pack = confirmed_sop(case.sop)
    asked = pack.rules_by_id.get(rule)
    if asked is None:
        raise Problem("not_in_procedure", _("The procedure of this case has no rule for this."), 409)
    now = clock.now()
    new = NewDuty(
        rule=rule,
        kind=asked.owes,
        role=asked.role,
        place=None,
        subject=subject,
        started_at=now,
        due_at=due_at(now, asked.limit, pack.calendar),
        acts=acts(asked.limit),
        verified=asked.verified,
        source=asked.source,
        escalates_to=asked.escalates_to,
    )
    (row,) = ledger.make(asked=[(new, holder)], case=case, pack=pack, now=now, by=by)
    audit.record(
        "duties.create", case=case.id, subject=str(row.id), detail={"kind": row.kind, "rule": row.rule}
    )
    return Owed(row.id, row.due_at)


def settle(*, duty: UUID, case: CaseCard, by: Actor) -> None:
    """Fulfils a duty whose own act has just been done."""
    _over(duty, Move.FULFIL, case=case, reason="", by=by)


def call_off(*, duty: UUID, case: CaseCard, reason: str, by: Actor) -> None:
    """Ends a duty that nobody waits for any more."""
    _over(duty, Move.END, case=case, reason=reason, by=by)


def ends_with_its_office(duty: Duty, *, case: CaseCard, barred: frozenset[int], by: Actor) -> bool:
    """Whether what only this office could say is owed by nobody, as no substitute stands in; who asked learns to ask another."""
    if duty.kind not in ITS_OWN:
        return False
    asked_by = Event.objects.filter(duty=duty, kind="created").values_list("office_id", flat=True).first()
    if agencies.substitute_of(duty.holder_id) not in {None, *barred, asked_by}:
        return False
    call_off(duty=duty.id, case=case, reason=ASK_ANOTHER, by=by)
    if asked_by is not None and asked_by not in barred:
        tell(duty, asked_by, at=clock.now(), what=ASK_ANOTHER)
    return True


def _over(duty: UUID, what: Move, *, case: CaseCard, reason: str, by: Actor) -> None:
    now = clock.now()
    row = Duty.objects.select_for_update().get(id=duty)
    ledger.move(row, what, now=now, by=by, reason=reason)
    audit.record(f"duties.{what}", case=case.id, subject=str(duty), detail={"kind": row.kind})
    # Sight ends last: the same transaction may still write what follows.
    ledger.close_sight(row, case=case, now=now)
