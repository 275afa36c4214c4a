"""Two worlds that differ only in what one person at work may not know, and the requests she makes in both."""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from opennrm.access.scope import acting
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason, FactKind
from opennrm.duties import exclusion, handover
from opennrm.duties.queries import duties_of
from opennrm.exchange.exporting import export_cases
from opennrm.lib import clock
from opennrm.people import actions as people
from opennrm.people.actions import NewPerson
from opennrm.people.rules import NameKind
from opennrm.sharing import actions as sharing
from opennrm.sharing.request_rules import RefusalReason, Subject
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, duty, office, opened, person
from tests.api.calling import Caller, caller
from tests.api.operations import OPERATIONS
from tests.conftest import RUN
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked, refused
from tests.web.browsing import browser

# What differs of a case: everything, what identifies her and what was written, or only what was written.
ALL, NAMES, WORDS = "all", "names", "words"
CASES_APART = ("open", "excluded", "offered", "withdrawn", "kept", "apart", "asked")

NAMED = (("Besa", "Shembulli"), ("Drita", "Trillimi"))
ONE_MORE = NewPerson(sex="Feminine", citizenship=("AL",), first_name="Agon", second_name="Trillimi")
# The few flows that are meant: sums over the whole country that everybody of these posts works with.
MEANT = {
    "gaps": "needs that nobody provides are counted by region and kind for all who work with cases",
    "gap": "the same, one kind in one region",
    "list_gaps": "the same, for a program",
    "read_gap": "the same, for a program",
    "offices": "how offices do is compared by heads and coordinators",
    "read_performance": "the same, for a program",
    "reports": "the yearly account is published",
    "report_protection": "the yearly account is published",
    "report_figure": "a figure of the yearly account is published",
    "list_accounts": "the yearly account is published",
    "read_account": "the yearly account is published",
    "read_figure": "a figure of the yearly account is published",
    "body": "a body's agenda counts what lapsed, gaps and disagreements",
    "meeting": "the same",
    "read_body": "the same, for a program",
    "read_meeting": "the same, for a program",
}


@dataclass(frozen=True)
class Observer:
    """Who looks, and what of each case she may not know by the word of the design."""

    username: str
    why: str
    hidden: Mapping[str, str]
    # Who opens, where, the case that is there in one world and not in the other.
    elsewhere: tuple[str, str] = ("border-ana", "AL-11")
    existence: bool = True

    def __str__(self) -> str:
        return f"{self.username}, {self.why}"


OBSERVERS = [
    Observer(
        "health-hana",
        "who owes health care on one case and was excluded from another",
        {
            "open": WORDS,
            "excluded": ALL,
            "offered": ALL,
            "withdrawn": ALL,
            "kept": ALL,
            "apart": ALL,
            "asked": ALL,
        },
    ),
    Observer(
        "shelter-sam",
        "who was offered a case and has not accepted",
        {"excluded": ALL, "offered": NAMES, "withdrawn": ALL, "kept": ALL, "apart": ALL, "asked": ALL},
    ),
    Observer(
        "labour-lea",
        "with whom a case was shared until the consent was withdrawn",
        {"excluded": ALL, "offered": ALL, "withdrawn": NAMES, "kept": ALL, "apart": ALL, "asked": NAMES},
    ),
    Observer(
        "border-ben",
        "whose own office sees the case he is excluded from",
        {"kept": ALL, "apart": ALL},
        elsewhere=("social-vera", "AL-12"),
    ),
    Observer(
        "authority-rita",
        "who sees the ordinary class of every case by an order",
        dict.fromkeys(("open", "excluded", "offered", "withdrawn", "kept", "apart", "asked"), NAMES),
        existence=False,
    ),
    Observer(
        "social-vera",
        "whose office leads another case",
        dict.fromkeys(("open", "excluded", "offered", "withdrawn", "kept", "asked"), ALL),
    ),
    *(
        Observer(username, why, dict.fromkeys(CASES_APART, ALL))
        for username, why in (
            ("police-petra", "who was told of nothing"),
            ("analyst-ada", "who works with figures"),
            ("officer-dpo", "who protects the records and reads no case"),
            ("admin-abe", "who keeps the accounts"),
        )
    ),
]


@dataclass
class World:
    """The cases of one world by what they are for, and everything else in it that has an id."""

    cases: dict[str, CaseCard]
    ids: dict[str, dict[str, UUID]]


def build(observer: Observer, variant: int, began: datetime) -> World:
    """One of the two worlds; what the observer may know is the same in both, ids and references included."""
    cases: dict[str, CaseCard] = {}
    for minute, key in enumerate(CASES_APART):
        with clock.stopped_at(began + timedelta(minutes=minute)), drawn(f"{observer} {key}"):
            cases[key] = _case(key, observer.hidden.get(key, ""), variant)
    with clock.stopped_at(began + timedelta(minutes=10)):
        with drawn(f"{observer} between"):
            ids = _between(cases)
        for key, hidden in observer.hidden.items():
            _afterwards(cases[key], key, hidden, variant)
        if observer.username != "social-vera":
            with drawn(f"{observer} refused"):
                _refused(cases["asked"], variant)
    with clock.stopped_at(began + timedelta(minutes=20)):
        cases["one_more"] = _one_more(observer, stays=bool(variant and observer.existence))
    for key, case in cases.items():
        ids.setdefault(key, {})["case"] = case.id
    ids["nothing"] = {}
    return World(cases, ids)


