"""One request outward against a receiver that really listens: what is called, what is trusted, and how long it may take."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from opennrm.lib import networks, outward
from opennrm.lib.outward import Failure, NoAnswer, Place
from tests.agencies.receiver import Receiver, certified, receiving

HERE = networks.read("127.0.0.0/8, ::1/128")


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    trusted, shown = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with receiving(shown) as found:
        yield found


def place(receiver: Receiver, host: str = "localhost") -> Place:
    return Place(host, receiver.port, "/look")


def failure(asked: Place, allowed: networks.Networks = HERE, within: float = 5) -> Failure:
    with pytest.raises(NoAnswer) as refused:
        outward.post(asked, b"{}", {}, allowed, within=within)
    assert "localhost" not in str(refused.value)
    return refused.value.failure


def answering(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """A name server that answers differently each time; the names that were asked."""
    asked: list[str] = []
    answers, real = list(rounds), socket.getaddrinfo

    def resolve(host: str, port: int, *args: Any, **more: Any) -> Any:
        if not host.endswith(".example"):
            return real(host, port, *args, **more)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_what_is_sent_arrives_as_it_is_and_the_status_comes_back(receiver: Receiver) -> None:
    receiver.answers = [200, 500]
    assert outward.post(place(receiver), b'{"a":1}', {"X-Word": "b"}, HERE) == 200
    assert outward.post(place(receiver, "127.0.0.1"), b"", {}, HERE) == 500
    first = receiver.came[0]
    assert (first.path, first.body, first.headers["x-word"]) == ("/look", b'{"a":1}', "b")
    assert first.headers["host"] == f"localhost:{receiver.port}"


def test_no_inner_address_is_called_unless_its_network_is_named(receiver: Receiver) -> None:
    for host in ("localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1"):
        assert failure(place(receiver, host), networks.read("public")) is Failure.NETWORK, host
    assert receiver.came == []


def test_a_name_with_one_inner_address_among_others_is_refused_whole(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, ["127.0.0.1", "10.0.0.1"])
    assert failure(place(receiver, "two.example")) is Failure.NETWORK
    assert receiver.came == []


def test_a_name_that_changes_its_answer_is_asked_once_and_what_was_allowed_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first answer is allowed and not here; a second look-up would lead to the receiver.
    asked = answering(monkeypatch, ["127.77.77.77"], ["127.0.0.1"])
    assert failure(place(receiver, "turns.example"), networks.read("127.77.0.0/16")) is Failure.UNREACHABLE
    assert asked == ["turns.example"]
    assert receiver.came == []


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [302]
    assert outward.post(place(receiver), b"", {}, HERE) == 302
    assert [one.path for one in receiver.came] == ["/look"]


def test_a_certificate_of_another_authority_or_name_is_not_trusted(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, ["127.0.0.1"])
    assert failure(place(receiver, "another.example")) is Failure.CERTIFICATE
    monkeypatch.delenv("SSL_CERT_FILE")
    assert failure(place(receiver)) is Failure.CERTIFICATE
    assert receiver.came == []


def test_nothing_waits_for_a_receiver_that_is_silent_or_drips(receiver: Receiver) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        # Each byte comes in time; all of them never do.
        for _ in range(100):
            request.wfile.write(b"HTTP/1.1 200 OK"[:1])
            time.sleep(0.2)

    receiver.answers = [lambda request: time.sleep(20), drip]
    for _ in receiver.answers[:]:
        began = time.monotonic()
        assert failure(place(receiver), within=1) is Failure.SLOW
        assert time.monotonic() - began < 8


def test_a_handshake_that_never_comes_is_cut_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        assert failure(Place("127.0.0.1", deaf.getsockname()[1], "/"), within=1) is Failure.SLOW
        assert time.monotonic() - began < 8


def test_a_port_where_nobody_listens_and_an_unknown_name_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert failure(Place("127.0.0.1", taken.getsockname()[1], "/")) is Failure.UNREACHABLE

    def unknown(*_args: Any, **_more: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(Place("nowhere.example", 443, "/")) is Failure.UNKNOWN_NAME

    def asleep(*_args: Any, **_more: Any) -> list[Any]:
        time.sleep(2)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", asleep)
    with pytest.raises(NoAnswer) as refused:
        outward.allowed_addresses("asleep.example", 443, HERE, within=0.2)
    assert refused.value.failure is Failure.SLOW
