from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

OPTIONS: dict[str, Any] = {
    "workers": 2,
    "threads": 4,
    "worker_class": "gthread",
    "accesslog": None,
    "loglevel": "warning",
    "control_socket_disable": True,
    "proc_name": "opennrm",
    "timeout": 60,
    "graceful_timeout": 5,
}


class Server(BaseApplication):  # type: ignore[misc]
    """The web server, on this machine's own address; a proxy with TLS stands before it elsewhere."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"127.0.0.1:{self.port}")
        for name, value in OPTIONS.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from opennrm.web.wsgi import application

        return application


def run(port: int) -> None:
    """Serves until a signal ends it; the embedded database ends after it."""
    try:
        Server(port).run()
    except SystemExit:
        return
