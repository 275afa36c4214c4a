from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from opennrm.api.kinds import Given, Instant, Text, Word, codes_of, names_of, support_kind
from opennrm.api.opened import opened
from opennrm.api.service import actor_of, acts, done, reads
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import ClosingReason
from opennrm.duties import actions, queries
from opennrm.lib import clock


class Need(Schema):
    kind: str
    label: str
    since: datetime


class Needs(Schema):
    needs: list[Need]


class NewNeed(Given):
    kind: Word
    known_at: Instant | None = None


class JournalLine(Schema):
    happened_at: datetime
    known_at: datetime
    kind: str
    subject: str
    office: str | None
    person: str | None
    to_office: str | None
    text: str
    hidden: bool


class Journal(Schema):
    """What happened on a case, the newest first; `hidden` says that a note is there which your office may not read."""

    lines: list[JournalLine]


class Note(Given):
    text: Text
    happened_at: Instant | None = None


class Closing(Given):
    reason: ClosingReason


@reads("/cases/{uuid:case}/needs", Needs)
def list_needs(request: HttpRequest, case: UUID) -> Any:
    """The kinds of assistance recorded as needed, and since when."""
    one = opened(request, case)
    one.read("list_needs")
    return {
        "needs": [
            {"kind": kind, "label": queries.kind_label(kind, one.case.sop), "since": since}
            for kind, since in queries.needs(case)
        ]
    }


@acts("/cases/{uuid:case}/needs", status=201)
def record_need(request: HttpRequest, case: UUID, given: NewNeed) -> Any:
    """Records that the person needs something; the rules say which office owes it, or that nobody does."""
    one = opened(request, case)
    kind = support_kind(given.kind, one.case.sop)
    actions.record_need(case=case, kind=kind, at=given.known_at, by=one.actor)
    return done(case, "cases", case, "needs")


@reads("/cases/{uuid:case}/journal", Journal)
def read_journal(request: HttpRequest, case: UUID) -> Any:
    """What happened on a case, with what was written down where your office may read it."""
    one = opened(request, case)
    one.read("read_journal", *sorted(one.sees() & {"ordinary", "narrative"}))
    lines = cases.journal(case, by=actor_of(request))
    codes = codes_of(office for line in lines for office in (line.office, line.to_office))
    names = names_of(line.officer for line in lines)
    plain = set(JournalLine.model_fields) - {"office", "person", "to_office"}
    return {
        "lines": [
            {name: getattr(line, name) for name in plain}
            | {
                "office": codes[line.office],
                "person": names[line.officer],
                "to_office": codes[line.to_office],
            }
            for line in lines
        ]
    }


@acts("/cases/{uuid:case}/notes", status=201)
def add_note(request: HttpRequest, case: UUID, given: Note) -> Any:
    """Writes a note in the journal; its words are sealed."""
    one = opened(request, case)
    one.require("narrative")
    casefile.add_note(
        case=one.case, text=given.text, happened_at=given.happened_at or clock.now(), by=one.actor
    )
    return done(case, "cases", case, "journal")


@acts("/cases/{uuid:case}/close")
def close_case(request: HttpRequest, case: UUID, given: Closing) -> Any:
    """Closes a case: every duty still owed ends with it."""
    one = opened(request, case)
    actions.close_case(case=one.case, reason=str(given.reason), by=one.actor)
    return done(case, "cases", case)
