"""Two worlds that differ only in what one person at work may not know.

An emergency is meant to tell: whoever knows a reference and breaks glass sees whether there is such a case, and for an hour what
it opens. So nobody opens a case in an emergency while she goes through the generated requests, except where she must learn
nothing even then: on a case that she, or her office, is excluded from, one of which stands in one world alone. One observer
begins with an emergency that opens in both worlds; for her they differ in what it does not open.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from django.db import transaction

from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason, FactKind
from opennrm.duties import exclusion, handover
from opennrm.duties.queries import duties_of
from opennrm.lib import clock
from opennrm.people import actions as people
from opennrm.people.actions import NewPerson
from opennrm.people.rules import NameKind
from opennrm.sharing import actions as sharing
from opennrm.sharing.request_rules import RefusalReason, Subject
from opennrm.sharing.rules import WithdrawnHow
from opennrm.shelters import placing
from tests.acting import by, duty, office, opened, person
from tests.conftest import RUN
from tests.orders.ordering import in_force
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked, refused
from tests.shelters.housing import places

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
    "places": "places are counted for all who place people; a square names nobody",
    "shelter": "the same, one shelter",
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
    # The case she opens in an emergency before anything else.
    breaks: str = ""
    # Which of these cases she is excluded from: there an emergency must answer as if there were no case.
    kept_out_of: tuple[str, ...] = ("barred",)

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
        kept_out_of=("excluded", "barred"),
    ),
    Observer(
        "shelter-sam",
        "who was offered a case and has not accepted",
        {"excluded": ALL, "offered": NAMES, "withdrawn": ALL, "kept": ALL, "apart": ALL, "asked": ALL},
    ),
    Observer(
        "labour-lea",
        "with whom a case was shared until the consent was withdrawn, and who sees another by a legal order",
        {"excluded": ALL, "offered": ALL, "withdrawn": NAMES, "kept": NAMES, "apart": ALL, "asked": NAMES},
    ),
    Observer(
        "border-ben",
        "whose own office sees the case he is excluded from",
        {"kept": ALL, "apart": ALL},
        elsewhere=("social-vera", "AL-12"),
        kept_out_of=("kept", "barred"),
    ),
    Observer(
        "police-petra",
        "to whom an emergency opened one case for an hour, and nothing that was written there",
        dict.fromkeys(("open", "excluded", "offered", "withdrawn", "kept", "asked"), ALL) | {"apart": WORDS},
        breaks="apart",
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
        stays = bool(variant and observer.existence)
        cases["one_more"] = _one_more(observer, stays=stays)
        cases["barred"] = _one_more(observer, stays=stays, barred=True)
    for key, case in cases.items():
        ids.setdefault(key, {})["case"] = case.id
    ids["nothing"] = {}
    return World(cases, ids)


def _refused(case: CaseCard, variant: int) -> None:
    """What only the office that refuses knows: in one world it knows the person, in the other it does not."""
    reason = (RefusalReason.DOES_NOT_HOLD, RefusalReason.OTHER_LAW)[variant]
    refused(asked(case, "social-vlora", subject=Subject.THREATS), reason, who="social-vera")


def _one_more(observer: Observer, *, stays: bool, barred: bool = False) -> CaseCard:
    """A case that stays in one world; in the other it is taken back, so that she may ask for it there too."""
    entered_by, region = observer.elsewhere
    with drawn(f"{observer} one more {barred or ''}"), transaction.atomic():
        case = opened(entered_by, region=region, who=ONE_MORE)
        if barred:
            _keep_out(observer, case, entered_by)
        transaction.set_rollback(not stays)
    return case


def _keep_out(observer: Observer, case: CaseCard, entered_by: str) -> None:
    officer = person(observer.username).officer
    assert officer is not None
    with by(entered_by) as actor:
        exclusion.exclude_officer(
            case=case_by_id(case.id), officer=officer, reason=ExclusionReason.SUSPECTED, by=actor
        )


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
    # A court orders that an office, which is told nothing else of it, sees one case without names.
    ids["kept"]["order"] = in_force(cases["kept"], to=("labour",))
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
            if free := [place.id for place in places(1) if place.state == "free"]:
                placing.hold(case=case, places=free[:1], by=actor)


@contextmanager
def taken_back() -> Iterator[None]:
    """Everything in the block is taken back at its end, as if it had not been; its keys lie in a home of their own."""
    home = tempfile.mkdtemp(dir=RUN)
    with patch.dict(os.environ, OPENNRM_HOME=home), transaction.atomic():
        yield
        transaction.set_rollback(True)
