"""Decisions in the best interest of a child: recorded with who was heard, by whom, and when they are looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people import queries as people
from opennrm.sharing import ending
from opennrm.sharing.best_interest_rules import DecidedOn, InHerInterest, NewDecision, Standing, check, opens
from opennrm.sharing.coming_of_age import is_child
from opennrm.sharing.models import BestInterest, BestInterestReasons, ChildAsking, Consent
from opennrm.sharing.policies import DOOR
from opennrm.sharing.rules import EndReason

ONLY_FOR_A_CHILD = _("Only on the case of a child this is decided.")
OWED = "best_interests"


@dataclass(frozen=True, slots=True)
class BestInterestCard:
    """One decision; its reasons are None where this office may not read what is written."""

    id: UUID
    about: str
    outcome: str
    recipient: int | None
    decided_on: date
    review_by: date
    child: str
    child_not_why: str
    guardian: str
    child_protection_heard: bool
    also: tuple[str, ...]
    present: int
    office: int
    reasons: str | None

    def is_due(self, today: date) -> bool:
        """Whether it has to be looked at again."""
        return self.review_by <= today


def decide(*, case: CaseCard, new: NewDecision, by: Actor) -> UUID:
    """Records a best-interest decision; its reasons are sealed, and a duty to determine it is done by it."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "sharing.decide", case)
    if not is_child(case):
        raise Problem("not_a_child", ONLY_FOR_A_CHILD, 409)
    today, suspected = clock.today(), ledger.guardian_suspected_since(case.id)
    check(
        new,
        today=today,
        opened_on=clock.local_day(case.opened_at),
        suspected=suspected is not None,
        counts=bool(people.guardians_who_count(case.id, today, suspected_since=suspected)),
    )
    row = _row(case, new, by=by)
    BestInterest.objects.bulk_create([row])
    sealer = sealing.Sealer(case.id, "narrative", by.organisations)
    sealed = sealer.seal("sharing_bestinterestreasons", "sealed", row.id, new.reasons.strip())
    BestInterestReasons.objects.bulk_create(
        [BestInterestReasons(decision=row, case_id=case.id, sealed=sealed)]
    )
    casefile.write_journal(
        case=case.id,
        kind=JournalKind.BEST_INTEREST,
        happened_at=row.recorded_at,
        subject=str(new.about),
        by=by,
    )
    audit.record("sharing.decide", case=case.id, subject=str(row.id), detail={"about": str(new.about)})
    duties.fulfil_held(case=case.id, kind=OWED, by=by)
    if new.about is DecidedOn.SHARE and new.outcome is InHerInterest.NO:
        _close_what_rested_on_another(case, new.recipient, by=by)
    return row.id


def decisions(case: UUID, *, by: Actor) -> list[BestInterestCard]:
    """The decisions over a child, the newest first, with the reasons this actor may read."""
    rows = list(BestInterest.objects.filter(case=case).order_by("-recorded_at"))
    texts = {
        row.decision_id: bytes(row.sealed)
        for row in BestInterestReasons.objects.filter(decision__in=[one.id for one in rows])
    }
    sealer = sealing.Sealer(case, "narrative", by.organisations)
    return [_card(row, _opened(sealer, row.id, texts)) for row in rows]


def allows(case: UUID, *, recipient: int, until: date) -> UUID | None:
    """The decision by which a child's data may be shared with this office until this day, in a guardian's place."""
    rows = list(BestInterest.objects.filter(case=case, recipient=recipient).order_by("-recorded_at"))
    newest = [Standing(one.about, one.outcome, one.recipient_id, one.review_by) for one in rows]
    return rows[0].id if opens(newest, recipient=recipient, until=until) else None


def _close_what_rested_on_another(case: CaseCard, recipient: int | None, *, by: Actor) -> None:
    resting = ChildAsking.objects.filter(case=case.id, recipient=recipient, decision__isnull=False)
    rows = Consent.objects.select_for_update().filter(id__in=resting.values("consent"), ended_at__isnull=True)
    for row in rows:
        ending.end(row, why=EndReason.NOT_IN_HER_INTEREST, now=clock.now(), by=by)


def _opened(sealer: sealing.Sealer, row: UUID, texts: dict[UUID, bytes]) -> str | None:
    return sealer.open("sharing_bestinterestreasons", "sealed", row, texts[row]) if row in texts else None


def _row(case: CaseCard, new: NewDecision, *, by: Actor) -> BestInterest:
    assert by.officer is not None
    assert by.office is not None
    return BestInterest(
        case_id=case.id,
        about=new.about,
        outcome=new.outcome,
        recipient_id=new.recipient,
        decided_on=new.decided_on,
        recorded_at=clock.now(),
        review_by=new.review_by,
        child=new.child,
        child_not_why=new.child_not_why or "",
        guardian=new.guardian,
        child_protection_heard=new.child_protection_heard,
        also=sorted(map(str, new.also)),
        present=new.present,
        office_id=by.office,
        officer_id=by.officer,
    )


def _card(row: BestInterest, reasons: str | None) -> BestInterestCard:
    return BestInterestCard(
        id=row.id,
        about=row.about,
        outcome=row.outcome,
        recipient=row.recipient_id,
        decided_on=row.decided_on,
        review_by=row.review_by,
        child=row.child,
        child_not_why=row.child_not_why,
        guardian=row.guardian,
        child_protection_heard=row.child_protection_heard,
        also=tuple(row.also),
        present=row.present,
        office=row.office_id,
        reasons=reasons,
    )
