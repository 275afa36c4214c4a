"""Two offices at once, on two real connections that commit: a request ends once, and whoever comes second is told why."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.sharing import requests
from opennrm.sharing.request_rules import RefusalReason
from tests.acting import office, opened
from tests.committed import watched
from tests.duties.test_races import TIMES, Act, at_once, check, whole
from tests.sharing.asking import asked


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which threads commit, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "request_races") as found:
        yield found


def stands(superuser: psycopg.Connection, request: UUID) -> tuple[str, str, int]:
    """The state of a request, that of its duty, and how many answers it has."""
    row = superuser.execute(
        "SELECT r.state, d.state, (SELECT count(*) FROM sharing_requesttext t WHERE t.request_id = r.id"
        " AND t.part = 'answer') FROM sharing_request r JOIN duties_duty d ON d.id = r.duty_id WHERE r.id = %s",
        [request],
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def answers(request: UUID) -> Act:
    return lambda actor: requests.answer(request=request, text="No, nobody.", by=actor)


def refuses(request: UUID) -> Act:
    return lambda actor: requests.refuse(request=request, reason=RefusalReason.DOES_NOT_HOLD, by=actor)


def withdraws(request: UUID) -> Act:
    return lambda actor: requests.withdraw(request=request, by=actor)


def excludes(case: CaseCard) -> Act:
    return lambda actor: exclusion.exclude_office(
        case=case_by_id(case.id), office=office("labour"), reason=ExclusionReason.LEAKED, by=actor
    )


def test_an_answer_and_a_withdrawal_at_once_end_it_one_way(superuser: psycopg.Connection) -> None:
    for _ in range(TIMES):
        case = opened()
        request = asked(case)
        check(at_once(("labour-lea", answers(request)), ("border-ana", withdraws(request))))
        assert stands(superuser, request) in {("answered", "fulfilled", 1), ("withdrawn", "ended", 0)}
        whole(superuser, case.id)


def test_an_answer_and_a_refusal_at_once_end_it_one_way(superuser: psycopg.Connection) -> None:
    for _ in range(TIMES):
        case = opened()
        request = asked(case)
        check(at_once(("labour-lea", answers(request)), ("labour-lea", refuses(request))))
        assert stands(superuser, request) in {("answered", "fulfilled", 1), ("refused", "fulfilled", 0)}
        whole(superuser, case.id)


def test_an_office_excluded_while_it_answers_has_answered_before_or_does_not(
    superuser: psycopg.Connection,
) -> None:
    for _ in range(TIMES):
        case = opened()
        request = asked(case)
        answer, exclude = at_once(("labour-lea", answers(request)), ("border-ana", excludes(case)))
        assert exclude == "done"
        expected = ("answered", "fulfilled", 1) if answer == "done" else ("ended", "ended", 0)
        assert stands(superuser, request) == expected
        whole(superuser, case.id)
