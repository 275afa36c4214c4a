"""What follows a decision: telling the person, her review, her later wish for official status and its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.duties import together
from opennrm.duties.rules import Move
from opennrm.identification.interview_rules import SIDE_BY_DUTY
from opennrm.identification.models import (
    Decision,
    DecisionNotice,
    DecisionVote,
    Interview,
    ReviewRequest,
    StatusRequest,
)
from opennrm.identification.policies import DOOR
from opennrm.identification.queries import LATEST_DECISION
from opennrm.identification.rules import DecisionKind, NoticeWay, Vote
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people import queries as people


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """How the person was told of a decision."""

    decision: UUID
    given_on: date
    language: str
    way: str
    office: int


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review that the person asked for; outcome is the new decision, None while it is open."""

    decision: UUID
    asked_on: date
    outcome: UUID | None


def tell(
    *, case: CaseCard, given_on: date, language: str, way: NoticeWay, review_explained: bool, by: Actor
) -> None:
    """Records that the person was told of the latest decision, in which language, and how to ask for a review."""
    decision = _enter(case, "identification.notify", by)
    _not_ahead(given_on)
    if not review_explained:
        raise Problem(
            "review_not_explained", _("Tell the person how to ask for a review before you record this.")
        )
    check_told(case, way)
    assert by.office is not None
    assert by.officer is not None
    row = DecisionNotice(
        case_id=case.id,
        decision=decision,
        given_on=given_on,
        language=language,
        way=way,
        office_id=by.office,
        officer_id=by.officer,
    )
    DecisionNotice.objects.bulk_create([row])
    _trace(case.id, JournalKind.NOTICE_GIVEN, "tell", row.id, by=by)
    duties.fulfil_held(case=case.id, kind="notice_of_decision", by=by)


def check_told(case: CaseCard, way: NoticeWay) -> None:
    """Raises the problem where a guardian would be told who is not there or may be involved."""
    if way is not NoticeWay.BY_GUARDIAN:
        return
    suspected = ledger.guardian_suspected_since(case.id)
    if not people.guardians_who_count(case.id, clock.today(), suspected_since=suspected):
        raise Problem(
            "guardian_is_told_nothing", _("No guardian counts who could be told. Tell the child herself.")
        )


def ask_review(*, case: CaseCard, asked_on: date, by: Actor) -> None:
    """Records that the person asks for a review; another office than the one that decided then owes it."""
    decision = _enter(case, "identification.ask_review", by)
    _not_ahead(asked_on)
    if ReviewRequest.objects.filter(case=case.id, outcome__isnull=True).exists():
        raise Problem("review_is_open", _("A review of this decision was asked for already."), 409)
    assert by.office is not None
    row = ReviewRequest(
        case_id=case.id,
        decision=decision,
        asked_on=asked_on,
        known_on=clock.today(),
        office_id=by.office,
    )
    ReviewRequest.objects.bulk_create([row])
    _trace(case.id, JournalKind.REVIEW_ASKED, "ask_review", row.id, by=by)
    duties.note(case=case.id, event="review_asked", by=by)


def ask_status(*, case: CaseCard, said_on: date, by: Actor) -> None:
    """Records that an adult who first declined official status asks for it now; the interview is owed again."""
    decision = _enter(case, "identification.ask_status", by)
    _not_ahead(said_on)
    if decision.decision != DecisionKind.DECLINED:
        raise Problem(
            "status_not_declined", _("Only a person who declined official status asks for it later."), 409
        )
    _say(case, True, said_on, by=by)
    duties.note(case=case.id, event="status_requested", by=by)


def withdraw_status(*, case: CaseCard, said_on: date, by: Actor) -> None:
    """Records that the person no longer wants official status: the interview is not owed any more, everything else is."""
    sight.one_at_a_time(case.id)
    DOOR.require(by, "identification.ask_status", case_by_id(case.id))
    _not_ahead(said_on)
    _say(case, False, said_on, by=by)
    Interview.objects.filter(case=case.id, ended_at__isnull=True).update(
        state="called_off", ended_at=clock.now(), reason="person_declined"
    )
    together.settle_together(
        case=case.id, kinds=list(SIDE_BY_DUTY), move=Move.WAIVE, reason="declined", by=by
    )


def count_votes(*, case: CaseCard, decision: Decision, votes: Mapping[int, Vote]) -> None:
    """Keeps how each office of a panel voted on a decision."""
    DecisionVote.objects.bulk_create(
        [
            DecisionVote(case_id=case.id, decision=decision, office_id=office, vote=vote)
            for office, vote in votes.items()
        ]
    )


def check_reconsideration(*, case: CaseCard, by: Actor) -> ReviewRequest | None:
    """The review that a new decision answers; another office than the one that decided takes that decision."""
    asked = (
        ReviewRequest.objects.filter(case=case.id, outcome__isnull=True).select_related("decision").first()
    )
    if asked is None:
        return None
    if asked.decision.office_id in by.offices:
        raise Problem(
            "another_office_decides", _("Another office than the one that decided reconsiders."), 409
        )
    DOOR.require(by, "identification.reconsider", case)
    return asked


def votes(case_id: UUID) -> dict[UUID, list[tuple[int, str]]]:
    """The votes on each decision of a case."""
    found: dict[UUID, list[tuple[int, str]]] = {}
    for row in DecisionVote.objects.filter(case=case_id).order_by("office"):
        found.setdefault(row.decision_id, []).append((row.office_id, row.vote))
    return found


def notices(case_id: UUID) -> list[NoticeCard]:
    """How the person was told of the decisions, the latest first."""
    rows = DecisionNotice.objects.filter(case=case_id).order_by("-given_on")
    return [NoticeCard(r.decision_id, r.given_on, r.language, r.way, r.office_id) for r in rows]


def reviews(case_id: UUID) -> list[ReviewCard]:
    """The reviews that the person asked for, the latest first."""
    rows = ReviewRequest.objects.filter(case=case_id).order_by("-asked_on", "-known_on")
    return [ReviewCard(r.decision_id, r.asked_on, r.outcome_id) for r in rows]


def asks_for_status(case_id: UUID) -> bool | None:
    """What the person said last about wanting official status; None while nothing was recorded."""
    return (
        StatusRequest.objects.filter(case=case_id)
        .order_by("-known_at")
        .values_list("asks", flat=True)
        .first()
    )


def _enter(case: CaseCard, word: str, by: Actor) -> Decision:
    sight.one_at_a_time(case.id)
    DOOR.require(by, word, case_by_id(case.id))
    decision = Decision.objects.filter(case=case.id).order_by(*LATEST_DECISION).first()
    if decision is None:
        raise Problem("no_decision", _("There is no decision on the status yet."), 409)
    return decision


def _not_ahead(day: date) -> None:
    if day > clock.today():
        raise Problem("day_in_future", _("The day must not be in the future."))


def _say(case: CaseCard, asks: bool, said_on: date, *, by: Actor) -> None:
    assert by.office is not None
    row = StatusRequest(
        case_id=case.id, asks=asks, said_on=said_on, known_at=clock.now(), office_id=by.office
    )
    StatusRequest.objects.bulk_create([row])
    _trace(case.id, JournalKind.STATUS_ASKED, "ask_status" if asks else "withdraw_status", row.id, by=by)


def _trace(case: UUID, kind: JournalKind, what: str, subject: UUID, *, by: Actor) -> None:
    casefile.write_journal(case=case, kind=kind, happened_at=clock.now(), subject=what, by=by)
    audit.record(f"identification.{what}", case=case, subject=str(subject))
