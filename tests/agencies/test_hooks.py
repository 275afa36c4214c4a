"""Looks on a database that commits, sent to a receiver that listens with TLS: signed, without content, at least once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Barrier, Event, Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import as_system
from opennrm.agencies import hook_sending, hooks
from opennrm.agencies.hook_rules import HookState, LookState, Outcome, Why
from opennrm.agencies.hooks import HookCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion, handover, reviewing
from opennrm.lib import clock, networks
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from tests.acting import by, duty, office, opened, person
from tests.agencies.hooked import hooked
from tests.agencies.receiver import Receiver, certified, receiving
from tests.committed import committed

CLONE = Path(__file__).parents[2]
ON_THIS_MACHINE = "127.0.0.0/8, ::1/128"


@pytest.fixture(scope="module")
def addresses(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, str]]:
    """A small world that commits: the addresses of the application and of a superuser."""
    with committed(admin_url, application_url, django_db_blocker, "hooks") as found:
        yield found


@pytest.fixture
def superuser(addresses: tuple[str, str]) -> Iterator[psycopg.Connection]:
    """A superuser who sees what stands, in a database without a hook."""
    with psycopg.connect(addresses[1], autocommit=True) as found:
        yield found
        found.execute("TRUNCATE agencies_hooklook, agencies_hooknews, agencies_hook")


@pytest.fixture
def receiver(superuser: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """An office's own system on this machine, which this installation may call."""
    trusted, shown = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with receiving(shown) as found, override_settings(HOOK_NETWORKS=networks.read(ON_THIS_MACHINE)):
        yield found


def round_after(waited: timedelta) -> int:
    """A round of the worker as if so much time had passed."""
    with clock.stopped_at(clock.now() + waited):
        return hook_sending.send_looks()


def card(username: str = "health-hana") -> HookCard:
    with by(username) as actor:
        return hooks.hooks_of(by=actor)[0]


def news(superuser: psycopg.Connection) -> int:
    row = superuser.execute("SELECT count(*) FROM agencies_hooknews").fetchone()
    return int(row[0]) if row else 0


def test_an_office_with_something_new_is_told_once_to_look_and_nothing_else(receiver: Receiver) -> None:
    _hook, secret = hooked("health-hana", "health-tirana", receiver.address)
    cases = [opened(needs=("health_care",)) for _ in range(3)]
    assert round_after(timedelta()) == 0, "never at the instant of an act"
    [waits] = card().looks
    assert timedelta(seconds=30) <= waits.try_at - waits.made_at <= timedelta(seconds=90)
    assert round_after(timedelta(minutes=2)) == 1
    assert round_after(timedelta(minutes=9)) == 0
    [look] = receiver.came
    assert look.is_signed_with(secret)
    assert not look.is_signed_with("whsec_" + "A" * 43 + "=")
    assert set(look.said) == {"look", "at", "id"}
    assert (look.said["look"], look.said["id"]) == ("/api/v1/worklist", look.headers["webhook-id"])
    assert set(look.headers) == {
        *("host", "accept-encoding", "content-length", "content-type", "user-agent"),
        *("webhook-id", "webhook-timestamp", "webhook-signature"),
    }
    everything = look.body.decode() + repr(look.headers)
    for case in cases:
        assert case.reference not in everything
        assert str(case.id) not in everything
    assert "health" not in everything
    assert card().looks[0].state is LookState.DELIVERED


def test_only_the_office_with_something_new_is_told(receiver: Receiver) -> None:
    hooked("labour-lea", "labour", receiver.address)
    opened(needs=("health_care",))
    assert round_after(timedelta(minutes=2)) == 0
    assert receiver.came == []


