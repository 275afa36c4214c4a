"""Freedom to leave: an adult's notice is carried out; what keeps somebody has a reason, a basis, an end and a review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork, JournalKind
from opennrm.duties import asked_by_name
from opennrm.duties.reviewing import reviewer_of
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.shelters import leave_rules
from opennrm.shelters.leave_rules import Plan, RestrictedBecause
from opennrm.shelters.models import Notice, Restriction, Shelter
from opennrm.shelters.placing import NOBODY_THERE
from opennrm.shelters.policies import DOOR
from opennrm.shelters.queries import stays_of
from opennrm.shelters.rules import UseState

RULE = "restriction-review"


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A notice to leave, and whether it was taken back."""

    id: UUID
    given_at: datetime
    leaves_on: date
    plan: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class RestrictionCard:
    """A restriction and how it stands."""

    id: UUID
    office_id: int
    reason: str
    legal_basis: str
    begins_at: datetime
    ends_at: datetime
    reviewer_id: int
    reviewed_at: datetime | None
    stands: bool | None
    appealed_at: datetime | None
    lifted_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether nobody is kept by it any more."""
        return self.lifted_at is not None or self.ends_at <= now


def give_notice(*, case: CaseCard, leaves_on: date, plan: Plan, by: Actor) -> None:
    """Writes down that an adult leaves and when; she was offered a safety plan, and nobody can refuse the notice."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "shelters.place", case)
    shelter, today = _where(case), clock.today()
    waits = Notice.objects.filter(case_id=case.id, withdrawn_at__isnull=True, leaves_on__gte=today)
    leave_rules.check_notice(
        leaves_on=leaves_on, today=today, child=case.fork == Fork.CHILD, waits=waits.exists()
    )
    made = Notice(case_id=case.id, shelter=shelter, given_at=clock.now(), leaves_on=leaves_on, plan=plan)
    Notice.objects.bulk_create([made])
    _trace("notice", case.id, str(made.id), by)


def take_notice_back(*, case: CaseCard, by: Actor) -> None:
    """She changed her mind and stays."""
    DOOR.require(by, "shelters.place", case)
    standing = Notice.objects.filter(case_id=case.id, withdrawn_at__isnull=True)
    if not standing.update(withdrawn_at=clock.now()):
        raise NotFound()
    _trace("notice_taken_back", case.id, "", by)


def restrict(*, case: CaseCard, reason: RestrictedBecause, legal_basis: str, days: int, by: Actor) -> UUID:
    """Keeps somebody from going out for some days; another office owes a review at once."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    shelter, now = _where(case), clock.now()
    DOOR.require(by, "shelters.run", shelter)
    DOOR.require(by, "shelters.hold", case)
    waits = any(not one.is_over(now) for one in restrictions(case.id))
    basis = leave_rules.check_restriction(days=days, legal_basis=legal_basis, waits=waits)
    row = Restriction(
        case_id=case.id,
        shelter=shelter,
        reason=reason,
        legal_basis=basis,
        begins_at=now,
        ends_at=now + timedelta(days=days),
    )
    _owe_review(row, case, frozenset({shelter.office_id}), by)
    Restriction.objects.bulk_create([row])
    _trace("restricted", case.id, str(row.id), by)
    return row.id


def review(*, restriction: UUID, stands: bool, by: Actor) -> None:
    """Another office says whether a restriction stands; one that does not is over at once."""
    row, case = _locked(restriction)
    DOOR.require(by, "shelters.review_restriction", row)
    if row.reviewed_at is not None:
        raise Problem("review_is_over", leave_rules.REVIEW_IS_OVER, 409)
    row.reviewed_at, row.stands = clock.now(), stands
    if not stands:
        row.lifted_at = row.lifted_at or row.reviewed_at
    row.save(update_fields=["reviewed_at", "stands", "lifted_at"])
    _trace("restriction_stands" if stands else "restriction_lifted", case.id, str(row.id), by)
    _settle(row, case, by)


def appeal(*, restriction: UUID, by: Actor) -> None:
    """The person does not accept what the review said; an office that has not looked yet owes a review."""
    row, case = _locked(restriction)
    DOOR.require(by, "shelters.place", case)
    if not row.stands or row.appealed_at is not None or row.lifted_at is not None:
        raise Problem("nothing_to_appeal", leave_rules.NOTHING_TO_APPEAL, 409)
    row.appealed_at, row.reviewed_at, row.stands = clock.now(), None, None
    _owe_review(row, case, frozenset({row.shelter.office_id, row.reviewer_id}), by)
    row.save(update_fields=["appealed_at", "reviewed_at", "stands", "reviewer", "duty"])
    _trace("restriction_appealed", case.id, str(row.id), by)


def lift(*, restriction: UUID, by: Actor) -> None:
    """The shelter ends a restriction before its day."""
    row, case = _locked(restriction)
    DOOR.require(by, "shelters.run", row.shelter)
    DOOR.require(by, "shelters.place", case)
    if row.lifted_at is not None or row.ends_at <= clock.now():
        raise Problem("restriction_is_over", leave_rules.RESTRICTION_IS_OVER, 409)
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])
    _trace("restriction_lifted", case.id, str(row.id), by)


def notices(case: UUID) -> list[NoticeCard]:
    """The notices of a person, the newest first."""
    rows = Notice.objects.filter(case_id=case).order_by("-given_at")
    return [NoticeCard(one.id, one.given_at, one.leaves_on, one.plan, one.withdrawn_at) for one in rows]


def restrictions(case: UUID) -> list[RestrictionCard]:
    """The restrictions of a person, the newest first."""
    rows = Restriction.objects.select_related("shelter").filter(case_id=case).order_by("-begins_at")
    return [
        RestrictionCard(
            row.id,
            row.shelter.office_id,
            row.reason,
            row.legal_basis,
            row.begins_at,
            row.ends_at,
            row.reviewer_id,
            row.reviewed_at,
            row.stands,
            row.appealed_at,
            row.lifted_at,
        )
        for row in rows
    ]


def lives_in(case: UUID) -> int | None:
    """The office of the shelter where she stays now, as far as this actor may know."""
    stays = stays_of(case, clock.now())
    return next((one.office_id for one in stays if one.state is UseState.OCCUPIED), None)


def _where(case: CaseCard) -> Shelter:
    office = lives_in(case.id)
    if office is None:
        raise Problem("nobody_there", NOBODY_THERE, 409)
    return Shelter.objects.get(office=office)


def _locked(restriction: UUID) -> tuple[Restriction, CaseCard]:
    found = Restriction.objects.filter(id=restriction).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    sight.one_at_a_time(found)
    return Restriction.objects.select_related("shelter").get(id=restriction), case_by_id(found)


def _owe_review(row: Restriction, case: CaseCard, parties: frozenset[int], by: Actor) -> None:
    row.reviewer_id = reviewer_of(case, parties)
    with as_system("routing", reason="another office reviews a restriction"):
        owed = asked_by_name.owe(case=case, rule=RULE, holder=row.reviewer_id, subject=str(row.id), by=by)
    row.duty_id = owed.duty


def _settle(row: Restriction, case: CaseCard, by: Actor) -> None:
    if row.duty_id is not None:
        with as_system("routing", reason="a restriction was reviewed"):
            asked_by_name.settle(duty=row.duty_id, case=case, by=by)


def _trace(what: str, case: UUID, subject: str, by: Actor) -> None:
    casefile.write_journal(case=case, kind=JournalKind.PLACE, happened_at=clock.now(), subject=what, by=by)
    audit.record(f"shelters.{what}", case=case, subject=subject)
