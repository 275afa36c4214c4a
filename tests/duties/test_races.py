"""Two people at once, on two real connections that commit: never do both succeed, and the second is told why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import Actor, as_system
from opennrm.casefile import queries as cases
from opennrm.duties import actions, handover, reviewing, sweep
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from tests.acting import by, duty, office, opened
from tests.committed import watched

Act = Callable[[Actor], object]
TIMES = 4


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "races") as found:
        yield found


def at_once(*acts: tuple[str, Act]) -> list[object]:
    """What came of each act: "done", the problem it met, or another error."""
    start, outcomes = Barrier(len(acts)), ["done"] * len(acts)

    def run(place: int, username: str, act: Act) -> None:
        try:
            start.wait(10)
            with by(username) as actor:
                act(actor)
        except Exception as error:
            outcomes[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, *act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return list(outcomes)


def check(outcomes: list[object], *, winners: int = 1) -> None:
    """One act won; each other met a problem that a person understands, never an error of the database."""
    lost = [outcome for outcome in outcomes if outcome != "done"]
    assert len(outcomes) - len(lost) == winners, outcomes
    for outcome in lost:
        assert isinstance(outcome, Problem), repr(outcome)
        assert outcome.status in (403, 404, 409), outcome


def whole(superuser: psycopg.Connection, case: UUID) -> None:
    """The invariants, read by a superuser after the commits."""
    broken = superuser.execute(
        "SELECT d.kind FROM duties_duty d WHERE d.case_id = %s AND d.ended_at IS NULL AND 1 <>"
        " (SELECT count(*) FROM duties_holding h WHERE h.duty_id = d.id AND h.until IS NULL AND h.office_id = d.holder_id)",
        [case],
    ).fetchall()
    assert broken == []
    superuser.execute("SELECT duties_check_duty(id) FROM duties_duty WHERE case_id = %s", [case])
    superuser.execute("SELECT duties_check_lead(%s)", [case])
    dangling = superuser.execute(
        "SELECT 1 FROM access_basis b JOIN duties_offer o ON o.id::text = b.reference WHERE b.case_id = %s"
        " AND b.kind = 'offer' AND b.ended_at IS NULL AND o.state <> 'open'",
        [case],
    ).fetchall()
    assert dangling == []


def offered(kind: str = "lead") -> tuple[UUID, UUID, UUID]:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, kind).id
        return case.id, held, handover.offer(duty=held, to_office=office("shelter"), by=ana)


def disputed(kind: str = "lead") -> tuple[UUID, UUID, UUID]:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, kind).id
        made = reviewing.dispute(duty=held, to_office=office("shelter"), reason="not_competent", by=ana)
        return case.id, held, made


@pytest.mark.parametrize("_time", range(TIMES))
def test_accepting_meets_withdrawing(superuser: psycopg.Connection, _time: int) -> None:
    case, _, offer = offered()
    check(
        at_once(
            ("shelter-sam", lambda sam: handover.accept(offer=offer, by=sam)),
            ("border-ana", lambda ana: handover.withdraw(offer=offer, by=ana)),
        )
    )
    whole(superuser, case)


@pytest.mark.parametrize("_time", range(TIMES))
def test_accepting_twice(superuser: psycopg.Connection, _time: int) -> None:
    case, _, offer = offered()
    check(at_once(*[("shelter-sam", lambda sam: handover.accept(offer=offer, by=sam))] * 2))
    whole(superuser, case)


@pytest.mark.parametrize("_time", range(TIMES))
def test_offering_to_two_offices(superuser: psycopg.Connection, _time: int) -> None:
    case = opened()
    with by("border-ana"):
        lead = duty(case.id, "lead").id
    check(
        at_once(
            ("border-ana", lambda ana: handover.offer(duty=lead, to_office=office("shelter"), by=ana)),
            ("border-ben", lambda ben: handover.offer(duty=lead, to_office=office("labour"), by=ben)),
        )
    )
    whole(superuser, case.id)


@pytest.mark.parametrize("_time", range(TIMES))
def test_fulfilling_meets_accepting(superuser: psycopg.Connection, _time: int) -> None:
    case, held, offer = offered("immediate_safety_and_needs")
    check(
        at_once(
            ("border-ana", lambda ana: actions.fulfil(duty=held, by=ana)),
            ("shelter-sam", lambda sam: handover.accept(offer=offer, by=sam)),
        )
    )
    whole(superuser, case)


@pytest.mark.parametrize("_time", range(TIMES))
def test_closing_meets_accepting_the_lead(superuser: psycopg.Connection, _time: int) -> None:
    case, _, offer = offered()

    def close(ana: Actor) -> None:
        actions.close_case(case=cases.case_by_id(case), reason="left_the_country", by=ana)

    outcomes = at_once(
        ("border-ana", close), ("shelter-sam", lambda sam: handover.accept(offer=offer, by=sam))
    )
    assert outcomes.count("done") == 1, outcomes
    assert [isinstance(outcome, Problem) for outcome in outcomes if outcome != "done"] == [True]
    whole(superuser, case)


@pytest.mark.parametrize("_time", range(TIMES))
def test_the_same_need_recorded_by_two_people(superuser: psycopg.Connection, _time: int) -> None:
    case = opened()

    def record(actor: Actor) -> None:
        actions.record_need(case=case.id, kind="health_care", by=actor)

    check(at_once(("border-ana", record), ("border-ben", record)))
    whole(superuser, case.id)


@pytest.mark.parametrize("_time", range(TIMES))
def test_a_review_decided_two_ways_at_once(superuser: psycopg.Connection, _time: int) -> None:
    case, held, review = disputed()

    def decide(moves: bool) -> Act:
        return lambda rita: reviewing.decide(review=review, moves=moves, reason="competence", by=rita)

    check(at_once(("authority-rita", decide(True)), ("authority-rita", decide(False))))
    whole(superuser, case)
    counted = superuser.execute(
        "SELECT count(*) FROM duties_event WHERE duty_id = %s AND kind IN ('moved', 'stayed')", [held]
    ).fetchone()
    assert counted == (1,)


@pytest.mark.parametrize("_time", range(TIMES))
def test_a_review_that_moves_a_duty_meets_the_act_that_ends_it(
    superuser: psycopg.Connection, _time: int
) -> None:
    case, held, review = disputed("immediate_safety_and_needs")
    outcomes = at_once(
        (
            "authority-rita",
            lambda rita: reviewing.decide(review=review, moves=True, reason="competence", by=rita),
        ),
        ("border-ana", lambda ana: actions.fulfil(duty=held, by=ana)),
    )
    check(outcomes)
    whole(superuser, case)
    assert superuser.execute(
        "SELECT count(*) FROM duties_review WHERE id = %s AND outcome = 'open'", [review]
    ).fetchone() == (0,)


def test_two_sweeps_at_once_write_each_lapse_once(superuser: psycopg.Connection) -> None:
    made = [opened().id for _ in range(3)]
    later = clock.now() + timedelta(days=5)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with clock.stopped_at(later), as_system("sweep", reason="race") as actor:
                sweep.sweep(by=actor)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    twice = superuser.execute(
        "SELECT duty_id, kind, count(*) FROM duties_event WHERE kind IN ('reminded', 'lapsed', 'escalated')"
        " GROUP BY duty_id, kind, at HAVING count(*) > 1"
    ).fetchall()
    assert twice == []
    swept = superuser.execute(
        "SELECT count(*) FROM duties_event WHERE kind = 'reminded' AND case_id = ANY(%s)", [made]
    ).fetchone()
    assert swept
    assert swept[0] > 0
