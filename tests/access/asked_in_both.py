"""The requests that somebody makes in both of two worlds, and whether she is answered alike."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from opennrm.access.scope import acting
from opennrm.exchange.exporting import export_cases
from opennrm.lib import clock
from tests.access.two_worlds import ALL, CASES_APART, MEANT, NAMED, Observer, World, build, drawn, taken_back
from tests.acting import person
from tests.api.calling import Caller, caller
from tests.api.operations import OPERATIONS
from tests.web.browsing import browser


@dataclass(frozen=True)
class Step:
    """One request: a page, an operation, a search or an export; about one case or about none."""

    name: str
    method: str
    about: str
    words: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.name} ({self.about})"


def _named_routes() -> dict[str, URLPattern]:
    skipped = {"healthz", "leave", "nothing", "set_language", "demo_sign_in"}
    return {
        one.name: one
        for one in get_resolver().url_patterns
        if isinstance(one, URLPattern)
        and one.name
        and one.name not in skipped
        and not one.name.startswith(("account_", "mfa_"))
    }


ROUTES = _named_routes()
CASES = (*CASES_APART, "one_more", "barred", "nothing")
POSTED: list[Callable[[random.Random], tuple[tuple[str, str], ...]]] = [
    lambda _draw: (),
    lambda _draw: (("act", "name"),),
    lambda draw: (("reason", draw.choice(["no_capacity", "not_now", "ill", "relative"])),),
]


def steps(seed: int, many: int) -> list[Step]:
    """The requests of one run, the same in both worlds."""
    draw = random.Random(seed)
    return [_step(draw) for _ in range(many)]


def meant_steps() -> list[Step]:
    """A look at each page that is meant to tell sums over the whole country."""
    return [Step(name, "get", "nothing") for name in sorted(MEANT) if name in ROUTES]


def about_steps(about: str) -> list[Step]:
    """Every page of one case, and every operation of a program that reads it."""
    pages = sorted(name for name in ROUTES if name == "case" or name.startswith("case_"))
    return [
        *(Step(name, "get", about) for name in pages),
        *(Step(one.name, "api", about) for one in OPERATIONS if one.name.startswith(("read_", "list_"))),
    ]


def asking_steps() -> list[Step]:
    """Every page and operation about a request for information, on the case on which one office asked another."""
    program = [one.name for one in OPERATIONS if "request" in one.path or one.name == "read_worklist"]
    pages = ("worklist", "request", "case_sharing", "case_request_new", "case_journal", "case_responsible")
    return [
        *(Step(name, "get", "asked") for name in pages),
        *(Step(name, "api", "asked") for name in program if not name.startswith(("answer", "refuse"))),
        Step("request", "post", "asked", (("act", "refuse"), ("refuse-reason", "does_not_hold"))),
        *(Step(name, "get", "asked") for name in pages),
    ]


def _step(draw: random.Random) -> Step:
    kind, about = draw.random(), draw.choice(CASES)
    if kind < 0.10:
        first, second = draw.choice([*NAMED, ("Alia", ""), ("Bessa", "Shembuli"), ("Nobody", "Here")])
        words = (("act", "name"), ("first_name", first), ("second_name", second))
        return Step("case_search", "post", "nothing", words)
    if kind < 0.18:
        return Step("case_search", "post", about, (("act", "reference"), ("reference", "{reference}")))
    if kind < 0.21:
        return _emergency(about)
    if kind < 0.25:
        return Step("export", "read", "nothing")
    if kind < 0.55:
        one = draw.choice(OPERATIONS)
        return Step(one.name, "api", about)
    name = draw.choice(sorted(ROUTES))
    method = "post" if draw.random() < 0.3 else "get"
    return Step(name, method, about, draw.choice(POSTED)(draw) if method == "post" else ())


def _emergency(about: str) -> Step:
    return Step("emergency", "post", about, (("reference", "{reference}"), ("danger", "health")))


class Session:
    """The observer at her browser and her program, in one of the worlds."""

    def __init__(self, observer: Observer, world: World) -> None:
        self.observer, self.world = observer, world
        self.pages: Client = browser(observer.username)
        self.program: Caller = caller(observer.username)
        self.operations = {one.name: one for one in OPERATIONS}

    def take(self, step: Step) -> tuple[object, ...]:
        """What she is answered, without what every answer draws anew."""
        if step.method == "read":
            return self._export()
        if step.method == "api":
            return self._masked(self.operations[step.name].call(self.program, self._ids(step)))
        address = self._address(step)
        if step.method == "get":
            return self._masked(self.pages.get(address))
        return self._masked(self.pages.post(address, self._words(step)))

    def _export(self) -> tuple[object, ...]:
        who = person(self.observer.username)
        if not {"case_worker", "head", "coordinator", "secretary"} & who.roles:
            return ()
        with acting(who) as actor:
            export_cases(file := BytesIO(), by=actor)
        return (self._mask(file.getvalue().decode()),)

    def _ids(self, step: Step) -> dict[str, UUID]:
        nothing = UUID(int=7)
        known = self.world.ids[step.about]
        named = ("case", "duty", "offer", "review", "notice", "exclusion", "absence", "meeting", "agreement")
        others = (
            "referral",
            "consent",
            "voice",
            "guardian",
            "information_request",
            "order",
            "hook",
            "emergency",
            "signal",
        )
        return dict.fromkeys((*named, *others), nothing) | known

    def _address(self, step: Step) -> str:
        ids = self._ids(step)
        others: dict[str, object] = {
            "year": clock.today().year,
            "figure": "identified.all",
            "name": "person",
            "kind": "food",
            "region": "AL-11",
            "code": "test-board",
            "shelter_code": "shelter",
            "username": "border-ana",
        }
        ids["request"] = ids["information_request"]
        words = {
            key: ids.get(key.removesuffix("_id"), others.get(key, UUID(int=7)))
            for key in ROUTES[step.name].pattern.converters
        }
        return reverse(step.name, kwargs=words)

    def _words(self, step: Step) -> dict[str, str]:
        case = self.world.cases.get(step.about)
        if step.name == "emergency" and step.about not in (*self.observer.kept_out_of, self.observer.breaks):
            # What it opens is meant to be seen: only where it must open nothing is it tried.
            case = None
        reference = case.reference if case else "AL-22222-22222"
        return {key: word.replace("{reference}", reference) for key, word in step.words} | (
            {"words": "A life is in danger."} if step.name == "emergency" else {}
        )

    def _masked(self, answer: Any) -> tuple[object, ...]:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = {
            name: answer.headers[name] for name in answer.headers if name not in ("Set-Cookie", "ETag")
        }
        return answer.status_code, self._mask(str(sorted(headers.items()))), self._mask(content.decode())

    def _mask(self, text: str) -> str:
        return CHANCE.sub("", text)


# What is drawn anew for every answer: the form's token, and secrets that are shown once.
CHANCE = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<=<code>)[A-Za-z0-9_-]{30,}(?=</code>)')


def differences(observer: Observer, wanted: Sequence[Step], *, excused: bool = True) -> list[str]:
    """The requests that are answered differently in the two worlds, but for the flows that are meant."""
    began, seen = clock.now() - timedelta(hours=1), []
    for variant in (0, 1):
        with taken_back():
            world = build(observer, variant, began)
            with clock.stopped_at(began + timedelta(minutes=30)):
                with drawn(f"{observer} signs in"):
                    session = Session(observer, world)
                first = [_emergency(observer.breaks)] if observer.breaks else []
                begun = [_taken(session, -1, one) for one in first]
                assert all(one[0] == 302 for one in begun), "the emergency opened nothing"
                seen.append([_taken(session, number, one) for number, one in enumerate(wanted)])
    meant = set(MEANT) if excused and ALL in observer.hidden.values() else set()
    return [
        f"{observer}: {step}: {_where(one, other)}"
        for step, one, other in zip(wanted, *seen, strict=True)
        if one != other and step.name not in meant
    ]


def _taken(session: Session, number: int, step: Step) -> tuple[object, ...]:
    with drawn(f"{session.observer} {number}"):
        return session.take(step)


def _where(one: tuple[object, ...], other: tuple[object, ...]) -> str:
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            here, there = str(mine), str(theirs)
            at = next((n for n, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), 0)
            return f"{here[max(at - 40, 0) : at + 60]!r} | {there[max(at - 40, 0) : at + 60]!r}"
    return "one answer is longer"
