"""A key goes with the consent that brought it once the transaction stands; one that fails leaves both as they were."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import audit, keystore, sealing
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.lib.problems import Problem
from opennrm.people import queries as people
from opennrm.sharing import actions, ending
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, opened, person
from tests.committed import watched
from tests.duties.test_races import at_once
from tests.sharing.agreeing import agreed, consent_to

TIMES = 4


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which everything is committed, and a superuser who looks at what stands."""
    with watched(admin_url, application_url, django_db_blocker, "keys") as found:
        yield found


def withdraw(case: CaseCard, consent: UUID) -> None:
    with by("border-ana") as ana:
        actions.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=ana)


def has_key(case: CaseCard) -> bool:
    (shelter,) = person("shelter-sam").organisations
    return shelter in keystore.organisations(case.id, "identity")


def reads_name(case: CaseCard) -> bool:
    with by("shelter-sam") as sam:
        return people.identity(case.id, by=sam).shown == "Besa Shembulli"


def test_a_withdrawal_that_fails_leaves_the_share_and_its_key(superuser: psycopg.Connection) -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")
    with pytest.raises(Problem, match="comes after"), by("border-ana") as ana:
        actions.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=ana)
        raise Problem("fails", "Something that comes after it fails.")
    assert reads_name(case)
    withdraw(case, consent)
    assert not has_key(case)


def test_a_withdrawal_that_the_commit_refuses_leaves_the_share_and_its_key(
    superuser: psycopg.Connection,
) -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")
    superuser.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation'; END $$;"
        " CREATE CONSTRAINT TRIGGER refuse_late AFTER UPDATE ON sharing_consent"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    try:
        with pytest.raises(Problem):
            withdraw(case, consent)
    finally:
        superuser.execute("DROP FUNCTION refuse CASCADE")
    assert reads_name(case)


@pytest.mark.parametrize("_time", range(TIMES))
def test_what_is_agreed_anew_in_the_same_moment_has_its_key(
    superuser: psycopg.Connection, _time: int
) -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")
    came = at_once(
        (
            "border-ana",
            lambda ana: actions.withdraw(case=case, consent=consent, how=WithdrawnHow.BY_PHONE, by=ana),
        ),
        (
            "border-ben",
            lambda ben: actions.give(case=case_by_id(case.id), new=consent_to("shelter", "identity"), by=ben),
        ),
    )
    # Given anew first, the earlier consent is over and there is nothing to withdraw.
    assert [getattr(one, "code", one) for one in came] in (["done", "done"], ["consent_is_over", "done"])
    assert reads_name(case)


def test_a_key_that_a_stopped_server_left_is_taken_back_by_the_worker(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")

    def stops(*_words: object) -> bool:
        raise OSError("the server stopped here")

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "take_back", stops)
        withdraw(case, consent)
    assert has_key(case)
    ending.lapse_all()
    assert not has_key(case)


def test_a_head_that_cannot_be_written_leaves_the_answer_alone(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened()

    def full(*_words: object) -> None:
        raise OSError("no space left on the device")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "write_head", full)
        agreed(case, "shelter", "identity")
    assert reads_name(case)
