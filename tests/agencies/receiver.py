"""An office's own system as another agency might run it: HTTPS on this machine, with a certificate of its own authority."""

from __future__ import annotations

import base64
import datetime as dates
import ipaddress
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is right and fresh, by the words of the standard and by no code of ours."""
        key = base64.b64decode(secret.split("_", 1)[1], validate=True)
        instant = int(self.headers["webhook-timestamp"])
        content = b".".join((self.headers["webhook-id"].encode(), b"%d" % instant, self.body))
        version, _, given = self.headers["webhook-signature"].partition(",")
        proof = hmac.HMAC(key, hashes.SHA256())
        proof.update(content)
        return (
            version == "v1"
            and proof.finalize() == base64.b64decode(given)
            and abs(time.time() - instant) < 300
        )


@dataclass
class Receiver:
    """What came, and what is answered: the statuses in their order, then 204 for ever."""

    port: int
    came: list[Received] = field(default_factory=list)
    answers: list[int | Answer] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}/look"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.came.append(Received(request.path, {k.lower(): v for k, v in request.headers.items()}, body))
        answer = self.answers.pop(0) if self.answers else 204
        if callable(answer):
            answer(request)
            return
        request.send_response(answer)
        request.send_header("Location", f"https://localhost:{self.port}/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()


def certified(folder: Path) -> tuple[Path, Path]:
    """An authority and a certificate of it for this machine, in two files: what a caller trusts, what a server shows."""
    now, key = dates.datetime.now(dates.UTC), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dates.timedelta(days=1))
        .not_valid_after(now + dates.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, shown = folder / "trusted.pem", folder / "shown.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown.write_bytes(trusted.read_bytes() + secret)
    return trusted, shown


@contextmanager
def receiving(shown: Path) -> Iterator[Receiver]:
    """A receiver that listens with this certificate."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    # The handshake is made by the thread of a request, and not while another waits to be let in.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    receiver = Receiver(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
