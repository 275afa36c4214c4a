"""Everything read is read under a basis that the audit names, and under one that still stands when the answer leaves."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import audit, bearer
from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.casefile.queries import case_by_id
from opennrm.lib.problems import ChangedMeanwhile
from opennrm.sharing import actions
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, opened
from tests.api.calling import Caller
from tests.api.operations import OPERATIONS
from tests.committed import watched
from tests.sharing.agreeing import agreed
from tests.web.browsing import browser

PAGES = (
    *(
        "",
        "identification/",
        "identification/referral/",
        "identification/interview/",
        "identification/assessment/",
    ),
    *(
        "identification/police-case/",
        "identification/decision/",
        "identification/changes/",
        "support/",
        "rights/",
    ),
    *("sharing/", "journal/", "responsible/", "procedure/"),
)
# What another office sees is shown only to who owes something on the case, never on a consent.
READS = [
    one
    for one in OPERATIONS
    if one.method == "get" and one.path.startswith("/api/v1/cases/{case}") and one.name != "read_preview"
]


def entries(case: UUID) -> list[dict[str, Any]]:
    """The reads of a case, as the log has them."""
    with as_system("audit", reason="a test looks"), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_audit WHERE case_id = %s ORDER BY seq", [case])
        found = [json.loads(body) for (body,) in cursor.fetchall()]
    return [one for one in found if one["verb"].endswith(".read") and one["detail"]]


@pytest.mark.django_db
def test_every_page_of_a_case_names_the_consent_it_is_read_under() -> None:
    case = opened(note="Said she was hungry.")
    consent, sam = agreed(case, "shelter", "contact", "narrative"), browser("shelter-sam")
    for page in (*PAGES, f"sharing/{consent}/"):
        assert sam.get(f"/cases/{case.id}/{page}").status_code == 200, page
    read = entries(case.id)
    assert len(read) >= len(PAGES)
    assert {one["basis"] for one in read} == {f"consent {consent}"}


@pytest.mark.django_db
def test_every_page_of_a_case_names_the_duties_of_the_office_that_owes() -> None:
    case, ana = opened(needs=("food",)), browser("border-ana")
    for page in PAGES:
        assert ana.get(f"/cases/{case.id}/{page}").status_code == 200, page
    for one in entries(case.id):
        kinds = [part.partition(" ") for part in one["basis"].split(", ")]
        assert kinds, one
        assert all(kind == "duty" and UUID(which) for kind, _space, which in kinds), one


@pytest.mark.django_db
@pytest.mark.parametrize("operation", READS, ids=str)
def test_every_read_of_a_program_names_the_basis(operation: Any) -> None:
    case = opened(note="Said she was hungry.")
    consent = agreed(case, "shelter", "identity", "contact", "narrative")
    with by("shelter-sam") as sam:
        _card, secret = bearer.make(label="reads", acts=(), offices=(), days=1, by=sam)
    answer = operation.call(Caller(secret), {"case": case.id})
    assert answer.status_code == 200, answer.content
    assert {one["basis"] for one in entries(case.id)} <= {f"consent {consent}"}


@pytest.mark.django_db
def test_what_may_no_longer_be_seen_when_the_answer_leaves_is_not_answered() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with pytest.raises(ChangedMeanwhile), transaction.atomic(), by("shelter-sam") as sam:
        audit.record("case.read", case=case.id, detail={"classes": ["ordinary"]}, basis=f"consent {consent}")
        actions.withdraw(case=case_by_id(case.id), consent=consent, how=WithdrawnHow.IN_PERSON, by=sam)


@pytest.mark.django_db
def test_a_class_that_the_office_does_not_see_cannot_be_entered_as_read() -> None:
    case = opened()
    agreed(case, "shelter")
    for classes in (["ordinary", "identity"], ["narrative"]):
        with pytest.raises(ChangedMeanwhile), transaction.atomic(), by("shelter-sam"):
            audit.record("case.read", case=case.id, detail={"classes": classes}, basis="consent")


@pytest.fixture(scope="module")
def superuser(admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker) -> Any:
    with watched(admin_url, application_url, django_db_blocker, "reading") as found:
        yield found


def test_a_read_that_began_before_a_withdrawal_committed_is_not_answered_after_it(
    superuser: psycopg.Connection,
) -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with pytest.raises(ChangedMeanwhile), by("shelter-sam"):
        assert sight.classes_seen(case.id) == {"ordinary"}
        audit.record("case.read", case=case.id, detail={"classes": ["ordinary"]}, basis=f"consent {consent}")
        # Another connection ends it and commits while this page is being made.
        superuser.execute(
            "UPDATE access_basis SET ended_at = now() WHERE kind = 'consent' AND reference = %s",
            [str(consent)],
        )
    with by("shelter-sam"):
        assert sight.classes_seen(case.id) == frozenset()
    assert all(one["officer"] != _officer("shelter-sam") for one in entries(case.id))


def _officer(username: str) -> int | None:
    with by(username) as actor:
        return actor.officer
