from __future__ import annotations

import errno
import os
import socket
from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from opennrm.lib.logging import DiscreetHandler
from opennrm.lib.problems import Problem

ADDRESS = "127.0.0.1"


class DiscreetLogger(Logger):  # type: ignore[misc]
    """The server's own errors without the line of a request, which may name what somebody looked for."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        handler = DiscreetHandler()
        handler.setFormatter(fmt)
        handler._gunicorn = True  # type: ignore[attr-defined]
        log.handlers = [handler]


class Worker(ThreadWorker):  # type: ignore[misc]
    """Ends on Ctrl-C as on any other signal: it answers what it has begun, then goes."""

    def handle_quit(self, sig: int, frame: Any) -> None:
        # The library closes its pool of threads inside the signal's handler, which waits for ever
        # where the signal, or the next one, came while the pool was held.
        self.handle_exit(sig, frame)


OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 4,
    "worker_class": Worker,
    # Loaded once, before the processes part.
    "preload_app": True,
    "accesslog": None,
    "logger_class": DiscreetLogger,
    # A warning repeats the request line that it could not read.
    "loglevel": "error",
    "control_socket_disable": True,
    "proc_name": "opennrm",
    "timeout": 60,
    "graceful_timeout": 10,
}


class Server(BaseApplication):  # type: ignore[misc]
    """The web server, on this machine's own address; a proxy with TLS stands before it elsewhere."""

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"fd://{self.place}")
        for name, value in OPTIONS.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def reserve(port: int) -> socket.socket:
    """Takes the port before any work is done, or says in one sentence that it is taken."""
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((ADDRESS, port))
    except (OSError, OverflowError) as error:
        place.close()
        raise Problem("port", _why_not(port, error)) from error
    return place


def run(place: socket.socket) -> None:
    """Serves until a signal ends it; the embedded database ends after it."""
    port, parent = place.getsockname()[1], os.getpid()
    try:
        # Two that were just starting may both have reserved the port.
        place.listen()
    except OSError as error:
        raise Problem("port", _why_not(port, error)) from error
    try:
        Server(place.detach()).run()
    except BaseException as ended:
        if os.getpid() != parent:
            # What the first process does at its end is not for a process of the server to do.
            os._exit(_code(ended))
        if not isinstance(ended, SystemExit):
            raise


def _code(ended: BaseException) -> int:
    code = ended.code if isinstance(ended, SystemExit) else 1
    return code if isinstance(code, int) else int(code is not None)


def _why_not(port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another with --port."
    return f"Port {port} cannot be used. Choose another with --port."
