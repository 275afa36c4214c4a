"""One request outward: only to an address that was resolved and allowed, over TLS, and never longer than a deadline."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from opennrm.lib.networks import Networks

RESOLVING, WHOLE = 5.0, 15.0


class Failure(StrEnum):
    """Why there was no answer."""

    UNKNOWN_NAME = "unknown_name"
    NETWORK = "network"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SLOW = "slow"


class NoAnswer(Exception):
    """Nothing answered; the words of the network stay out, since they may repeat the address."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes."""

    host: str
    port: int
    path: str


def allowed_addresses(host: str, port: int, networks: Networks, *, within: float = RESOLVING) -> list[str]:
    """The addresses of a name; none of them may lie outside the networks, or the name is refused whole."""
    found = _resolve(host, port, within)
    if not all(networks.allow(address) for address in found):
        raise NoAnswer(Failure.NETWORK)
    return found


def post(
    place: Place, content: bytes, headers: Mapping[str, str], networks: Networks, *, within: float = WHOLE
) -> int:
    """Sends a request and gives the status of the answer; no redirect is followed and no content is read."""
    # The name is asked once: what was allowed is what is called, whatever the name says a moment later.
    addresses = allowed_addresses(place.host, place.port, networks)
    failure = Failure.UNREACHABLE
    for address in addresses[:2]:
        try:
            return _Call(place, address, within / len(addresses[:2])).status(content, headers)
        except NoAnswer as error:
            failure = error.failure
    raise NoAnswer(failure)


class _Call(http.client.HTTPSConnection):
    """A connection to one address, with the certificate of the name."""

    def __init__(self, place: Place, address: str, within: float) -> None:
        self.context = ssl.create_default_context()
        super().__init__(place.host, place.port, timeout=within, context=self.context)
        self.place, self.address, self.within = place, address, within
        self.is_over = False

    def status(self, content: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, or why there is none."""
        # A timeout of the socket begins anew with every byte: one that drips would hold the connection for ever.
        deadline = threading.Timer(self.within, self._cut)
        deadline.daemon = True
        deadline.start()
        try:
            self.request("POST", self.place.path, body=content, headers=dict(headers))
            return self.getresponse().status
        except ssl.SSLCertVerificationError as error:
            raise NoAnswer(Failure.CERTIFICATE) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            slow = self.is_over or isinstance(error, TimeoutError)
            raise NoAnswer(Failure.SLOW if slow else Failure.UNREACHABLE) from error
        finally:
            deadline.cancel()
            self.close()

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.context.wrap_socket(
            plain, server_hostname=self.place.host, do_handshake_on_connect=False
        )
        if self.is_over:
            raise TimeoutError
        self.sock.do_handshake()

    def _cut(self) -> None:
        self.is_over = True
        with contextlib.suppress(OSError, AttributeError, TypeError):
            # The plain method: the one of TLS would take its state away under the thread that reads.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _resolve(host: str, port: int, within: float) -> list[str]:
    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    # The system's resolver knows no deadline; a name server that never answers is left behind.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(within)
    addresses = list(found)
    if not addresses:
        raise NoAnswer(Failure.SLOW if asking.is_alive() else Failure.UNKNOWN_NAME)
    return addresses
