"""Two people act on one interview or decision at once, on real connections: one wins, the other is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.identification import actions, interviews, reviews
from opennrm.identification.interview_rules import CallOffReason
from opennrm.identification.rules import DecisionKind
from opennrm.lib import clock
from opennrm.people.actions import NewPerson
from tests.acting import by, opened, told
from tests.committed import watched
from tests.duties.test_races import at_once, check
from tests.procedure import decide, hold_interview

TIMES = 3
NAMELESS = NewPerson(sex="Feminine", age=24, age_on=clock.today(), age_basis="declared", languages=("sq",))


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "interviews") as found:
        yield found


def states(superuser: psycopg.Connection, case: UUID) -> list[str]:
    rows = superuser.execute("SELECT state FROM identification_interview WHERE case_id = %s", [case])
    return [state for (state,) in rows]


def proposed() -> tuple[CaseCard, object]:
    case, at = told(), clock.now() + timedelta(days=1)
    with by("police-petra") as petra:
        interviews.propose(case=case, at=at, by=petra)
    return case, at


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_accepts_of_one_time_agree_once(superuser: psycopg.Connection, _time: int) -> None:
    case, at = proposed()
    outcomes = at_once(
        ("social-sara", lambda sara: interviews.accept(case=case, seen=at, by=sara)),  # type: ignore[arg-type]
        ("social-sara", lambda sara: interviews.accept(case=case, seen=at, by=sara)),  # type: ignore[arg-type]
    )
    check(outcomes)
    assert states(superuser, case.id) == ["agreed"]


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_first_proposals_make_one_interview(superuser: psycopg.Connection, _time: int) -> None:
    case, at = told(), clock.now() + timedelta(days=1)
    outcomes = at_once(
        ("social-sara", lambda sara: interviews.propose(case=case, at=at, by=sara)),
        ("police-petra", lambda petra: interviews.propose(case=case, at=at, by=petra)),
    )
    check(outcomes, winners=2)
    assert states(superuser, case.id) == ["proposed"]


@pytest.mark.parametrize("_time", range(TIMES))
def test_the_last_signature_and_calling_off_do_not_both_happen(
    superuser: psycopg.Connection, _time: int
) -> None:
    case = told()
    hold_interview(case)
    with by("police-petra") as petra:
        interviews.sign(case=case, by=petra)
    outcomes = at_once(
        ("social-sara", lambda sara: interviews.sign(case=case, by=sara)),
        (
            "police-petra",
            lambda petra: interviews.call_off(case=case, reason=CallOffReason.ENTERED_WRONGLY, by=petra),
        ),
    )
    check(outcomes)
    assert states(superuser, case.id) in (["signed"], ["called_off"])


@pytest.mark.parametrize("_time", range(TIMES))
def test_both_signatures_at_once_complete_the_interview_once(
    superuser: psycopg.Connection, _time: int
) -> None:
    case = told()
    hold_interview(case)
    outcomes = at_once(
        ("social-sara", lambda sara: interviews.sign(case=case, by=sara)),
        ("police-petra", lambda petra: interviews.sign(case=case, by=petra)),
    )
    check(outcomes, winners=2)
    assert states(superuser, case.id) == ["signed"]
    held = superuser.execute(
        "SELECT count(*) FROM duties_happening WHERE case_id = %s AND kind = 'interview_held'", [case.id]
    ).fetchone()
    assert held == (1,)


@pytest.mark.parametrize("_time", range(TIMES))
def test_a_decision_against_a_request_for_review_leaves_no_review_of_a_decision_that_is_gone(
    superuser: psycopg.Connection, _time: int
) -> None:
    case, today = told(), clock.today()
    decide(case)
    outcomes = at_once(
        (
            "social-sara",
            lambda sara: actions.decide(
                case=case, decision=DecisionKind.OFFICIAL, decided_on=today, legal_basis="", by=sara
            ),
        ),
        ("border-ana", lambda ana: reviews.ask_review(case=case, asked_on=today, by=ana)),
    )
    lost = [outcome for outcome in outcomes if outcome != "done"]
    check(outcomes, winners=2 - len(lost))
    reviewed, decisions = superuser.execute(
        "SELECT (SELECT count(*) FROM identification_reviewrequest WHERE case_id = %(case)s AND outcome_id IS NULL),"
        " (SELECT count(*) FROM identification_decision WHERE case_id = %(case)s)",
        {"case": case.id},
    ).fetchone() or (0, 0)
    # The office that decided may not answer the review of its own decision, whichever came first.
    assert (reviewed, decisions) in ((1, 1), (1, 2))


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_who_record_that_she_agrees_record_it_once(superuser: psycopg.Connection, _time: int) -> None:
    case = opened(fork=Fork.DOES_NOT_CONSENT, who=NAMELESS)
    outcomes = at_once(
        ("border-ana", lambda ana: actions.record_consent(case=case, by=ana)),
        ("border-ben", lambda ben: actions.record_consent(case=case, by=ben)),
    )
    check(outcomes)
    given = superuser.execute(
        "SELECT count(*) FROM duties_happening WHERE case_id = %s AND kind = 'consent_given'", [case.id]
    ).fetchone()
    assert given == (1,)


@pytest.mark.parametrize("_time", range(TIMES))
def test_two_requests_for_a_review_make_one(superuser: psycopg.Connection, _time: int) -> None:
    case, today = told(), clock.today()
    decide(case)
    outcomes = at_once(
        ("border-ana", lambda ana: reviews.ask_review(case=case, asked_on=today, by=ana)),
        ("border-ben", lambda ben: reviews.ask_review(case=case, asked_on=today, by=ben)),
    )
    check(outcomes)