def test_an_offer_a_review_and_a_notice_are_new_to_the_office_they_go_to(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    case = opened()
    for username, code in (
        ("shelter-sam", "shelter"),
        ("authority-rita", "authority"),
        ("border-ana", "border"),
    ):
        hooked(username, code, receiver.address)

    def told() -> set[str]:
        rows = superuser.execute(
            "SELECT o.code FROM agencies_hooknews n JOIN agencies_hook h ON h.id = n.hook_id"
            " JOIN agencies_office o ON o.id = h.office_id"
        ).fetchall()
        superuser.execute("TRUNCATE agencies_hooknews")
        return {code for (code,) in rows}

    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    assert told() == {"shelter"}
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    assert told() == {"border"}
    with by("border-ana") as ana:
        review = reviewing.ask(offer=made, by=ana)
    assert told() == {"authority"}
    with by("authority-rita") as rita:
        reviewing.decide(review=review, moves=True, reason="competence", by=rita)
    assert told() == {"border", "shelter"}


def test_an_excluded_office_hears_nothing_of_that_case(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    case = opened()
    hooked("shelter-sam", "shelter", receiver.address)
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("shelter"), reason=ExclusionReason.RELATIVE, by=ana)
    superuser.execute("TRUNCATE agencies_hooknews")
    _tell(superuser, case.id, "shelter")
    with superuser.transaction():
        # Also an office in which nobody works any more.
        ended = "UPDATE agencies_post SET until = %s WHERE office_id = %s"
        superuser.execute(ended, [clock.today() - timedelta(days=2), office("shelter")])
        _tell(superuser, case.id, "shelter")
        superuser.execute("SET CONSTRAINTS ALL IMMEDIATE")
        superuser.execute(ended, [None, office("shelter")])
    assert news(superuser) == 0
    other = opened()
    _tell(superuser, other.id, "shelter")
    assert news(superuser) == 1, "another case is heard of"


def test_an_office_with_an_excluded_person_hears_nothing_of_that_case(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    case = opened()
    with by("border-ana") as ana:
        excluded = person("shelter-sam").officer
        assert excluded
        exclusion.exclude_officer(case=case, officer=excluded, reason=ExclusionReason.RELATIVE, by=ana)
    hooked("shelter-sam", "shelter", receiver.address)
    _tell(superuser, case.id, "shelter")
    assert news(superuser) == 0


def test_an_office_with_a_person_of_an_excluded_office_hears_nothing_of_that_case(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    case = opened()
    hooked("shelter-sam", "shelter", receiver.address)
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("labour"), reason=ExclusionReason.RELATIVE, by=ana)
    superuser.execute("TRUNCATE agencies_hooknews")
    _tell(superuser, case.id, "shelter")
    assert news(superuser) == 1
    superuser.execute("TRUNCATE agencies_hooknews")
    both = superuser.execute(
        "INSERT INTO agencies_post (office_id, title, title_sq, role, permanent, is_head, officer_id, since)"
        " VALUES (%s, 'Second post', 'Vendi i dytë', 'case_worker', false, false, %s, '2020-01-01') RETURNING id",
        [office("labour"), person("shelter-sam").officer],
    ).fetchone()
    _tell(superuser, case.id, "shelter")
    superuser.execute("DELETE FROM agencies_post WHERE id = %s", both)
    assert news(superuser) == 0


def test_an_exclusion_later_in_the_same_transaction_is_heard(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    hooked("health-hana", "health-tirana", receiver.address)
    opened()
    case = opened()
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("health-tirana"), by=ana)
        exclusion.exclude_office(
            case=case, office=office("health-tirana"), reason=ExclusionReason.RELATIVE, by=ana
        )
    assert news(superuser) == 0


def test_a_look_that_fails_is_tried_again_under_the_same_number_with_a_new_signature(
    receiver: Receiver,
) -> None:
    hook, secret = hooked("health-hana", "health-tirana", receiver.address)
    receiver.answers = [500, 302, 503]
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    waited = timedelta()
    for tried in (1, 0, 1, 0, 1, 0, 1, 0):
        assert round_after(waited) == tried
        waited += timedelta(hours=4) if tried == 0 else timedelta(seconds=20)
    assert len({look.headers["webhook-id"] for look in receiver.came}) == 1
    assert [look.path for look in receiver.came] == ["/look"] * 4, "no redirect is followed"
    assert all(look.is_signed_with(secret) for look in receiver.came)
    look = card().looks[0]
    assert (look.attempts, look.state, look.outcome, look.status) == (
        4,
        LookState.DELIVERED,
        Outcome.DELIVERED,
        204,
    )


def test_what_becomes_new_while_a_look_is_on_its_way_is_told_by_the_next(receiver: Receiver) -> None:
    hooked("health-hana", "health-tirana", receiver.address)

    def meanwhile(request: BaseHTTPRequestHandler) -> None:
        try:
            opened(needs=("health_care",))
            # Another worker comes by before this one has recorded the answer.
            assert round_after(timedelta(minutes=2, seconds=5)) == 0
        finally:
            connection.close()
        request.send_response(204)
        request.end_headers()

    receiver.answers = [meanwhile]
    opened(needs=("health_care",))
    round_after(timedelta())
    assert round_after(timedelta(minutes=2)) == 1
    round_after(timedelta(minutes=3))
    assert round_after(timedelta(minutes=5)) == 1
    assert len({look.headers["webhook-id"] for look in receiver.came}) == 2


def test_a_look_whose_worker_was_killed_is_sent_again_by_another(
    receiver: Receiver, addresses: tuple[str, str]
) -> None:
    hook, secret = hooked("health-hana", "health-tirana", receiver.address)
    done = Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        done.wait(30)

    receiver.answers = [silent]
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    surroundings = {
        **os.environ,
        "OPENNRM_DATABASE_URL": addresses[0],
        "OPENNRM_HOOK_NETWORKS": ON_THIS_MACHINE,
    }
    command = [sys.executable, "-m", "opennrm.command.main", "worker", "--once"]
    with subprocess.Popen(command, env=surroundings, cwd=CLONE) as worker:
        began = time.monotonic()
        while not receiver.came and time.monotonic() - began < 60:
            time.sleep(0.05)
        worker.kill()
    done.set()
    assert len(receiver.came) == 1
    assert round_after(timedelta(seconds=30)) == 0, "it may still be on its way"
    assert round_after(timedelta(minutes=4)) == 1
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.is_signed_with(secret)
    assert card().looks[0].state is LookState.DELIVERED


def test_the_worker_sends_what_waits(receiver: Receiver, addresses: tuple[str, str]) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    surroundings = {
        **os.environ,
        "OPENNRM_DATABASE_URL": addresses[0],
        "OPENNRM_HOOK_NETWORKS": ON_THIS_MACHINE,
    }
    command = [sys.executable, "-m", "opennrm.command.main", "worker", "--once"]
    ran = subprocess.run(command, env=surroundings, cwd=CLONE, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(receiver.came) == 1
    surroundings["OPENNRM_HOOK_NETWORKS"] = "intranet"
    ran = subprocess.run(command, env=surroundings, cwd=CLONE, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("OPENNRM_HOOK_NETWORKS must hold networks")


def test_two_workers_at_once_send_a_look_once(receiver: Receiver) -> None:
    for _ in range(3):
        hooked("health-hana", "health-tirana", receiver.address)
    opened(needs=("health_care",))
    round_after(timedelta())
    start, tried = Barrier(2), list[int]()

    def work() -> None:
        try:
            start.wait(10)
            tried.append(round_after(timedelta(minutes=2)))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert sum(tried) == len(receiver.came) == 3
    assert len({look.headers["webhook-id"] for look in receiver.came}) == 3


def test_an_address_that_is_not_reached_for_days_is_paused_and_its_office_sees_why(
    receiver: Receiver,
) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    receiver.answers = [500, 500]
    assert round_after(timedelta()) == 1
    assert (card().state, card().why) == (HookState.ON, Why.ASKED)
    assert round_after(timedelta(days=4)) == 1
    assert (card().state, card().why) == (HookState.PAUSED, Why.FAILING)
    with as_system("audit", reason="test"):
        assert hooks.failing_offices() == ["health-tirana"]
    assert (card().looks[0].state, card().looks[0].status) == (LookState.GIVEN_UP, 500)
    assert round_after(timedelta(days=5)) == 0
    with by("health-hana") as hana:
        hooks.resume(hook=hook, by=hana)
    receiver.answers = [410]
    assert round_after(timedelta()) == 1
    assert (card().state, card().why) == (HookState.PAUSED, Why.GONE)


def test_a_paused_address_hears_nothing_and_looks_as_soon_as_it_is_resumed(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    opened(needs=("health_care",))
    round_after(timedelta())
    with by("health-hana") as hana:
        hooks.pause(hook=hook, by=hana)
        with pytest.raises(Problem, match="paused"):
            hooks.look_now(hook=hook, by=hana)
    opened(needs=("health_care",))
    assert news(superuser) == 0
    assert round_after(timedelta(minutes=5)) == 0
    assert card().looks[0].state is LookState.DROPPED
    with by("health-hana") as hana:
        hooks.resume(hook=hook, by=hana)
    assert round_after(timedelta()) == 1
    opened(needs=("health_care",))
    with by("health-hana") as hana:
        hooks.end(hook=hook, by=hana)
        assert hooks.hooks_of(by=hana) == []
        with pytest.raises(NotFound):
            hooks.resume(hook=hook, by=hana)
    kept = superuser.execute("SELECT secret, address FROM agencies_hook").fetchone()
    assert kept == ("", "")
    assert (news(superuser), round_after(timedelta(minutes=5)), news(superuser)) == (1, 0, 0)


def test_old_looks_go_after_thirty_days(receiver: Receiver, superuser: psycopg.Connection) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    round_after(timedelta())
    round_after(timedelta(days=29))
    assert len(card().looks) == 1
    round_after(timedelta(days=31))
    assert card().looks == ()


def test_neither_address_nor_secret_lies_open_in_the_database(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    hook, secret = hooked("health-hana", "health-tirana", receiver.address)
    [(row,)] = superuser.execute("SELECT t::text FROM agencies_hook t").fetchall()
    assert secret not in row
    assert "localhost" not in row
    # What is put elsewhere, or was sealed by another installation, does not open; the worker goes on.
    superuser.execute("UPDATE agencies_hook SET secret = address")
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    assert round_after(timedelta()) == 0
    assert (card().state, card().address) == (HookState.PAUSED, "")


def test_only_the_one_who_answers_for_an_office_keeps_its_addresses(receiver: Receiver) -> None:
    hook, _secret = hooked("border-ana", "border", receiver.address)
    with by("border-ben") as ben:
        assert hooks.offices_of(ben) == []
        assert hooks.hooks_of(by=ben) == []
        with pytest.raises(NotAllowed):
            hooks.register(office=office("border"), address=receiver.address, by=ben)
    for username in ("border-ben", "health-hana"):
        for act in (hooks.pause, hooks.resume, hooks.end, hooks.look_now):
            with pytest.raises(NotFound), by(username) as actor:
                act(hook=hook, by=actor)
    with by("health-hana") as hana, pytest.raises(NotFound):
        hooks.register(office=office("border"), address=receiver.address, by=hana)
    with by("admin-abe") as abe:
        assert hooks.offices_of(abe) == []


def test_an_office_has_at_most_five_addresses_and_none_that_may_not_be_called(receiver: Receiver) -> None:
    refused = "https://10.0.0.1/look"
    with by("health-hana") as hana, pytest.raises(Problem, match="its network is not allowed"):
        hooks.register(office=office("health-tirana"), address=refused, by=hana)
    for _ in range(5):
        hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana, pytest.raises(Problem, match="5 addresses"):
        hooks.register(office=office("health-tirana"), address=receiver.address, by=hana)


def test_an_address_that_moves_into_a_network_that_is_not_allowed_is_not_called(receiver: Receiver) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    with override_settings(HOOK_NETWORKS=networks.read("public")):
        assert round_after(timedelta()) == 1
    assert receiver.came == []
    assert (card().looks[0].outcome, card().looks[0].status) == (Outcome.NETWORK, None)


def test_without_an_address_nothing_is_noted_and_nothing_is_called(superuser: psycopg.Connection) -> None:
    opened(needs=("health_care",))
    assert news(superuser) == 0
    assert round_after(timedelta(minutes=2)) == 0


def test_every_act_and_every_attempt_stands_in_the_audit_without_the_address(
    receiver: Receiver, superuser: psycopg.Connection
) -> None:
    hook, _secret = hooked("health-hana", "health-tirana", receiver.address)
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    round_after(timedelta())
    with by("health-hana") as hana:
        hooks.pause(hook=hook, by=hana)
        hooks.resume(hook=hook, by=hana)
        hooks.end(hook=hook, by=hana)
    rows = superuser.execute(
        "SELECT verb, body FROM access_audit WHERE body LIKE %s ORDER BY seq", [f"%{hook}%"]
    ).fetchall()
    assert [verb for verb, _body in rows] == [
        *("agencies.register_hook", "agencies.test_hook", "agencies.send_look"),
        *("agencies.pause_hook", "agencies.resume_hook", "agencies.end_hook"),
    ]
    assert not any("localhost" in body for _verb, body in rows)


def _tell(superuser: psycopg.Connection, case: UUID, code: str) -> None:
    """A notice to an office, as the ledger writes one; whether it is heard is for the database."""
    superuser.execute(
        "INSERT INTO duties_notice (id, duty_id, case_id, office_id, at, what, shown)"
        " SELECT gen_random_uuid(), id, case_id, %s, clock_timestamp(), 'reminded', '{}' FROM duties_duty"
        " WHERE case_id = %s AND kind = 'lead'",
        [office(code), case],
    )
