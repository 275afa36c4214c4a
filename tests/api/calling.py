"""Short ways for tests to call the HTTP API as the people of the small world."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from opennrm.access import bearer
from tests.acting import by


def token(
    username: str, *, acts: list[str] | None = None, days: int = 1, offices: tuple[int, ...] = ()
) -> str:
    """A token that somebody made for herself, for every act unless said otherwise."""
    with by(username) as actor:
        wanted = bearer.every_act() if acts is None else acts
        return bearer.make(label="a test", acts=wanted, offices=offices, days=days, by=actor)[1]


class Caller:
    """A program that calls with one token."""

    def __init__(self, secret: str, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **asked: Any) -> Any:
        return self.client.get(f"/api/v1{path}", asked, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", content, content_type="application/json", headers=headers)


def caller(username: str, **made: Any) -> Caller:
    """A program that calls in the name of somebody."""
    return Caller(token(username, **made))
