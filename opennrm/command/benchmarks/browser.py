from __future__ import annotations

import io
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application

from opennrm.lib.problems import Problem

TOKEN = "b" * 32
APPLICATION = get_wsgi_application()

application = get_wsgi_application()


class Browser:
    """A signed-in person's requests through the whole WSGI application; only the network is left out."""

    def __init__(self, username: str) -> None:
        user = User.objects.get(username=username)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        # As the one-click sign-in of a demonstration leaves it.
        session["demo"] = True
        session.save()
        cookies = SimpleCookie(
            {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: TOKEN}
        )
        self.cookies = "; ".join(f"{name}={one.value}" for name, one in cookies.items())

    def get(self, path: str) -> bytes:
        """The page at a path, as it leaves the application."""
        return self._ask("GET", path, b"")

    def post(self, path: str, answers: dict[str, str]) -> bytes:
        """What a form answers."""
        return self._ask("POST", path, urlencode(answers).encode())

    def _ask(self, method: str, path: str, body: bytes) -> bytes:
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Any:
            statuses.append(status)

        answer = APPLICATION(self._environ(method, path, body), start)
        try:
            page = b"".join(answer)
        finally:
            answer.close()
        if not statuses[0].startswith(("200", "302")):
            raise Problem("bench_page", f"A page that was to be measured answered {statuses[0]}: {path}")
        return page

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        path, _, query = path.partition("?")
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_COOKIE": self.cookies,
            "HTTP_X_CSRFTOKEN": TOKEN,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
