"""What a page costs at the least: the same look-ups on the same rows, without sign-in, rights, row tests, audit and keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from django.template import Context, Engine, Template

from opennrm.access.scope import Actor, acting
from opennrm.casefile.models import Case, Fact
from opennrm.duties.models import Duty, Event, Happening, Holding
from opennrm.identification.models import Decision, Identification

_CARDS = (
    "SELECT c.id, c.reference, c.closed_on, c.lead_office_id, c.opened_at, c.fork, c.region_id, p.languages, p.age "
    "FROM casefile_case c JOIN people_person p ON p.id = c.person_id WHERE c.id = ANY (%s)"
)
_OFFICES = "SELECT id, name, name_sq, phone FROM agencies_office WHERE id = ANY (%s)"
_OWED = "FROM duties_duty WHERE holder_id = ANY (%s) AND state IN ('held', 'suspended', 'lapsed')"


@contextmanager
def without_row_tests() -> Iterator[None]:
    """A scope for floors: the purpose reads whole tables, so that no row is tested against sight."""
    with acting(Actor(user="system:bench", purpose="statistics")):
        yield


def _rows(query: str, *parameters: Any) -> list[Any]:
    # The driver itself and not Django's cursor.
    assert connection.connection is not None
    with connection.connection.cursor() as cursor:
        return list(cursor.execute(query, parameters).fetchall())


def worklist(offices: Sequence[int]) -> None:
    """Numbers, twenty-five duties, their cases, the offers that wait, the regions."""
    ids = list(offices)
    _rows(
        "SELECT count(*) FILTER (WHERE due_at < now() OR state = 'lapsed'), count(*) FILTER (WHERE person_id IS NULL), "
        f"count(*) {_OWED}",
        ids,
    )
    duties = _rows(
        f"SELECT case_id, id, kind, subject, state, due_at, person_id, source, started_at {_OWED} "
        "ORDER BY due_at NULLS LAST, started_at, id LIMIT 26",
        ids,
    )
    _rows(_CARDS, [one[0] for one in duties])
    _rows("SELECT * FROM duties_offer WHERE to_office_id = ANY (%s) AND state = 'open'", ids)
    _rows(_OFFICES, ids)


def case_list(offices: Sequence[int]) -> None:
    """Twenty-five cases, newest first, the names of their offices and regions."""
    seen = _rows(
        "SELECT case_id, opened_at FROM access_sight WHERE office_id = ANY (%s) AND data_class = 'ordinary' AND is_open "
        "ORDER BY opened_at DESC, case_id DESC LIMIT 26",
        list(offices),
    )
    cards = _rows(_CARDS, [one[0] for one in seen])
    _rows(_OFFICES, [one[3] for one in cards])
    _rows("SELECT code, name FROM agencies_region")


def case(case_id: UUID) -> None:
    """Nine look-ups of one case."""
    (card,) = _rows(_CARDS, [case_id])
    for table in (
        "identification_identification",
        "identification_decision",
        "casefile_fact",
        "duties_duty",
        "duties_holding",
        "duties_event",
        "duties_happening",
    ):
        _rows(f"SELECT * FROM {table} WHERE case_id = %s", case_id)
    _rows(_OFFICES, [card[3]])


def facts(case_id: UUID) -> None:
    """What the rules ask of a case: itself, its person, what happened, its duties, who is excluded, what was confirmed."""
    (card,) = _rows(
        "SELECT id, region_id, lead_office_id, fork, sop, person_id FROM casefile_case WHERE id = %s", case_id
    )
    _rows("SELECT citizenship, languages, sex, age, age_basis FROM people_person WHERE id = %s", card[5])
    _rows("SELECT kind, subject, at FROM duties_happening WHERE case_id = %s ORDER BY at", case_id)
    _rows(
        "SELECT id, rule, kind, subject, state, due_at, started_at, ended_at FROM duties_duty WHERE case_id = %s",
        case_id,
    )
    _rows("SELECT rule FROM duties_confirmation WHERE pack = %s", card[4])


def history(case_id: UUID) -> None:
    """The duties of a case with what happened to each, who held it, whom they named, when it stood still."""
    for table in ("duties_duty", "duties_event", "duties_holding", "duties_assignment", "duties_pause"):
        _rows(f"SELECT * FROM {table} WHERE case_id = %s", case_id)
    _rows("SELECT id, code FROM agencies_office")


def search(tokens: Sequence[bytes]) -> None:
    """The tokens of a name, and the cases they lead to."""
    found = _rows("SELECT DISTINCT case_id FROM people_token WHERE token = ANY (%s) LIMIT 25", list(tokens))
    _rows(_CARDS, [one[0] for one in found])


def bare_page(case_id: UUID) -> HttpResponse:
    """A bare view: eight queries by the ORM and a template."""
    tables = (Identification, Decision, Fact, Duty, Holding, Event, Happening)
    the_case = Case.objects.select_related("person").get(id=case_id)
    context: dict[str, Any] = {"case": the_case, "person": the_case.person}
    for table in tables:
        context[table._meta.model_name or ""] = list(table._default_manager.filter(case_id=case_id))
    return HttpResponse(_bare().render(Context(context)))


@cache
def _bare() -> Template:
    return Engine().from_string((Path(__file__).parent / "bare.html").read_text())
