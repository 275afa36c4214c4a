"""Short ways for tests to browse as the people of the small world, with the application's role underneath."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.test import Client

from opennrm.access.models import Deployment
from opennrm.access.scope import as_system
from opennrm.duties.models import Duty
from tests.acting import by

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(username: str = "", *, second_factor: bool = True) -> Client:
    """A browser in which somebody has signed in, with both factors unless said otherwise; nobody without a name."""
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username), backend=BACKEND)
        if second_factor:
            session = client.session
            session["demo"] = True
            session.save()
    return client


def make_demo() -> None:
    """Marks this database as a demonstration."""
    with as_system("setup", reason="a demonstration for a test"):
        Deployment.objects.update_or_create(id=1, defaults={"country": "AL", "is_demo": True})


def duty_of(username: str, case: UUID, kind: str) -> Duty:
    """The newest duty of a kind on a case, as somebody sees it."""
    with by(username):
        return Duty.objects.filter(case=case, kind=kind).latest("started_at")


class Page(HTMLParser):
    """What a page holds, for checks on structure."""

    VOID = {"meta", "link", "input", "br", "img", "path"}

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.markup = answer.content.decode()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self._in_h1 = self._in_svg = False
        self.feed(self.markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "h1":
            self._in_h1 = True
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_h1 = self._in_h1 and tag != "h1"

    def handle_data(self, data: str) -> None:
        if self._in_h1:
            self.headings[-1] += data

    @property
    def h1(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.headings)).strip()

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.markup))

    def addresses(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a" and "href" in attrs]

    def value(self, name: str) -> str:
        """The value of a hidden field."""
        return next(a.get("value") or "" for tag, a in self.tags if tag == "input" and a.get("name") == name)

    def faults(self) -> list[str]:
        """What every page must have and must not have."""
        found = [] if len(self.headings) == 1 else [f"{len(self.headings)} h1"]
        found += [
            f"inline {tag}" for tag, a in self.tags if tag == "style" or (tag == "script" and "src" not in a)
        ]
        found += [
            f"{name} on {tag}"
            for tag, a in self.tags
            for name in a
            if name == "style" or name.startswith("on")
        ]
        labelled = {a["for"] for tag, a in self.tags if tag == "label" and "for" in a}
        for tag, a in self.tags:
            if tag in ("input", "select", "textarea") and a.get("type") not in ("hidden", "submit"):
                found += (
                    [] if a.get("id") in labelled or "aria-label" in a else [f"no label for {a.get('name')}"]
                )
        ids = [a["id"] for _tag, a in self.tags if "id" in a]
        return found + [f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1}]


def whole(answer: Any) -> Page:
    """The page of a good answer, after the checks that hold for every page."""
    assert answer.status_code == 200, answer.headers.get("Location") or answer.content.decode()[-2000:]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer.headers["Cache-Control"]
    page = Page(answer)
    assert page.faults() == []
    return page
