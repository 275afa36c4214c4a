"""Every permission word beside a table in plain words, and P3: a line of a door that is deleted or negated is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import opennrm
from opennrm.access.scope import Actor
from opennrm.access.words import Door, Predicate
from tests import promises

CASE_WORK = {"case_worker", "head", "coordinator", "secretary"}
KEEPERS = {"coordinator", "secretary"}
POSTS = (
    *("administrator", "analyst", "auditor", "case_worker", "coordinator", "data_protection"),
    *("finance", "head", "secretary", "signatory"),
)
PURPOSES = ("emergency", "hooks", "import", "oversight", "setup", "sop", "statistics", "sweep")
AT_WORK = ("owes", "open")

# The word, the posts or the purpose, and what must be true of the case or the thing; two rows of a word are two ways.
TABLE: list[tuple[str, set[str], Sequence[str]]] = [
    ("agencies.establish", {"setup"}, ()),
    ("agencies.away", CASE_WORK, ()),
    ("agencies.hooks", CASE_WORK, ("answers for it",)),
    ("agencies.send_looks", {"hooks"}, ()),
    ("casefile.list", CASE_WORK, ()),
    ("casefile.read", CASE_WORK, ()),
    ("casefile.open", {"case_worker", "head"}, ()),
    ("casefile.note", CASE_WORK, ("owes", "owes with the words")),
    ("casefile.exclude", CASE_WORK, ("owes",)),
    ("casefile.export", CASE_WORK, ()),
    ("casefile.change_sop", {"sop"}, ()),
    ("casefile.close", CASE_WORK, ("owes", "leads", "open")),
    ("coordination.establish", {"setup"}, ()),
    ("coordination.read", KEEPERS | {"head", "analyst", "signatory"}, ()),
    ("coordination.plan", KEEPERS, ("keeps",)),
    ("coordination.attend", KEEPERS, ("keeps",)),
    ("coordination.decide", KEEPERS, ("keeps",)),
    ("coordination.confirm", KEEPERS, ("keeps",)),
    ("coordination.agree", KEEPERS, ()),
    ("coordination.agree", {"setup"}, ()),
    ("coordination.end_agreement", KEEPERS, ("keeps",)),
    ("coordination.warn", {"sweep"}, ()),
    ("duties.worklist", CASE_WORK, ()),
    ("duties.record_need", CASE_WORK, AT_WORK),
    ("duties.name_worker", CASE_WORK, ("holds",)),
    ("duties.fulfil", CASE_WORK, ("holds",)),
    ("duties.waive", CASE_WORK, ("holds",)),
    ("duties.suspend", CASE_WORK, ("holds",)),
    ("duties.resume", CASE_WORK, ("holds",)),
    ("duties.offer", CASE_WORK, ("holds",)),
    ("duties.answer", CASE_WORK, ("was offered it",)),
    ("duties.withdraw", CASE_WORK, ("offered it",)),
    ("duties.dispute", CASE_WORK, ("holds", "by law")),
    ("duties.ask_review", CASE_WORK, ("offered it",)),
    ("duties.review", CASE_WORK, ("reviews it",)),
    ("duties.gaps", CASE_WORK | {"analyst"}, ()),
    ("duties.try", {"sop"}, ()),
    ("duties.plan_adoption", {"coordinator", "sop"}, ()),
    ("duties.adopt", {"sop"}, ()),
    ("duties.confirm", {"sop"}, ()),
    ("duties.sweep", {"sweep"}, ()),
    ("identification.decide", CASE_WORK, (*AT_WORK, "owes the decision")),
    ("identification.decide", CASE_WORK, (*AT_WORK, "owes to decide again")),
    ("identification.decide", CASE_WORK, (*AT_WORK, "decides by the procedure")),
    ("identification.hear_declined", CASE_WORK, (*AT_WORK, "leads")),
    ("identification.consent", CASE_WORK, AT_WORK),
    ("identification.learn", CASE_WORK, AT_WORK),
    ("identification.interview", CASE_WORK, (*AT_WORK, "owes the interview")),
    ("identification.refer", CASE_WORK, (*AT_WORK, "owes to tell")),
    ("identification.refer", CASE_WORK, (*AT_WORK, "leads")),
    ("identification.answer_referral", CASE_WORK, ("is the addressee",)),
    ("identification.withdraw_referral", CASE_WORK, ("offered it",)),
    ("identification.review_referral", CASE_WORK, (*AT_WORK, "owes the review of a referral")),
    ("identification.assess", CASE_WORK, (*AT_WORK, "owes with the words")),
    ("identification.confer", CASE_WORK, (*AT_WORK, "owes with the words")),
    ("identification.police_case", CASE_WORK, (*AT_WORK, "owes the police case")),
    ("identification.review_police_case", CASE_WORK, (*AT_WORK, "owes the review of a police case")),
    ("identification.notify", CASE_WORK, AT_WORK),
    ("identification.ask_review", CASE_WORK, AT_WORK),
    ("identification.reconsider", CASE_WORK, (*AT_WORK, "owes to decide again")),
    ("identification.ask_status", CASE_WORK, AT_WORK),
    ("orders.read", KEEPERS | {"data_protection"}, ()),
    ("orders.enter", KEEPERS, ()),
    ("orders.confirm", KEEPERS, ("entered by another", "entered elsewhere")),
    ("orders.refuse", KEEPERS, ("entered by another", "entered elsewhere")),
    ("orders.withdraw", KEEPERS, ()),
    ("orders.revoke", KEEPERS, ()),
    ("orders.sweep", {"sweep"}, ()),
    ("oversight.break_glass", {"case_worker", "head"}, ()),
    ("oversight.end", {*POSTS, *PURPOSES}, ("opened it",)),
    ("oversight.read", {"data_protection", "secretary", "coordinator", "head"}, ()),
    ("oversight.review", {"data_protection", "secretary", "coordinator", "head"}, ("reviews it",)),
    ("oversight.end_past", {"emergency"}, ()),
    ("oversight.scan", {"oversight"}, ()),
    ("reporting.read", CASE_WORK | {"analyst", "signatory", "auditor", "finance"}, ()),
    ("reporting.read", {"statistics"}, ()),
    ("reporting.offices", KEEPERS | {"head", "analyst"}, ()),
    ("reporting.every_office", KEEPERS | {"analyst"}, ()),
    ("reporting.cases_behind", CASE_WORK, ()),
    ("sharing.give", CASE_WORK, AT_WORK),
    ("shelters.establish", {"setup"}, ()),
    ("shelters.read", CASE_WORK, ()),
    ("shelters.run", CASE_WORK, ("is the addressee",)),
    ("shelters.hold", CASE_WORK, ("open", "owes with how to reach her")),
    ("shelters.match", CASE_WORK, ("owes with how to reach her",)),
    ("shelters.note_danger", CASE_WORK, ("open", "owes with the words")),
    ("shelters.review_restriction", CASE_WORK, ("reviews it",)),
    ("shelters.place", CASE_WORK, ("owes with how to reach her",)),
    ("sharing.withdraw", CASE_WORK, ("her office sees it",)),
    ("sharing.guardian", CASE_WORK, (*AT_WORK, "owes with the words")),
    ("sharing.decide", CASE_WORK, (*AT_WORK, "owes with the words")),
    ("sharing.preview", CASE_WORK, ("owes",)),
    ("sharing.ask", CASE_WORK, (*AT_WORK, "owes with the words")),
    ("sharing.withdraw_request", CASE_WORK, ("offered it",)),
    ("sharing.answer_request", CASE_WORK, ("is the addressee",)),
    ("sharing.contest_refusal", CASE_WORK, ("offered it",)),
    ("sharing.review_refusal", CASE_WORK, ("reviews it",)),
    ("sharing.enter_text", {"setup"}, ()),
    ("sharing.lapse", {"sweep"}, ()),
]
# Which duty makes each of these true.
OWED = {
    "owes the interview": "joint_interview",
    "owes to tell": "notify_police",
    "owes the review of a referral": "review_referral",
    "owes the police case": "police_case",
    "owes the review of a police case": "review_police_case",
    "owes to decide again": "reconsider_decision",
    "owes the decision": "status_decision_recorded",
}
FACTS = frozenset(fact for _word, _who, facts in TABLE for fact in facts)
MINE, ANOTHERS = 1, 2


def _doors() -> Iterator[Door]:
    for path in sorted(Path(opennrm.__file__).parent.glob("*/policies.py")):
        yield import_module(f"opennrm.{path.parent.name}.policies").DOOR


DOORS = {word: door for door in _doors() for word in door.words}


class Subject(SimpleNamespace):
    """A case, a duty, an offer, a review or a body of which just these facts are true."""

    def __init__(self, facts: frozenset[str]) -> None:
        offices = {
            "holder_id": "holds",
            "to_office_id": "was offered it",
            "from_office_id": "offered it",
            "reviewer_id": "reviews it",
            "office_id": "is the addressee",
            "kept_by_id": "keeps",
            "lead_office": "leads",
            "officer_id": "opened it",
        }
        super().__init__(
            id=None,
            entered_by_id=ANOTHERS if "entered by another" in facts else MINE,
            entered_office_id=ANOTHERS if "entered elsewhere" in facts else MINE,
            is_open="open" in facts,
            by_law="by law" in facts,
            **{name: MINE if fact in facts else ANOTHERS for name, fact in offices.items()},
        )


class Seen:
    """The cases an office sees, as far as a door asks."""

    def __init__(self, there: bool) -> None:
        self.there = there

    def filter(self, **_asked: object) -> Seen:
        return self

    def exists(self) -> bool:
        return self.there


def opens(words: Any, word: str, who: str, facts: frozenset[str]) -> bool:
    """Whether the door opens to somebody of this post, or to a system for this purpose, where these facts are true."""
    actor = Actor(
        user="",
        officer=MINE,
        offices=frozenset({MINE}),
        roles=frozenset({who} & set(POSTS)),
        purpose=who if who in PURPOSES else "work",
    )
    owing = {"ordinary": "owes", "narrative": "owes with the words", "contact": "owes with how to reach her"}
    owed = [
        SimpleNamespace(kind=kind, holder_id=MINE if fact in facts else ANOTHERS)
        for fact, kind in OWED.items()
    ]
    answers: dict[str, Any] = {
        "opennrm.access.queries.may_write": lambda _case, data_class="ordinary": owing[data_class] in facts,
        "opennrm.access.queries.cases_seen": lambda _offices, _class: Seen("her office sees it" in facts),
        "opennrm.duties.competent.offices_competent_for": lambda _case, _kind: {
            MINE if "decides by the procedure" in facts else ANOTHERS
        },
        "opennrm.duties.queries.duties_of": lambda _case, **_asked: owed,
    }
    # Whoever answers for an office is asked for by her number alone.
    subject: Any = (MINE if "answers for it" in facts else ANOTHERS) if word == "agencies.hooks" else None
    with ExitStack() as stack:
        for place, answer in answers.items():
            stack.enter_context(patch(place, answer))
        return Door(words).may(actor, word, subject or Subject(facts))


def disagreements(word: str, lines: Sequence[Sequence[Predicate]]) -> list[str]:
    """Where a door with these lines is not what the table says: every post and purpose, each fact missing in turn."""
    ways = [(who, frozenset(facts)) for name, who, facts in TABLE if name == word]
    named = frozenset().union(*(facts for _who, facts in ways))
    tried = {named, FACTS, frozenset(), *(FACTS - {fact} for fact in named), *(facts for _who, facts in ways)}
    tried |= {facts - {fact} for _who, facts in ways for fact in facts}
    return [
        f"{word} as {who} where {sorted(facts)}"
        for who in (*POSTS, *PURPOSES)
        for facts in tried
        if opens({word: lines}, word, who, facts)
        != any(who in whom and needs <= facts for whom, needs in ways)
    ]


def mutants(lines: Sequence[Sequence[Predicate]]) -> Iterator[list[list[Predicate]]]:
    """The lines of a word with one line taken away or opened, or one predicate deleted or negated."""
    for n, line in enumerate(lines):
        rest = [list(other) for m, other in enumerate(lines) if m != n]
        yield rest
        yield [*rest, []]
        for at, predicate in enumerate(line):
            others = [one for m, one in enumerate(line) if m != at]
            yield [*rest, others]
            yield [*rest, [*others, _negated(predicate)]]


def _negated(predicate: Predicate) -> Predicate:
    return lambda actor, subject: not predicate(actor, subject)


def test_every_word_stands_in_the_table_and_every_row_is_a_word() -> None:
    assert {word for word, _who, _facts in TABLE} == set(DOORS)


@pytest.mark.parametrize("word", sorted(DOORS))
def test_a_door_opens_to_whom_the_table_says(word: str) -> None:
    assert disagreements(word, DOORS[word].words[word]) == []


def test_a_line_of_a_door_that_is_deleted_or_negated_is_found() -> None:
    walked = [(word, one) for word in sorted(DOORS) for one in mutants(DOORS[word].words[word])]
    alive = [word for word, lines in walked if not disagreements(word, lines)]
    promises.figure("P3", f"{len(walked)} mutants of {len(DOORS)} words, {len(walked) - len(alive)} found")
    assert alive == []