def _refused(case: CaseCard, variant: int) -> None:
    """What only the office that refuses knows: in one world it knows the person, in the other it does not."""
    reason = (RefusalReason.DOES_NOT_HOLD, RefusalReason.OTHER_LAW)[variant]
    refused(asked(case, "social-vlora", subject=Subject.THREATS), reason, who="social-vera")


def _one_more(observer: Observer, *, stays: bool) -> CaseCard:
    """A case that stays in one world; in the other it is taken back, so that she may ask for it there too."""
    entered_by, region = observer.elsewhere
    with drawn(f"{observer} one more"), transaction.atomic():
        case = opened(entered_by, region=region, who=ONE_MORE)
        transaction.set_rollback(not stays)
    return case


@contextmanager
def drawn(seed: str) -> Iterator[None]:
    """Ids and references are drawn alike in both worlds, so that answers are compared byte for byte."""
    draw = random.Random(seed)
    chance = SimpleNamespace(token_bytes=draw.randbytes, choice=draw.choice)
    with patch("opennrm.access.rules.secrets", chance), patch("opennrm.casefile.rules.secrets", chance):
        yield


def _case(key: str, hidden: str, variant: int) -> CaseCard:
    first, second = NAMED[variant if hidden in (ALL, NAMES) else 0]
    who = NewPerson(
        sex="Feminine",
        citizenship=("AL", "XK") if hidden == ALL and variant else ("AL",),
        languages=("sq",),
        age=(31 if hidden == ALL and variant else 24),
        age_on=clock.today(),
        age_basis="declared",
        first_name=first,
        second_name=second,
        document=f"X000000{variant}" if hidden in (ALL, NAMES) else "",
        contact="by a friend" if hidden in (ALL, NAMES) and variant else "by an aunt",
    )
    needs = {"open": ("food", "health_care", "employment"), "excluded": ("health_care",)}.get(key, ())
    note = f"What only variant {variant} knows." if hidden else "What both know."
    region, entered_by = ("AL-12", "social-vera") if key == "apart" else ("AL-11", "border-ana")
    return opened(entered_by, who=who, region=region, needs=needs, note=note)


def _between(cases: Mapping[str, CaseCard]) -> dict[str, dict[str, UUID]]:
    """What stands between the cases and the offices: an exclusion of each kind, an offer, a consent that is over."""
    ids: dict[str, dict[str, UUID]] = {}
    with by("border-ana") as ana:
        out = exclusion.exclude_office(
            case=case_by_id(cases["excluded"].id),
            office=office("health-tirana"),
            reason=ExclusionReason.RELATIVE,
            by=ana,
        )
        ids["excluded"] = {"exclusion": out}
        ben = person("border-ben").officer
        assert ben is not None
        kept_out = exclusion.exclude_officer(
            case=case_by_id(cases["kept"].id), officer=ben, reason=ExclusionReason.RELATIVE, by=ana
        )
        ids["kept"] = {"exclusion": kept_out}
        lead = duty(cases["offered"].id, "lead").id
        ids["offered"] = {"offer": handover.offer(duty=lead, to_office=office("shelter"), by=ana)}
    consent = agreed(cases["withdrawn"], "labour", "ordinary", "contact")
    with by("border-ana") as ana:
        sharing.withdraw(case=cases["withdrawn"], consent=consent, how=WithdrawnHow.IN_PERSON, by=ana)
    ids["withdrawn"] = {"consent": consent}
    ids["asked"] = {"information_request": asked(cases["asked"], "labour")}
    for key, case in cases.items():
        with by("social-vera" if key == "apart" else "border-ana"):
            ids.setdefault(key, {})["duty"] = sorted(
                duties_of(case.id, open_only=True), key=lambda one: one.kind
            )[0].id
    return ids


def _afterwards(case: CaseCard, key: str, hidden: str, variant: int) -> None:
    """What happens on the case after the observer was kept out, in one world and not in the other."""
    if not variant:
        return
    with by("social-vera" if key == "apart" else "border-ana") as actor:
        case = case_by_id(case.id)
        if hidden in (ALL, NAMES):
            people.add_name(
                case_id=case.id, person=case.person, first="Alia", second="", kind=NameKind.ALIAS, by=actor
            )
        if hidden == ALL:
            casefile.add_note(case=case, text="One note more.", happened_at=clock.now(), by=actor)
            casefile.record_fact(
                case=case.id,
                kind=FactKind.SERVICE,
                subject="food",
                happened_on=clock.today(),
                office=actor.office,
                by=actor,
            )


@contextmanager
def taken_back() -> Iterator[None]:
    """Everything in the block is taken back at its end, as if it had not been; its keys lie in a home of their own."""
    home = tempfile.mkdtemp(dir=RUN)
    with patch.dict(os.environ, OPENNRM_HOME=home), transaction.atomic():
        yield
        transaction.set_rollback(True)


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
CASES = (*CASES_APART, "one_more", "nothing")
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
        return Step("emergency", "post", about, (("reference", "{reference}"), ("danger", "health")))
    if kind < 0.25:
        return Step("export", "read", "nothing")
    if kind < 0.55:
        one = draw.choice(OPERATIONS)
        return Step(one.name, "api", about)
    name = draw.choice(sorted(ROUTES))
    method = "post" if draw.random() < 0.3 else "get"
    return Step(name, method, about, draw.choice(POSTED)(draw) if method == "post" else ())


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
        others = ("referral", "consent", "information_request", "order", "hook", "emergency", "signal")
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
                session = Session(observer, world)
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
